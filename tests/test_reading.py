"""Reading an archive: what stands in ``data/machine/`` afterwards, whatever the order in which releases came."""

import csv
import random
import re

import pytest

from csea.archive import Archive
from csea.archive.components import Components
from csea.archive.record import normal_address, read_record
from csea.build import check_inputs, read_into
from csea.cli.common import Bar
from csea.errors import Report
from csea.io import write_atomic
from csea.project import MACHINE, Project
from csea.register import address_key
from prosecutions import make_prosecutions
from remembering import remembering_coder

AT = "2026-01-01T00:00:00Z"
DULL = {
    "title": "Mill Owner Fined for Discharge",
    "body": "<p>ALDER FALLS - A mill owner was fined today for a discharge into a river.</p>",
    "date": "1500000000",
    "url": "https://www.justice.gov/usao-me/pr/mill-owner-fined-discharge",
}
CASE = {
    "title": "Man Pleads Guilty to Possessing Child Pornography",
    "body": "<p>ALDER FALLS - A man pleaded guilty today to possession of child pornography.</p>"
    "<p>He used Kik to trade files, according to court documents.</p>",
    "date": "1500000000",
    "url": "https://www.justice.gov/usao-me/pr/man-pleads-guilty-possessing-child-pornography",
}


def rows(root, name):
    with (root / "data" / "machine" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(autouse=True)
def remembering(request):
    """Most tests read the same releases; what coding them gives has tests of its own."""
    if "workers" in request.node.name:  # another process codes there
        yield
        return
    with remembering_coder():
        yield


@pytest.fixture(scope="module")
def prosecutions():
    """Invented releases by case, of a seed on which no rule was made, and the case of each address."""
    return make_prosecutions(250, seed=101)


@pytest.fixture
def emptied(copy):
    """A copy of the project in which no archive was read yet."""
    for name in MACHINE:
        path = copy / "data" / "machine" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    return copy


@pytest.fixture
def add(tmp_path, emptied):
    """A function that adds records to the archive of the test and gives its folder."""
    read = Components.read(emptied)
    folder = tmp_path / "cache" / "archive"

    def add_all(*records):
        with Archive.writer(folder, "a test") as archive, archive.transaction():
            for record in records:
                archive.add(read_record(record, read.of), "api", "page", AT)
        return folder

    return add_all


def read(root, folder, workers=1):
    report = Report()
    reading = read_into(Project.read(root), folder, report, workers, Bar(None))
    assert report.problems == []
    return reading


def test_release_in_scope_stands_in_the_file(emptied, add):
    read(emptied, add(CASE, DULL))
    assert [row["url"] for row in rows(emptied, "found_releases")] == [CASE["url"]]


def test_release_out_of_scope_is_counted(emptied, add):
    read(emptied, add(CASE, DULL))
    assert [(row["n_read"], row["n_in_scope"]) for row in rows(emptied, "readings")] == [("2", "1")]


def test_every_coding_names_its_rule_and_evidence(emptied, add):
    read(emptied, add(CASE))
    assert all(row["rule_id"] and row["span_sha256"] and row["end"] for row in rows(emptied, "found_codings"))


def test_second_reading_of_the_same_archive_does_nothing(emptied, add):
    folder = add(CASE)
    read(emptied, folder)
    assert read(emptied, folder).up_to_date


def test_edited_release_is_read_again(emptied, add):
    read(emptied, add(CASE))
    edited = {**CASE, "body": CASE["body"].replace("Kik", "Omegle"), "changed": "1600000000"}
    read(emptied, add(edited))
    platforms = {row["coded_value"] for row in rows(emptied, "found_codings") if row["variable"] == "platform"}
    assert platforms == {"omegle=used"}


def test_files_that_were_put_back_are_written_again(emptied, add):
    folder = add(CASE)
    read(emptied, folder)
    path = emptied / "data" / "machine" / "found_releases.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    read(emptied, folder)
    assert [row["url"] for row in rows(emptied, "found_releases")] == [CASE["url"]]


@pytest.mark.parametrize("n_written", [0, 1, 2, 3])
def test_reading_that_is_killed_between_two_files_is_done_again(emptied, add, monkeypatch, n_written):
    folder, written = add(CASE, DULL), []

    def write_or_die(target, data):
        if len(written) == n_written:
            raise KeyboardInterrupt
        written.append(target)
        return write_atomic(target, data)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("csea.reading.write_atomic", write_or_die)
        read(emptied, folder)
    read(emptied, folder)
    report = Report()
    check_inputs(Project.read(emptied), report)
    assert report.problems == []
    assert len(rows(emptied, "found_releases")) == 1


def test_rows_of_releases_that_the_archive_lacks_stay(emptied, add, tmp_path):
    read(emptied, add(CASE))
    other = tmp_path / "other" / "archive"
    with Archive.writer(other, "a test") as archive, archive.transaction():
        archive.add(read_record(DULL, Components.read(emptied).of), "api", "page", AT)
    read(emptied, other)
    assert [row["url"] for row in rows(emptied, "found_releases")] == [CASE["url"]]


def test_release_that_falls_out_of_scope_is_gone(emptied, add):
    read(emptied, add(CASE))
    read(emptied, add({**CASE, "title": DULL["title"], "body": DULL["body"], "changed": "1600000000"}))
    assert rows(emptied, "found_releases") == []


def test_title_that_may_hold_a_name_is_withheld(emptied, add):
    read(emptied, add({**CASE, "title": "Vantorel Pleads Guilty to Possessing Child Pornography"}))
    assert [(row["title"], row["title_withheld"]) for row in rows(emptied, "found_releases")] == [("", "true")]


def test_address_that_may_hold_a_name_is_withheld(emptied, add):
    read(emptied, add({**CASE, "url": CASE["url"].replace("man-", "vantorel-")}))
    assert [(row["url"], row["url_withheld"]) for row in rows(emptied, "found_releases")] == [("", "true")]


def test_empty_release_is_set_aside_with_a_reason(emptied, add):
    reading = read(emptied, add({**CASE, "body": ""}))
    assert list(reading.reasons) == ["it has no text besides a title"]


def test_two_workers_find_what_one_finds(emptied, add, monkeypatch):
    monkeypatch.setattr("csea.reading.FEW", 0)
    records, _ = make_prosecutions(30, seed=5)
    folder = add(*records)
    read(emptied, folder, workers=1)
    alone = [rows(emptied, name) for name in MACHINE]
    (emptied / "build" / "reading.json").unlink()
    read(emptied, folder, workers=2)
    assert [rows(emptied, name) for name in MACHINE] == alone


def test_files_are_the_same_in_whatever_order_releases_came(emptied, add, tmp_path, prosecutions):
    records = prosecutions[0][:100]
    read(emptied, add(*records))
    first = [rows(emptied, name) for name in MACHINE]
    shuffled = random.Random(1).sample(records, len(records))
    other = tmp_path / "shuffled" / "archive"
    with Archive.writer(other, "a test") as archive, archive.transaction():
        for record in shuffled:
            archive.add(read_record(record, Components.read(emptied).of), "api", "page", AT)
    read(emptied, other)
    assert [rows(emptied, name) for name in MACHINE] == first


def test_cases_found_in_texts_are_the_true_ones(emptied, add, prosecutions):
    """Pairwise F1 of at least 0.95, from the HTML of invented releases to the cases."""
    records, truth = prosecutions
    read(emptied, add(*records))
    cases = {row["key_sha256"]: row["case_key"] for row in rows(emptied, "found_releases") if row["case_key"]}
    true = {address_key(normal_address(url)): case for url, case in truth.items()}

    def pairs(groups):
        sizes = [groups.count(group) for group in set(groups)]
        return sum(size * (size - 1) // 2 for size in sizes)

    both = [(true[key], cases[key]) for key in true if key in cases]
    right, wanted, given = pairs(both), pairs(list(true.values())), pairs([cases[key] for key in true if key in cases])
    assert 2 * right / (wanted + given) >= 0.95


def test_no_name_and_no_docket_leaves_the_archive(emptied, add, prosecutions):
    records = prosecutions[0][-150:]
    read(emptied, add(*records))
    written = "".join((emptied / "data" / "machine" / f"{name}.csv").read_text(encoding="utf-8") for name in MACHINE)
    dockets = {match for record in records for match in re.findall(r"\d\d-[a-z]{2}-\d{5}", str(record["body"]))}
    assert dockets and not any(docket in written for docket in dockets)


def test_wrong_input_stops_the_reading_before_anything_is_written(emptied, add):
    path = emptied / "data" / "inputs" / "pair_decisions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "short,row\n", encoding="utf-8")
    folder, report = add(CASE), Report()
    read_into(Project.read(emptied), folder, report, 1, Bar(None))
    assert report.errors
    assert rows(emptied, "found_releases") == []


def test_what_reading_wrote_passes_the_checks_of_inputs(emptied, add):
    read(emptied, add(CASE, DULL))
    report = Report()
    check_inputs(Project.read(emptied), report)
    assert report.problems == []
