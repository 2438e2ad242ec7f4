"""Pages of tables and rows: labels, units, facets, one order over all pages, what is refused; asked in process."""

import asyncio
import json
import re
import sqlite3
from html import unescape
from urllib.parse import urlsplit

import pytest
from datasette.app import Datasette

from csea.site import HERE, SETTINGS

KEYS = [f"k{number:04d}" for number in range(300)]
KINDS = ("a", "b", None, "c")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A database of a table whose column kind is indexed, has equal values and gaps, and of a wide one."""
    folder = tmp_path_factory.mktemp("things")
    connection = sqlite3.connect(folder / "csea.db")
    connection.execute("CREATE TABLE things (id TEXT PRIMARY KEY, kind TEXT, n INTEGER)")
    rows = [(key, KINDS[place % 4], place % 5 or None) for place, key in enumerate(KEYS)]
    connection.executemany("INSERT INTO things VALUES (?, ?, ?)", rows)
    connection.execute(f"CREATE TABLE wide (id TEXT PRIMARY KEY, {', '.join(f'c{n}' for n in range(40))})")
    marks = ", ".join("?" * 41)
    connection.executemany(f"INSERT INTO wide VALUES ({marks})", [[f"w{n:04d}"] + [n] * 40 for n in range(4_200)])
    connection.execute("CREATE INDEX things_kind ON things (kind)")
    connection.execute("CREATE INDEX things_n ON things (n)")
    connection.commit()
    connection.close()
    return folder


def site(folder, inspected=None):
    """Asks a site of the database."""
    datasette = Datasette(
        immutables=[str(folder / "csea.db")],
        metadata={"databases": {"csea": {"tables": {"things": {"facets": ["kind"]}}}}, "plugins": {"csea": {}}},
        inspect_data=inspected,
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        settings=SETTINGS,
    )
    return lambda path: asyncio.run(datasette.client.get(path))


@pytest.fixture(scope="module")
def ask(folder):
    return site(folder)


def words(html):
    """The text of a page, without markup and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class TestOrder:
    @pytest.mark.parametrize("order", ["_sort=kind", "_sort_desc=kind", "_sort=n", "_sort_desc=n", "_sort_desc=id", ""])
    def test_every_row_comes_once_over_all_pages(self, ask, order):
        found, path = [], f"/csea/things.json?_shape=objects&_size=35&{order}"
        while path:
            page = ask(path).json()
            found += [row["id"] for row in page["rows"]]
            path = page["next_url"] and "{0.path}?{0.query}".format(urlsplit(page["next_url"]))
        assert sorted(found) == KEYS

    def test_equal_values_stand_in_the_order_of_the_key(self, ask):
        rows = ask("/csea/things.json?_shape=array&_sort_desc=kind&_size=max").json()
        for kind in KINDS:
            same = [row["id"] for row in rows if row["kind"] == kind]
            assert same == sorted(same)
        assert [row["kind"] for row in rows] == ["c"] * 75 + ["b"] * 75 + ["a"] * 75 + [None] * 75

    def test_sorting_changes_no_count(self, ask):
        counts = [ask(f"/csea/things.json?{order}").json()["facet_results"] for order in ("", "_sort_desc=kind")]
        values = [[(item["value"], item["count"]) for item in found["kind"]["results"]] for found in counts]
        assert values == [[("a", 75), ("b", 75), ("c", 75)]] * 2

    def test_a_later_page_counts_nothing_since_it_would_count_only_the_rest(self, ask):
        page = ask("/csea/things.json?_size=35").json()
        later = ask("{0.path}?{0.query}".format(urlsplit(page["next_url"]))).json()
        assert later["facet_results"] == {} and later["filtered_table_rows_count"] == 300
        assert "_nofacet" not in later["next_url"]

    def test_the_facets_of_a_whole_table_are_those_that_were_counted_before(self, folder):
        counts = [["a", 7], ["b", 5], *([f"x{number:02d}", 1] for number in range(9))]
        known = {"things": {"count": 300, "facets": {"kind": counts}}}
        ask = site(folder, {"csea": {"hash": "0", "size": 0, "file": "csea.db", "tables": known}})

        def counted(query):
            facet = ask(f"/csea/things.json?_facet=kind{query}").json()["facet_results"]["kind"]
            return [[item["value"], item["count"]] for item in facet["results"]], facet["truncated"]

        assert counted("") == (counts[:10], True)
        assert counted("&_facet_size=1") == (counts[:1], True)
        assert counted("&_facet_size=11") == ([["a", 75], ["b", 75], ["c", 75]], False)
        assert counted("&id=k0001") == ([["b", 1]], False)
        assert counted("&_where=id='k0001'") == ([["b", 1]], False)

    def test_a_stream_has_every_row_once(self, ask):
        lines = ask("/csea/things.csv?_stream=on").text.splitlines()
        assert [line.split(",")[0] for line in lines] == ["id", *KEYS]

    def test_a_stream_has_more_than_one_answer_may_hold(self, ask):
        assert ask("/csea/wide.json?_size=max").status_code == 400
        lines = ask("/csea/wide.csv?_stream=on&_size=max").text.splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [f"w{n:04d}" for n in range(4_200)]

    def test_a_sorted_stream_is_refused_with_the_file_to_take(self, ask):
        answer = ask("/csea/things.csv?_stream=on&_sort_desc=kind")
        assert answer.status_code == 400
        assert "/files/things.csv" in answer.text

    @pytest.mark.parametrize(
        "query, said",
        [
            ("_sort=nosuch", "no column of that name to sort by. Its columns are: id, kind, n."),
            ("_sort_desc=%3Cb%3E", "no column of that name"),
            ("_sort=id&_sort_desc=id", "not both"),
            ("kin=a", 'no column "kin" to filter by. Did you mean "kind"? Its columns are: id, kind, n.'),
            ("id__date__exact=1", 'no column "id__date"'),
            ("_x__contains=1", 'no column "_x"'),
            ("kind__nope=1", 'There is no comparison "nope".'),
            ("_through=x", "cannot be read"),
            ("_timelimit=x", "cannot be read"),
            ("_size=x", "_size must be a positive integer"),
        ],
    )
    def test_what_cannot_be_asked_is_said_in_words(self, ask, query, said):
        answer = ask(f"/csea/things?{query}")
        assert answer.status_code == 400
        assert said in words(answer.text)
        assert ask(f"/csea/things.json?{query}").json()["status"] == 400
        csv = ask(f"/csea/things.csv?{query}")
        assert csv.status_code == 400 and said in csv.text

    @pytest.mark.parametrize("query", ["kind=a", "kind__contains=a", "n__gte=1&_sort=n", "_nosuch=1"])
    def test_what_can_be_asked_is_answered(self, ask, query):
        assert ask(f"/csea/things?{query}").status_code == 200


