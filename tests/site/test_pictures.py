"""Pictures: files that say what is wrong with them, texts with the numbers of the database, drawings and pages."""

import json
import re
import sqlite3
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import yaml

from csea.errors import UsageError
from csea.pictures import Picture, answer_rows, csv_of, load_pictures, text
from csea.project import DATABASE
from csea.schema import SchemaError
from csea.site import figures, vega
from csea.site.figures import KINDS, STATIC, drawing, svg_text, write_figures
from csea.views import View

VIEWS = [
    View("harvest", "Harvest", "?", "-", "-", "SELECT 1", page_sql="SELECT * FROM harvest", parameters=("orchard",)),
    View("rain", "Rain", "?", "-", "-", "SELECT 1", page_sql="SELECT * FROM rain"),
]
WHOLE = {
    "title": "Apples a year",
    "unit": "apples",
    "source": "The orchard",
    "question": "harvest",
    "parameters": {"orchard": "north"},
    "rank": 1,
    "coverage": "SELECT 'two of three years'",
    "alt": "SELECT 'rising'",
    "spec": {"mark": "bar"},
}
LIGHT = json.loads((STATIC / "picture-config.json").read_text())["light"]


@pytest.fixture
def load(tmp_path):
    """Load pictures from these files, name to contents."""
    folder = tmp_path / "schemas" / "pictures"
    folder.mkdir(parents=True)

    def load(**files):
        for name, content in files.items():
            body = content if isinstance(content, str) else yaml.safe_dump(content)
            (folder / f"{name}.yaml").write_text(body)
        return load_pictures(tmp_path, VIEWS)

    return load


@pytest.fixture(scope="module")
def database(root):
    """The built database, with rows by name."""
    connection = sqlite3.connect(f"file:{root / DATABASE}?mode=ro", uri=True)
    yield connection
    connection.close()


class TestFiles:
    def test_pictures_come_by_rank(self, load):
        second, first = WHOLE | {"rank": 2, "also": ["rain"]}, WHOLE | {"parameters": {"orchard": 7}}
        pictures = load(a=second, b=first)
        assert [(picture.name, picture.rank) for picture in pictures] == [("b", 1), ("a", 2)]
        assert pictures[0].parameters == {"orchard": "7"}
        assert pictures[1].also == ("rain",)

    @pytest.mark.parametrize("part", ["title", "unit", "source", "question", "rank", "coverage", "alt", "spec"])
    def test_a_missing_part_is_named(self, load, part):
        with pytest.raises(SchemaError, match=rf"schemas/pictures/apples\.yaml: it lacks {part}"):
            load(apples={name: value for name, value in WHOLE.items() if name != part})

    @pytest.mark.parametrize(
        "change, said",
        [
            ({"question": "hail"}, "no question hail in schemas/views/"),
            ({"also": ["hail"]}, "no question hail in schemas/views/"),
            ({"parameters": {"tree": "old"}}, "harvest has no parameter tree; its parameters are orchard"),
            ({"question": "rain"}, "rain has no parameter orchard; it has none"),
            ({"colour": "red"}, "no part colour"),
            ({"rank": "first"}, "rank must be of another type: int"),
            ({"spec": "bar"}, "spec must be of another type: dict"),
            ({"shapes": "../secret.json"}, "without folders"),
        ],
    )
    def test_a_fault_is_named(self, load, change, said):
        with pytest.raises(SchemaError, match=re.escape(said)) as fault:
            load(apples=WHOLE | change)
        assert str(fault.value).startswith("schemas/pictures/apples.yaml: ")

    def test_a_rank_given_twice_is_named_with_both_files(self, load):
        with pytest.raises(SchemaError, match=r"pears\.yaml: rank 1 is that of apples\.yaml already"):
            load(apples=WHOLE, pears=WHOLE)

    @pytest.mark.parametrize("body", ["- a list", "title: [open"])
    def test_a_file_that_is_no_mapping_is_named(self, load, body):
        with pytest.raises(SchemaError, match=r"apples\.yaml"):
            load(apples=body)

    def test_a_name_that_is_no_name_is_refused(self, load):
        with pytest.raises(SchemaError, match="name of the file"):
            load(**{"My-Apples": WHOLE})


