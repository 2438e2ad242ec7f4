"""Each change has one cause, and it is the right one."""

import pyarrow as pa
import pytest
from small_versions import registers, schema, texts

from csea.compare.tables import compare_tables
from csea.release.cause_rules import RULES, STRENGTH
from csea.release.causes import Causes
from csea.release.changes import change_list, list_schema

COLUMNS = "release_id coding_method rules_version retrieved_date text_sha256 text_form case_id duplicate_of place"
KEYS = {
    "releases": "release_id",
    "codings": "release_id coded_value",
    "cases": "case_id",
    "case_links": "case_id release_id",
    "uses": "case_id conduct",
    "readings": "month",
    "coverage_days": "date",
    "coverage": "coverage_id",
    "agreement": "variable",
    "corrections": "correction_id",
    "withheld": "key_sha256",
    "platforms": "platform_id",
}
READ = "r0000001", "machine", "1.0.0", "2020-05-01", "aa", "form-1", "c000001", None, "Elmwood"
HAND = "r0000002", "human", None, None, None, None, "c000002", None, "Oakville"
IDS = registers(*[(f"r000000{n}", f"key{n}", "0.1.0", "active", None) for n in range(1, 6)])
SINCE = "2021-01-01"


def but(row, columns=COLUMNS, **cells):
    """The row with other cells."""
    return tuple({**dict(zip(columns.split(), row, strict=True)), **cells}.values())


def tables(*releases, **others):
    return {"releases": texts(COLUMNS, *releases), **others}


def found(old, new, moved=None, since=SINCE):
    """Table, key, column and cause of each change; the shapes of tables are left out."""
    present = {**old, **new}
    schemas = {
        name: schema(name, dict.fromkeys(table.column_names, "string"), KEYS[name].split())
        for name, table in present.items()
    }
    causes = Causes.of(old, new, moved or {}, IDS, since)
    lines = change_list("0.2.0", old, new, schemas, schemas, causes)
    rows = lines.filter(pa.compute.is_valid(lines["row_key"])).to_pylist()
    columns = ("table_name", "row_key", "column_name", "cause")
    return {tuple(row[column] for column in columns[:3]): (row["cause"], row["correction_id"]) for row in rows}


def cause(old, new, **options):
    """The one cause of all changes."""
    (only,) = {cause for cause, _ in found(old, new, **options).values()}
    return only


class TestReleases:
    def test_machine_s_in_the_first_version_is_new_at_the_source(self):
        assert cause({}, tables(READ), since=None) == "new_at_source"

    @pytest.mark.parametrize(("day", "wanted"), [("2021-01-02", "new_at_source"), ("2021-01-01", "rule_change")])
    def test_machine_s_that_came(self, day, wanted):
        assert cause(tables(HAND), tables(HAND, but(READ, retrieved_date=day))) == wanted

    def test_hand_s_that_came_or_went_is_curated(self):
        assert cause(tables(READ), tables(READ, HAND)) == "curated"
        assert cause(tables(READ, HAND), tables(READ)) == "curated"

    @pytest.mark.parametrize(("rules", "wanted"), [("1.0.0", "withdrawn_at_source"), ("1.1.0", "rule_change")])
    def test_machine_s_that_went(self, rules, wanted):
        gone = but(READ, release_id="r0000003", case_id=None)
        kept = but(READ, rules_version=rules)
        assert found(tables(READ, gone), tables(kept))["releases", "r0000003", None][0] == wanted

    def test_last_machine_s_that_went_asks_the_readings_for_today_s_rules(self):
        read = {"readings": texts("month rules_version", ("2020-05", "1.0.0"))}
        assert cause(tables(READ) | read, tables() | read) == "withdrawn_at_source"

    def test_withheld_that_went_is_privacy(self):
        old = tables(READ, HAND) | {"withheld": texts("key_sha256")}
        new = tables(HAND) | {"withheld": texts("key_sha256", ("key1",))}
        assert cause(old, new) == "privacy"

    @pytest.mark.parametrize(
        ("cells", "wanted"),
        [
            pytest.param({"text_sha256": "bb", "place": "Ashford"}, "edited_at_source", id="text"),
            pytest.param({"text_sha256": "bb", "rules_version": "1.1.0"}, "edited_at_source", id="text and rules"),
            pytest.param({"text_sha256": "bb", "text_form": "form-2"}, "rule_change", id="form of the text"),
            pytest.param({"rules_version": "1.1.0", "place": "Ashford"}, "rule_change", id="rules"),
            pytest.param({"case_id": "c000009"}, "link_change", id="case"),
            pytest.param({"duplicate_of": "r0000002"}, "link_change", id="duplicate"),
            pytest.param({"place": "Ashford"}, "curated", id="review"),
            pytest.param({"text_sha256": None}, "withdrawn_at_source", id="text gone"),
        ],
    )
    def test_that_changed(self, cells, wanted):
        assert cause(tables(READ), tables(but(READ, **cells))) == wanted

    def test_of_hand_whose_text_was_found_is_new_at_the_source(self):
        assert cause(tables(HAND), tables(but(HAND, text_sha256="bb", text_form="form-1"))) == "new_at_source"


