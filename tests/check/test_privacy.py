"""No person's name, contact or identifying detail in any published cell. All names here are invented."""

import pyarrow as pa
import pytest
from told import place

from csea import ROOT, places
from csea.check.privacy import check_privacy
from csea.check.rows import rows_of
from csea.schema import Field, Schema, load_tables
from csea.schema.arrow import arrow_schema
from csea.words import given_names

FILE = "data/towns.csv"
INVENTED = "Trevor Quillfeather"
SCHEMAS = load_tables(ROOT)
GUARDED = [
    (name, field.name, field.privacy)
    for name, schema in SCHEMAS.items()
    for field in schema.fields
    if field.privacy in ("known_words", "free_text")
]
# Tables whose text no one writes by hand, with the reason.
GENERATED = {"codes": "labels and meanings come from the schemas, which are reviewed as code"}


def check_cells(privacy, *values):
    fields = (Field("town_id", "Id", "string", "Id."), Field("note", "Note", "string", "Note.", privacy=privacy))
    schema = Schema("towns", "Towns", "Invented towns.", fields, ("town_id",))
    ids = [f"t{number}" for number in range(1, len(values) + 1)]
    return check_privacy(rows_of(pa.table({"town_id": ids, "note": pa.array(values, pa.string())}), FILE, schema))


DETAILS = [
    ("privacy.contact", "Write to clerk@example.org for a copy.", "c..."),
    ("privacy.contact", "Call 555-010-0199 for a copy.", "5..."),
    ("privacy.contact", "Call (555) 010-0199 for a copy.", "5... 0..."),
    ("privacy.contact", "The number is 900-01-0000.", "9..."),
    ("privacy.street", "The office is at 12 Old Mill Road, Oakfield.", "1... O... M... R..."),
    ("privacy.young_age", "The file is about an 8-month-old.", "8-month-old"),
    ("privacy.young_age", "The file is about a child 3 weeks old.", "3 weeks old"),
    ("privacy.description", "The charge names sodomy.", "sodom"),
]


@pytest.mark.parametrize("privacy", ["free_text", "caption"])
@pytest.mark.parametrize("rule, text, value", DETAILS)
def test_an_identifying_detail_is_named_with_what_was_found(only, privacy, rule, text, value):
    problem = only(check_cells(privacy, None, text))
    assert place(problem) == (rule, FILE, 3, "town_id=t2", "note", value)


NAMES = [
    ("Trevor Quillfeather was sentenced.", "T... Q..."),
    ("The court sentenced Trevor Quillfeather.", "T... Q..."),
    ("In court Trevor Quillfeather pleaded guilty.", "T... Q..."),
    ("Defendant Trevor Quillfeather pleaded guilty.", "T... Q..."),
    ("Trevor Baker was sentenced.", "T... B..."),
    ("Trevor J. Baker was sentenced.", "T... J... B..."),
    ("Trevor J Baker was sentenced.", "T... J... B..."),
    ("Trevor McBaker was sentenced.", "T... M..."),
    ("Trevor O'Baker was sentenced.", "T... O..."),
    ("Trevor Baker-Quill was sentenced.", "T... B..."),
]


@pytest.mark.parametrize("text, name", NAMES)
def test_a_name_in_free_text_is_named(only, text, name):
    assert place(only(check_cells("free_text", text))) == ("privacy.name", FILE, 2, "town_id=t1", "note", name)


@pytest.mark.parametrize("text", ["Mark Baker was sentenced.", "Thomas Quillfeather was sentenced."])
def test_a_given_name_that_is_also_a_town_does_not_hide_a_name(only, text):
    assert only(check_cells("free_text", text)).rule == "privacy.name"


@pytest.mark.parametrize(
    "text",
    [
        "The District Court sentenced the man to ten years.",
        "The Adam Walsh Act set the duty.",
        "Henry County and Mary Esther, Florida, took part.",
        "The office serves the Northern Mariana Islands.",
        "It took 18 months; the child was 12 years old.",
        "See 18 U.S.C. 2252 and case 1:20-cr-00123.",
    ],
)
def test_free_text_without_a_person_has_no_problem(text):
    assert check_cells("free_text", text) == []


def test_two_details_in_a_cell_are_two_problems():
    problems = check_cells("free_text", "Trevor Quillfeather, 12 Old Mill Road")
    assert [problem.rule for problem in problems] == ["privacy.street", "privacy.name"]


