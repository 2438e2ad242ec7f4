"""The front page, the downloads, questions and faults: what they say of the dataset; asked in process."""

import asyncio
import hashlib
import json
import re
import sqlite3
from html import unescape

import pytest
import yaml

from csea.site.citation import citations, work

PAGES = ("/", "/csea", "/csea/obligations-scorecard", "/csea?sql=select+1", "/-/downloads", "/-/as-of", "/a/b/c")


def words(page):
    """The text of a page, without markup and line breaks."""
    return re.sub(r"\s+(?=[.,;:])", "", " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()))


@pytest.fixture(scope="module")
def front(get):
    return get("/").text


@pytest.fixture(scope="module")
def described(front):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', front, re.DOTALL)[1])


class TestEveryPage:
    @pytest.mark.parametrize("path", PAGES)
    def test_holds_nothing_that_a_strict_policy_would_block(self, get, path):
        page = get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
        scripts = re.findall(r"<script([^>]*)>", page)
        assert all("src=" in script or "application/ld+json" in script for script in scripts)

    @pytest.mark.parametrize("path", PAGES)
    def test_says_what_it_is_to_readers_screens_and_search_engines(self, get, path):
        page = get(path).text
        assert '<html lang="en">' in page
        assert page.count("<h1>") == 1 and page.count("<main") == 1
        assert '<a class="skip" href="#content">' in page
        assert re.search(r'<meta name="description" content="[^"]{30,}">', page)
        assert re.search(r'<link rel="canonical" href="http://localhost/[^"?]*">', page)
        assert re.search(r'<meta property="og:title" content="[^"]+">', page)

    def test_names_a_picture_by_its_whole_address(self, front, project):
        if project.pictures:
            first = project.pictures[0].name
            assert f'<meta property="og:image" content="http://localhost/figures/{first}.png">' in front

    def test_a_host_that_is_markup_is_escaped(self, site):
        page = asyncio.run(site.client.get("/", headers={"host": 'x"><script>alert(1)</script>'})).text
        assert "<script>alert" not in page


class TestFrontPage:
    def test_gives_the_version_of_its_files(self, front, version):
        assert f"This is version {version} " in words(front)

    @pytest.mark.parametrize(
        ("about", "said"),
        [
            ({"version": "1.2.3", "released": "2026-01-31", "latest": "1.2.3"}, "version 1.2.3 of 2026-01-31"),
            (
                {"version": "1.2.3+unreleased", "released": None, "latest": "1.2.3"},
                "version 1.2.3+unreleased (not released; the last release is 1.2.3)",
            ),
            ({"version": "0.0.1", "released": None, "latest": None}, "version 0.0.1 (not released yet)"),
        ],
    )
    def test_says_whether_a_version_is_released(self, site, about, said):
        text = site.jinja_env.get_template("_version.html").render_async(dataset={"about": about})
        assert words(asyncio.run(text)) == said

    def test_shows_the_first_four_pictures_and_links_the_others(self, front, project):
        shown = re.findall(r'<figure class="picture[^"]*" data-picture="([^"]+)"', front)
        assert shown == [picture.name for picture in project.pictures[:4]]
        for picture in project.pictures[4:]:
            assert f'href="/-/pictures/{picture.name}"' in front

    def test_groups_questions_by_who_asks(self, front, project):
        for view in project.views:
            assert view.asks in words(front)
            assert view.title in words(front)

    def test_can_be_copied_from(self, front):
        for form in ("plain", "apa", "bibtex"):
            assert f'data-copy="#cite-{form}-text"' in front
            assert f'id="cite-{form}-text"' in front


class TestCitation:
    def test_is_the_sentence_of_the_readme(self, root, project):
        newest = project.released[0]
        assert citations(work(root), newest["version"], newest["date"])["plain"] in (root / "README.md").read_text(
            "utf-8"
        )

    def test_names_those_that_the_citation_file_names(self, root):
        said = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
        for text in citations(work(root), "1.2.3", "2026-01-31").values():
            assert said["title"] in text and said["authors"][0]["name"] in text
            assert "1.2.3" in text and "2026" in text

    def test_of_what_is_not_released_has_no_year(self, root):
        cited = citations(work(root), "1.2.3+unreleased", None)
        assert cited["plain"].endswith("[data set].")
        assert "(n.d.)" in cited["apa"] and "year" not in cited["bibtex"]

    def test_of_a_row_names_it_and_its_address(self, root):
        cited = citations(work(root), "1.2.3", "2026-01-31", "Things, row a", "https://data.example.org/a_b")
        for text in cited.values():
            assert "Things, row a" in text and "https://data.example.org/a_b" in text

    def test_commands_nothing_of_tex(self):
        what = {"title": "50% of A_B & C", "authors": ["D {E}"], "licence": "CC0-1.0"}
        entry = citations(what, "1.0", None, "F, row #1")["bibtex"]
        assert r"title = {{50\% of A\_B \& C: F, row \#1}}" in entry
        assert r"author = {{D \{E\}}}" in entry


class TestDescriptionForSearchEngines:
    def test_has_what_a_search_for_datasets_asks_for(self, described, version):
        assert described["@type"] == "Dataset"
        assert 50 <= len(described["description"]) <= 5000
        assert described["version"] == version
        assert described["license"].startswith("https://creativecommons.org/")
        assert described["creator"][0]["name"] and described["keywords"] and described["isAccessibleForFree"] is True
        assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", described["temporalCoverage"])

    def test_names_every_file_with_its_address_and_true_hash(self, described, get, schemas):
        files = described["distribution"]
        assert {"text/csv", "application/vnd.apache.parquet"} == {file["encodingFormat"] for file in files}
        assert len(files) == 2 * len(schemas)
        file = next(file for file in files if file["contentUrl"].endswith("/cases.csv"))
        body = get(file["contentUrl"].removeprefix("http://localhost")).content
        assert file["sha256"] == hashlib.sha256(body).hexdigest()
        assert file["contentSize"] == f"{len(body)} B"

    def test_says_what_is_measured_in_what_unit(self, described):
        units = {variable["alternateName"]: variable["unitText"] for variable in described["variableMeasured"]}
        assert units["amount_usd"] == "U.S. dollars"


class TestDownloads:
    def test_lists_every_file_with_rows_size_and_hash(self, get, root):
        page = get("/-/downloads").text
        for item in json.loads((root / "datapackage.json").read_text())["resources"]:
            assert f'href="/files/{item["path"].removeprefix("data/")}"' in page
            assert item["hash"].removeprefix("sha256:") in page

    def test_lists_the_database_with_its_hash_and_gives_it(self, get):
        body = get("/csea.db").content
        assert hashlib.sha256(body).hexdigest() in get("/-/downloads").text

    def test_lists_change_lists(self, get, project):
        page = get("/-/downloads").text
        for entry in project.released:
            assert entry["changes_sha256"] in page

    @pytest.mark.parametrize("name, path", [("datapackage.json",) * 2, ("codebook.md", "docs/codebook.md")])
    def test_gives_the_files_beside_the_data(self, get, root, name, path):
        answer = get(f"/{name}")
        assert answer.content == (root / path).read_bytes()
        assert answer.headers["access-control-allow-origin"] == "*"

    def test_the_descriptors_own_addresses_work(self, get, root):
        assert get("/data/cases.csv").content == (root / "data" / "cases.csv").read_bytes()
        assert get("/data/../pyproject.toml").status_code == 404


class TestQuestions:
    def test_offer_their_parameters_as_labelled_boxes(self, get, project):
        for view in project.views:
            page = get(f"/csea/{view.name.replace('_', '-')}").text
            for name in view.parameters:
                assert f'<label for="p-{name}">' in page
                assert re.search(rf'<(select|input)[^>]* id="p-{name}"', page)

    def test_keep_what_was_chosen(self, get):
        page = get("/csea/cases-by-quarter?platform_id=kik&first_year=2015").text
        assert '<option value="kik" selected>' in page
        assert 'name="first_year" value="2015"' in page

    def test_escape_what_was_entered(self, get):
        page = get("/csea/cases-by-quarter?first_year=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
        assert "<script>alert" not in page

    def test_show_how_the_answer_is_made(self, get, project):
        view = next(view for view in project.views if view.name == "obligations_scorecard")
        assert view.sql.splitlines()[0] in unescape(get("/csea/obligations-scorecard").text)

    def test_say_that_no_row_fits(self, get):
        assert "No row fits." in get("/csea?sql=select+1+where+0").text

    def test_show_few_rows_of_many_and_say_so(self, get, tables):
        page = get("/csea?sql=select+value+from+json_each((select+json_group_array(rowid)+from+figures))").text
        assert page.count("<tr>") == 201
        assert f"The first 200 of {tables['figures'].num_rows:,} rows; CSV and JSON have all of them." in words(page)

    def test_that_are_ready_show_the_first_rows_in_their_order_and_count_the_others(self, get, site, monkeypatch):
        rows = get("/csea/sources-used.json?_shape=array").json()
        page = get("/csea/sources-used").text
        cells = [words(row.split("</td>")[0]) for row in page.split("<tbody>")[1].split("<tr>")[1:]]
        assert cells == [str(next(iter(row.values()))) for row in rows[:200]]
        assert f"The first 200 of {len(rows)} rows; CSV and JSON have all of them." in words(page)
        monkeypatch.setitem(site._settings, "max_returned_rows", len(rows) - 1)
        assert f"There are more than {len(rows) - 1}," in words(get("/csea/sources-used").text)

    def test_say_clearly_where_an_answer_ends(self, get):
        sql = "select+figures.rowid+from+figures,+releases"
        assert "There are more than 5,000, and an answer here ends at 5,000" in words(get(f"/csea?sql={sql}").text)
        assert len(get(f"/csea.json?sql={sql}&_shape=array").json()) == 5000

    def test_of_ones_own_keep_sql_and_parameters_in_the_box(self, get):
        page = get("/csea?sql=select+:word+as+said&word=alder").text
        assert 'name="word" value="alder"' in page and ">alder</td>" in page


class TestFaults:
    def test_of_sql_are_told_in_words_beside_the_sql(self, get):
        answer = get("/csea?sql=select+nonsense")
        assert answer.status_code == 400
        assert "no such column: nonsense" in answer.text and "select nonsense</textarea>" in answer.text

    def test_what_is_no_select_is_refused_in_words(self, get):
        answer = get("/csea?sql=drop+table+cases")
        assert answer.status_code == 400
        assert "The query cannot be run" in answer.text and "drop table cases</textarea>" in answer.text

    def test_a_query_that_takes_too_long_is_stopped_and_told_so(self, site, get, monkeypatch):
        monkeypatch.setattr(site, "sql_time_limit_ms", 20)
        endless = "with recursive a(x) as (select 1 union all select x+1 from a) select count(*) from a"
        for form in ("", ".json", ".csv"):
            answer = get(f"/csea{form}", params={"sql": endless})
            assert answer.status_code == 400, form
            assert "The query took too long" in answer.text
            assert "<textarea style" not in answer.text

    def test_a_misspelt_name_gets_the_nearest(self, get):
        answer = get("/csea/relases")
        assert answer.status_code == 404
        assert '<a href="/csea/releases">Releases</a>' in answer.text

    def test_a_row_that_is_not_there_is_named(self, get):
        assert "The table releases has no row r9999999." in get("/csea/releases/r9999999").text

    def test_a_column_that_is_not_there_is_the_askers_fault(self, get):
        assert get("/csea/releases?_sort=nonsense").status_code == 400

    def test_of_the_program_tell_nothing_of_it(self, site, get, monkeypatch, capsys):
        def fails(*_args, **_options):
            raise RuntimeError("a secret path")

        monkeypatch.setattr(site, "plugin_config", lambda _name: {"about": {"jsonld": {}}, "groups": []})
        monkeypatch.setattr(site, "get_database", fails)
        for path in ("/-/downloads", "/csea/cases.json"):
            answer = get(path)
            assert answer.status_code == 500
            assert "secret" not in answer.text and "Something failed here" in answer.text
        assert "a secret path" in capsys.readouterr().err  # the log has it

    def test_what_readers_ask_is_not_in_the_log(self, get, capsys):
        for query in ("SELECT+my_secret", "SELECT+*+FROM+my_secret", "my_secret"):
            for path in (f"/csea.json?sql={query}", f"/csea?sql={query}", f"/csea/cases?_where={query}"):
                assert get(path).status_code == 400
        said = capsys.readouterr()
        assert (said.out, said.err) == ("", "")

    def test_what_fails_in_the_file_or_a_question_of_ours_is(self, site, get, monkeypatch, capsys):
        for error in ("disk I/O error", "no such column: x"):

            def failing(_fn, error=error):
                raise sqlite3.OperationalError(error)

            monkeypatch.setattr(site.get_database("csea"), "execute_fn", failing)
            get("/csea/obligations-scorecard")
            assert error in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["patterns", "allow-debug", "messages", "permissions", "logout"])
    def test_there_are_no_pages_of_datasettes_own_workings(self, get, name):
        assert get(f"/-/{name}").status_code == 404


class TestBoxes:
    def test_take_no_notice_of_blanks_around_a_value(self, get):
        plain, padded = (
            get(f"/csea/who-tipped-off.json?_shape=array&first_year={year}") for year in ("2020", "%202020%20")
        )
        assert plain.json() == padded.json() != []

    @pytest.mark.parametrize("form", ["", ".json", ".csv"])
    @pytest.mark.parametrize("year", ["twenty", "20", "2020.0", "20200"])
    def test_refuse_in_words_what_is_no_year(self, get, year, form):
        answer = get(f"/csea/who-tipped-off{form}?first_year={year}")
        assert answer.status_code == 400
        assert "Four digits." in answer.text and "2013" in answer.text

    def test_undated_stands_for_a_year(self, get):
        assert get("/csea/funnel?first_year=undated&last_year=undated").status_code == 200


class TestTablesOfAnswers:
    def test_say_what_the_question_is_and_how_to_read_it(self, get, project):
        view = next(view for view in project.views if view.name == "who_tipped_off")
        page = get("/csea/who_tipped_off").text
        assert f"<h1>{view.title}</h1>" in unescape(page)
        assert view.caveat in unescape(page) and view.coverage in unescape(page)
        assert 'href="/csea/who-tipped-off"' in page

    def test_name_every_column(self, get):
        heads = re.findall(r"<th scope=.col.[^>]*>(.*?)</th>", get("/csea/who_tipped_off").text, re.DOTALL)
        assert len(heads) == len(set(heads)) > 8
