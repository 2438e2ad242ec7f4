"""A correction file is text alone, and small: whatever else YAML can do is refused in one problem."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.correct.yaml_file import MOST_BYTES, read_parts


@pytest.fixture
def read(tmp_path):
    """A function that reads a file of this text or these bytes: its values, or its one problem."""

    def run(content):
        path = tmp_path / "file.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        parts, problems = read_parts(path, "file.yaml")
        assert (parts is None) == (len(problems) == 1)
        return parts.values if parts else problems[0]

    return run


@pytest.mark.parametrize(
    "value",
    ["2016-02-29", "007", "1.50", "no", "12:30:00", "0x1F", "1_000", "1e3", "'null'", '"~"', "2016-02-29 10:00:00"],
)
def test_value_stays_as_it_is_written(read, value):
    assert read(f"value: {value}\n") == {"value": value.strip("'\"")}


def test_mapping_of_one_level_is_read_with_lines(tmp_path):
    path = tmp_path / "file.yaml"
    path.write_text("table: t\nkey:\n  a: 1\n  b: 2\n")
    parts, _ = read_parts(path, "file.yaml")
    assert parts.values == {"table": "t", "key": {"a": "1", "b": "2"}}
    assert parts.lines == {"table": 1, "key": 2, "key.a": 3, "key.b": 4}


def test_folded_text_is_one_line(read):
    assert read("why: >\n  one\n  two\n") == {"why": "one two"}


@pytest.mark.parametrize(
    ("content", "said", "line"),
    [
        ("", "empty", 0),
        ("# only a remark\n", "empty", 0),
        ("just words\n", "does not hold names with values", 1),
        ("- a\n- b\n", "does not hold names with values", 1),
        ("a: 1\nb: [1, 2]\n", "list or a mapping", 2),
        ("a:\n  b:\n    c: 1\n", "list or a mapping", 3),
        ("a: 1\na: 2\n", "given twice", 2),
        ("a: 1\n---\nb: 2\n", "second document", 2),
        ("a: &x 1\n", "anchor", 1),
        ("a: *x\n", "anchor or an alias", 1),
        ("a: !!python/object/apply:os.system [x]\n", "tag", 1),
        ("a: !secret x\n", "tag", 1),
        ("a: !!str x\n", "tag", 1),
        ("a: null\n", "could mean empty", 1),
        ("a: ~\n", "could mean empty", 1),
        ("a: b: c\n", "not YAML", 1),
        ("a: 'open\n", "not YAML", 2),
        ("a: \x00\n", "not YAML", 0),
        ("\ta: 1\n", "not YAML", 1),
        (b"a: \xff\xfe\n", "not UTF-8", 0),
        (b"a: " + b"x" * MOST_BYTES, "bytes", 0),
    ],
)
def test_what_no_correction_needs_is_refused_at_its_line(read, content, said, line):
    problem = read(content)
    assert said in problem.message
    assert (problem.rule, problem.line) == ("correction.yaml", line)
    assert problem.fix


def test_bomb_of_aliases_is_refused_before_it_grows(read):
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a, *a, *a, *a, *a, *a]\n" for n in range(20))
    assert "list" in read(bomb).message or "anchor" in read(bomb).message


def test_deep_nesting_is_refused(read):
    assert read("a: " + "[" * 20_000).rule == "correction.yaml"


def test_missing_file_is_one_problem(tmp_path):
    assert "no such file" in read_parts(tmp_path / "none.yaml", "none.yaml")[1][0].message


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_parts_or_one_problem(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    parts, problems = read_parts(path, "any.yaml")
    assert (parts is None) == (len(problems) == 1)
