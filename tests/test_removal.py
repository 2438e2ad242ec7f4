"""Withdrawing a release of cases that corrections merged: what is left stays one case, and the next build passes."""

from pathlib import Path

import pandas as pd
import pytest

from csea.correct.merge import merge_cases
from csea.corrections import load_corrections
from csea.errors import Report
from csea.link.cases import case_key, link_cases
from csea.register import Registers, address_key
from csea.removal import Case, active_merges, companions, correction_changes, founded_case, rows_gone

COLUMNS = ["id", "key_sha256", "issued_in", "state", "forwards_to"]
LINKED = ["key_sha256", "case_key", "link_method", "link_score", "link_rules_version"]
SAID = {"why": "c000001 and r0000001 are one.", "evidence": "https://example.org/page", "credit": "c000001 fan"}


def release(number):
    return f"r{number:07d}"


def url(id_):
    return f"https://x.test/{id_}"


class Place:
    """Releases 1 to ``last``; ``cases`` names the founder of each issued case, ``groups`` are releases by hand."""

    def __init__(self, root, schemas, cases, groups=(), last=9):
        self.root, self.schemas, self.version = root, schemas, "0.1.0"
        releases = [(release(n), address_key(url(release(n))), "0.1.0", "active", None) for n in range(1, last + 1)]
        issued = [(f"c{n:06d}", case_key(release(who)), "0.1.0", "active", None) for n, who in enumerate(cases, 1)]
        self.frames = {
            name: pd.DataFrame(rows, columns=COLUMNS, dtype="str")
            for name, rows in (("releases", releases), ("cases", issued), ("suspects", []))
        }
        self.published = sorted({release(n) for n in [*cases, *(n for group in groups for n in group)]})
        grouped = [(url(release(n)), f"g{place}") for place, group in enumerate(groups) for n in group]
        self.inputs = {
            "case_groups": pd.DataFrame(grouped, columns=["url", "group"], dtype="str"),
            "found_releases": pd.DataFrame(columns=LINKED, dtype="str"),
        }

    def write(self, name, **parts):
        path = self.root / "data" / "corrections" / "2026" / f"20260101-{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{part}: {value}\n" for part, value in {**parts, **SAID}.items()))
        return path

    def merge(self, newer, older, **more):
        return self.write(
            f"m{newer}{more.get('state', '')}", action="merge", case=f"c{newer:06d}", into=f"c{older:06d}", **more
        )

    def withhold(self, number):
        """Refused by hand: it stays in the groups, and no table has it."""
        self.published.remove(release(number))
        rows = self.frames["releases"]
        rows.loc[rows["id"] == release(number), "state"] = "withdrawn"

    def withdraw(self, number, left=None):
        """The steps of ``csea withdraw``, which dies when it has changed ``left`` corrections; the changes to them."""
        id_, registers = release(number), Registers.of(self.frames)
        groups = {release_of(url): group for url, group in self.inputs["case_groups"][["url", "group"]].to_numpy()}
        self.others = companions(self.inputs, registers, id_, active_merges(self.root, self.schemas))
        self.case = founded_case(registers, id_, self.others, self.version, groups)
        if self.case and self.case.into:
            self.frames = {**self.frames, "cases": registers.cases.rows}
        made = list(correction_changes(self.root, {id_}, {address_key(url(id_))}, self.case, self.schemas))
        for change in made[:left]:
            (self.root / change.path).unlink() if change.data is None else Path(self.root / change.path).write_bytes(
                change.data
            )
        if left is None or left >= len(made):
            rows = self.inputs["case_groups"]
            self.inputs = {**self.inputs, "case_groups": rows[rows["url"] != url(id_)]}
            self.published = [one for one in self.published if one != id_]
        return made

    def build(self):
        """As the room link does: the releases of each case, and where each id that is not in use leads."""
        corrections, problems = load_corrections(self.root, self.schemas)
        assert [problem for problem in problems if problem.severity == "error"] == []
        registers, report = Registers.of(self.frames), Report()
        frame = pd.DataFrame({"release_id": self.published, "is_criminal_case": "true"}, dtype="str")
        linked = merge_cases(link_cases(frame, self.inputs, registers, self.version), corrections, report)
        assert report.problems == []
        registers.cases.settle(active=linked.ids, merged=linked.merged)
        rows = registers.cases.rows
        self.frames = {**self.frames, "cases": rows}
        self.leads = {
            id_: state if state == "withdrawn" else end_of(rows, id_)
            for id_, state in zip(rows["id"], rows["state"], strict=True)
            if state != "active"
        }
        return {
            case: sorted(int(one[1:]) for one in those) for case, those in linked.ids.groupby(linked.ids).groups.items()
        }

    def files(self):
        found = sorted((self.root / "data" / "corrections").rglob("*.yaml"))
        return {path.stem[9:]: path.read_text() for path in found}


