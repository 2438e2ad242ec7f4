"""Why a release has its values: the sentence of each, marked, and the release that was meant."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea import ROOT
from csea.archive import Archive
from csea.code.batch import coder_of
from csea.code.findings import Finding
from csea.code.keys import release_key
from csea.code.review.explain import add_published, explanation, facts_of, target_of, to_text
from csea.code.review.held import Reading, held_releases, read_release, row_of_text
from csea.code.review.highlight import Mark, marked
from csea.code.text import normal_text
from csea.errors import UsageError
from csea.register import Register, address_key
from invented import PLEA, RECORDS, TAXES, fill_archive

CODER = coder_of(ROOT)
ORDER = ["release_kind", "platform", "origin"]
TEXT = "A Title\nThe first sentence is here. The second names Kik there."


def reading(*findings):
    return Reading(TEXT, True, list(findings))


def finding(words, variable="platform", value="kik=used"):
    start = TEXT.index(words)
    return Finding(variable, value, "platforms.used", start, start + len(words), "high")


def test_a_fact_has_the_whole_sentence_with_the_evidence_marked():
    (fact,) = facts_of(reading(finding("Kik")), ORDER)
    assert fact.shown(terminal=False) == "The second names [[Kik]] there."
    assert fact.shown(terminal=True) == "The second names \x1b[1mKik\x1b[0m there."


def test_evidence_over_two_sentences_has_both():
    (fact,) = facts_of(reading(finding("here. The second")), ORDER)
    assert fact.shown(terminal=False) == "The first sentence is [[here. The second]] names Kik there."


def test_facts_stand_in_the_order_of_the_variables():
    found = facts_of(reading(finding("Kik"), finding("Title", "release_kind", "plea")), ORDER)
    assert [fact.variable for fact in found] == ["release_kind", "platform"]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=5))
def test_marking_takes_no_character_away(text, spans):
    text = text.replace("[", "").replace("]", "")
    shown = marked(text, [Mark(*span) for span in spans], terminal=False)
    assert shown.replace("[[", "").replace("]]", "") == text


REGISTER = Register(
    pd.DataFrame(
        [
            ("r0000001", address_key(PLEA["url"]), "0.1.0", "active", None),
            ("r0000002", "b" * 64, "0.1.0", "merged", "r0000001"),
        ],
        columns=["id", "key_sha256", "issued_in", "state", "forwards_to"],
    ),
    "r{:07d}",
)


@pytest.mark.parametrize(
    "asked",
    ["r0000001", " R0000001 ", PLEA["url"], PLEA["url"].replace("https://www.", "http://") + "/?page=2", "r0000002"],
)
def test_a_release_is_named_by_id_or_address_also_by_an_id_that_was_merged(asked):
    assert target_of(asked, REGISTER).key == address_key(PLEA["url"])


def test_a_release_is_named_by_uuid():
    assert target_of(PLEA["uuid"].upper(), REGISTER).uuid == PLEA["uuid"]


@pytest.mark.parametrize("asked", ["r9999999", "r12", "Lexington", ""])
def test_what_names_no_release_is_refused_in_words(asked):
    with pytest.raises(UsageError):
        target_of(asked, REGISTER)


def test_a_release_without_address_has_the_key_of_its_uuid():
    assert release_key(None, "AB") == release_key("", "ab") != release_key(None, None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    cache = tmp_path_factory.mktemp("explained")
    unaddressed = {**PLEA, "uuid": "00000000-0000-4000-8000-000000000009", "url": ""}
    with Archive.reader(fill_archive(ROOT, [*RECORDS, unaddressed], cache)) as opened:
        yield opened


def test_releases_are_found_by_key_and_by_uuid(archive):
    found = held_releases(archive, [address_key(TAXES["url"])], [PLEA["uuid"]])
    assert [held.row["title"] for held in found] == [PLEA["title"], TAXES["title"]]
    (held,) = held_releases(archive, [release_key(None, "00000000-0000-4000-8000-000000000009")])
    assert (held.row["address"], held.day.isoformat()) == (None, "2019-05-06")


def test_releases_are_found_in_parts_too(tmp_path):
    folder = fill_archive(ROOT, RECORDS, tmp_path)
    with Archive.writer(folder, "test") as archive:
        archive.flush(1)
    with Archive.reader(folder) as archive:
        assert archive.n_staged() == 0
        (held,) = held_releases(archive, [address_key(PLEA["url"])])
    assert held.row["title"] == PLEA["title"]


def test_an_edited_release_is_read_in_its_current_version(tmp_path):
    edited = {**PLEA, "title": "Another Title", "changed": "1700000000"}
    with Archive.reader(fill_archive(ROOT, [PLEA, edited], tmp_path)) as archive:
        (held,) = held_releases(archive, [address_key(PLEA["url"])])
    assert held.row["title"] == "Another Title"


def test_the_rules_find_the_platform_of_an_archived_release(archive):
    (held,) = held_releases(archive, [address_key(PLEA["url"])])
    found = explanation(read_release(CODER, held.row), ORDER)
    assert found.in_scope
    assert {fact.value for fact in found.facts if fact.variable == "platform"} == {"kik=used"}
    assert "[[Kik]]" in to_text(found, terminal=False)


def test_a_release_out_of_scope_says_so(archive):
    (held,) = held_releases(archive, [address_key(TAXES["url"])])
    found = explanation(read_release(CODER, held.row), ORDER)
    assert (found.in_scope, found.facts) == (False, [])
    assert "Out of scope" in to_text(found, terminal=False)


def test_a_text_without_a_body_is_set_aside_with_the_reason():
    found = explanation(read_release(CODER, row_of_text("Only a title")), ORDER)
    assert "Not coded: it has no text besides a title." in to_text(found, terminal=False)


@pytest.mark.parametrize("title", ["A & B", "Plain", "Tom &amp; Co"])
def test_plain_text_is_read_as_it_stands(title):
    text = f"{title}\nFirst line & more.\nSecond line."
    row = row_of_text(text)
    again = normal_text(row["title"], row["body"])
    assert again.splitlines()[1:] == ["First line & more.", "Second line."]
    assert again.startswith(title.replace("&amp;", "&"))


def test_the_normal_text_of_a_release_is_its_own_normal_form():
    text = normal_text(PLEA["title"], PLEA["body"])
    row = row_of_text(text)
    assert normal_text(row["title"], row["body"]) == text


def test_a_persons_values_and_the_case_are_told():
    found = explanation(reading(finding("Kik")), ORDER)
    codings = pd.DataFrame(
        [("r0000001", "origin", "undercover", "human"), ("r0000001", "origin", "public_tip", "machine")],
        columns=["release_id", "variable", "coded_value", "coder"],
    )
    links = pd.DataFrame(
        [("c000001", "r0000001", "same_defendant", 0.9), ("c000001", "r0000002", "same_defendant", 0.9)],
        columns=["case_id", "release_id", "method", "score"],
    )
    add_published(found, "r0000001", codings, links)
    text = to_text(found, terminal=False)
    assert "origin: undercover (human)" in text
    assert "public_tip" not in text
    assert "Case c000001: 2 release(s), linked by same_defendant, score 0.9." in text