class TestAnswers:
    @pytest.fixture
    def asked(self):
        """A function that asks a picture with these parts for its rows, or for a text."""
        view = View(
            "harvest", "Harvest", "?", "-", "-", "SELECT 1",
            page_sql="SELECT * FROM apples WHERE orchard = :orchard ORDER BY year", parameters=("orchard",),
        )  # fmt: skip
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE apples (orchard, year, n)")
        rows = [("north", 2020, 5), ("north", 2021, None), ("south", 2020, 9)]
        connection.executemany("INSERT INTO apples VALUES (?, ?, ?)", rows)

        def ask(part=None, **parts):
            picture = Picture(name="apples", **WHOLE | parts)
            return text(connection, picture, [view], part) if part else answer_rows(connection, picture, [view])

        yield ask
        connection.close()

    def test_are_those_of_the_page_with_the_parameters(self, asked):
        assert [row["n"] for row in asked()] == [5, None]

    @pytest.mark.parametrize(
        "select",
        ["SELECT max(n) AS most FROM answer", "WITH some AS (SELECT n FROM answer) SELECT max(n) AS most FROM some;\n"],
    )
    def test_are_made_by_the_select(self, asked, select):
        assert asked(select=select) == [{"most": 5}]

    def test_texts_read_the_answer_and_what_is_drawn(self, asked):
        coverage = "WITH n AS (SELECT count(*) AS n FROM answer) SELECT n || ' of which ' || most FROM n, drawn"
        assert asked("coverage", coverage=coverage, select="SELECT max(n) AS most FROM answer") == "2 of which 5"

    @pytest.mark.parametrize("sql", ["SELECT NULL", "SELECT ' '", "SELECT 'a' UNION SELECT 'b'", "SELECT 1, 2"])
    def test_anything_but_one_text_is_refused(self, asked, sql):
        with pytest.raises(SchemaError, match=r"apples\.yaml: alt gives .* where it must give one text"):
            asked("alt", alt=sql)

    def test_sql_that_fails_is_named(self, asked):
        with pytest.raises(SchemaError, match=r"apples\.yaml: the SQL of select fails: no such column: pears"):
            asked(select="SELECT pears FROM answer")

    def test_as_csv_keep_their_order_and_leave_the_unknown_empty(self, asked):
        assert csv_of(asked(select="SELECT year, n FROM answer")) == b"year,n\n2020,5\n2021,\n"
        assert csv_of([]) == b""


class TestTexts:
    @pytest.fixture
    def said(self, project, database):
        """A function that gives a text of a picture."""

        def said(name, part):
            picture = next(picture for picture in project.pictures if picture.name == name)
            return text(database, picture, project.views, part)

        return said

    def one(self, database, sql):
        return database.execute(sql).fetchone()[0]

    def test_front_page_pictures_are_there(self, project):
        assert [picture.name for picture in project.pictures][:4] == ["duties", "reports", "money", "cases"]

    def test_duties_count_every_date_once(self, said, database):
        everything = self.one(database, "SELECT count(*) FROM milestones WHERE milestone_kind = 'obligation'")
        drawn, early, undated = re.match(
            r"Drawn are (\d+) dates .* are (\d+) that .* and (\d+) without", said("duties", "coverage")
        ).groups()
        assert int(drawn) + int(early) + int(undated) == everything
        not_met = self.one(
            database,
            "SELECT count(*) FROM milestones WHERE milestone_kind = 'obligation' AND status = 'not_met' "
            "AND coalesce(date_due, date_occurred) >= '2008'",
        )
        assert f" late and {not_met} not at all" in said("duties", "alt")

    def test_reports_name_the_most_and_the_changes_of_counting(self, said, database):
        most = self.one(database, "SELECT max(reports) FROM cybertipline_by_year")
        assert f"{most:,}" in said("reports", "alt")
        assert "2019 and 2020" in said("reports", "coverage") and "From 2024" in said("reports", "coverage")

    def test_parts_of_a_year_of_reports_make_its_total(self, project, database):
        picture = next(picture for picture in project.pictures if picture.name == "reports")
        totals = {}
        for row in answer_rows(database, picture, project.views):
            assert row["reports"] >= 0
            totals[row["year"]] = totals.get(row["year"], 0) + row["reports"]
        assert totals == dict(database.execute("SELECT year, reports FROM cybertipline_by_year"))

    def test_money_says_for_how_many_years_nothing_was_found(self, said, database):
        found = self.one(database, "SELECT count(appropriated_usd) FROM funding_gap")
        assert f"appropriated amount was found for {found} only" in said("money", "coverage")

    def test_cases_say_how_many_are_dated(self, said, database):
        everything, dated = database.execute(
            "SELECT count(*), count(first_release_date) FROM cases WHERE is_child_exploitation "
            "AND case_id IN (SELECT case_id FROM releases WHERE in_scope)"
        ).fetchone()
        assert f"Of {everything:,} cases" in said("cases", "coverage")
        assert f"{everything - dated:,} are undated" in said("cases", "coverage")


