"""Each coding rule matches its example and not its counter-example; a broken rule file is told in one sentence."""

import json
from pathlib import Path

import pytest

from csea.code import rules as module
from csea.code.boilerplate import prepare
from csea.code.document import Document
from csea.code.release import code_text
from csea.code.rules import CONFIDENCES, SCOPES, RuleSet, rule_files, rule_set
from csea.code.scope import is_in_scope, may_be_in_scope
from csea.code.text import normal_text
from csea.code.variables.kind import CASE_KINDS
from csea.code.variables.origin import MARKS
from csea.code.variables.platforms import aliases, marked_names, marked_sentence, named_platforms
from csea.errors import RulesError

LABELLED = sorted((Path(__file__).parents[1] / "labelled").glob("*.jsonl"))
RULES = [rule for name in rule_files() for rule in rule_set(name).rules]
EACH = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def matches(rule, sentence):
    """Whether a rule matches a sentence as the title or in the body of a release."""
    text = f"{sentence}\nText." if rule.scope == "title" else f"Title\n{sentence}"
    document = Document(text)
    named = named_platforms(document)
    alone = RuleSet([rule])
    if rule.id.startswith("platforms."):
        asked = [marked_sentence(document, one, named) for one in named]
        return any(rule.finder.search(words) and rule.allows(words) for words in asked)
    if rule.id.startswith("origin."):
        return bool(alone.hits(document, marked_names(document, named)))
    return bool(alone.hits(document))


@EACH
def test_a_rule_matches_its_example(rule):
    assert matches(rule, rule.example)


@EACH
def test_a_rule_does_not_match_its_counter_example(rule):
    assert not matches(rule, rule.counter_example)


@EACH
def test_a_rule_says_where_it_comes_from_and_how_sure_it_is(rule):
    assert rule.source.strip()
    assert rule.scope in SCOPES
    assert rule.confidence in CONFIDENCES


def test_ids_of_rules_are_unique():
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)


def enum(root, table, column):
    fields = json.loads((root / "schemas" / f"{table}.schema.json").read_text(encoding="utf-8"))["fields"]
    return set(next(field for field in fields if field["name"] == column)["constraints"]["enum"])


def values(name):
    return {rule.value for rule in rule_set(name).rules}


def test_values_of_rules_are_those_of_the_schemas(root):
    kinds = enum(root, "releases", "release_kind")
    assert values("kind") | values("kind_opening") <= kinds
    assert kinds >= CASE_KINDS
    assert values("origin") - set(MARKS) <= enum(root, "releases", "origin")
    assert values("platforms") - {"not_named"} <= enum(root, "release_platforms", "role")
    assert enum(root, "release_conduct", "conduct") - {"other"} <= values("conduct")


@pytest.fixture(scope="module")
def labelled():
    lines = [json.loads(line) for path in LABELLED for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        normal_text(item["title"], "".join(f"<p>{part}</p>" for part in item["text"].split("\n"))) for item in lines
    ]


@pytest.fixture(scope="module")
def coded(labelled):
    return [(text, code_text(text, aliases())) for text in labelled]


def test_every_value_found_in_the_labelled_texts_is_one_of_the_schemas(coded, root):
    known = {
        "release_kind": enum(root, "releases", "release_kind"),
        "origin": enum(root, "releases", "origin"),
        "conduct": enum(root, "release_conduct", "conduct"),
        **{name: {"true", "false"} for name in ("is_criminal_case", "is_child_exploitation", "project_safe_childhood")},
    }
    variables = enum(root, "codings", "variable")
    roles = enum(root, "release_platforms", "role")
    for text, findings in coded:
        for finding in findings:
            assert finding.variable in variables
            assert finding.value in known.get(finding.variable, {finding.value})
            assert finding.variable != "platform" or finding.value.split("=")[1] in roles
            assert 0 <= finding.start <= finding.end <= len(text)


def test_the_quick_test_passes_every_labelled_text_in_scope(coded):
    in_scope = [text for text, findings in coded if is_in_scope(findings)]
    assert len(in_scope) > 200
    assert [text for text in in_scope if not may_be_in_scope(text, aliases())] == []


@pytest.mark.parametrize("name", ["subject", "platforms"])
def test_the_quick_test_passes_every_example_that_is_in_scope(name):
    for rule in rule_set(name).rules:
        for sentence in (rule.example, rule.counter_example):
            for text in (f"{sentence}\nText.", f"Man Charged\nA man was indicted today. {sentence}"):
                assert may_be_in_scope(text, aliases()) or not is_in_scope(code_text(text, aliases())), text


CLOSINGS = [
    "This case was brought as part of Project Safe Childhood, a nationwide initiative to combat the growing epidemic "
    "of child sexual exploitation and abuse, launched in May 2006 by the Department of Justice.",
    "Led by U.S. Attorneys' Offices and CEOS, Project Safe Childhood marshals federal, state and local resources to "
    "better locate, apprehend and prosecute individuals who exploit children via the Internet, as well as to identify "
    "and rescue victims.",
    "Led by United States Attorneys' Offices and the Criminal Division's Child Exploitation and Obscenity Section, "
    "Project Safe Childhood marshals federal, state, tribal and local resources to locate, apprehend and prosecute.",
    "For more information about Project Safe Childhood, please visit www.projectsafechildhood.gov.",
    "For more information about internet safety education, visit www.justice.gov/psc and click on the tab resources.",
    "For more information about internet safety education, please visit the same page and click on the Resources tab.",
    "The case was brought as part of PSC initiative of the department.",
    "In February 2006 the Attorney General created Project Safe Childhood, a nationwide initiative designed to protect "
    "children from online exploitation and abuse.",
    "Project Safe Childhood is a nationwide initiative to combat the growing epidemic of child sexual exploitation.",
]


