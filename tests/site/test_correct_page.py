"""The page that fills a correction in: what it offers, refuses and makes; asked in process."""

import asyncio
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from csea.correct.issue import LABELS
from csea.corrections import read_given
from csea.errors import Report
from csea.site import Options, apart
from csea.site.judge import judged
from csea.site.middleware.gate import LONGEST_QUERY
from csea.site.server import HEADERS

RIGHT = {
    "column": "launched",
    "value": "1991",
    "why": "The company's own history gives this year.",
    "evidence": "https://example.org/history",
    "credit": "Quill",
}
AIM = "/-/correct/platforms/aim"
APART = apart.done


@pytest.fixture(autouse=True)
def judged_here(monkeypatch):
    """The checks without a process for each, which takes a second to start."""

    async def done(module, given, seconds):
        return judged(given)

    monkeypatch.setattr(apart, "done", done)


def asked(address=AIM, **changed):
    return f"{address}?{urlencode({**RIGHT, **changed})}"


def problems(page):
    """Part of the form to what is said beside it."""
    return dict(re.findall(r'<span class="problem" id="(\w+)-problem">(.*?)</span>', unescape(page)))


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


class TestChoosing:
    def test_every_column_that_may_be_corrected_is_offered_with_what_stands_there(self, get, schemas):
        page = get(AIM).text
        for field in schemas["platforms"].fields:
            is_open = not field.derived and field.name not in schemas["platforms"].primary_key
            assert (f'href="{AIM}?column={field.name}"' in page) == is_open, field.name
        assert "AOL Instant Messenger" in page

    def test_a_derived_column_says_what_to_correct_instead(self, get, schemas):
        page = words(get("/-/correct/releases/r0000001").text)
        assert schemas["releases"].field("in_scope").derived in page
        answer = get("/-/correct/releases/r0000001?column=in_scope")
        assert answer.status_code == 400
        assert schemas["releases"].field("in_scope").derived in words(answer.text)

    def test_a_derived_table_says_what_to_correct_instead(self, get, schemas):
        page = get("/-/correct/cases/c000001").text
        assert schemas["cases"].derived in words(page)
        assert "?column=" not in page

    def test_the_row_page_leads_here(self, get):
        assert f'href="{AIM}"' in get("/csea/platforms/aim").text

    def test_other_wishes_are_led_to_the_guide(self, get):
        page = get("/-/correct/releases/r0000001").text
        assert 'href="/-/docs/correcting"' in page
        assert "csea withdraw" in page

    def test_a_key_of_several_columns_is_one_row(self, get, tables):
        row = tables["platform_aliases"].to_pylist()[0]
        assert row["alias"] in get(f"/-/correct/platform_aliases/{row['platform_id']},{row['alias']}").text


class TestForm:
    def test_it_shows_what_stands_there_and_asks_for_the_rest(self, get, tables):
        launched = {row["platform_id"]: row["launched"] for row in tables["platforms"].to_pylist()}["aim"]
        page = get(f"{AIM}?column=launched").text
        assert f"What stands there now: {launched}" in words(page)
        for name in ("value", "why", "evidence", "credit"):
            assert re.search(rf'<label for="{name}">', page) and f'name="{name}"' in page

    def test_a_code_is_chosen_from_the_list(self, get, schemas):
        page = get(f"{AIM}?column=platform_kind").text
        for value in schemas["platforms"].field("platform_kind").enum:
            assert f'<option value="{value}"' in page

    def test_it_is_neither_indexed_nor_kept(self, get):
        for path in (AIM, f"{AIM}?column=launched", asked()):
            answer = get(path)
            assert answer.headers["x-robots-tag"] == "noindex"
            assert answer.headers["cache-control"] == "no-store"
            assert '<meta name="robots" content="noindex">' in answer.text

    def test_every_part_says_its_own_problem(self, get):
        found = problems(get(asked(value="19x", why="", evidence="nowhere", credit="a@example.org")).text)
        assert found["value"].startswith("The value is not a whole number.")
        assert found["why"] == "The part why is empty. Fill it in."
        assert "begins with https://" in found["evidence"]
        assert found["credit"]

    def test_what_was_entered_stays(self, get):
        page = get(asked(why="", value="19<x>")).text
        assert 'value="19&lt;x&gt;"' in page and 'value="https://example.org/history"' in page

    def test_the_present_value_is_no_correction(self, get, tables):
        launched = {row["platform_id"]: row["launched"] for row in tables["platforms"].to_pylist()}["aim"]
        assert "is the present one" in problems(get(asked(value=launched)).text)["value"]

    def test_privacy_is_checked_as_the_command_checks_it(self, get):
        found = problems(get(asked(why="Write to quill@example.org for proof.")).text)
        assert "why" in found

    def test_a_reference_must_be_to_a_row_that_there_is(self, get):
        page = get(asked("/-/correct/obligations/national-strategy", column="instrument_id", value="nosuch-law")).text
        assert "The table instruments has no row of that name." in problems(page)["value"]


