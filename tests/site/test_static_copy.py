"""The site as files: whole, self-contained, and put in place at once."""

import posixpath
import re

import pytest
from click.testing import CliRunner

from csea.cli import cli
from csea.io import sha256
from csea.project import DATABASE
from csea.site.export import data_places, localise, place_of, places


@pytest.fixture(scope="module")
def copy_of_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "public"
    result = CliRunner().invoke(cli, ["site", "export", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


def links(page):
    return re.findall(r'<(\w+)[^>]*? (?:href|src|data-rows)="([^"]*)"', page)


def test_every_page_and_answer_is_written(copy_of_site, project):
    for file in (places(project) | data_places(project)).values():
        assert (copy_of_site / file).stat().st_size > 0, file


def test_every_link_leads_to_a_file_of_the_copy(copy_of_site):
    astray = set()
    for path in copy_of_site.rglob("*.html"):
        inside = path.relative_to(copy_of_site).parent.as_posix()
        for _, target in links(path.read_text(encoding="utf-8")):
            if not re.match(r"https?:|mailto:|data:|#", target):
                file = posixpath.normpath(posixpath.join(inside, re.split("[?#]", target)[0]))
                if target.startswith("/") or not (copy_of_site / file).is_file():
                    astray.add((path.name, target))
    assert astray == set()


def test_nothing_is_loaded_from_elsewhere(copy_of_site):
    for path in copy_of_site.rglob("*.html"):
        loaded = [target for tag, target in links(path.read_text(encoding="utf-8")) if tag in ("script", "link", "img")]
        assert not [target for target in loaded if "//" in target], path.name


def test_nothing_names_the_host_that_the_pages_were_asked_from(copy_of_site):
    for path in copy_of_site.rglob("*.html"):
        assert "localhost" not in path.read_text(encoding="utf-8"), path.name


def test_the_copy_says_that_it_is_one(copy_of_site):
    assert "This is a copy in files" in (copy_of_site / "index.html").read_text(encoding="utf-8")


def test_no_form_is_left_that_nothing_would_answer(copy_of_site):
    assert not [path for path in copy_of_site.rglob("*.html") if "<form" in path.read_text(encoding="utf-8")]


def test_files_and_database_are_those_of_the_dataset(copy_of_site, root):
    for inside, original in (("files/cases.csv", "data/cases.csv"), ("csea.db", DATABASE)):
        assert sha256((copy_of_site / inside).read_bytes()) == sha256((root / original).read_bytes())


def test_an_earlier_copy_is_replaced_whole(copy_of_site):
    (copy_of_site / "stale.html").write_text("old", encoding="utf-8")
    CliRunner().invoke(cli, ["site", "export", str(copy_of_site)], catch_exceptions=False)
    assert not (copy_of_site / "stale.html").exists()
    assert (copy_of_site / "index.html").is_file()


def test_a_folder_with_anything_else_is_not_touched(tmp_path, csea):
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")
    result = csea("site", "export", str(tmp_path))
    assert result.code == 2
    assert result.err == f"csea: {tmp_path} exists and is no copy of the site. Name a new folder.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_folder_that_is_copied_itself_is_refused(root, csea):
    result = csea("site", "export", str(root / "data" / "public"))
    assert result.code == 2
    assert "lies in a folder that the site serves" in result.err
    assert not (root / "data" / "public").exists()


def test_without_a_database_says_what_to_run(copy, tmp_path_factory, csea):
    result = csea("--root", copy, "site", "export", str(tmp_path_factory.mktemp("out") / "public"))
    assert (result.code, result.err) == (2, "csea: There is no database yet. Run `make build` first.\n")


def test_links_become_relative_and_those_without_a_file_become_words(project):
    known = {"/": "index.html", "/csea/funnel": "questions/funnel.html"}
    page = '<p><a href="/#tables">T</a> <a href="/csea/funnel?year=2019">Q</a> <a href="/csea/cases/c000001">C</a></p>'
    changed = localise(page, "questions/origins.html", known, project)
    assert '<a href="../index.html#tables">T</a> <a href="funnel.html">Q</a> <a>C</a>' in changed


def test_a_table_leads_to_its_place_in_the_codebook(project):
    assert place_of("/csea/cases", {}, project) == "guides/codebook.html#cases"
