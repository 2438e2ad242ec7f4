"""An archive replayed in other orders and in increments gives the same cases under the same permanent ids."""

import random
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from csea.archive import Archive
from csea.archive.components import Components
from csea.archive.record import read_record
from csea.build import check_inputs, read_into
from csea.cli.common import Bar
from csea.errors import Report
from csea.io import csv_bytes
from csea.project import MACHINE, REGISTERS, Project
from csea.register import Registers
from csea.rooms import make_tables
from prosecutions import make_prosecutions
from remembering import remembering_coder

AT = "2026-01-01T00:00:00Z"
COMPARED = ("releases", "cases", "case_links", "codings", "release_platforms", "release_conduct", "uses")


@pytest.fixture(scope="module", autouse=True)
def remembering():
    """Every reading of this module has the same releases: it is their cases and ids that are looked at."""
    with remembering_coder():
        yield


def replay(start, folder, parts):
    """Read and link after each part of the records, as an archive grows; the tables and registers after each."""
    shutil.copytree(start, folder)
    for name in MACHINE:
        path = folder / "data" / "machine" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    project, read, registers = Project.read(folder), Components.read(folder), None
    states = []
    for part in parts:
        with Archive.writer(folder / "archive", "a test") as archive, archive.transaction():
            for record in part:
                archive.add(read_record(record, read.of), "api", "page", AT)
        report = Report()
        read_into(project, folder / "archive", report, 1, Bar(None))
        inputs, ids = check_inputs(project, report)
        registers = registers or Registers.of(ids)
        tables = make_tables(project, inputs, registers, report)
        assert report.problems == []
        states.append(SimpleNamespace(tables=tables, rows={name: getattr(registers, name).rows for name in REGISTERS}))
        registers = Registers.of({name: getattr(registers, name).rows for name in REGISTERS})
    return states


def case_of(state):
    """Case id by the key of the release."""
    keys = state.rows["releases"].set_index("id")["key_sha256"]
    links = state.tables["case_links"].to_pandas()
    return dict(zip(links["release_id"].map(keys), links["case_id"], strict=True))


def forwarded(state):
    """The id that each case id stands for now."""
    forwards = dict(zip(state.rows["cases"]["id"], state.rows["cases"]["forwards_to"], strict=True))

    def follow(case):
        while isinstance(forwards.get(case), str) and forwards[case]:
            case = forwards[case]
        return case

    return follow


def by_date(records):
    return sorted(records, key=lambda record: (int(str(record["date"])), str(record["url"])))


@pytest.fixture(scope="module")
def records():
    return make_prosecutions(60, seed=21)[0]


@pytest.fixture(scope="module")
def start(copy_to, tmp_path_factory):
    return copy_to(tmp_path_factory.mktemp("start"))


@pytest.fixture(scope="module")
def at_once(start, records, tmp_path_factory):
    return replay(start, tmp_path_factory.mktemp("once") / "copy", [records])[-1]


@pytest.fixture(scope="module")
def shuffled(start, records, tmp_path_factory):
    order = random.Random(3).sample(records, len(records))
    return replay(start, tmp_path_factory.mktemp("shuffled") / "copy", [order])[-1]


@pytest.fixture(scope="module", params=["by date", "shuffled"])
def grown(start, records, tmp_path_factory, request):
    order = by_date(records) if request.param == "by date" else random.Random(4).sample(records, len(records))
    third = len(order) // 3
    parts = [order[:third], order[third : 2 * third], order[2 * third :]]
    return replay(start, tmp_path_factory.mktemp("grown") / "copy", parts)


@pytest.mark.parametrize("name", COMPARED)
def test_order_of_arrival_changes_no_table(at_once, shuffled, name):
    assert csv_bytes(shuffled.tables[name]) == csv_bytes(at_once.tables[name])


@pytest.mark.parametrize("name", REGISTERS)
def test_order_of_arrival_changes_no_register(at_once, shuffled, name):
    pd.testing.assert_frame_equal(shuffled.rows[name], at_once.rows[name])


def test_growing_archive_ends_with_the_same_cases(at_once, grown):
    def partition(state):
        cases = {}
        for key, case in case_of(state).items():
            cases.setdefault(case, set()).add(key)
        return sorted(map(sorted, cases.values()))

    assert partition(grown[-1]) == partition(at_once)


def test_id_of_a_release_never_changes(grown):
    first, last = (
        dict(zip(s.rows["releases"]["key_sha256"], s.rows["releases"]["id"], strict=True))
        for s in (grown[0], grown[-1])
    )
    assert {key: last[key] for key in first} == first


def test_register_of_cases_only_grows(grown):
    first, last = grown[0].rows["cases"], grown[-1].rows["cases"]
    assert last["id"].to_list()[: len(first)] == first["id"].to_list()


def test_case_id_forwards_where_two_cases_became_one(grown):
    """Every release of the first part stays in the case it had, or in the one that this forwards to."""
    follow, then, now = forwarded(grown[-1]), case_of(grown[0]), case_of(grown[-1])
    founders = {case: min(key for key in then if then[key] == case) for case in set(then.values())}
    moved = [case for case, key in founders.items() if now[key] != follow(case) and follow(case) in set(now.values())]
    split = [case for case in moved if len({now[key] for key in then if then[key] == case}) > 1]
    assert moved == split
