"""Every rule can fail: each has a mutation of a real table that it catches, and nothing else is told."""

import ast
import json
import re
from functools import cache

import pytest
from mutated_files import WHOLE
from mutated_rows import FOLLOWS, rounds
from mutations import report
from real_tables import Planted, Run, files, table_of

from csea import ROOT

ROOM = ROOT / "scripts" / "csea" / "check"
ID = re.compile(r"(form|key|privacy|volume|allowed|published)\.[a-z_]+")
# Where the rules of form of each format are; those of a part of a module by the name of the function.
FORM = {
    ".csv": ["blocks", "header", "lines", "form", "keys", "targets"],
    ".parquet": ["parquet", "form.check_cells", "keys"],
}
OF_TYPE = {
    "string": set(),
    "boolean": {"column.type"},
    "date": {"column.type"},
    "integer": {"column.type", "column.canonical"},
    "number": {"column.type", "column.canonical"},
}
CAPTION = {f"privacy.{name}" for name in ("contact", "street", "young_age", "description", "long_text")}
OF_TEXT = {
    "": set(),
    "address": set(),  # an address of a source is bound by its pattern alone
    "known_words": {"privacy.known_words", "privacy.long_text"},
    "masked_address": {"privacy.masked_address", "privacy.long_text"},
    "caption": CAPTION,
    "free_text": {*CAPTION, "privacy.name"},
}


@cache
def checks_of(what):
    """The checks of a file, or those of a kind that concerns whole files."""
    return list(rounds(table_of(what)) if what in files() else what())


def caught():
    """All faults that were planted and told."""
    runs = [run for what in [*files(), *WHOLE] for run in checks_of(what)]
    return [fault for run in runs for fault in run.planted if fault not in run.missed]


@pytest.mark.parametrize("file", files())
def test_each_mutation_of_a_row_is_told_and_nothing_else(file):
    for run in checks_of(file):
        assert (run.missed, run.strange) == ([], [])


@pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.__name__)
def test_each_mutation_of_a_whole_file_is_told_and_nothing_else(kind):
    for run in checks_of(kind):
        assert (run.what, run.missed, run.strange) == (run.what, [], [])


def raw_schemas():
    """Every schema as its file has it: its label and its JSON."""
    for path in sorted((ROOT / "schemas").glob("*.schema.json")):
        yield path.name.partition(".")[0], json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "schemas" / "inputs").glob("*.schema.json")):
        yield f"inputs/{path.name.partition('.')[0]}", json.loads(path.read_text(encoding="utf-8"))


def rules_of_columns(label, schema, lenders):
    """The rules that a schema states of its columns, with what they are on."""
    for item in schema["fields"]:
        lent = lenders[item["from"]] if "from" in item else item
        constraints = lent.get("constraints", {}) | ({"required": item["required"]} if "required" in item else {})
        if item["name"] in schema["primaryKey"]:
            constraints["required"] = True
        rules = {f"column.{name}" for name, value in constraints.items() if value is not False}
        rules |= OF_TYPE[lent["type"]] | OF_TEXT[lent.get("privacy", "")]
        if "/" not in label:  # published, so in Parquet too
            rules.add("form.column_type")
        yield from ((rule, f"{label}: {item['name']}") for rule in rules)


def rules_of_keys(label, schema):
    yield "key.primary", f"{label}: {', '.join(schema['primaryKey'])}"
    yield from (("key.unique", f"{label}: {', '.join(key)}") for key in schema.get("uniqueKeys", []))
    yield from (("key.foreign", f"{label}: {', '.join(key['fields'])}") for key in schema.get("foreignKeys", []))


def test_every_rule_of_every_schema_catches_a_mutation():
    schemas = dict(raw_schemas())
    lenders = {f"{name}.{item['name']}": item for name, schema in schemas.items() for item in schema["fields"]}
    wanted = set()
    for label, schema in schemas.items():
        wanted |= {*rules_of_columns(label, schema, lenders), *rules_of_keys(label, schema)}
    found = {(fault.rule, fault.where) for fault in caught() if ": " in fault.where and fault.kind != "volume"}
    assert found == wanted


def ids_in(name):
    """The ids of rules that stand in a module, or in one function of it."""
    module, _, function = name.partition(".")
    tree = ast.parse((ROOM / f"{module}.py").read_text(encoding="utf-8"))
    if function:
        tree = next(node for node in tree.body if getattr(node, "name", "") == function)
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if ID.fullmatch(text)}


def test_every_rule_that_the_source_names_catches_a_mutation():
    named = set().union(*(ids_in(path.stem) for path in ROOM.glob("*.py")))
    assert named - {fault.rule for fault in caught()} == set()


@pytest.mark.parametrize("suffix, modules", FORM.items())
def test_every_rule_of_form_catches_a_mutation_in_each_format(suffix, modules):
    named = {rule for name in modules for rule in ids_in(name) if rule.startswith("form.")}
    found = {fault.rule for fault in caught() if fault.told[0][1].endswith(suffix)}
    assert {rule for rule in found if rule.startswith("form.")} == named


def test_every_rule_of_cells_catches_a_mutation():
    named = set()
    for node in ast.walk(ast.parse((ROOM / "columns.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            place = {"Fault": 0, "_marked": 2}.get(getattr(node.func, "id", ""), len(node.args))
            given = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "rule")]
            named |= {f"column.{value.value}" for value in given if isinstance(value, ast.Constant)}
    assert {fault.rule for fault in caught() if fault.rule.startswith("column.")} == named


def test_no_rule_is_said_to_follow_another_that_it_does_not_follow():
    pairs = {(fault.rule, told[0]) for fault in caught() for told in fault.told[1:]}
    assert pairs == {pair for pair in FOLLOWS if not pair[0].startswith("volume.")}


def test_the_report_names_what_was_not_caught_and_what_was_not_planted():
    told = ("form.nul", "data/towns.csv", 2, "", "t1"), ("form.quotes", "data/towns.csv", 3, "", "t2")
    lines = list(report([Run("towns", [Planted("form", "form.nul", ".csv", told[:1])], [told[1]])]))
    assert lines[1].split() == ["form", "1", "1", "0", "0"]
    assert [line.split(":")[0] for line in lines[-2:]] == ["not caught in towns", "not planted in towns"]