class TestWhatBelongsToARelease:
    CODINGS = "release_id coded_value rules_version"

    def codings(self, *rows):
        return {"codings": texts(self.CODINGS, *rows)}

    @pytest.mark.parametrize(
        ("cells", "wanted"),
        [
            ({"text_sha256": "bb"}, "edited_at_source"),
            ({"rules_version": "1.1.0"}, "rule_change"),
            ({}, "curated"),
        ],
    )
    def test_follows_the_release(self, cells, wanted):
        old = tables(READ) | self.codings(("r0000001", "csam", None))
        new = tables(but(READ, **cells)) | self.codings(("r0000001", "other", None))
        assert cause(old, new) == wanted

    def test_comes_and_goes_with_the_release(self):
        one, none = self.codings(("r0000001", "csam", "1.0.0")), self.codings()
        fresh = but(READ, retrieved_date="2021-06-01")
        assert cause(tables(HAND) | none, tables(HAND, fresh) | one) == "new_at_source"
        told = found(tables(READ, HAND) | one, tables(HAND, but(READ, release_id="r0000003")) | none)
        assert told["codings", '["r0000001","csam"]', None][0] == "withdrawn_at_source"

    def test_of_a_release_coded_by_hand_follows_its_own_rules(self):
        old = tables(HAND) | self.codings(("r0000002", "csam", "1.0.0"), ("r0000002", "other", "1.0.0"))
        new = tables(HAND) | self.codings(("r0000002", "csam", "1.1.0"), ("r0000002", "grooming", "1.1.0"))
        assert cause(old, new) == "rule_change"


def cased(*releases, cases=(), links=(), uses=()):
    return tables(
        *releases,
        cases=texts("case_id place", *cases),
        case_links=texts("case_id release_id score rules_version", *links),
        uses=texts("case_id conduct", *uses),
    )


class TestCases:
    BEFORE = cased(
        READ,
        but(READ, release_id="r0000003"),
        cases=[("c000001", "Elmwood")],
        links=[("c000001", "r0000001", "9", None), ("c000001", "r0000003", "9", None)],
        uses=[("c000001", "csam")],
    )

    def after(self, *releases, **others):
        links = [("c000001", "r0000001", "8", None), ("c000001", "r0000003", "8", None)]
        case = [("c000001", "Ashford")]
        return cased(*releases, cases=case, links=others.get("links", links), uses=[("c000001", "other")])

    @pytest.mark.parametrize(
        ("cells", "wanted"),
        [
            ({"text_sha256": "bb"}, "edited_at_source"),
            ({"rules_version": "1.1.0"}, "rule_change"),
            ({}, "curated"),
        ],
    )
    def test_follow_their_releases(self, cells, wanted):
        new = self.after(READ, but(READ, release_id="r0000003", **cells))
        told = found(self.BEFORE, new)
        assert told["cases", "c000001", "place"][0] == wanted
        assert told["uses", '["c000001","csam"]', None][0] == wanted
        assert told["case_links", '["c000001","r0000001"]', "score"][0] == wanted

    def test_follow_the_strongest_cause(self):
        gone, edited = but(READ, release_id="r0000004"), but(READ, text_sha256="bb")
        old = self.BEFORE | {"releases": texts(COLUMNS, READ, gone, but(READ, release_id="r0000003"))}
        new = self.after(edited, but(READ, release_id="r0000003", rules_version="1.1.0"))
        assert found(old, new)["cases", "c000001", "place"][0] == "withdrawn_at_source"

    def test_of_a_withheld_release_are_privacy(self):
        old, new = self.BEFORE | {"withheld": texts("key_sha256")}, {"withheld": texts("key_sha256", ("key3",))}
        links = [("c000001", "r0000001", "8", None)]
        told = found(old, self.after(but(READ, text_sha256="bb"), links=links) | new)
        assert told["cases", "c000001", None][0] == "privacy"  # told as removed and added
        assert {cause for (table, *_), (cause, _) in told.items() if table == "uses"} == {"privacy"}
        assert told["case_links", '["c000001","r0000003"]', None][0] == "privacy"

    def test_among_which_a_release_moved_are_a_link_change(self):
        old = cased(READ, HAND, cases=[("c000001", "x"), ("c000002", "y")], links=[("c000002", "r0000002", "1", None)])
        new = cased(
            READ, but(HAND, case_id="c000001"), cases=[("c000001", "z")], links=[("c000001", "r0000002", "7", None)]
        )
        assert cause(old, new) == "link_change"

    def test_moving_is_stronger_than_new_rules_and_weaker_than_an_edit(self):
        moved = but(HAND, case_id="c000001")
        for cells, wanted in (({"rules_version": "1.1.0"}, "link_change"), ({"text_sha256": "bb"}, "edited_at_source")):
            old, new = (
                cased(READ, HAND, cases=[("c000001", "x")]),
                cased(but(READ, **cells), moved, cases=[("c000001", "z")]),
            )
            assert found(old, new)["cases", "c000001", "place"][0] == wanted

    def test_links_of_new_rules_are_a_rule_change(self):
        old = cased(HAND, links=[("c000002", "r0000002", "5", "1.0.0")])
        new = cased(HAND, links=[("c000002", "r0000002", "6", "1.1.0")])
        assert cause(old, new) == "rule_change"