class TestFile:
    def test_it_is_one_that_the_command_accepts(self, get, tmp_path, project, tables):
        page = get(asked()).text
        text = unescape(re.search(r'<pre[^>]* id="correction-file"[^>]*>(.*?)</pre>', page, re.S)[1])
        name = re.search(r"<code>data/corrections/\d{4}/(\d{8}-platforms-aim-launched[\w-]*\.yaml)</code>", page)[1]
        (tmp_path / name).write_text(text)
        report = Report()
        (item,) = read_given([tmp_path / name], project.tables, report)
        assert report.problems == []
        launched = {row["platform_id"]: row["launched"] for row in tables["platforms"].to_pylist()}["aim"]
        assert (item.table, item.key, item.column) == ("platforms", ("aim",), "launched")
        assert (item.present, item.value, item.credit) == (str(launched), "1991", "Quill")

    def test_it_can_be_taken_along(self, get):
        page = get(asked()).text
        path = unescape(re.search(r'<a class="button" href="([^"]+)" download', page)[1])
        answer = get(path)
        assert re.search(r'attachment; filename="\d{8}-[\w-]+\.yaml"', answer.headers["content-disposition"])
        assert answer.text == unescape(re.search(r'<pre[^>]* id="correction-file"[^>]*>(.*?)</pre>', page, re.S)[1])

    def test_there_is_none_while_something_is_wrong(self, get):
        assert get(asked(f"{AIM}.yaml", value="19x")).status_code == 400
        assert get(f"{AIM}.yaml").status_code == 400

    def test_several_lines_become_one(self, get):
        page = get(asked(why="One line,\r\nthen another.")).text
        assert "why: One line, then another." in unescape(page)

    def test_nothing_is_written(self, get, root):
        before = sorted((root / "data" / "corrections").rglob("*"))
        get(asked())
        assert sorted((root / "data" / "corrections").rglob("*")) == before

    def test_booleans_and_numbers_stand_as_in_the_files(self, get, tables):
        release = tables["releases"].to_pylist()[0]
        other = "false" if release["is_mirror"] else "true"
        page = get(asked(f"/-/correct/releases/{release['release_id']}", column="is_mirror", value=other)).text
        assert f'present: "{str(release["is_mirror"]).lower()}"' in unescape(page)
        figure = next(row for row in tables["figures"].to_pylist() if row["value"] and row["value"] > 1e6)
        page = get(asked(f"/-/correct/figures/{figure['figure_id']}", column="value", value="7")).text
        assert f'present: "{int(figure["value"])}"' in unescape(page)

    def test_it_can_be_sent_by_the_issue_form_filled_in(self, served):
        site = served(Options(repository="https://example.org/a/data"))
        page = asyncio.run(site.client.get(asked())).text
        link = urlsplit(unescape(re.search(r'href="(https://example.org/a/data/issues/new[^"]+)"', page)[1]))
        answers = {name: values[0] for name, values in parse_qs(link.query).items()}
        assert answers.pop("template") == "correction.yml"
        assert set(answers) <= set(LABELS)
        assert (answers["table"], answers["key"], answers["value"]) == ("platforms (Platforms)", "aim", "1991")


class TestApart:
    """The checks import the whole project, so they run in a process that ends."""

    def test_a_correction_is_judged_there(self, get, monkeypatch):
        monkeypatch.setattr(apart, "done", APART)
        assert "Your correction is ready to send" in get(asked()).text

    def test_checks_that_take_too_long_are_ended(self, get, monkeypatch):
        async def never(module, given, seconds):
            return await APART(module, given, 0.0)

        monkeypatch.setattr(apart, "done", never)
        answer = get(asked())
        assert answer.status_code == 503 and "The checks are busy." in answer.text


class TestOddInput:
    def test_the_form_at_its_fullest_is_answered_whatever_the_letters(self, get):
        form = get(f"{AIM}?column=note").text
        longest = {name: int(most) for name, most in re.findall(r'id="(\w+)"[^>]*? maxlength="(\d+)"', form)}
        assert set(longest) == {"value", "why", "evidence", "credit"}
        address = asked(column="note", **{name: "\u8a9e" * most for name, most in longest.items()})
        assert get(address).status_code == 200
        assert len(address) <= LONGEST_QUERY < HEADERS - 8_000  # which leaves room for the other headers

    @pytest.mark.parametrize("part, most", [("value", 1_000), ("why", 500), ("evidence", 600), ("credit", 100)])
    def test_more_than_fits_is_refused_in_words(self, get, part, most):
        answer = get(asked(**{part: "x" * (most + 1)}))
        assert answer.status_code == 400
        assert f"it may have {most:,}" in words(answer.text)

    @pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\u202eb", "\ufeffa"])
    def test_what_cannot_be_seen_is_refused(self, get, text):
        assert get(asked(why=text)).status_code == 400

    @pytest.mark.parametrize(
        "text", ["- a\n- b", "{a: b}", "&x *x", "!!python/object:x y", "null", "~", '"', "\\", "#", "a: b", "%", "é ✓"]
    )
    def test_no_text_is_taken_for_yaml(self, get, text):
        page = unescape(get(asked("/-/correct/platforms/aim", column="note", value="x", credit="", why=text)).text)
        file = re.search(r'id="correction-file"[^>]*>(.*?)</pre>', page, re.S)
        assert file is None or file[1].count("\n") == 8

    def test_an_unknown_column_is_refused_with_those_that_there_are(self, get):
        answer = get(f"{AIM}?column=%3Cscript%3E")
        assert answer.status_code == 400
        assert "Its columns are: platform_id" in words(answer.text) and "<script>" not in answer.text

    @pytest.mark.parametrize(
        "path", ["platforms/nosuch", "nosuch/aim", "uses/r0000004", "platforms/a,b", "sqlite_master/x"]
    )
    def test_no_such_row_is_not_found(self, get, path):
        assert get(f"/-/correct/{path}").status_code == 404