class TestKeys:
    @pytest.mark.parametrize("key", ["a,b", "k0000,", "~FF", "~ZZ~", "k0000~", "k9999", ","])
    def test_a_key_that_no_row_has_is_not_found(self, ask, key):
        assert ask(f"/csea/things/{key}").status_code == 404
        assert ask(f"/csea/things/{key}.json").status_code == 404

    @pytest.mark.parametrize("path", ["uses/r0000004", "uses/a,b,c,d,e", "nosuch/x", "funnel/x", "things/k0000"])
    def test_too_few_or_too_many_parts_are_not_found(self, get, path):
        assert get(f"/csea/{path}").status_code == 404

    def test_every_first_part_of_a_key_is_text_which_the_order_over_pages_rests_on(self, schemas):
        assert {schema.field(schema.primary_key[0]).type for schema in schemas.values()} <= {"string", "date"}


class TestTable:
    def test_every_reference_shows_the_label_of_its_row_and_leads_there(self, get, schemas, tables):
        for name, schema in schemas.items():
            for reference in schema.foreign_keys:
                column, target = reference.fields[0], schemas[reference.table]
                ids = [value for value in tables[name][column].to_pylist() if value is not None]
                if not ids or not target.label:
                    assert target.label or not ids, f"{reference.table} needs a label"
                    continue
                rows = tables[reference.table].select([reference.reference[0], target.label]).to_pylist()
                label = {row[reference.reference[0]]: row[target.label] for row in rows}[ids[0]]
                page = unescape(get(f"/csea/{name}?{column}={ids[0]}&_size=3&_nofacet=1&_nosuggest=1").text)
                links = re.findall(rf'<a href="/csea/{reference.table}/[^"]+">([^<]*)</a>', page)
                assert any(link in (label, f"{link.removesuffix(' …')} …") and link for link in links), (name, column)
                assert any(label.startswith(link.removesuffix(" …")) for link in links), (name, column)

    def test_codes_and_booleans_are_words_in_cells_and_counts(self, get):
        page = get("/csea/releases").text
        assert re.search(r'is_child_exploitation=1"[^>]*>yes</a>', page)
        assert re.search(r'release_kind=roundup"[^>]*>Round-up</a>', page)
        assert ">roundup</" not in page

    def test_every_column_says_its_text_and_unit_above_the_table(self, get, schemas):
        page = get("/csea/releases").text
        texts = words(page[page.index('<details class="columns">') :])
        for field in schemas["releases"].fields:
            assert field.description in texts
            assert not field.unit or f"Unit: {field.unit}." in texts

    def test_the_sorted_column_says_so(self, get):
        assert get("/csea/cases?_sort_desc=n_releases").text.count('aria-sort="descending"') == 1
        assert get("/csea/cases").text.count('aria-sort="ascending"') == 1

    def test_every_control_of_the_form_has_a_label(self, get):
        form = re.search(
            r'<form class="filters".*?</form>', get("/csea/releases?state=IL&n_suspects__gt=1").text, re.S
        )[0]
        for control in re.findall(r'<(?:select|input)(?![^>]*type="hidden")[^>]*>', form):
            named = re.search(r'id="([^"]+)"', control)
            assert named is None or f'for="{named[1]}"' in form
            assert named or form.rindex("<label>", 0, form.index(control)) > form.rfind(
                "</label>", 0, form.index(control)
            )
        assert form.count("<fieldset") == 3

    def test_an_empty_cell_is_said_to_be_not_known(self, get):
        assert '<span class="visually-hidden">not known</span>' in get("/csea/releases").text

    def test_a_long_text_is_cut_with_a_link_to_its_row(self, get, tables):
        texts = {row["issue_id"]: row["issue"] for row in tables["known_issues"].to_pylist()}
        id_ = max(texts, key=lambda name: len(texts[name]))
        page = unescape(get(f"/csea/known_issues?issue_id={id_}").text)
        assert texts[id_] not in page and texts[id_][:100] in page
        assert texts[id_] in unescape(get(f"/csea/known_issues/{id_}").text)

    def test_search_is_open_where_a_table_has_texts(self, get, schemas):
        for name, schema in schemas.items():
            page = get(f"/csea/{name}?_size=1&_nofacet=1&_nosuggest=1").text
            assert ('name="_search"' in page) == bool(schema.search), name

    def test_it_says_how_many_rows_the_page_shows_and_where_the_rest_is(self, get, root):
        page = get("/csea/releases")
        assert "This page shows the first 50." in words(page.text)
        size = max(1, round((root / "data" / "releases.csv").stat().st_size / 1000))
        assert f'<a href="/files/releases.csv" download>CSV</a> ({size} kB)' in page.text

    def test_the_selection_as_csv_has_its_rows_and_no_others(self, get, tables):
        page = get("/csea/releases?release_kind=plea").text
        path = unescape(re.search(r'<a href="([^"]+)" download>CSV</a> \(codes', page)[1])
        n_rows = tables["releases"]["release_kind"].to_pylist().count("plea")
        assert len(get(path).text.splitlines()) == n_rows + 1

    def test_no_table_needs_more_than_three_counts(self, schemas):
        assert all(len(schema.facets) <= 3 for schema in schemas.values())

    def test_pages_hold_no_script_or_style_of_their_own(self, get):
        for path in ("/csea/releases", "/csea/releases/r0000001", "/-/correct/platforms/aim"):
            page = get(path).text
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)(?![^>]*json)", page), path