class TestOtherTables:
    @pytest.mark.parametrize(
        ("name", "wanted"),
        [
            ("readings", "new_at_source"),
            ("coverage_days", "new_at_source"),
            ("coverage", "curated"),
            ("agreement", "curated"),
            ("corrections", "correction"),
            ("platforms", "curated"),
        ],
    )
    def test_have_their_own_cause(self, name, wanted):
        key = KEYS[name]
        if name == "corrections":
            columns = "correction_id table_name row_key column_name new_value correction_state"
            old, new = texts(columns), texts(columns, ("20210101-name", "platforms", "chat", "note", "x", "active"))
        else:
            old, new = texts(f"{key} note", ("a", "x"), ("b", "x")), texts(f"{key} note", ("a", "y"), ("c", "x"))
        assert cause({name: old}, {name: new}) == wanted

    def test_month_that_was_read_with_new_rules_is_a_rule_change(self):
        old, new = (
            texts("month n_in_scope rules_version", ("2020-05", n, v)) for n, v in (("1", "1.0.0"), ("2", "1.1.0"))
        )
        assert cause({"readings": old}, {"readings": new}) == "rule_change"

    def test_coverage_follows_the_strongest_cause_of_all_releases(self):
        old, new = (texts("coverage_id n_read", ("all", n)) for n in "12")
        fresh = but(READ, retrieved_date="2021-06-01")
        told = found(tables(HAND, coverage=old), tables(but(HAND, place="x"), fresh, coverage=new))
        assert told["coverage", "all", "n_read"][0] == "new_at_source"

    def test_agreement_follows_new_rules(self):
        old, new = (texts("variable n_compared", ("origin", n)) for n in "12")
        told = found(tables(READ, agreement=old), tables(but(READ, rules_version="1.1.0"), agreement=new))
        assert told["agreement", "origin", "n_compared"][0] == "rule_change"


MADE = "correction_id table_name row_key column_name new_value correction_state"


def corrections(*rows):
    return {"corrections": texts(MADE, *rows)}


def moved(old, new):
    """What corrections moved: everything that differs here."""
    return {name: compare_tables(name, old[name], new[name], KEYS[name].split()) for name in old if name in new}


