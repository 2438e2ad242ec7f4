"""A batch in gives a batch out, row for row, whatever the rows hold; a coder gives the same anywhere."""

import hashlib
import pickle

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from releases import CASE, NAMED, OUT_OF_SCOPE, PROGRAM, ROWS, batch

from csea.code.batch import CODED, LONGEST, coder_of, text_sha256
from csea.code.text import normal_text

RESULTS = [name for name in CODED.names if name not in ("release_no", "in_scope", "set_aside")]


@pytest.fixture(scope="module")
def coder(root):
    return coder_of(root)


@pytest.fixture(scope="module")
def code(coder):
    """A function that codes rows and gives them back as dicts."""
    return lambda *rows: coder(batch(rows)).to_pylist()


def found(row, variable):
    return [finding["value"] for finding in row["findings"] if finding["variable"] == variable]


def test_each_row_gives_a_row_in_the_same_order(coder):
    coded = coder(batch([OUT_OF_SCOPE, CASE, PROGRAM, OUT_OF_SCOPE, NAMED, CASE], first=40))
    assert coded.schema == CODED
    assert coded.column("release_no").to_pylist() == [40, 41, 42, 43, 44, 45]
    assert coded.column("in_scope").to_pylist() == [False, True, True, False, True, True]


def test_a_row_does_not_depend_on_its_neighbours(code):
    together = code(*ROWS, *reversed(ROWS))
    for row, given_row in zip(together, [*ROWS, *reversed(ROWS)], strict=True):
        alone = code(given_row)[0]
        assert row | {"release_no": 1} == alone


def test_an_empty_batch_gives_an_empty_batch(coder):
    coded = coder(batch([]))
    assert (coded.num_rows, coded.schema) == (0, CODED)


def test_columns_may_stand_in_another_order_and_be_more(coder):
    rows = batch(ROWS)
    more = rows.append_column("other", pa.nulls(len(ROWS), pa.string()))
    assert coder(more.select([*reversed(more.schema.names)])).equals(coder(rows))


def test_the_batch_that_went_in_is_unchanged(coder):
    rows = batch(ROWS)
    coder(rows)
    assert rows.equals(batch(ROWS))


def test_what_a_release_says_is_found(code):
    row = code(CASE)[0]
    assert found(row, "release_kind") == ["sentence"]
    assert found(row, "is_child_exploitation") == ["true"]
    assert found(row, "platform") == ["kik=used"]
    assert found(row, "statute") == ["18-usc-2252a-a-2"]
    assert found(row, "sentence_months") == ["120"]
    assert (row["has_title"], row["text_chars"]) == (True, len(normal_text(*CASE[:2])))


def test_evidence_is_hashed_as_it_stands_in_the_normal_text(code):
    for given_row in (CASE, NAMED, PROGRAM):
        row, text = code(given_row)[0], normal_text(*given_row[:2])
        assert row["text_sha256"] == text_sha256(text) == hashlib.sha256(text.encode()).hexdigest()
        for finding in row["findings"]:
            assert 0 <= finding["start"] <= finding["end"] <= len(text)
            assert finding["span_sha256"] == text_sha256(text[finding["start"] : finding["end"]])
            assert finding["confidence"] in ("high", "medium", "low")
            assert finding["rule"]


def test_a_release_out_of_scope_carries_nothing(code):
    row = code(OUT_OF_SCOPE)[0]
    assert (row["in_scope"], row["set_aside"]) == (False, None)
    assert [row[name] for name in RESULTS] == [None] * len(RESULTS)


def test_dockets_names_and_wording_belong_to_criminal_cases_alone(code):
    case, named, program = code(CASE, NAMED, PROGRAM)
    assert case["dockets"] == ["1:19-cr-00123"]
    assert (named["dockets"], named["defendants"]) == (["20-cr-00055"], ["brabe cordock"])
    assert named["wording"]
    assert found(program, "is_criminal_case") == ["false"]
    assert [program[name] for name in ("dockets", "defendants", "wording")] == [None] * 3