class TestDrawing:
    def test_a_picture_has_its_title_and_texts_in_it(self):
        picture = Picture(name="apples", **WHOLE | {"title": "Apples & <pears>"})
        tree = ElementTree.fromstring(svg_text(picture, [{"n": 1}], "Seen <so> & so", "Of 3 < 4 rows."))
        title, desc, *_ = tree
        assert (tree.get("role"), title.text, desc.text) == ("img", "Apples & <pears>", "Seen <so> & so")
        assert tree.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
        assert [line.text for line in tree[-1]] == ["Source: The orchard.", "Of 3 < 4 rows."]

    def test_ids_do_not_hang_on_what_was_drawn_before(self):
        clipped = {"mark": {"type": "bar", "clip": True}, "encoding": {"x": {"field": "n", "type": "quantitative"}}}
        picture = Picture(name="apples", **WHOLE | {"spec": clipped})
        first, second = (svg_text(picture, [{"n": 1}], "rising", "Of 3 rows.") for _ in range(2))
        assert first == second
        assert 'clip-path="url(#apples-1)"' in first and 'id="apples-1"' in first

    def test_no_picture_takes_anything_from_elsewhere(self, project, root):
        for picture in project.pictures:
            tree = ElementTree.parse(root / figures.FIGURES / f"{picture.name}.svg").getroot()
            ids = [node.get("id") for node in tree.iter() if node.get("id")]
            assert all(id_.startswith(f"{picture.name}-") for id_ in ids) and len(set(ids)) == len(ids)
            addresses = {value for node in tree.iter() for key, value in node.items() if key.endswith("href")}
            assert addresses == set(), picture.name

    def test_every_picture_has_a_dark_form_for_a_phone_without_a_name_left_over(self, project):
        for picture in project.pictures:
            spec = drawing(picture, [], theme="dark", room=358)
            left = re.findall(r'"(\$[a-z]+|container)"', json.dumps({**spec, "datasets": {}}))
            assert left == [], picture.name

    def test_an_unknown_colour_is_named(self):
        with pytest.raises(SchemaError, match=r"apples\.yaml: there is no colour \$mauve; there are ink,"):
            drawing(Picture(name="apples", **WHOLE | {"spec": {"mark": {"color": "$mauve"}}}), [])

    def test_widths_are_the_room_there_is(self):
        alone = Picture(name="apples", **WHOLE | {"spec": {"width": "container", "mark": {"color": "$blue"}}})
        assert drawing(alone, [], room=500)["width"] == 500
        assert drawing(alone, [])["mark"]["color"] == LIGHT["blue"]
        joined = {"usermeta": {"beside": 40, "ratio": 0.25}, "vconcat": [{"width": "container", "height": "container"}]}
        made = drawing(Picture(name="apples", **WHOLE | {"spec": joined}), [], room=500)
        assert made["vconcat"] == [{"width": 460, "height": 115}]

    def test_shapes_that_are_not_there_are_named(self):
        with pytest.raises(SchemaError, match=r"the shapes nowhere\.json cannot be read"):
            drawing(Picture(name="apples", **WHOLE | {"shapes": "nowhere.json"}), [])

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_colours_stand_out_from_their_background(self, theme):
        colours = json.loads((STATIC / "picture-config.json").read_text())[theme]
        for name in ("ink", "muted", "blue", "orange", "green", "red", "purple", "sky", "grey"):
            least = 4.5 if name in ("ink", "muted") else 3
            assert contrast(colours[name], colours["paper"]) >= least, name


def contrast(one, other):
    """Contrast of two colours as the WCAG define it, from 1 to 21."""

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


class TestFigures:
    def test_are_those_of_the_database(self, csea):
        result = csea("figures", "--dry-run")
        assert result.code == 0, f"run `csea figures`: {result.out}"

    def test_are_written_once_and_those_of_no_picture_are_removed(self, project, tmp_path):
        (tmp_path / "build").mkdir()
        (tmp_path / DATABASE).symlink_to(project.root / DATABASE)
        own = SimpleNamespace(root=tmp_path, views=project.views, pictures=project.pictures[:1])
        (tmp_path / figures.FIGURES).mkdir(parents=True)
        for name in ("gone.svg", "readme.txt"):
            (tmp_path / figures.FIGURES / name).write_text("")
        files = [f"docs/figures/duties.{kind}" for kind in KINDS]
        told = []
        assert write_figures(own, (), True, told.append) == [*files, "docs/figures/gone.svg"]
        assert (told, (tmp_path / "docs/figures/gone.svg").exists()) == (files, True)
        write_figures(own, ("duties",), False, told.append)
        assert sorted(path.name for path in (tmp_path / "docs/figures").iterdir()) == [
            "duties.csv", "duties.png", "duties.svg", "readme.txt",
        ]  # fmt: skip
        assert all((tmp_path / file).read_bytes() == (project.root / file).read_bytes() for file in files)
        assert write_figures(own, (), False, told.append) == []

    def test_a_picture_that_there_is_not_is_told_with_those_there_are(self, csea):
        result = csea("figures", "nope")
        assert result.code == 2
        assert "There is no picture nope. The pictures are: duties," in result.err

    def test_without_a_database_the_command_says_what_to_run(self, tmp_path, project):
        with pytest.raises(UsageError, match="Run `csea build` first"):
            write_figures(SimpleNamespace(root=tmp_path, pictures=project.pictures), (), True, print)


