"""From an answer to the archive: all of a page or nothing, and nothing dropped in silence."""

import json

import pytest

from csea.archive import Archive
from csea.archive.components import Components
from csea.archive.walks import Walk
from csea.collect.client import Answer
from csea.collect.intake import Intake, UnknownField, raw_json

AT = "2026-01-02T03:04:05Z"
REQUEST = "http://fake.test/api/v1/press_releases.json?page=3"
LONE = "half \ud800 a pair"


def record(number, /, **more):
    return {
        "uuid": f"0-{number}",
        "title": f"Quillhaven lake reopens {number}",
        "body": "<p>The lake is open.</p>",
        "date": "1368676800",
        "url": f"https://www.justice.gov/opa/pr/lake-{number}",
        **more,
    }


def answer(*results):
    return Answer(len(results), 50, list(results), REQUEST, AT)


def nested(depth):
    """A list in a list and so on."""
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.fixture
def archive(tmp_path):
    with Archive.writer(tmp_path / "archive", "test") as opened:
        yield opened


@pytest.fixture
def walk(archive):
    return Walk.start(archive, "full")


@pytest.fixture
def intake(archive, root):
    return Intake(archive, Components.read(root).of)


def n_rows(archive):
    """How much each table holds."""
    names = ("releases", "versions", "staged", "quarantine", "pages")
    return {name: archive.value(f"SELECT count(*) FROM {name}") for name in names}


def staged_rows(archive):
    """What is held and not yet in a part."""
    return [row for _, batch in archive.staged() for row in batch.to_pylist()]


def set_aside(archive):
    """The quarantine: what was received and why it is there."""
    return [
        (json.loads(row["raw"]), row["reason"]) for row in archive.sql.execute("SELECT raw, reason FROM quarantine")
    ]