class TestCorrections:
    PLACE = "20210203-place", "releases", "r0000001", "place", "Ashford", "active"
    OTHER = "20210204-other", "releases", "r0000002", "place", "Oakham", "active"

    def correction_of(self, *made, change=None, old_made=()):
        old = cased(READ, HAND, cases=[("c000001", "Elmwood"), ("c000002", "Oakville")])
        new = change or cased(but(READ, place="Ashford"), HAND, cases=[("c000001", "Ashford"), ("c000002", "Oakville")])
        told = found(old | corrections(*old_made), new | corrections(*made), moved=moved(old, new))
        return {key[:2]: value for key, value in told.items() if key[0] != "corrections"}

    def test_the_very_cell(self):
        told = self.correction_of(self.PLACE, self.OTHER)
        assert told["releases", "r0000001"] == ("correction", "20210203-place")

    def test_the_case_of_the_release(self):
        told = self.correction_of(self.PLACE, self.OTHER)
        assert told["cases", "c000001"] == ("correction", "20210203-place")

    def test_one_that_was_taken_back_is_named_too(self):
        told = self.correction_of(but(self.PLACE, MADE, correction_state="withdrawn"), old_made=[self.PLACE])
        assert told["cases", "c000001"] == ("correction", "20210203-place")

    def test_one_that_is_not_new_is_not_named(self):
        told = self.correction_of(self.PLACE, self.OTHER, old_made=[self.PLACE])
        assert told["cases", "c000001"] == ("correction", "20210204-other")  # the only new one there is

    def test_of_several_that_are_equally_near_none_is_named(self):
        kind = "20210205-kind", "releases", "r0000001", "release_kind", "plea", "active"
        told = self.correction_of(self.PLACE, kind)
        assert told["releases", "r0000001"] == ("correction", "20210203-place")
        assert told["cases", "c000001"] == ("correction", None)

    def test_of_several_far_ones_none_is_named(self):
        far = [(f"2021020{n}-far", "platforms", f"p{n}", "note", "x", "active") for n in (1, 2)]
        assert set(self.correction_of(*far).values()) == {("correction", None)}

    def test_merge_is_found_at_both_cases(self):
        merge = "20210206-merge", "cases", "c000002", None, "c000001", "active"
        joined = cased(READ, but(HAND, case_id="c000001"), cases=[("c000001", "Oakville")])
        told = self.correction_of(merge, ("20210208-far", "platforms", "chat", "note", "x", "active"), change=joined)
        assert told["cases", "c000002"] == ("correction", "20210206-merge")
        assert told["releases", "r0000002"] == ("correction", "20210206-merge")

    def test_row_that_a_correction_added(self):
        aliases = {"platforms": texts("platform_id note", ("chat", "x"))}
        add = "20210207-add", "platforms", "chat", None, None, "active"
        told = found(
            {"platforms": texts("platform_id note")} | corrections(),
            aliases | corrections(add, self.PLACE),
            moved=moved({"platforms": texts("platform_id note")}, aliases),
        )
        assert told["platforms", "chat", None] == ("correction", "20210207-add")

    def test_what_they_did_not_move_keeps_its_own_cause(self):
        old, new = tables(READ), tables(but(READ, text_sha256="bb", place="Ashford"))
        only_place = moved(old, tables(but(READ, place="Ashford")))
        told = found(old | corrections(), new | corrections(self.PLACE), moved=only_place)
        assert told["releases", "r0000001", "place"] == ("correction", "20210203-place")
        assert told["releases", "r0000001", "text_sha256"] == ("edited_at_source", None)


OLD = tables(READ) | {"withheld": texts("key_sha256")}
NEW = tables() | {"withheld": texts("key_sha256", ("key1",))}


class TestWithheld:
    def test_correction_that_went_with_the_release_tells_nothing_of_it(self):
        on_it = "20210203-place", "releases", "r0000001", "place", "Ashford", "active"
        beside = "20210204-kind", "codings", '["r0000001","csam"]', "confidence", "low", "active"
        other = "20210205-note", "platforms", "chat", "note", "x", "active"
        told = found(OLD | corrections(on_it, beside, other), NEW | corrections())
        causes = {key[1]: cause for key, (cause, _) in told.items() if key[0] == "corrections"}
        assert causes == {"20210203-place": "privacy", "20210204-kind": "privacy", "20210205-note": "correction"}

    def test_what_is_withheld_is_privacy(self):
        assert found(OLD, NEW)["withheld", "key1", None] == ("privacy", None)

    def test_what_is_no_longer_withheld_is_a_decision(self):
        assert found(NEW, OLD)["withheld", "key1", None] == ("curated", None)


def test_every_cause_of_the_schema_has_a_rule():
    assert {*STRENGTH, "correction"} == set(list_schema().field("cause").enum)


def test_every_table_with_a_rule_is_published(schemas):
    assert set(RULES) <= set(schemas)