def release_of(address):
    return address.rpartition("/")[2]


def end_of(rows, id_):
    forwards = dict(zip(rows["id"], rows["forwards_to"], strict=True))
    for _ in rows["id"]:
        id_ = forwards[id_] if isinstance(forwards[id_], str) else id_
    return id_


@pytest.fixture
def place(tmp_path, schemas):
    """A function that makes a place."""
    return lambda *arguments, **more: Place(tmp_path, schemas, *arguments, **more)


class TestMergedCase:
    @pytest.mark.parametrize("built", [True, False])
    def test_without_the_release_it_is_known_by_has_the_id_of_the_other(self, place, built):
        here = place([1, 3])
        here.merge(2, 1)
        assert not built or here.build() == {"c000001": [1, 3]}
        here.withdraw(1)
        assert here.others == [release(3)]
        assert (here.build(), here.leads, here.files()) == ({"c000002": [3]}, {"c000001": "c000002"}, {})

    @pytest.mark.parametrize("built", [True, False])
    def test_without_the_side_that_went_keeps_its_id(self, place, built):
        here = place([1, 3])
        here.merge(2, 1)
        assert not built or here.build() == {"c000001": [1, 3]}
        here.withdraw(3)
        assert here.others == [release(1)]
        assert (here.build(), here.leads, here.files()) == ({"c000001": [1]}, {"c000002": "c000001"}, {})

    @pytest.mark.parametrize("gone, id_", [(1, "c000002"), (3, "c000001")])
    def test_stays_one_where_others_of_the_group_are_left(self, place, gone, id_):
        here = place([1, 3], [(1, 5), (3, 7)])
        here.merge(2, 1)
        assert here.build() == {"c000001": [1, 3, 5, 7]}
        here.withdraw(gone)
        assert here.build() == {id_: sorted({1, 3, 5, 7} - {gone})}
        assert here.leads == {{1: "c000001", 3: "c000002"}[gone]: id_, "c000003": id_}
        assert here.files()["m2"].startswith(f"action: merge\ncase: c000003\ninto: {id_}\n")

    def test_is_told_once_where_linking_had_come_to_a_merge_by_itself(self, place):
        here = place([1, 2, 3], [(1, 3)])
        here.merge(2, 1)
        here.merge(3, 1)
        here.withdraw(1)
        assert (here.build(), sorted(here.files())) == ({"c000002": [2, 3]}, ["m2"])

    def test_release_that_founded_nothing_changes_nothing(self, place):
        here = place([1, 3], [(1, 5)])
        path = here.merge(2, 1)
        before = path.read_text()
        assert here.withdraw(5) == []
        assert (here.case, here.build(), path.read_text()) == (None, {"c000001": [1, 3]}, before)

    @pytest.mark.parametrize("groups", [[], [(1, 9)]])
    def test_of_several_merges_is_finished_wherever_it_is_stopped(self, tmp_path, schemas, groups):
        found = []
        for left in range(5):
            here = Place(tmp_path / str(left), schemas, [1, 2, 3, 4, 5], groups)
            for newer in (3, 4, 5):
                here.merge(newer, 1)
            here.withdraw(1, left)
            here.withdraw(1)
            assert here.case == Case("c000001", "c000003", "c000006" if groups and left < 3 else here.case.rest)
            found.append((here.build(), here.leads, here.files()))
        assert found == found[:1] * 5
        cases, leads, files = found[0]
        assert cases == {"c000002": [2], "c000003": [3, 4, 5, *([9] if groups else [])]}
        assert leads["c000001"] == leads["c000005"] == "c000003"
        assert sorted(files) == (["m3", "m4", "m5"] if groups else ["m4", "m5"])

    def test_a_second_run_finds_nothing_to_do(self, place):
        here = place([1, 3], [(1, 5)])
        here.merge(2, 1)
        here.withdraw(1)
        here.build()
        before, register = here.files(), here.frames["cases"].to_dict()
        assert here.withdraw(1) == []
        assert here.case == Case("c000001", "c000002")
        assert (here.files(), here.frames["cases"].to_dict()) == (before, register)

    def test_values_of_both_ids_go_from_lists_of_changes(self, place, project):
        here = place([1, 3])
        here.merge(2, 1)
        rows = rows_gone(project, {release(3)}, here.case if here.withdraw(3) else None, [])
        assert (rows["cases"], rows["releases"]) == ({release(3), "c000002"}, {release(3)})


