"""The guides of docs/ as pages of the site."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea import ROOT
from csea.site.guides import as_html, guide_files

GUIDES = list(guide_files(ROOT))


@pytest.mark.parametrize("name", GUIDES)
def test_every_guide_is_a_page_whose_links_lead_somewhere(get, name):
    page = get(f"/-/docs/{name}")
    assert page.status_code == 200
    body = page.text[page.text.index('<div class="guide">') :]
    anchors = set(re.findall(r' id="([^"]+)"', body))
    assert set(re.findall(r'href="#([^"]+)"', body)) <= anchors
    assert set(re.findall(r'href="/-/docs/([a-z-]+)', body)) <= set(GUIDES)


def test_each_table_of_the_codebook_can_be_linked_to(get, schemas):
    page = get("/-/docs/codebook").text
    for name in schemas:
        assert f'<h2 id="{name}">' in page


def test_an_unknown_guide_is_not_found(get):
    assert get("/-/docs/nothing").status_code == 404


@given(st.text(max_size=60))
def test_no_markup_of_a_guide_reaches_the_page(text):
    assert "<script" not in as_html(f"<script>x</script> {text}", ())


def test_a_link_to_a_guide_leads_to_its_page_and_any_other_becomes_its_words():
    html = as_html(
        "[a](../PRIVACY.md#requests) [b](docs/codebook.md) [c](schemas/cases.schema.json)", ("privacy", "codebook")
    )
    assert html == '<p><a href="/-/docs/privacy#requests">a</a> <a href="/-/docs/codebook">b</a> c</p>\n'
