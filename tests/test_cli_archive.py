"""Collecting and the archive on the command line, as a person meets them: words, exit codes, Ctrl-C."""

import errno
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from csea import places
from csea.cli.archive import archive as group
from fake_doj import Behaviour, FakeDoj, make_records

RECORDS = make_records(60)
PATIENCE = 120  # seconds; only a machine that hangs needs them


@pytest.fixture
def service():
    """A service with 60 releases, on this machine."""
    fake = FakeDoj(RECORDS)
    with fake.serve() as url:
        yield SimpleNamespace(fake=fake, url=url)


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """A cache for this test alone, and in memory the gazetteer from the session's: it takes seconds to derive."""
    places.countries()
    monkeypatch.setenv("CSEA_CACHE", str(tmp_path))


@pytest.fixture
def collected(csea, service):
    """The same function, after a collection."""
    assert csea("collect", "--api", service.url, "--rate", 1000).code == 0
    return csea


def process(service, cache, *arguments, **options):
    """`csea collect` in a process of its own."""
    environment = {**os.environ, "CSEA_CACHE": str(cache), "CSEA_API": service.url}
    command = [sys.executable, "-m", "csea.cli", "collect", *arguments]
    return subprocess.Popen(command, env=environment, text=True, preexec_fn=hear_ctrl_c, **options)