class TestRow:
    def test_its_name_is_its_label(self, get):
        page = get("/csea/obligations/national-strategy").text
        assert "<h1>National strategy</h1>" in page
        assert "PROTECT Our Children Act of 2008</a> <code>pub-l-110-401</code>" in page

    def test_it_says_what_a_code_means_and_keeps_the_code(self, get, tables):
        id_ = next(row["release_id"] for row in tables["releases"].to_pylist() if row["release_kind"] == "roundup")
        page = get(f"/csea/releases/{id_}").text
        assert '<td class="value">Round-up <code>roundup</code></td>' in page
        assert "Results of an operation or a period over several unrelated cases." in page

    def test_a_release_shows_where_it_was_read_and_why_its_values_stand(self, get, tables):
        coding = next(row for row in tables["codings"].to_pylist() if row["variable"] == "release_kind")
        release = next(row for row in tables["releases"].to_pylist() if row["release_id"] == coding["release_id"])
        page = get(f"/csea/releases/{coding['release_id']}").text
        assert f'<a href="{release["url"]}" rel="nofollow">Read the release</a>' in unescape(page)
        assert 'href="/csea/codings/' in page
        assert "The text itself is not kept here." in page

    def test_a_case_lists_its_releases(self, get, tables):
        case = max(tables["cases"].to_pylist(), key=lambda row: row["n_releases"])["case_id"]
        page = get(f"/csea/cases/{case}").text
        for row in tables["releases"].to_pylist():
            assert (f'href="/csea/releases/{row["release_id"]}"' in page) == (row["case_id"] == case)

    def test_it_counts_the_rows_that_name_it(self, get, tables):
        n_rows = tables["milestones"]["obligation_id"].to_pylist().count("national-strategy")
        page = get("/csea/obligations/national-strategy").text
        assert f'<a href="/csea/milestones?obligation_id=national-strategy">{n_rows} rows</a>' in page

    def test_it_is_cited_with_version_key_and_the_address_that_was_asked(self, get, project):
        page = unescape(get("/csea/platforms/aim", headers={"host": "data.example.org"}).text)
        plain = re.search(r'<p class="cite" id="cite-text">(.*?)</p>', page)[1]
        assert f"version {project.version}" in plain and plain.endswith(
            "row aim. http://data.example.org/csea/platforms/aim"
        )
        assert re.search(r"@misc\{csea_accountability_dataset_\w+_platforms_row_aim,\n  author = \{\{The CSEA", page)
        assert 'data-copy="#cite-bibtex" hidden' in page

    def test_its_json_keeps_codes_and_ids(self, get):
        row = get("/csea/releases/r0000001.json?_shape=array").json()[0]
        assert (row["release_kind"], row["component"], row["is_criminal_case"]) == ("charge", "usao-sdil", 1)
        assert json.dumps(row)
