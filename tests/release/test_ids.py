"""The registers only grow, and what is no longer published says where it went."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_versions import REGISTER, registers, texts

from csea.project import Project
from csea.register import Register
from csea.release.ids import (
    check_forwarding,
    check_grown,
    check_registers,
    fingerprints,
    register_fingerprint,
)

ONE = "r0000001", "aa", "0.1.0", "active", None
TWO = "r0000002", "bb", "0.1.0", "active", None
THREE = "r0000003", "cc", "0.2.0", "active", None


def rows(*those):
    return pd.DataFrame(list(those), columns=REGISTER, dtype="str")


def with_(row, **cells):
    return tuple({**dict(zip(REGISTER, row, strict=True)), **cells}.values())


def rules(problems):
    return [problem.rule for problem in problems]


class TestFingerprint:
    def test_counts_ids(self):
        assert register_fingerprint(rows(ONE, TWO))["ids"] == 2

    def test_does_not_hang_on_the_order_of_rows_nor_on_states(self):
        merged = with_(TWO, state="merged", forwards_to="r0000001")
        assert register_fingerprint(rows(ONE, TWO)) == register_fingerprint(rows(merged, ONE))

    @pytest.mark.parametrize("cells", [{"id": "r0000009"}, {"key_sha256": "zz"}, {"issued_in": "0.2.0"}])
    def test_hangs_on_what_never_changes(self, cells):
        assert register_fingerprint(rows(ONE, TWO)) != register_fingerprint(rows(ONE, with_(TWO, **cells)))

    def test_registers_of_the_repository_have_grown_since_every_released_version(self, root):
        for entry in Project.read(root).released:
            for name, before in entry["registers"].items():
                rows = pd.read_csv(root / "data" / "registry" / f"{name}.csv", dtype="str")
                assert check_grown(before, rows, name) == []

    def test_of_the_repository_s_registers_counts_their_rows(self, root):
        path = root / "data" / "registry" / "releases.csv"
        read = pd.read_csv(path, dtype="str")
        assert register_fingerprint(read)["ids"] == len(path.read_text(encoding="utf-8").splitlines()) - 1


class TestGrown:
    BEFORE = register_fingerprint(rows(ONE, TWO))

    @pytest.mark.parametrize("now", [(ONE, TWO), (ONE, TWO, THREE), (THREE, TWO, ONE)])
    def test_more_ids_and_other_states_are_right(self, now):
        merged = [with_(row, state="withdrawn") if row is TWO else row for row in now]
        assert check_grown(self.BEFORE, rows(*now)) + check_grown(self.BEFORE, rows(*merged)) == []

    @pytest.mark.parametrize("now", [(ONE,), (ONE, THREE)])
    def test_id_that_vanished_is_named(self, now):
        (problem,) = check_grown(self.BEFORE, rows(*now))
        assert (problem.rule, problem.file, problem.key) == (
            "release.register_vanished",
            "data/registry/releases.csv",
            "id=r0000002",
        )

    def test_empty_register_is_a_problem(self):
        assert rules(check_grown(self.BEFORE, rows())) == ["release.register_vanished"]

    @pytest.mark.parametrize("cells", [{"key_sha256": "zz"}, {"issued_in": "0.2.0"}])
    def test_id_that_stands_for_another_is_a_problem(self, cells):
        problems = check_grown(self.BEFORE, rows(ONE, with_(TWO, **cells), THREE), "cases")
        assert rules(problems) == ["release.register_changed"]
        assert problems[0].file == "data/registry/cases.csv"

    def test_first_register_has_nothing_to_keep(self):
        assert check_grown(register_fingerprint(rows()), rows(ONE)) == []

    @settings(max_examples=25)
    @given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=4), max_size=4))
    def test_whatever_the_build_issues_is_growth(self, batches):
        register = Register(rows(), "r{:07d}")
        for version, keys in enumerate(batches):
            before = register_fingerprint(register.rows)
            register.issue(keys, f"0.{version}.0")
            assert check_grown(before, register.rows) == []


class TestForwarding:
    @pytest.mark.parametrize("cells", [{"state": "withdrawn"}, {"state": "merged", "forwards_to": "r0000001"}])
    def test_withdrawn_and_merged_ids_may_go(self, cells):
        assert check_forwarding(["r0000002"], rows(ONE, with_(TWO, **cells))) == []

    def test_chain_of_merged_ids_is_followed(self):
        chain = with_(TWO, state="merged", forwards_to="r0000003"), with_(THREE, state="merged", forwards_to="r0000001")
        assert check_forwarding(["r0000002", "r0000003"], rows(ONE, *chain)) == []

    @pytest.mark.parametrize("now", [(ONE, TWO), (ONE,)])
    def test_id_that_went_without_a_word_is_a_problem(self, now):
        (problem,) = check_forwarding(["r0000002"], rows(*now))
        assert (problem.rule, problem.key) == ("release.register_silent", "id=r0000002")

    @pytest.mark.parametrize("target", ["r0000009", "r0000002", None])
    def test_id_that_forwards_nowhere_is_a_problem(self, target):
        assert rules(check_forwarding(["r0000002"], rows(ONE, with_(TWO, state="merged", forwards_to=target)))) == [
            "release.register_astray"
        ]


OLD = {"releases": texts("release_id", ("r0000001",), ("r0000002",))}
NEW = {"releases": texts("release_id", ("r0000001",))}


class TestRegisters:
    def test_all_are_asked(self):
        before = fingerprints(registers(ONE, TWO))
        now = registers(ONE, with_(TWO, key_sha256="zz"))
        assert rules(check_registers(before, now, OLD, NEW)) == [
            "release.register_changed",
            "release.register_silent",
        ]

    def test_state_that_is_as_it_should_be_has_no_problem(self):
        now = registers(ONE, with_(TWO, state="withdrawn"), THREE)
        assert check_registers(fingerprints(registers(ONE, TWO)), now, OLD, NEW) == []

    def test_every_register_has_a_fingerprint(self):
        assert sorted(fingerprints(registers())) == ["cases", "releases", "suspects"]
