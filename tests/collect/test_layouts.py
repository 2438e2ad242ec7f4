"""Files that people already hold: every record comes back, and what is none says where and why."""

import contextlib
import csv
import gzip
import json
import tracemalloc
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.collect import layouts, lines, rows
from csea.collect.layouts import Item, layout_of, read_items
from csea.errors import UsageError

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
SAMPLES = SHARED / "samples" / "doj_api_first_100.jsonl"

REDUCED = {"title": "Lake reopens", "body": "<p>The lake is open.</p>", "date": "1368676800", "url": "https://x.test/a"}
FULL = {
    "uuid": "0-1",
    "vuuid": "0-2",
    **REDUCED,
    "teaser": "",
    "created": '<time datetime="2025-02-05T12:37:10-05:00">1738777030</time>\n',
    "changed": "1738777030",
    "component": [{"uuid": "0-3", "name": "USAO - Kentucky, Western"}],
    "topic": "",
    "attachment": [],
    "image": [],
    "number": "12-919",
}
OLD = {
    "id": "16-919",
    "title": "Lake reopens",
    "contents": "The lake is open.",
    "date": "2014-11-25T00:00:00-05:00",
    "topics": ["Lakes"],
    "components": ["National Security Division (NSD)", "Tax Division"],
}
HEADER = '"body","changed","created","date","teaser","title","url","uuid","vuuid","name"\n'
ROW = (
    '"Open.","2025-02-05","2025-02-05","2025-02-04",NA,"Lake ""A"" reopens","https://x.test/a",'
    '"0-1","0-2","Tax Division"\n'
)


