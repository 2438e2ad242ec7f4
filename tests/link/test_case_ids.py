"""Case ids stay when releases join, part or are withheld; what is joined forwards, what is gone is withdrawn."""

import pandas as pd
import pytest

from csea.link.cases import _case_ids
from csea.register import Registers


class TestPublishedCases:
    @pytest.fixture
    def published(self):
        """Two releases that were two cases in an earlier version."""
        registers = empty_registers()
        link(registers, groups={})
        return registers

    def test_two_cases_that_become_one_keep_the_older_id(self, published):
        assert set(link(published, groups={"r0000001": "one", "r0000002": "one"})) == {"c000001"}

    def test_the_newer_id_forwards_to_the_older(self, published):
        link(published, groups={"r0000001": "one", "r0000002": "one"})
        assert state(published.cases, "c000002") == ("merged", "c000001")

    def test_a_joined_case_that_is_parted_again_gets_its_own_id_back(self, published):
        link(published, groups={"r0000001": "one", "r0000002": "one"})
        assert link(published, groups={}) == ["c000001", "c000002"]
        assert state(published.cases, "c000002") == ("active", None)

    def test_a_case_keeps_its_id_when_its_first_release_is_withheld(self):
        registers = empty_registers()
        both = {"r0000001": "one", "r0000002": "one"}
        link(registers, groups=both)
        assert link(registers, groups=both, releases=["r0000002"]) == ["c000001"]

    def test_a_case_without_releases_is_withdrawn(self, published):
        link(published, groups={}, releases=["r0000001"])
        assert state(published.cases, "c000002") == ("withdrawn", None)


def empty_registers():
    columns = ["id", "key_sha256", "issued_in", "state", "forwards_to"]
    return Registers.of(
        {name: pd.DataFrame(columns=columns, dtype="str") for name in ("releases", "cases", "suspects")}
    )


def link(registers, groups, releases=("r0000001", "r0000002")):
    group = pd.Series([groups.get(release, release) for release in releases])
    ids, merged = _case_ids(group, groups, registers.cases, "1.0.0")
    registers.cases.settle(active=ids, merged=merged)
    return ids


def state(register, id_):
    row = register.rows.set_index("id").loc[id_]
    return row["state"], None if pd.isna(row["forwards_to"]) else row["forwards_to"]
