"""Collecting and importing with a list of withheld releases: counted, never stored, and completeness still proved."""

import json
import random
from types import SimpleNamespace

import httpx
import pytest
from collecting import BASE, TASKS, Silent, held, no_component, sound, truth
from virtual import run_virtually

from csea.archive import Archive
from csea.archive.purge import purge
from csea.archive.walks import held as n_held
from csea.archive.withheld import release_keys, withheld_keys
from csea.collect.bucket import Bucket
from csea.collect.client import Client
from csea.collect.files import import_files, rehearse
from csea.collect.intake import Intake
from csea.collect.walk import Walker
from csea.errors import UsageError
from fake_doj import Behaviour, FakeDoj, make_records

RECORDS = make_records(130, seed=11)
GONE = RECORDS[40]
BY_ADDRESS = set(release_keys(None, GONE["url"]))
BY_UUID = set(release_keys(GONE["uuid"], None))


@pytest.fixture
def fake():
    return FakeDoj(RECORDS)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


def collect(fake, folder, kind, refused):
    async def go():
        async with httpx.AsyncClient(transport=fake.transport(), base_url=BASE, timeout=60.0) as http:
            client = Client(http, Bucket(float("inf")), chance=random.Random(7))
            outcome = await TASKS[kind](Walker(client, intake, Silent(), 8))
        return SimpleNamespace(outcome=outcome, counts=intake.counts, log=fake.log)

    with Archive.writer(folder, "test") as archive:
        purge(archive, refused)
        intake = Intake(archive, no_component, refused=refused)
        return run_virtually(go())


def without(fake, *uuids):
    return {uuid: content for uuid, content in truth(fake).items() if uuid not in uuids}


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("refused", [BY_ADDRESS, BY_UUID], ids=["address", "uuid"])
@pytest.mark.parametrize("kind", ["full", "update"])
def test_a_walk_is_proved_complete_without_storing_it(fake, folder, kind, refused):
    run = collect(fake, folder, kind, refused)
    assert run.outcome.complete
    assert (run.counts["withheld"] > 0, run.counts["quarantined"]) == (True, 0)
    assert held(folder) == without(fake, GONE["uuid"])
    assert sound(folder) == []


def test_no_file_of_the_archive_names_it(fake, folder):
    collect(fake, folder, "full", BY_ADDRESS)
    left = bytes_of(folder)
    assert [name for name in ("uuid", "title", "url", "body") if GONE[name].encode() in left] == []


@pytest.mark.parametrize("known_before", [True, False])
def test_every_day_still_agrees(fake, folder, known_before):
    collect(fake, folder, "full", BY_ADDRESS if known_before else set())
    run = collect(fake, folder, "verify", BY_ADDRESS)
    assert run.outcome.complete
    assert GONE["uuid"] not in held(folder)


def test_one_that_was_stored_before_is_taken_out_and_the_next_walk_is_proved(fake, folder):
    collect(fake, folder, "full", set())
    assert GONE["uuid"] in held(folder)
    assert collect(fake, folder, "full", BY_ADDRESS).outcome.complete
    assert held(folder) == without(fake, GONE["uuid"])


def test_an_edit_or_a_new_address_does_not_bring_it_back(fake, folder):
    collect(fake, folder, "full", BY_ADDRESS | BY_UUID)
    fake.edit(GONE["uuid"])
    fake.insert({**fake.truth[GONE["uuid"]], "url": "https://www.justice.gov/opa/pr/another-address"})
    assert collect(fake, folder, "full", BY_ADDRESS | BY_UUID).outcome.complete
    assert GONE["uuid"] not in held(folder)


@pytest.mark.parametrize("kind", ["full", "verify"])
def test_once_the_service_has_withdrawn_it_too_all_agrees(fake, folder, kind):
    collect(fake, folder, "full", BY_ADDRESS)
    fake.withdraw(GONE["uuid"])
    run = collect(fake, folder, kind, BY_ADDRESS)
    assert run.outcome.complete
    with Archive.reader(folder) as archive:
        assert n_held(archive) == len(RECORDS) - 1
    assert not any(GONE["uuid"] in request.path for request in run.log)


def test_one_that_the_service_lists_again_is_counted_again(fake, folder):
    collect(fake, folder, "full", BY_ADDRESS)
    fake.withdraw(GONE["uuid"])
    collect(fake, folder, "full", BY_ADDRESS)
    fake.insert(GONE)
    assert collect(fake, folder, "full", BY_ADDRESS).outcome.complete
    with Archive.reader(folder) as archive:
        assert n_held(archive) == len(RECORDS)


def test_a_record_that_cannot_be_read_keeps_a_hash_alone(folder):
    odd = {**GONE, "date": "soon"}
    with Archive.writer(folder, "test") as archive:
        intake = Intake(archive, no_component, refused=BY_ADDRESS)
        with archive.transaction():
            assert intake.take(odd, "doj_api", "page 0", "2026-01-01T00:00:00Z", 1) is None
        assert [row["raw"] for row in archive.sql.execute("SELECT raw FROM quarantine")] == [b""]
    assert GONE["uuid"].encode() not in bytes_of(folder)


@pytest.fixture
def listed(root, tmp_path):
    """A project that withholds the release."""
    inputs = tmp_path / "project" / "data" / "inputs"
    inputs.mkdir(parents=True)
    for name in ("components", "withheld"):
        (inputs / f"{name}.csv").write_bytes((root / "data" / "inputs" / f"{name}.csv").read_bytes())
    with (inputs / "withheld.csv").open("a") as file:
        file.write(f"{min(BY_ADDRESS)},privacy,2026-01-01\n")
    return tmp_path / "project"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "releases.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS[38:43]))
    return path


def test_an_import_leaves_it_out_and_says_so(listed, folder, file):
    [report] = import_files(listed, folder, [file], False, Silent())
    assert report.records == {"new": 4, "withheld": 1}
    assert GONE["uuid"] not in held(folder)


def test_an_import_of_a_copy_without_address_leaves_it_out(listed, folder, file, tmp_path):
    import_files(listed, folder, [file], False, Silent())
    bare = tmp_path / "bare.jsonl"
    bare.write_text(json.dumps({**{name: GONE[name] for name in ("title", "body", "date")}, "url": ""}) + "\n")
    assert import_files(listed, folder, [bare], False, Silent())[0].records == {"withheld": 1}


def test_a_rehearsal_says_so_too(listed, folder, file):
    [report] = rehearse(listed, folder, [file], Silent())
    assert report.records == {"new": 4, "withheld": 1}


def test_a_project_without_a_list_refuses_nothing(tmp_path):
    assert withheld_keys(tmp_path) == frozenset()


def test_a_list_without_its_column_is_refused(listed):
    (listed / "data" / "inputs" / "withheld.csv").write_text("key\n")
    with pytest.raises(UsageError, match="key_sha256"):
        withheld_keys(listed)


def test_a_moving_list_is_still_walked_to_the_end(folder):
    fake = FakeDoj(RECORDS, Behaviour(insertion=0.2, withdrawal=0.1, max_changes=6), seed=4)
    for _ in range(3):
        run = collect(fake, folder, "full", BY_ADDRESS)
    assert run.outcome.complete
    assert held(folder) == without(fake, GONE["uuid"])