def test_a_text_that_stands_in_several_rows_is_named_in_each():
    problems = check_cells("free_text", *["Call 555-010-0199.", "Call the office.", None, "Call 555-010-0100."] * 2)
    assert [(problem.line, problem.value) for problem in problems] == [
        (2, "5..."),
        (5, "5..."),
        (6, "5..."),
        (9, "5..."),
    ]


def test_a_caption_may_hold_a_name():
    assert check_cells("caption", "United States v. Trevor Quillfeather") == []


def test_an_address_is_left_to_its_pattern():
    assert check_cells("address", "https://example.org/trevor-quillfeather") == []


def test_a_column_without_privacy_is_not_read():
    assert check_cells("", INVENTED) == []


def test_an_unknown_word_in_a_title_is_named_with_both_ways_out(only):
    problem = only(check_cells("known_words", "Town man sentenced", None, "Trevor Quillfeather sentenced"))
    assert place(problem) == ("privacy.known_words", FILE, 4, "town_id=t3", "note", "T... Q...")
    assert "Empty the cell" in problem.fix and "known.txt" in problem.fix


@pytest.mark.parametrize("privacy", ["known_words", "masked_address", "free_text"])
def test_no_part_of_a_problem_repeats_what_may_be_a_name(only, privacy):
    told = str(only(check_cells(privacy, "Trevor Quillfeather was sentenced.")))
    assert "uillfeather" not in told and "revor" not in told


@pytest.mark.parametrize(
    "privacy, longest", [("known_words", 1_000), ("masked_address", 1_000), ("free_text", 20_000), ("caption", 20_000)]
)
def test_a_text_that_is_too_long_to_be_read_for_names_is_named(only, privacy, longest):
    text = ("the town " * longest)[:longest]
    assert check_cells(privacy, text) == []
    assert only(check_cells(privacy, f"{text}s")).rule == "privacy.long_text"


MASKED = "https://example.org/pr/town-man-[name]-sentenced"


def test_a_masked_address_in_a_hand_kept_file_passes():
    assert check_cells("masked_address", MASKED) == []


def test_a_name_beside_a_mask_is_named_with_how_to_mask_it(only):
    problem = only(check_cells("masked_address", None, MASKED.replace("man", "quillfeather")))
    assert place(problem)[:5] == ("privacy.masked_address", FILE, 3, "town_id=t2", "note")
    assert "[name]" in problem.fix


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_real_tables_have_no_privacy_problem(tables, name):
    assert check_privacy(rows_of(tables[name], f"data/{name}.csv", SCHEMAS[name])) == []


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name not in GENERATED])
def test_every_text_column_is_bound_by_a_list_a_pattern_or_a_privacy_rule(name):
    free = [
        field.name
        for field in SCHEMAS[name].fields
        if field.type == "string" and not (field.enum or field.pattern or field.privacy)
    ]
    assert free == []


def test_every_privacy_setting_is_one_that_the_check_knows():
    used = {field.privacy for schema in SCHEMAS.values() for field in schema.fields}
    assert used <= {"", "known_words", "free_text", "caption", "address"}


def test_the_planted_name_is_invented_and_no_place():
    given, surname = INVENTED.lower().split()
    assert given in given_names()
    assert {(given,), (surname,), (given, surname)}.isdisjoint(places.names())


@pytest.mark.parametrize("name, column, privacy", GUARDED)
def test_a_name_planted_into_a_real_row_is_found(only, tables, name, column, privacy):
    schema, table = SCHEMAS[name], tables[name].slice(0, 1)
    if not table.num_rows:
        table = pa.table({field: pa.nulls(1, kind) for field, kind in _types(schema)})
    text = (
        f"{INVENTED} was sentenced" if column != "url" else "https://www.justice.gov/pr/trevor-quillfeather-sentenced"
    )
    position = schema.columns.index(column)
    planted = table.set_column(position, column, pa.array([text]))
    problem = only(check_privacy(rows_of(planted, f"data/{name}.csv", schema)))
    wanted = "privacy.known_words" if privacy == "known_words" else "privacy.name"
    assert (problem.rule, problem.line, problem.column) == (wanted, 2, column)


def _types(schema):
    return [(field.name, field.type) for field in arrow_schema(schema)]
