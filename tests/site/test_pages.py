"""Every page type of the site, asked in process with Datasette's own client."""

import re
from html import unescape


def test_front_page_says_what_it_is_and_is_not(get):
    page = get("/").text
    assert "never descriptions of abuse" in page
    assert "A charge is an allegation" in page


def test_front_page_shows_coverage_from_the_data(get, tables):
    releases = next(row for row in tables["coverage"].to_pylist() if row["coverage_id"] == "doj_releases")
    page = re.sub(r"\s+", " ", get("/").text)
    assert f"<td>{releases['n_read']:,}</td> <td>{releases['n_population']:,}</td>" in page


def test_front_page_links_every_table_with_its_files(get, schemas):
    page = get("/").text
    for name in schemas:
        assert f'href="/csea/{name}"' in page
        assert f'href="/files/{name}.csv"' in page
        assert f'href="/files/parquet/{name}.parquet"' in page


def test_front_page_links_every_question_by_its_title(get, project):
    page = get("/").text
    for view in project.views:
        assert f'href="/csea/{view.name.replace("_", "-")}"' in page


def test_front_page_names_the_version_to_cite(get, project):
    page = get("/").text
    assert f"version {project.version} [data set]" in page
    assert f"@misc{{csea_accountability_dataset_{project.version.replace('.', '_')}" in page


def test_database_page_answers(get):
    assert get("/csea").status_code == 200


def test_every_table_page_answers_with_column_texts_and_facets(get, project):
    for name, schema in project.tables.items():
        response = get(f"/csea/{name}")
        assert response.status_code == 200, name
        assert '<details class="columns">' in response.text
        for facet in schema.facets:
            assert f'data-column="{facet}"' in response.text, (name, facet)


def test_every_table_has_a_row_page_that_answers(get, schemas, tables):
    for name, schema in schemas.items():
        if not tables[name].num_rows:
            continue
        first = tables[name].slice(0, 1).to_pylist()[0]
        key = ",".join(encode(str(first[column])) for column in schema.primary_key)
        response = get(f"/csea/{name}/{key}")
        assert response.status_code == 200, (name, key)
        assert schema.fields[0].description.split(".")[0] in response.text.replace("&#39;", "'")


def encode(text):
    """Datasette's tilde encoding of a key in an address."""
    return "".join(
        char
        if char.isascii() and (char.isalnum() or char in "-_")
        else "".join(f"~{byte:02X}" for byte in char.encode())
        for char in text
    )


def test_every_question_answers_with_title_caveat_and_coverage(get, project):
    for view in project.views:
        response = get(f"/csea/{view.name.replace('_', '-')}")
        assert response.status_code == 200, view.name
        text = unescape(response.text)
        for part in (view.title, view.caveat, view.coverage):
            assert part in text, (view.name, part)


def test_every_question_answers_as_json_with_rows(get, project):
    for view in project.views:
        answer = get(f"/csea/{view.name.replace('_', '-')}.json?_shape=array").json()
        assert answer, view.name


def test_foreign_keys_show_the_label_of_the_row_they_name(get):
    page = get("/csea/milestones?obligation_id=national-strategy").text
    assert re.search(r'<a href="/csea/obligations/national-strategy">National strategy</a>', page)


def test_search_finds_a_word(get):
    rows = get("/csea/milestones.json?_search=encryption&_shape=array").json()
    assert rows
    assert all("encrypt" in str(row).lower() for row in rows)


def test_booleans_read_as_yes_and_no(get):
    assert '<td class="value">yes</td>' in get("/csea/releases/r0000001").text


def test_large_numbers_have_separators(get):
    assert "36,210,368" in get("/csea/cybertipline-by-year").text


def test_unknown_paths_answer_404(get):
    for path in ("/a/b/c/d", "/nope", "/csea/nope", "/csea/releases/r9999999", "/csea/nope/x/y/z"):
        assert get(path).status_code == 404, path


def test_a_page_that_is_not_there_leads_back_to_the_front_page(get):
    page = get("/a/b/c/d").text
    assert "There is no such page" in page
    assert '<a href="/">The front page</a>' in page


def test_an_error_escapes_what_was_asked(get):
    assert "<script>alert" not in get("/csea?sql=select+%3Cscript%3Ealert(1)%3C/script%3E").text


def test_no_page_shows_a_traceback(get):
    assert "Traceback" not in get("/csea?sql=select+nonsense").text


def test_one_query_cannot_fill_the_memory(get):
    assert get("/csea.json?sql=select+zeroblob(100000000)").status_code == 400


def test_the_database_cannot_be_written(get):
    assert get("/csea.json?sql=delete+from+releases").status_code == 400


def test_published_files_are_served_as_they_are(get, root):
    assert get("/files/cases.csv").content == (root / "data" / "cases.csv").read_bytes()


def test_reads_from_other_sites_are_allowed(get):
    assert get("/csea/cases.json").headers["access-control-allow-origin"] == "*"


def test_no_page_loads_anything_from_another_host(get):
    for path in ("/", "/csea", "/csea/releases", "/csea/cases/c000001", "/csea/funnel"):
        loaded = re.findall(
            r'<(?:script|img|iframe)[^>]+src="([^"]+)"|<link[^>]+stylesheet[^>]+href="([^"]+)"', get(path).text
        )
        assert all((a or b).startswith("/") for a, b in loaded), path