class TestOneTransaction:
    def test_a_page_is_stored_and_noted(self, archive, intake, walk):
        intake.store(answer(record(1), record(2), None), walk, 3)
        assert n_rows(archive) == {"releases": 2, "versions": 2, "staged": 1, "quarantine": 1, "pages": 1}

    def test_an_error_in_the_middle_leaves_nothing(self, archive, intake, walk):
        def fail_at_third(component, url):
            if url.endswith("3"):
                raise RuntimeError("out of memory")
            return None, []

        intake.component_of = fail_at_third
        with pytest.raises(RuntimeError):
            intake.store(answer(record(1), None, record(3)), walk, 3)
        assert set(n_rows(archive).values()) == {0}

    def test_an_error_when_the_page_is_noted_leaves_nothing(self, archive, intake, walk, monkeypatch):
        def fail(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(walk, "note_page", fail)
        with pytest.raises(KeyboardInterrupt):
            intake.store(answer(record(1)), walk, 3)
        assert set(n_rows(archive).values()) == {0}

    def test_what_is_no_page_is_not_noted_as_one(self, archive, intake, walk):
        intake.store(answer(record(1)), walk)
        assert walk.pages_read() == set()

    def test_a_part_is_written_when_enough_is_staged(self, archive, intake, walk, monkeypatch):
        monkeypatch.setattr(archive, "flush", lambda: Archive.flush(archive, least=2))
        intake.store(answer(record(1), record(2)), walk, 3)
        assert (n_rows(archive)["versions"], n_rows(archive)["staged"]) == (2, 0)

    def test_repeats_on_a_page_are_noted(self, archive, intake, walk):
        intake.store(answer(record(1), record(2)), walk, 3)
        intake.store(answer(record(2), record(3)), walk, 4)
        assert archive.value("SELECT n_repeated FROM pages WHERE page = 4") == 1

    def test_the_request_is_kept_with_the_record(self, archive, intake, walk):
        intake.store(answer(record(1)), walk, 3)
        row = staged_rows(archive)[0]
        assert (row["source"], row["request"], f"{row['retrieved_at']:%Y-%m-%dT%H:%M:%SZ}") == ("doj_api", REQUEST, AT)


class TestQuarantine:
    @pytest.mark.parametrize(
        "odd, reason",
        [
            (None, "it is null, not an object"),
            ("not available", "it is a text, not an object"),
            ({"title": "Lake"}, "it has no uuid, no url, and not both a title and a date"),
            (record(2, date="soon"), "date is 'soon', neither seconds since 1970 nor an ISO date"),
            (record(2, body=["a"]), "body is a list, expected text"),
        ],
    )
    def test_what_is_no_record_is_kept_with_the_reason(self, archive, intake, walk, odd, reason):
        intake.store(answer(odd), walk, 3)
        [(received, found)] = set_aside(archive)
        assert received == odd
        assert found.startswith(reason)

    def test_the_rest_of_the_page_is_stored(self, intake, walk):
        added = intake.store(answer(record(1), None, record(3)), walk, 3)
        assert [item and item.outcome for item in added] == ["new", None, "new"]

    def test_reasons_are_counted(self, intake, walk):
        intake.store(answer(None, "text", 7, None), walk, 3)
        assert sum(intake.reasons.values()) == 4

    def test_the_same_again_is_nothing_new(self, archive, intake, walk):
        for page in (3, 4):
            intake.store(answer("text"), walk, page)
        assert (intake.counts["quarantined"], intake.counts["unchanged"]) == (1, 1)

    @pytest.mark.parametrize(
        "odd",
        [
            {"title": LONE},
            {"component": [{"name": LONE}]},
            {"topic": [{"name": LONE}]},
            {"attachment": LONE},
            {"new_field": LONE},
            {LONE: "new"},
            {"image": 2**70},
            {"image": nested(300)},
        ],
        ids=lambda odd: ascii(next(iter(odd))),
    )
    def test_what_no_file_can_hold_costs_one_record(self, archive, intake, walk, odd):
        added = intake.store(answer(record(1), record(2, **odd), record(3)), walk, 3)
        assert [item is None for item in added] == [False, True, False]
        assert [received for received, _ in set_aside(archive)] == [record(2, **odd)]

    @pytest.mark.parametrize("received", [None, {"a": LONE}, {"a": 2**70}, [1, "ä"]], ids=ascii)
    def test_raw_json_is_what_was_received(self, received):
        assert json.loads(raw_json(received)) == received


class TestUnknownFields:
    def test_are_counted_once_a_record(self, intake, walk):
        intake.store(answer(record(1, extra=1, more=2), record(2, extra=3), record(3)), walk, 3)
        assert intake.unknown_fields == {"extra": 2, "more": 1}

    def test_are_kept_as_received(self, archive, intake, walk):
        intake.store(answer(record(1, extra={"a": [1]})), walk, 3)
        assert json.loads(staged_rows(archive)[0]["rest"]) == {"extra": {"a": [1]}}

    def test_end_a_strict_run(self, intake, walk):
        intake.strict = True
        with pytest.raises(UnknownField, match="extra"):
            intake.store(answer(record(1, extra=1)), walk, 3)

    def test_end_a_strict_run_after_the_page_is_stored(self, archive, intake, walk):
        intake.strict = True
        with pytest.raises(UnknownField):
            intake.store(answer(record(1, extra=1), record(2)), walk, 3)
        assert n_rows(archive)["releases"] == 2
        assert walk.pages_read() == {3}

    def test_known_and_ignored_fields_end_no_strict_run(self, intake, walk):
        intake.strict = True
        intake.store(answer(record(1, image=[], attachment=[], topic="", number="")), walk, 3)
        assert intake.unknown_fields == {}


class TestUnknownComponents:
    def test_are_counted(self, intake, walk):
        named = [{"name": "Office of Lighthouses"}]
        intake.store(answer(record(1, component=named), record(2, component=named)), walk, 3)
        assert intake.unknown_components == {"Office of Lighthouses": 2}

    def test_known_ones_are_not(self, intake, walk):
        intake.store(answer(record(1, component=[{"name": "Criminal Division"}]), record(2, component=[])), walk, 3)
        assert intake.unknown_components == {}

    def test_give_no_code(self, archive, intake, walk):
        named = [{"name": "Office of Lighthouses"}]
        intake.store(answer(record(1, component=named, url="https://x.test/lake")), walk, 3)
        assert archive.value("SELECT component FROM releases") is None