def test_a_title_or_address_that_may_hold_a_name_is_not_shown(code):
    shown = code(CASE)[0]
    hidden = code(
        ("Cordock Sentenced for Receipt of Child Pornography", CASE[1], "https://www.justice.gov/pr/brabe", None)
    )[0]
    assert shown["known_title"] == CASE[0].replace("Ostley", "Ostley") or shown["known_title"] is None
    assert (hidden["has_title"], hidden["known_title"], hidden["known_address"]) == (True, None, None)


def long_body(word, length):
    return word * (length // len(word))


BAD = {
    "an empty body": ("A Title", "", None, None),
    "no body": ("A Title", None, None, None),
    "neither title nor body": (None, None, None, None),
    "blanks": (" ", "<p> &nbsp;</p>\n", None, None),
    "a body of pictures": ("A Title", "<p><img src='x'></p><script>var x</script>", None, None),
    "a body that repeats the title": ("A Title", "<p>A Title</p>", None, None),
    "a body that is too long": ("A Title", long_body("He was sentenced. ", LONGEST + 20), None, None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_record_without_a_readable_text_is_set_aside_with_a_reason(code, name):
    row = code(BAD[name])[0]
    assert row["in_scope"] is False
    assert row["set_aside"]
    assert [row[column] for column in RESULTS] == [None] * len(RESULTS)


def test_a_record_that_is_set_aside_does_not_touch_the_others(code):
    rows = code(*BAD.values(), CASE)
    assert rows[-1] | {"release_no": 1} == code(CASE)[0]


ODD = {
    "broken HTML": CASE[1].replace("</p>", "<b><p"),
    "unclosed": f"<div><table><tr><td>{CASE[1]}",
    "wrong encoding": CASE[1].replace("&ndash;", "â€“").replace("&sect;", "Â§"),
    "control characters": CASE[1].replace(" ", "\x07 "),
    "nulls": CASE[1].replace("today", "today\x00"),
    "direction marks": CASE[1].replace(" ", " \u202e\u202c"),
    "soft hyphens": CASE[1].replace("o", "o\u00ad"),
    "encoded twice": CASE[1].replace("&", "&amp;"),
    "encoded tags": CASE[1].replace("<", "&lt;").replace(">", "&gt;"),
    "capitals": CASE[1].replace("<p>", "<P CLASS=X>"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_faulty_body_is_coded_as_a_faultless_one(code, name):
    plain, odd = code(CASE, (CASE[0], ODD[name], *CASE[2:]))
    for variable in ("release_kind", "is_child_exploitation", "platform", "sentence_months", "statute", "conduct"):
        assert found(odd, variable) == found(plain, variable), variable
    assert odd["dockets"] == plain["dockets"]


def test_a_missing_title_address_or_component_leaves_the_rest(code):
    row = code((None, CASE[1], None, None))[0]
    assert row["in_scope"]
    assert (row["has_title"], row["known_title"], row["known_address"]) == (False, None, None)
    assert found(row, "platform") == ["kik=used"]


def test_a_component_that_nobody_knows_is_no_fault(code):
    assert code((*CASE[:3], "usao-nowhere"))[0]["in_scope"]


TEXTS = (
    st.none() | st.text(max_size=30) | st.lists(st.sampled_from([*CASE[1].split(), "<b", "\x00", "&#"])).map(" ".join)
)


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=3))
def test_no_record_raises(coder, rows):
    rows = [tuple(cell and cell.encode("utf-8", "replace").decode() for cell in row) for row in rows]
    coded = coder(batch(rows)).to_pylist()
    assert len(coded) == len(rows)
    for row in coded:
        assert row["in_scope"] == (row["text_sha256"] is not None) == (row["findings"] is not None)
        assert not (row["in_scope"] and row["set_aside"])


def test_a_coder_is_small_once_packed_and_equal_once_unpacked(coder):
    coder(batch(ROWS))
    packed = pickle.dumps(coder)
    assert len(packed) < 200_000
    assert pickle.loads(packed) == coder


def test_a_coder_knows_the_platforms_that_it_was_given(coder):
    row = (CASE[0], CASE[1].replace("Kik", "Zorblat"), *CASE[2:])
    other = type(coder)(aliases=(("zorblat", "Zorblat", False),), states=coder.states)
    assert found(other(batch([row])).to_pylist()[0], "platform") == ["zorblat=used"]
