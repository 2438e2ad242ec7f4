"""Evidence is checked against the archive: right spans pass; wrong, edited and missing ones are told apart."""

import pytest

from csea import ROOT
from csea.archive import Archive
from csea.code.keys import release_key
from csea.code.review.evidence import FIRST_ROW, verify
from csea.project import Project
from invented import PLEA, RECORDS, SENTENCE, fill_archive, write_found


@pytest.fixture(scope="module")
def found(copy_to, tmp_path_factory):
    """Files written from an archive of two releases in scope, and the archive's folder."""
    root, cache = copy_to(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("cache")
    folder = fill_archive(ROOT, RECORDS, cache)
    frames = write_found(root, Project.read(ROOT).inputs, cache)
    return frames["found_releases"], frames["found_codings"], folder


def check(releases, codings, folder):
    with Archive.reader(folder) as archive:
        return verify(releases, codings, archive)


def of(codings, record):
    return codings["key_sha256"] == release_key(record["url"], record["uuid"])


def test_what_coding_wrote_has_its_evidence(found):
    releases, codings, folder = found
    result = check(releases, codings, folder)
    assert (result.n_releases, result.n_right, result.n_wrong) == (2, len(codings), 0)
    assert result.exit_code(strict=True) == 0
    assert result.to_text() == f"{len(codings)} of {len(codings)} codings of 2 releases have their evidence."


@pytest.mark.parametrize(
    "column, value", [("span_sha256", "0" * 64), ("start", "0"), ("end", "99999999"), ("start", None)]
)
def test_a_wrong_span_is_a_fault_with_its_line(found, column, value):
    releases, codings, folder = found
    broken = codings.copy()
    place = len(broken) - 1
    broken.loc[place, column] = value
    result = check(releases, broken, folder)
    (problem,) = result.problems
    assert (problem.line, problem.column, problem.severity) == (place + FIRST_ROW, "span_sha256", "error")
    assert (result.n_right, result.exit_code(strict=False)) == (len(codings) - 1, 1)


def test_rows_may_stand_in_any_order(found):
    releases, codings, folder = found
    shuffled = codings.sample(frac=1, random_state=1).reset_index(drop=True)
    assert check(releases, shuffled, folder).n_right == len(codings)


def test_an_edited_release_is_held_against_the_version_that_was_coded(found, tmp_path):
    releases, codings, _ = found
    edited = {**PLEA, "body": PLEA["body"] + "<p>A further word.</p>", "changed": "1700000000"}
    result = check(releases, codings, fill_archive(ROOT, [*RECORDS, edited], tmp_path))
    assert (result.n_edited, result.n_changed, result.n_right) == (1, 0, len(codings))
    assert "edited since" in result.to_text()


def test_an_edited_release_whose_coded_version_is_not_here_is_reported_and_no_fault(found, tmp_path):
    releases, codings, _ = found
    edited = {**PLEA, "body": PLEA["body"] + "<p>A further word.</p>"}
    result = check(releases, codings, fill_archive(ROOT, [edited, SENTENCE], tmp_path))
    assert (result.n_changed, result.n_wrong) == (1, 0)
    assert result.n_unchecked == of(codings, PLEA).sum()
    assert (result.exit_code(strict=False), result.exit_code(strict=True)) == (0, 1)


def test_a_release_that_the_archive_does_not_hold_is_reported(found, tmp_path):
    releases, codings, _ = found
    result = check(releases, codings, fill_archive(ROOT, [SENTENCE], tmp_path))
    assert (result.n_missing, result.n_right) == (1, of(codings, SENTENCE).sum())
    assert "1 releases are not in the archive" in result.to_text()


def test_a_text_of_another_form_is_not_checked_and_said_so(found):
    releases, codings, folder = found
    result = check(releases.assign(text_form="csea-text-0"), codings, folder)
    assert (result.n_right, dict(result.other_forms)) == (0, {"csea-text-0": 2})
    assert "csea-text-0" in result.to_text()


def test_nothing_to_check_is_no_fault(found):
    releases, codings, folder = found
    result = check(releases.iloc[:0], codings.iloc[:0], folder)
    assert (result.n_codings, result.exit_code(strict=True)) == (0, 0)


def test_progress_is_told_release_by_release(found):
    releases, codings, folder = found
    told = []
    with Archive.reader(folder) as archive:
        verify(releases, codings, archive, told.append)
    assert sum(told) == len(RECORDS)