@pytest.fixture
def file(tmp_path):
    """Writes a file of that content and gives its path."""

    def write(content, name="held"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def json_lines(*values):
    return "".join(json.dumps(value) + "\n" for value in values)


def read(path):
    return list(read_items(path, layout_of(path)))


def records(path):
    items = read(path)
    assert [(item.raw, item.reason) for item in items] == [(b"", "")] * len(items)
    return [item.record for item in items]


def refusal(path):
    with pytest.raises(UsageError) as caught:
        layout_of(path)
    message = str(caught.value)
    assert str(path) in message and "xpected" in message and message.endswith(".") and "\n" not in message
    return message


class TestLayoutOf:
    @pytest.mark.parametrize(
        "content, layout",
        [
            (json_lines(REDUCED), "api"),
            (json_lines(FULL), "api"),
            (json_lines({"metadata": {}, "results": [FULL]}), "api"),
            (json_lines({"metadata": {}, "results": []}), "api"),
            (json_lines(OLD), "collection_2018"),
            (HEADER, "usdoj_r"),
            (HEADER + ROW, "usdoj_r"),
            ('"",' + HEADER, "usdoj_r"),
            (HEADER.replace('"', ""), "usdoj_r"),
            ("\ufeff" + json_lines(REDUCED), "api"),
            ("\ufeff" + HEADER, "usdoj_r"),
            ("\r\n \n" + json_lines(OLD), "collection_2018"),
            ("\n" + HEADER, "usdoj_r"),
            ('{"title": "cut\n' + json_lines(REDUCED), "api"),
            (b"\xff\n" + json_lines(REDUCED).encode(), "api"),
            (json_lines({"note": "a, b"}, REDUCED), "api"),
        ],
    )
    def test_is_told_from_the_content(self, file, content, layout):
        assert layout_of(file(content)) == layout

    @pytest.mark.parametrize(
        "content, found",
        [
            ("", "an empty file"),
            ("\ufeff\n \n", "an empty file"),
            (b"\x89PNG\0\0", "binary data or UTF-16, with NUL bytes"),
            (json_lines(REDUCED).encode("utf-16"), "binary data or UTF-16, with NUL bytes"),
            ("Notes on lakes\nand hills\n", "neither JSON Lines nor CSV"),
            ("<html>\n", "neither JSON Lines nor CSV"),
            (b"caf\xe9\n", "neither JSON Lines nor CSV"),
            ("lake,depth\n1,2\n", "the columns lake, depth"),
            ('"body","title"\n', "the columns body, title"),
            ("column,".join(map(str, range(99))), "the columns 0column, 1column, 2column, 3column"),
            ('{"lake": 1, "depth": 2}\n', "JSON objects with the fields lake, depth"),
            (json.dumps([REDUCED]), "JSON that is not one object a line"),
            (json.dumps(REDUCED, indent=1), "JSON that is not one object a line"),
            (
                "title,body,date,url,url\n",
                "columns without a name or of the same name among title, body, date, url, url",
            ),
            ("title,body,,date,url\n", 'columns without a name or of the same name among title, body, "", date, url'),
            (gzip.compress(json_lines(REDUCED).encode(), mtime=0)[:12], "unpacked"),
            (b"\x1f\x8bnothing", "cannot be read"),
        ],
    )
    def test_unknown_file_is_refused_in_one_sentence(self, file, content, found):
        assert found in refusal(file(content))

    def test_missing_file(self, tmp_path):
        assert "no such file" in refusal(tmp_path / "none.jsonl")

    def test_folder(self, tmp_path):
        assert "a folder" in refusal(tmp_path)

    def test_unknown_layout_is_refused_at_once(self, file):
        with pytest.raises(KeyError):
            read_items(file(HEADER), "usdoj")

    def test_each_layout_is_described(self):
        assert set(layouts.LAYOUTS) == {"api", "collection_2018", "usdoj_r"}


class TestApi:
    def test_records_pass_through_unchanged(self, file):
        assert records(file(json_lines(REDUCED, FULL, {**FULL, "more": None}))) == [
            REDUCED,
            FULL,
            {**FULL, "more": None},
        ]

    def test_whole_answers_give_their_records(self, file):
        answer = {"metadata": {"resultset": {"count": "2"}}, "results": [FULL, REDUCED]}
        items = read(file(json_lines(REDUCED, answer, REDUCED)))
        assert [(item.line, item.record) for item in items] == [(1, REDUCED), (2, FULL), (2, REDUCED), (3, REDUCED)]

    def test_results_that_are_no_records(self, file):
        items = read(file(json_lines({"results": [REDUCED, 7]}, {"results": {"0": REDUCED}})))
        assert [item.reason for item in items] == [
            "",
            "line 1 has a result that is not a JSON object",
            "line 2 is an answer whose results are not a list",
        ]
        assert items[1].raw == b"7"

    def test_packed_file(self, file):
        assert records(file(gzip.compress(json_lines(REDUCED, FULL).encode()), "held.jsonl.gz")) == [REDUCED, FULL]

    def test_last_line_needs_no_line_end(self, file):
        assert records(file(json_lines(REDUCED, FULL).rstrip("\n"))) == [REDUCED, FULL]

    def test_line_ends_of_windows_and_byte_order_mark(self, file):
        assert records(file("\ufeff" + json_lines(REDUCED, FULL).replace("\n", "\r\n"))) == [REDUCED, FULL]

    def test_blank_lines_count_but_give_nothing(self, file):
        assert [item.line for item in read(file("\n" + json_lines(REDUCED) + "\r\n \n" + json_lines(FULL)))] == [2, 5]

    @pytest.mark.parametrize(
        "bad, reason",
        [
            (b'{"title": "cut', "line 2 is not JSON: Unterminated string starting at character 11"),
            (b"<html>", "line 2 is not JSON: Expecting value at character 1"),
            (b'{"title": NaN}', "line 2 is not JSON: NaN is not a number in JSON"),
            (b'{"title": "a\x01b"}', "line 2 is not JSON: Invalid control character at character 13"),
            (b'{"title": "caf\xe9"}', "line 2 is not UTF-8: byte 15 is wrong"),
            (b'{"title": "\xed\xa0\x80"}', "line 2 is not UTF-8: byte 12 is wrong"),
            (
                b'{"title": "\\ud800"}',
                "line 2 holds what cannot be stored: str is not valid UTF-8: surrogates not allowed",
            ),
            (b'{"title": "\\udc00 \\ud800", "body": ""}', "line 2 holds what cannot be stored: str is not valid UTF-8"),
            (b'{"title": ' + b"[" * 300 + b"]" * 300 + b"}", "line 2 holds what cannot be stored: Recursion limit"),
            (b"[" * 99_999, "line 2 is not JSON: "),
            (b'{"title": ' + b"1" * 5000 + b"}x", "line 2 is not JSON: "),
            (b'["title"]', "line 2 is not a JSON object"),
            (b"null", "line 2 is not a JSON object"),
        ],
    )
    def test_bad_line_is_handed_back_and_the_reading_goes_on(self, file, bad, reason):
        items = read(file(json_lines(REDUCED).encode() + bad + b"\r\n" + json_lines(FULL).encode()))
        assert [items[0], items[2]] == [Item(1, REDUCED, b"", ""), Item(3, FULL, b"", "")]
        assert (items[1].line, items[1].record, items[1].raw) == (2, None, bad)
        assert items[1].reason.startswith(reason)

    def test_pair_of_surrogates_is_a_letter(self, file):
        assert records(file(json_lines({**REDUCED, "title": "\U0001f30a"})))[0]["title"] == "\U0001f30a"

    def test_packed_file_that_ends_early_says_so(self, file):
        whole = b"".join(orjson.dumps({**REDUCED, "number": str(hash((n,)))}) + b"\n" for n in range(20_000))
        items = read(file(gzip.compress(whole)[:-2000]))
        assert all(item.record for item in items[:-1]) and len(items) > 1000
        assert items[-1].record is None and "and what follows cannot be unpacked" in items[-1].reason


class TestCollection2018:
    def test_fields_get_the_names_of_the_api(self, file):
        assert records(file(json_lines(OLD))) == [
            {
                "number": "16-919",
                "title": "Lake reopens",
                "body": "The lake is open.",
                "date": "2014-11-25T00:00:00-05:00",
                "topic": [{"name": "Lakes"}],
                "component": [{"name": "National Security Division (NSD)"}, {"name": "Tax Division"}],
            }
        ]

    def test_other_fields_keep_their_names_and_odd_values_stay(self, file):
        odd = {**OLD, "id": None, "topics": [], "components": None, "more": [1]}
        record = records(file(json_lines(odd)))[0]
        assert {name: record[name] for name in ("number", "topic", "component", "more")} == {
            "number": None,
            "topic": [],
            "component": None,
            "more": [1],
        }

    def test_nothing_is_overwritten(self, file):
        record = records(file(json_lines({**OLD, "body": "Another text."})))[0]
        assert (record["body"], record["contents"]) == ("Another text.", "The lake is open.")


class TestDataFrame:
    def test_cells_become_fields_and_missing_ones_are_left_out(self, file):
        assert records(file(HEADER + ROW)) == [
            {
                "body": "Open.",
                "changed": "2025-02-05",
                "created": "2025-02-05",
                "date": "2025-02-04",
                "title": 'Lake "A" reopens',
                "url": "https://x.test/a",
                "uuid": "0-1",
                "vuuid": "0-2",
                "component": [{"name": "Tax Division"}],
            }
        ]

    @pytest.mark.parametrize("missing", ["NA", '"NA"', "", '""', '"character(0)"'])
    def test_missing_component(self, file, missing):
        assert "component" not in records(file(HEADER + ROW.replace('"Tax Division"', missing)))[0]

    @pytest.mark.parametrize("name", ['""', '"X"', '"rownames"', '"...1"'])
    def test_row_numbers_are_dropped(self, file, name):
        numbered = records(file(f'{name},{HEADER}"1",{ROW}'))
        assert numbered == records(file(HEADER + ROW))

    def test_other_columns_keep_their_names(self, file):
        record = records(file("title,body,date,url,X,component,name\na,b,c,d,e,f,g\n"))[0]
        assert record == {"title": "a", "body": "b", "date": "c", "url": "d", "X": "e", "component": "f", "name": "g"}

    def test_line_is_where_the_row_starts(self, file):
        long = ROW.replace("Open.", "Open,\r\n\r\nfrom \r now\n")
        items = read(file(HEADER + long + "\n" + ROW))
        assert [item.line for item in items] == [2, 7]
        assert items[0].record["body"] == "Open,\r\n\r\nfrom \r now\n"

    @pytest.mark.parametrize(
        "bad, reason",
        [
            (b'"a","b"', "line 3 starts a row of 2 cells, expected 10"),
            (ROW.encode().strip() + b',"more"', "line 3 starts a row of 11 cells, expected 10"),
            (ROW.encode().strip().replace(b"Open.", b"caf\xe9"), "line 3 is not UTF-8: byte 5 is wrong"),
            (
                b'"two\nlines \xe9\n"' + ROW.encode().strip()[7:],
                "line 3 starts a row whose line 4 is not UTF-8: byte 7 is wrong",
            ),
            (b'"a"b,' + ROW.encode().strip(), "line 3 starts a row that is not CSV: ',' expected after '\"'"),
        ],
    )
    def test_bad_row_is_handed_back_and_the_reading_goes_on(self, file, bad, reason):
        items = read(file((HEADER + ROW).encode() + bad + b"\r\n" + ROW.encode()))
        assert [item.record is None for item in items] == [False, True, False]
        assert (items[1].line, items[1].raw, items[1].reason) == (3, bad, reason)
        assert items[2].line == 4 + bad.count(b"\n")

    def test_lost_quote_costs_rows_but_is_not_silent(self, file):
        items = read(file(HEADER + ROW + '"never closed\n' + "a\n" * 3))
        assert [item.line for item in items] == [2, 3]
        assert items[1].reason == "line 3 starts a row that is not CSV: unexpected end of data"
        assert items[1].raw == b'"never closed\na\na\na'

    def test_body_of_megabytes(self, file):
        before = csv.field_size_limit()
        assert len(records(file(HEADER + ROW.replace("Open.", "a\n" * 2**20)))[0]["body"]) == 2**21
        assert csv.field_size_limit() == before

    def test_packed_file(self, file):
        assert records(file(gzip.compress((HEADER + ROW).encode()), "held.csv.gz")) == records(file(HEADER + ROW))

    @pytest.mark.parametrize("header", ["title,body\n", "", '"title', "title,body,date,url,url\n"])
    def test_unusable_header_is_refused_when_read(self, file, header):
        path = file(header + "a,b\n" if header else '"\n')
        with pytest.raises(UsageError, match="no known layout"):
            list(read_items(path, "usdoj_r"))


class TestLongLines:
    @pytest.fixture(autouse=True)
    def short(self, monkeypatch):
        monkeypatch.setattr(lines, "LONGEST", 1000)
        monkeypatch.setattr(lines, "KEPT", 10)
        monkeypatch.setattr(rows, "LONGEST", 1000)
        monkeypatch.setattr(rows, "KEPT", 10)

    @pytest.mark.parametrize("size", [1001, 2000, 2001, 2002, 5000])
    def test_json_line(self, file, size):
        long = json.dumps({"title": "a" * size})
        items = read(file(json_lines(REDUCED) + long + "\n" + json_lines(FULL)))
        assert [item.record for item in items] == [REDUCED, None, FULL]
        assert (items[1].line, items[1].raw, items[2].line) == (2, long[:10].encode(), 3)
        assert items[1].reason == "line 2 is longer than 1000 bytes"

    def test_line_of_just_the_limit_is_read(self, file):
        line = json_lines({**REDUCED, "title": "a" * (1000 - len(json_lines({**REDUCED, "title": ""})))})
        assert len(line) == 1000
        assert len(records(file(line * 2))) == 2

    def test_csv_line(self, file):
        items = read(file(HEADER + ROW.replace("Open.", "a" * 3000) + ROW))
        assert [item.record is None for item in items] == [True, False]
        assert (items[0].raw, items[0].reason) == (b'"aaaaaaaaa', "line 2 is longer than 1000 bytes")

    def test_csv_row_of_many_lines(self, file):
        items = read(file(HEADER + ROW.replace("Open.", "a\n" * 600) + ROW))
        assert (items[0].line, items[0].raw) == (2, b'"a\na\na\na\na')
        assert items[0].reason == "line 2 starts a row longer than 1000 bytes"
        assert (items[-1].line, items[-1].record is None) == (603, False)


@pytest.mark.parametrize("kind", ["api", "usdoj_r"])
def test_memory_does_not_grow_with_the_file(file, kind):
    line = json_lines({**FULL, "body": "a" * 1000}) if kind == "api" else ROW.replace("Open.", ("a" * 199 + "\n") * 5)
    path = file((HEADER if kind == "usdoj_r" else "") + line * 5000)
    tracemalloc.start()
    assert sum(item.record is not None for item in read_items(path, layout_of(path))) == 5000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 5


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAMED = st.fixed_dictionaries({"uuid": TEXT, "name": TEXT})
RECORDS = st.fixed_dictionaries(
    {"title": TEXT, "body": TEXT, "date": TEXT, "url": TEXT},
    optional={
        "component": st.lists(NAMED, max_size=3) | NAMED | st.just(""),
        "topic": st.lists(NAMED, max_size=3) | TEXT,
        "number": TEXT | st.none(),
        "image": st.lists(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    },
)


@given(
    values=st.lists(RECORDS, min_size=1, max_size=5), plain=st.booleans(), end=st.sampled_from(["\n", "\r\n", "\n\n"])
)
def test_any_records_come_back_equal(values, plain, end, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "records.jsonl"
    path.write_bytes("".join(json.dumps(value, ensure_ascii=plain) + end for value in values).encode())
    assert records(path) == values


COLUMNS = ["body", "changed", "created", "date", "teaser", "title", "url", "uuid", "vuuid", "name"]
CELL = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(["NA", "", '"', "a\r\nb", "\r", "\n\n", ","])


@given(
    frame=st.lists(st.lists(CELL, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=5),
    numbered=st.booleans(),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_data_frame_comes_back_with_the_same_cells(frame, numbered, end, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "frame.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end)
        writer.writerow([*[""] * numbered, *COLUMNS])
        writer.writerows([*[str(number)] * numbered, *row] for number, row in enumerate(frame, 1))
    found = [{**record} for record in (item.record for item in read_items(path, "usdoj_r"))]
    for record in found:
        if "component" in record:
            record["name"] = record.pop("component")[0]["name"]
    missing = ("", "NA", "character(0)")
    assert found == [{c: cell for c, cell in zip(COLUMNS, row, strict=True) if cell not in missing} for row in frame]


@given(content=st.binary(max_size=300))
def test_nothing_but_wrong_usage_is_raised_for_any_bytes(content, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any"
    for layout, start in (("api", b""), ("collection_2018", b""), ("usdoj_r", HEADER.encode())):
        path.write_bytes(start + content)
        for item in read_items(path, layout) if not content.startswith(b"\x1f\x8b") else ():
            assert (item.record is None) == bool(item.reason) and item.line > 0
    with contextlib.suppress(UsageError):
        layout_of(path)


def test_real_samples_are_read_unchanged():
    if not SAMPLES.is_file():
        pytest.skip(f"skipped: the first 100 real records, {SAMPLES}, which is not there")
    written = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    assert len(written) == 100
    assert records(SAMPLES) == written