def hear_ctrl_c():
    """Let the process hear Ctrl-C also where the tests run in the background, with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("command", sorted(group.commands))
def test_the_help_of_every_archive_command_shows_an_example(csea, command):
    result = csea("archive", command, "--help")
    _, found, examples = result.out.partition("Example")
    assert found and f"csea archive {command}" in examples


def test_a_collection_ends_with_what_came_and_that_it_is_complete(csea, service):
    result = csea("collect", "--api", service.url, "--rate", 1000)
    assert result.out.startswith("Complete: the service lists 60 records, and 60 are held.\nRecords: 60 new")


def test_a_second_collection_finds_nothing_new(collected, service):
    assert "unchanged" in collected("collect", "--api", service.url, "--rate", 1000).out


def test_the_report_is_kept_and_printed_for_machines(collected, service, tmp_path):
    printed = json.loads(collected("collect", "--api", service.url, "--rate", 1000, "--json").out)
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "archive" / "runs").iterdir()]
    assert printed in kept
    assert printed["state"] == "complete"


def test_quiet_prints_nothing_when_all_is_well(csea, service):
    result = csea("collect", "--api", service.url, "--rate", 1000, "--quiet")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_dry_run_asks_nothing_and_writes_nothing(csea, service, tmp_path):
    result = csea("collect", "--api", service.url, "--dry-run")
    assert "about 5,380 requests, 22 minutes" in result.out
    assert (service.fake.log, list(tmp_path.iterdir())) == ([], [])


def test_more_than_the_service_allows_is_wrong_usage(csea):
    result = csea("collect", "--api", "https://www.example.org/", "--rate", 5)
    assert (result.code, len(result.err.splitlines())) == (2, 1)


def test_a_service_that_is_away_ends_in_a_sentence(csea, service):
    service.fake.set_behaviour(Behaviour(server_error=1.0, faults_in_a_row=99))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("csea.collect.client.FIRST_PAUSE", 0.001)
        result = csea("collect", "--api", service.url, "--rate", 1000)
    assert result.code == 1
    assert "the service failed (status 50" in result.err
    assert "the same command goes on from here" in result.err


def test_a_full_disk_ends_in_one_sentence(csea, service, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("csea.archive.store.Archive._insert", full)
    monkeypatch.setattr("csea.collect.run.write_atomic", full)
    result = csea("collect", "--api", service.url, "--rate", 1000)
    assert (result.code, result.out, len(result.err.splitlines())) == (1, "", 1)
    assert "The disk is full" in result.err


def test_unknown_fields_are_reported(csea, service):
    service.fake.set_behaviour(Behaviour(unknown_field=True))
    result = csea("collect", "--api", service.url, "--rate", 1000)
    assert result.code == 0
    assert re.search(r"Fields that are not known \(kept as received\): summary_plain \(\d+\)", result.out)


def test_unknown_fields_end_a_strict_run(csea, service):
    service.fake.set_behaviour(Behaviour(unknown_field=True))
    result = csea("collect", "--api", service.url, "--rate", 1000, "--strict")
    assert result.code == 1
    assert "fields that are not known: summary_plain" in result.err


def test_a_rehearsed_import_says_what_is_new_and_writes_nothing(collected, tmp_path):
    path = tmp_path / "held.jsonl"
    lines = [
        json.dumps(record) for record in [RECORDS[0], {**RECORDS[1], "uuid": "new", "url": "https://a.example/new"}]
    ]
    path.write_text("\n".join([*lines, "not JSON"]), encoding="utf-8")
    result = collected("archive", "import", path, "--dry-run")
    assert result.err.startswith("held.jsonl (api): 1 known, 1 new")
    assert "line 3 is not JSON" in result.err
    assert json.loads(collected("archive", "info", "--json").out)["n_releases"] == 60


def test_info_says_what_is_held(collected):
    found = json.loads(collected("archive", "info", "--json").out)
    assert (found["n_releases"], found["n_versions"], found["walks"][0]["state"]) == (60, 60, "proved")


def test_info_without_an_archive_says_how_to_get_one(csea):
    result = csea("archive", "info")
    assert result.code == 2
    assert "`csea collect`" in result.err


def test_verify_finds_no_fault_in_what_was_collected(collected):
    assert collected("archive", "verify").out.startswith("No faults")


def test_export_writes_the_records_as_they_were_received(collected, tmp_path):
    collected("archive", "export", tmp_path / "out.jsonl")
    lines = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert sorted(map(json.loads, lines), key=lambda r: r["uuid"]) == sorted(RECORDS, key=lambda r: r["uuid"])


def test_export_to_an_unknown_format_is_wrong_usage(collected, tmp_path):
    assert collected("archive", "export", tmp_path / "out.xlsx").code == 2


def test_days_that_were_counted_become_an_input_of_the_build(collected, service, copy):
    collected("collect", "--api", service.url, "--rate", 1000, "--verify")
    collected("--root", copy, "archive", "coverage")
    rows = (copy / "data" / "inputs" / "coverage_days.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1].startswith("2009-01-05,9,9,0,,")
    assert collected("--root", copy, "build").code == 0
    published = (copy / "data" / "coverage_days.csv").read_text(encoding="utf-8").splitlines()
    assert published == rows


def test_an_empty_archive_has_no_day_to_count(csea, service):
    result = csea("collect", "--api", service.url, "--verify")
    assert (result.code, service.fake.log) == (2, [])
    assert "run `csea collect` first" in result.err


def test_full_and_verify_together_are_wrong_usage(csea):
    assert csea("collect", "--full", "--verify").code == 2


def test_a_second_process_says_who_holds_the_archive(csea, service, tmp_path):
    service.fake.set_behaviour(Behaviour(latency=(30, 30)))
    first = process(service, tmp_path, stderr=subprocess.PIPE)
    try:
        wait_for_request(service)
        result = csea("collect", "--api", service.url)
        assert result.code == 2
        assert f"in use by csea collect (update) (process {first.pid}" in result.err
    finally:
        first.kill()
        first.communicate()


def test_ctrl_c_stops_and_says_how_to_go_on(csea, service, tmp_path):
    service.fake.set_behaviour(Behaviour(latency=(30, 30)))
    started = process(service, tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    wait_for_request(service)
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=PATIENCE)
    assert started.returncode == 130
    assert "Stopped. What came is stored; the same command goes on from here." in err
    assert "Traceback" not in err


def wait_for_request(service):
    """Wait, without a fixed pause, until the service has been asked."""
    reader, writer = os.pipe()
    service.fake.on_request = lambda number: os.write(writer, b".")
    asked = service.fake.log or select.select([reader], [], [], PATIENCE)[0]
    service.fake.on_request = None
    assert asked, f"the service was not asked within {PATIENCE} seconds"


def test_on_a_terminal_a_bar_shows_rate_and_records(csea, service, monkeypatch):
    reader, writer = pty.openpty()
    with ThreadPoolExecutor(1) as pool:
        shown = pool.submit(lambda: b"".join(iter(lambda: read_terminal(reader), b"")))
        with os.fdopen(writer, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            csea("collect", "--api", service.url, "--rate", 1000)
    os.close(reader)
    assert b"60/60" in shown.result()
    assert b"/s" in shown.result()


def read_terminal(reader):
    try:
        return os.read(reader, 4096)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_without_a_terminal_no_bar_is_shown(csea, service):
    assert csea("collect", "--api", service.url, "--rate", 1000).err == ""