class TestScript:
    def test_is_made_once_for_a_version(self, tmp_path, monkeypatch):
        import vl_convert

        monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet, vl_version: f"/* Vega */ {snippet}")
        path = tmp_path / "vega.js"
        assert vega.write_bundle(path) and path.read_text().endswith("window.vegaEmbed = vegaEmbed;")
        monkeypatch.setattr(vl_convert, "javascript_bundle", None)  # would fail
        assert not vega.write_bundle(path)
        monkeypatch.setattr(vega, "SNIPPET", "window.other = vegaEmbed;")
        with pytest.raises(TypeError):
            vega.write_bundle(path)


class TestPages:
    def test_every_picture_has_a_page_with_all_that_belongs_to_it(self, get, project, database):
        for picture in project.pictures:
            response = get(f"/-/pictures/{picture.name}")
            page = " ".join(response.text.replace("&#39;", "'").replace("&amp;", "&").split())
            assert response.status_code == 200
            for part in (picture.title, picture.unit[1:], picture.source):
                assert part in page, (picture.name, part)
            for part in ("alt", "coverage"):
                assert text(database, picture, project.views, part) in page, (picture.name, part)
            for kind in ("csv", "json"):
                assert f'href="/-/pictures/{picture.name}.{kind}"' in page
            for kind in ("svg", "png"):
                assert f'href="/figures/{picture.name}.{kind}"' in page
            assert 'href="/csea?sql=WITH+answer' in page
            assert f'href="/csea/{picture.question.replace("_", "-")}' in page

    def test_links_lead_where_the_same_is_asked(self, get):
        page = get("/-/pictures/cases").text.replace("&amp;", "&")
        assert 'href="/csea/cases-by-quarter?platform_id=any"' in page
        sql = re.search(r'href="(/csea\?sql=[^"]+)"', page)[1]
        answer = get(sql.replace("/csea?", "/csea.json?") + "&_shape=array").json()
        assert answer == get("/-/pictures/cases.json").json()["rows"]

    def test_the_front_page_has_the_first_four_with_what_they_rest_on(self, get, project, database):
        page = get("/").text
        first = [picture.name for picture in project.pictures][:4]
        assert re.findall(r'<figure [^>]*data-picture="(\w+)"', page) == first
        assert text(database, project.pictures[0], project.views, "coverage") in page

    def test_rows_are_given_as_json_and_as_the_csv_that_was_drawn(self, get, root):
        answer = get("/-/pictures/money.json")
        assert answer.headers["access-control-allow-origin"] == "*"
        body = answer.json()
        assert body["rows"] and body["spec"] and body["question"] == "funding_gap"
        csv = get("/-/pictures/money.csv")
        assert csv.content == (root / "docs/figures/money.csv").read_bytes()
        assert csv.headers["content-type"] == "text/csv; charset=utf-8"

    def test_drawn_files_are_given_as_they_are(self, get, root):
        for kind, content_type in (("svg", "image/svg+xml"), ("png", "image/png")):
            answer = get(f"/-/pictures/duties.{kind}")
            assert answer.headers["content-type"] == content_type
            assert answer.content == (root / f"docs/figures/duties.{kind}").read_bytes()

    def test_a_picture_that_was_not_drawn_is_told_in_a_sentence(self, get, site, monkeypatch, tmp_path):
        mounts = [(name, tmp_path if name == "figures" else folder) for name, folder in site.static_mounts]
        monkeypatch.setattr(site, "static_mounts", mounts)
        answer = get("/-/pictures/duties.svg")
        assert answer.status_code == 404
        assert "This picture has not been drawn as a file yet" in answer.text

    @pytest.mark.parametrize("path", ["nope", "nope.json", "nope.csv", "nope.svg", "Duties", "duties.pdf"])
    def test_what_there_is_not_is_not_found(self, get, path):
        assert get(f"/-/pictures/{path}").status_code == 404

    def test_pages_have_no_script_or_style_in_them(self, get):
        page = get("/-/pictures/duties").text
        assert re.findall(r"<style|\bstyle=|\son\w+=|<script(?![^>]*\bsrc=)[^>]*>", page) == []