class TestCaseThatEnds:
    def test_takes_its_corrections_along_and_no_others(self, place):
        here = place([1, 2, 3])
        here.write("own", table="cases", key="c000001", column="place", present="", value="Alder")
        here.merge(3, 2)
        here.withdraw(1)
        assert (here.others, here.case, sorted(here.files())) == ([], Case("c000001"), ["m3"])
        assert (here.build(), here.leads["c000001"]) == ({"c000002": [2, 3]}, "withdrawn")

    def test_may_have_its_id_from_a_withheld_release(self, place):
        here = place([1, 3], [(1, 5)])
        here.withhold(1)
        here.merge(2, 1)
        assert here.build() == {"c000001": [3, 5]}
        here.withdraw(5)
        assert (here.build(), here.leads, here.files()) == ({"c000002": [3]}, {"c000001": "c000002"}, {})

    def test_keeps_the_id_of_a_withheld_release_while_others_are_published(self, place):
        here = place([1], [(1, 5, 6)])
        here.withhold(1)
        here.withdraw(5)
        assert (here.others, here.case, here.build()) == ([release(6)], None, {"c000001": [6]})

    def test_merge_that_is_out_of_force_joins_nothing(self, place):
        here = place([1, 3])
        here.merge(2, 1, state="withdrawn")
        here.withdraw(1)
        assert (here.others, here.case, here.build()) == ([], Case("c000001"), {"c000002": [3]})


class TestFiles:
    def test_only_ids_of_the_case_are_rewritten(self, place):
        here = place([1, 3])
        here.merge(2, 1)
        path = here.write("a", table="cases", key="c000001", column="place", present="", value="Alder")
        text = path.read_text()
        here.withdraw(1)
        now, _ = load_corrections(here.root, here.schemas)
        assert [(item.key, item.why, item.credit) for item in now] == [(("c000002",), SAID["why"], SAID["credit"])]
        assert "why: c000001 and r0000001 are one." in text

    def test_a_row_that_is_added_names_the_other_case_in_its_key_too(self, place):
        here = place([1, 3])
        here.merge(2, 1)
        cells = '\n  case_id: c000001\n  suspect_no: "1"\n  platform_id: kik\n  conduct: receipt'
        here.write("a", action="add", table="uses", row=cells)
        here.withdraw(1)
        assert "c000001" not in here.files()["a"].partition("why:")[0]
        assert "  case_id: c000002\n" in here.files()["a"]

    def test_a_merge_out_of_force_keeps_a_form_that_can_be_read(self, place):
        here = place([1, 2, 3, 4])
        here.merge(4, 1)
        here.merge(3, 1, state="overtaken")
        here.withdraw(1)
        assert here.files()["m3overtaken"].startswith("action: merge\ncase: c000004\ninto: c000003\n")
        assert here.build() == {"c000002": [2], "c000003": [3], "c000004": [4]}

    @pytest.mark.parametrize("data", [b"[" * 20_000, b"\xff", b"- a\n- b\n", b"", b"a: &b c\n"])
    def test_one_that_cannot_be_read_is_left_for_the_build_to_name(self, place, data):
        here = place([1, 3])
        path = here.merge(3, 2)
        path.write_bytes(data)
        assert here.withdraw(1) == []
        assert path.read_bytes() == data

    def test_one_of_the_release_goes_though_it_is_no_whole_correction(self, place):
        here = place([1, 3])
        here.write("a", table="releases", key=release(1))
        here.write("b", table="cases", key="c000001", column="nothing")
        here.merge(2, 1)
        assert [change.path[-6] for change in here.withdraw(1)] == ["a", "2"]
        assert sorted(here.files()) == ["b"]

    def test_without_schemas_those_of_the_repository_are_read(self, place):
        here = place([1, 3])
        here.write("a", table="cases", key="c000001", column="place", present="", value="Alder")
        [change] = correction_changes(here.root, set(), set(), Case("c000001", "c000002"))
        assert b"key: c000002\n" in change.data


def test_without_groups_the_others_are_one_group_with_the_release(place):
    registers = Registers.of(place([1]).frames)
    assert founded_case(registers, release(1), [release(4), release(5)], "0.1.0") == Case(
        "c000001", "c000002", "c000002"
    )
    assert registers.cases.known(case_key(release(4))) == "c000002"
