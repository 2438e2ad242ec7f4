"""Releases coded by hand become tables: what is withheld, what is in scope, how far a row can be relied on."""

import csv

import pandas as pd
import pytest

from csea.code.hand import release_tables
from csea.register import Register, address_key

ADDRESS = "https://www.justice.gov/usao-ct/pr/man-sentenced-federal-prison"
ROW = {
    "url": ADDRESS,
    "source_host": "justice.gov",
    "is_mirror": "false",
    "published_date": "2015-03-01",
    "component": "usao-ct",
    "district_name": "District of Connecticut",
    "release_kind": "sentence",
    "is_criminal_case": "true",
    "is_child_exploitation": "true",
    "platforms_named": None,
    "platform_roles": None,
    "conduct": "csam",
    "origin": "not_stated",
    "place": "Sampletown",
    "state": "CT",
    "n_suspects": "1",
    "sentence_months": "60",
    "statutes": None,
    "psc": "true",
    "text_scope": "full",
    "coder_note": None,
}
OFFICES = [
    {"component": "usao-ct", "component_kind": "us_attorney", "district_name": "District of Connecticut"},
    {"component": "ice", "component_kind": "other_agency", "district_name": None},
]


def text(rows: list[dict[str, str | None]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype="str")


def code(*rows: dict[str, str | None], withheld: tuple[str, ...] = ()) -> dict[str, pd.DataFrame]:
    """The code room's tables for releases that differ from ``ROW`` as given; addresses are made distinct."""
    numbered = [ROW | {"url": f"{ADDRESS}-{number}"} | row for number, row in enumerate(rows)]
    inputs = {
        "coded_releases": text(numbered, list(ROW)),
        "withheld": text([{"key_sha256": address_key(url)} for url in withheld], ["key_sha256"]),
        "components": text(OFFICES, list(OFFICES[0])),
    }
    return release_tables(inputs, empty_register(), "1.0.0")


def empty_register() -> Register:
    columns = ["id", "key_sha256", "issued_in", "state", "forwards_to"]
    return Register(pd.DataFrame(columns=columns, dtype="str"), "r{:07d}")


def release(**row: str | None) -> pd.Series:
    return code(row)["releases"].iloc[0]


def codings(**row: str | None) -> dict[str, list[str]]:
    return code(row)["codings"].groupby("variable")["coded_value"].agg(list).to_dict()


HOLDS_A_NAME = [
    pytest.param("https://www.justice.gov/usao-ct/pr/[name]-sentenced-federal-prison", id="masked name"),
    pytest.param("https://www.justice.gov/usao-ct/pr/xqvarzik-sentenced-federal-prison", id="unknown word"),
    pytest.param("https://www.justice.gov/usao-ct/pr/sentenced?who=xqvarzik", id="unknown word in the query"),
]


class TestAddress:
    @pytest.mark.parametrize("url", HOLDS_A_NAME)
    def test_that_may_hold_a_name_is_left_out(self, url):
        assert pd.isna(release(url=url)["url"])

    @pytest.mark.parametrize("url", HOLDS_A_NAME)
    def test_that_is_left_out_is_said_to_be_withheld(self, url):
        assert release(url=url)["url_withheld"] == "true"

    @pytest.mark.parametrize("url", HOLDS_A_NAME)
    def test_that_is_left_out_stands_in_no_table(self, url):
        assert [name for name, table in code({"url": url}).items() if table.isin([url]).any(axis=None)] == []

    def test_of_known_words_is_published(self):
        assert release(url=ADDRESS)["url"] == ADDRESS

    def test_of_known_words_is_not_said_to_be_withheld(self):
        assert release(url=ADDRESS)["url_withheld"] == "false"

    def test_that_is_left_out_does_not_take_its_neighbour_along(self):
        table = code({"url": HOLDS_A_NAME[0].values[0]}, {"url": ADDRESS})["releases"]
        assert table["url"].to_list()[1] == ADDRESS


class TestScope:
    @pytest.mark.parametrize(
        "exploitation, platforms, in_scope",
        [
            ("true", "kik", "true"),
            ("true", None, "true"),
            ("false", "kik", "true"),
            ("false", None, "false"),
        ],
    )
    def test_is_a_named_platform_or_child_exploitation(self, exploitation, platforms, in_scope):
        row = release(is_child_exploitation=exploitation, platforms_named=platforms)
        assert row["in_scope"] == in_scope

    def test_does_not_decide_whether_a_release_stays(self):
        assert len(code({"is_child_exploitation": "false"}, {})["releases"]) == 2


MARK = "Copy marked 'Source: Sample Office'."
NO_MARK = "News site's uncredited copy."


class TestConfidence:
    @pytest.mark.parametrize(
        "is_mirror, note, text_scope, confidence",
        [
            ("false", None, "full", "high"),
            ("false", None, "excerpt", "medium"),
            ("false", None, "report", "low"),
            ("true", MARK, "full", "medium"),
            ("true", MARK, "excerpt", "medium"),
            ("true", MARK, "report", "low"),
            ("true", NO_MARK, "full", "low"),
            ("true", NO_MARK, "excerpt", "low"),
            ("true", NO_MARK, "report", "low"),
            ("true", None, "full", "low"),
            ("false", NO_MARK, "full", "high"),
        ],
    )
    def test_follows_from_what_was_read(self, is_mirror, note, text_scope, confidence):
        row = release(is_mirror=is_mirror, coder_note=note, text_scope=text_scope)
        assert row["confidence"] == confidence

    def test_is_the_same_for_the_codings_of_the_release(self):
        assert set(code({"text_scope": "excerpt"})["codings"]["confidence"]) == {"medium"}


class TestMark:
    @pytest.mark.parametrize(
        "note",
        [
            "Marked 'Source: Sample Office'; date from the address.",
            "Blog copy marked as a USAO release.",
            "Local news page that credits the office's news release.",
            "TV station page with the credit 'SAMPLETOWN (USDOJ)'.",
            "ICE's own mailing of its release.",
            "Newspaper's copy with the department's seal.",
        ],
    )
    def test_is_seen_in_the_note(self, note):
        assert release(is_mirror="true", coder_note=note)["mirror_is_marked"] == "true"

    @pytest.mark.parametrize(
        "note",
        [
            "News site's uncredited copy with the office's announcement.",
            "Page marked 'Special to'; the announcement is the office's.",
            "Aggregator; the mark of origin is not in the excerpt.",
            "An unmarked copy in the office's wording.",
            "Copy not marked as a release.",
            None,
        ],
    )
    def test_is_not_made_up(self, note):
        assert release(is_mirror="true", coder_note=note)["mirror_is_marked"] == "false"

    def test_is_empty_for_the_governments_own_page(self):
        assert pd.isna(release(is_mirror="false", coder_note=MARK)["mirror_is_marked"])


class TestLists:
    def test_each_platform_has_a_row_with_its_role(self):
        table = code({"platforms_named": "kik;yahoo", "platform_roles": "kik=used;yahoo=reported_by"})
        roles = table["release_platforms"][["release_id", "platform_id", "role"]].values.tolist()
        assert roles == [["r0000001", "kik", "used"], ["r0000001", "yahoo", "reported_by"]]

    def test_each_kind_of_conduct_has_a_row(self):
        assert code({"conduct": "csam;grooming"})["release_conduct"]["conduct"].to_list() == ["csam", "grooming"]

    @pytest.mark.parametrize(
        "cited, statute_id",
        [
            ("18 USC 2252(a)(4)(B)", "18-usc-2252-a-4-b"),
            ("18 USC 2422(b)", "18-usc-2422-b"),
            ("18 USC 2252A", "18-usc-2252a"),
        ],
    )
    def test_statute_as_cited_becomes_a_provision(self, cited, statute_id):
        assert code({"statutes": cited})["release_statutes"]["statute_id"].to_list() == [statute_id]

    @pytest.mark.parametrize(
        "table, row",
        [
            ("release_platforms", {"platform_roles": None}),
            ("release_conduct", {"conduct": None}),
            ("release_statutes", {"statutes": None}),
        ],
    )
    def test_empty_list_gives_no_row(self, table, row):
        assert len(code(row)[table]) == 0


class TestCodings:
    @pytest.mark.parametrize(
        "column, variable, value",
        [
            ("release_kind", "release_kind", "plea"),
            ("is_criminal_case", "is_criminal_case", "false"),
            ("is_child_exploitation", "is_child_exploitation", "false"),
            ("origin", "origin", "not_stated"),
            ("place", "place", "Sampletown"),
            ("state", "state", "CT"),
            ("n_suspects", "n_suspects", "3"),
            ("sentence_months", "sentence_months", "120"),
            ("psc", "project_safe_childhood", "false"),
            ("platform_roles", "platform", "kik=used"),
            ("conduct", "conduct", "grooming"),
        ],
    )
    def test_coded_value_has_a_row(self, column, variable, value):
        assert codings(**{column: value})[variable] == [value]

    @pytest.mark.parametrize(
        "column, variable",
        [
            ("origin", "origin"),
            ("place", "place"),
            ("state", "state"),
            ("n_suspects", "n_suspects"),
            ("sentence_months", "sentence_months"),
            ("psc", "project_safe_childhood"),
            ("platform_roles", "platform"),
            ("conduct", "conduct"),
            ("statutes", "statute"),
            ("district_name", "district"),
        ],
    )
    def test_empty_value_has_no_row(self, column, variable):
        assert variable not in codings(**{column: None})

    def test_district_is_coded_as_its_office(self):
        assert codings(district_name="District of Connecticut")["district"] == ["usao-ct"]

    def test_each_value_of_a_list_has_a_row(self):
        assert codings(conduct="csam;grooming")["conduct"] == ["csam", "grooming"]

    def test_statute_is_coded_as_its_provision(self):
        assert codings(statutes="18 USC 1591(a)(1)")["statute"] == ["18-usc-1591-a-1"]

    def test_person_stands_as_the_coder(self):
        table = code({})["codings"]
        assert set(zip(table["coder"], table["method"], strict=True)) == {("human", "hand_coded")}


class TestWithheld:
    rows = ({"url": f"{ADDRESS}-refused"}, {"url": ADDRESS})

    @pytest.mark.parametrize("variant", ["https://www.justice.gov", "http://justice.gov"])
    def test_release_stands_in_no_table(self, variant):
        key = f"{variant}/usao-ct/pr/man-sentenced-federal-prison-refused/"
        tables = code(*({"conduct": "csam", "platform_roles": "kik=used"} | row for row in self.rows), withheld=(key,))
        rows = {name: len(table) for name, table in tables.items() if name != "codings"}
        assert rows == {"releases": 1, "release_platforms": 1, "release_conduct": 1, "release_statutes": 0}

    def test_other_releases_stay(self):
        tables = code(*self.rows, withheld=(self.rows[0]["url"],))
        assert tables["releases"]["url"].to_list() == [ADDRESS]

    def test_release_has_no_codings(self):
        both, one = code(*self.rows), code(*self.rows, withheld=(self.rows[0]["url"],))
        assert len(one["codings"]) == len(both["codings"]) / 2

    def test_release_gets_no_id(self):
        tables = code(*self.rows, withheld=(self.rows[0]["url"],))
        assert tables["releases"]["release_id"].to_list() == ["r0000001"]


def lines(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def coded(root):
    """The coder's rows that are not withheld."""
    refused = {row["key_sha256"] for row in lines(root / "data/inputs/withheld.csv")}
    rows = lines(root / "data/inputs/coded_releases.csv")
    return [row for row in rows if address_key(row["url"]) not in refused]


@pytest.fixture(scope="module")
def compiled(root, coded):
    """The coder's rows by the id that the register gives their address."""
    ids = {row["key_sha256"]: row["id"] for row in lines(root / "data/registry/releases.csv")}
    return {ids[address_key(row["url"])]: row for row in coded}


@pytest.fixture(scope="module")
def tables(uncorrected_tables):
    return uncorrected_tables


@pytest.fixture(scope="module")
def releases(tables):
    """Published rows of releases that people coded, by id."""
    rows = tables["releases"].to_pylist()
    return {row["release_id"]: row for row in rows if row["coding_method"] == "human"}


def grouped(table, releases, value):
    found = {}
    for row in table.to_pylist():
        if row["release_id"] in releases:
            found.setdefault(row["release_id"], set()).add(value(row))
    return found


class TestRealReleases:
    def test_every_input_row_arrives(self, compiled, releases):
        assert sorted(releases) == sorted(compiled)

    def test_as_many_arrive_as_were_coded(self, coded, releases):
        assert len(releases) == len(coded)

    def test_roles_of_platforms_are_the_coders(self, compiled, releases, tables):
        coded = {id_: set(row["platform_roles"].split(";")) for id_, row in compiled.items() if row["platform_roles"]}
        assert (
            grouped(tables["release_platforms"], releases, lambda row: f"{row['platform_id']}={row['role']}") == coded
        )

    def test_conduct_is_the_coders(self, compiled, releases, tables):
        coded = {id_: set(row["conduct"].split(";")) for id_, row in compiled.items() if row["conduct"]}
        assert grouped(tables["release_conduct"], releases, lambda row: row["conduct"]) == coded

    @pytest.mark.parametrize(
        "column, source",
        [
            ("project_safe_childhood", "psc"),
            ("is_mirror", "is_mirror"),
            ("is_criminal_case", "is_criminal_case"),
            ("is_child_exploitation", "is_child_exploitation"),
            ("release_kind", "release_kind"),
            ("origin", "origin"),
            ("place", "place"),
            ("state", "state"),
            ("component", "component"),
            ("published_date", "published_date"),
            ("n_suspects", "n_suspects"),
            ("sentence_months", "sentence_months"),
            ("text_scope", "text_scope"),
        ],
    )
    def test_cell_arrives_unchanged(self, compiled, releases, column, source):
        def written(value: object) -> str:
            return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

        arrived = {id_: written(row[column]) for id_, row in releases.items()}
        assert arrived == {id_: row[source] for id_, row in compiled.items()}

    def test_note_arrives_unchanged_but_for_the_compilers_shorthand(self, root, compiled, releases):
        shorthand = [row["as_compiled"] for row in lines(root / "data/inputs/wordings.csv")]
        plain = {id_ for id_, row in compiled.items() if not any(word in row["coder_note"] for word in shorthand)}
        assert {id_: releases[id_]["note"] or "" for id_ in plain} == {
            id_: compiled[id_]["coder_note"] for id_ in plain
        }

    def test_district_is_the_office_of_the_coded_district(self, compiled, releases, tables):
        offices = {row["district_name"]: row["component"] for row in tables["components"].to_pylist()} | {"": None}
        assert {id_: row["district"] for id_, row in releases.items()} == {
            id_: offices[row["district_name"]] for id_, row in compiled.items()
        }

    def test_published_addresses_are_the_coders(self, compiled, releases):
        changed = [id_ for id_, row in releases.items() if row["url"] not in (None, compiled[id_]["url"])]
        assert changed == []

    def test_masked_addresses_are_withheld(self, compiled, releases):
        masked = [id_ for id_, row in compiled.items() if "[name]" in row["url"]]
        assert masked and [id_ for id_ in masked if not releases[id_]["url_withheld"]] == []

    def test_every_release_has_codings(self, releases, tables):
        assert set(tables["codings"]["release_id"].to_pylist()) == set(tables["releases"]["release_id"].to_pylist())