@pytest.mark.parametrize("closing", CLOSINGS)
def test_the_closing_paragraph_on_project_safe_childhood_is_blanked(closing):
    text = f"Man Charged\nA man was indicted today.\n{closing}"
    assert not prepare(text).data[len("Man Charged\nA man was indicted today.\n") :].strip()


RULE = {
    "id": "one",
    "value": "used",
    "pattern": "abc",
    "example": "abc",
    "counter_example": "x",
    "source": "here",
}


def toml(rule, lists="word = ['a']"):
    lines = [f"{key} = {json.dumps(value)}" for key, value in rule.items()]
    return {"test.toml": "\n".join(["[[rule]]", *lines]), "words.toml": f"[lists]\n{lists}\n"}


@pytest.fixture
def load(monkeypatch, tmp_path):
    """A function that reads rule files of these texts."""

    def load_files(files):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(module, "FOLDER", tmp_path)
        for cached in (module._read, module.word_lists, module.rule_set):
            cached.cache_clear()
        return module.rule_set("test")

    yield load_files
    monkeypatch.undo()
    for cached in (module._read, module.word_lists, module.rule_set):
        cached.cache_clear()


@pytest.mark.parametrize(
    "rule, lists, told",
    [
        ({"pattern": "{{wrod}}"}, "word = ['a']", ["'wrod'", "word"]),
        ({"pattern": "a(?=b)"}, "word = ['a']", ["lookaround"]),
        ({"pattern": r"(a)\1"}, "word = ['a']", ["backreferences"]),
        ({"pattern": "(a"}, "word = ['a']", ["RE2"]),
        ({"needs": "(a"}, "word = ['a']", ["RE2"]),
        ({"unless": "[a"}, "word = ['a']", ["RE2"]),
        ({"pattern": "{{word}}"}, "word = ['{{word}}']", ["circle"]),
        ({"pattern": "{{word}}"}, "word = ['{{two}}']\ntwo = ['{{word}}']", ["circle"]),
        ({"example": ""}, "word = ['a']", ["it lacks example"]),
        ({"source": ""}, "word = ['a']", ["it lacks source"]),
        ({"exmaple": "abc"}, "word = ['a']", ["'exmaple'"]),
        ({"scope": "titel"}, "word = ['a']", ["scope", "title"]),
        ({"confidence": "sure"}, "word = ['a']", ["confidence", "medium"]),
        ({"pattern": "日本"}, "word = ['a']", ["RE2"]),
        ({"pattern": 5}, "word = ['a']", ["pattern"]),
        pytest.param({"pattern": ["abc", 5]}, "word = ['a']", ["pattern"]),
        pytest.param({"history": "yes"}, "word = ['a']", ["history"]),
    ],
)
def test_a_broken_rule_names_its_file_and_itself(load, rule, lists, told):
    with pytest.raises(RulesError) as error:
        load(toml(RULE | rule, lists))
    message = str(error.value)
    assert "test.toml" in message
    assert "'one'" in message
    assert all(words in message for words in told), message
    assert "\n" not in message


def test_a_rule_without_an_id_is_told_by_its_place(load):
    with pytest.raises(RulesError, match=r"test\.toml.*without id.*lacks id"):
        load(toml({key: value for key, value in RULE.items() if key != "id"}))


def test_a_file_that_is_not_toml_is_named_with_its_line(load):
    with pytest.raises(RulesError, match=r"test\.toml.*line 2"):
        load(toml(RULE) | {"test.toml": "[[rule]]\nid = one\n"})


def test_two_rules_of_one_id_are_refused(load):
    files = toml(RULE)
    with pytest.raises(RulesError, match=r"test\.toml.*'one'"):
        load(files | {"test.toml": f"{files['test.toml']}\n{files['test.toml']}"})


def test_a_list_of_patterns_matches_where_one_does_and_defaults_fill_in(load):
    files = toml({**RULE, "pattern": ["abc", "x{{word}}z"]})
    files["test.toml"] = '[defaults]\nconfidence = "low"\n' + files["test.toml"]
    rule = load(files).rules[0]
    assert rule.finder.search(b"xAz")
    assert rule.finder.search(b"ABC")
    assert (rule.id, rule.confidence) == ("test.one", "low")


def test_needs_and_unless_look_at_the_sentence_alone(load):
    rules = load(toml({**RULE, "needs": "near", "unless": "never"}))
    assert rules.hits(Document("T\nOne abc near. Two."))
    assert not rules.hits(Document("T\nOne abc. Two near."))
    assert not rules.hits(Document("T\nOne abc near never. Two."))
    assert rules.hits(Document("T\nOne abc near. Two never."))


@pytest.mark.parametrize(
    "scope, places", [("title", [0]), ("body", [5, 1_900]), ("opening", [0, 5]), ("any", [0, 5, 1_900])]
)
def test_a_rule_looks_where_its_scope_says(load, scope, places):
    rules = load(toml({**RULE, "scope": scope}))
    text = "Abc x\nAbc x " + "It went on and on for many more words than before. " * 40 + "Abc x"
    found = [hit.start for hit in rules.all_hits(Document(text))]
    assert len(found) == len(places)
    assert [start > 1_500 for start in found] == [place > 1_500 for place in places]


def test_the_hash_of_the_rules_changes_with_a_rule(load, tmp_path):
    load(toml(RULE))
    module.rules_sha256.cache_clear()
    before = module.rules_sha256()
    load(toml({**RULE, "value": "mentioned"}))
    module.rules_sha256.cache_clear()
    assert module.rules_sha256() != before
    module.rules_sha256.cache_clear()
