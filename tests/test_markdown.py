"""Text that other people wrote stays text in Markdown, in a line and in the cell of a table."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from csea.errors import printable
from csea.markdown import cell, code

READER = MarkdownIt("commonmark").enable("table")
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" `|\\@*_[]<>#"), min_size=1).filter(
    str.strip
)


def inline(tokens):
    return [child for token in tokens for child in token.children or [] if child.content.strip()]


@given(TEXTS)
@example("``a`` @all <b>")
@example("` `")
def test_code_is_one_piece_of_code(text):
    (token,) = inline(READER.parse(code(text)))
    assert (token.type, token.content.strip()) == ("code_inline", printable(text).strip())


@given(TEXTS)
@example("a\\|b")
@example("`|`")
def test_cell_stays_in_its_cell(text):
    tokens = READER.parse(f"| a | b |\n|---|---|\n| {cell(text)} | end |\n")
    assert [token.type for token in tokens].count("td_open") == 2
    found = inline(tokens)
    assert [token.type for token in found] == ["text", "text", "code_inline", "text"]


@pytest.mark.parametrize("text", ["", None])
def test_empty_cell_is_empty(text):
    assert cell(text) == ""
