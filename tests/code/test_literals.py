"""Words that a rule cannot match without are read from its pattern: it is tried only on texts that hold one."""

import random
import re

import pytest

from csea.code.document import Document
from csea.code.literals import needed_words
from csea.code.rules import rule_files, rule_set

RULES = [rule for name in rule_files() for rule in rule_set(name).rules]


@pytest.mark.parametrize(
    "pattern, expected",
    [
        ("sentenced", {"sentenced"}),
        ("(?:was|were) sentenced", {" sentenced"}),
        ("sentenced|convicted", {"sentenced", "convicted"}),
        ("(?:charge|indict)ment", {"charge", "indict"}),
        ("a(?:bc)?def", {"def"}),
        ("(?:abc){2,}", {"abc"}),
        ("(?:abc)*xyz", {"xyz"}),
        (r"\w+ing\b", {"ing"}),
        ("(?-i:ICAC)", {"icac"}),
        ("abc|x", None),
        (r"\d+", None),
        ("", None),
    ],
)
def test_needed_words_of_a_pattern(pattern, expected):
    assert needed_words(pattern) == (None if expected is None else frozenset(expected))


def by_id(rule):
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_the_needed_words_of_a_rule_stand_in_whatever_it_matches(rule):
    words = needed_words(rule.pattern)
    for text in (rule.example, rule.counter_example):
        data = text.encode("latin-1", "replace")
        for match in rule.finder.finditer(data):
            assert words is None or any(word in match.group().decode("latin-1").lower() for word in words)


def vocabulary():
    """Words of all examples and patterns, so that random sentences nearly match many rules."""
    words = {word for rule in RULES for word in [*rule.example.split(), *rule.counter_example.split()]}
    words |= {word for rule in RULES for word in re.findall(r"[A-Za-z]{3,}", rule.pattern)}
    return sorted(words)


@pytest.fixture(scope="module")
def texts():
    rng, words = random.Random(1), vocabulary()
    sentences = [" ".join(rng.choices(words, k=12)) + "." for _ in range(600)]
    return ["Title\n" + " And ".join(rng.choices(sentences, k=6)) for _ in range(100)]


def every_hit(rules, document):
    """The hits of all rules, each tried on the whole text: what the quick way must find too."""
    found = []
    for rule in rules.rules:
        begin = document.title_end if rule.scope == "body" else 0
        end = {"title": document.title_end, "opening": document.opening_end}.get(rule.scope, len(document.data))
        for match in rule.finder.finditer(document.data[begin:end]):
            place = document.sentence(match.start() + begin)
            if match.end() + begin > place.end or (document.is_history(place.start) and not rule.history):
                continue
            if rule.allows(document.data[place.start : place.end]):
                found.append((rule.id, match.start() + begin, match.end() + begin))
    return found


@pytest.mark.parametrize("name", rule_files())
def test_trying_rules_where_their_words_stand_loses_no_hit(name, texts):
    for text in texts:
        document, rules = Document(text), rule_set(name)
        quick = [(hit.rule.id, hit.start, hit.end) for hit in rules.all_hits(document)]
        assert set(every_hit(rules, document)) <= set(quick)
        assert all(document.sentence(start).end >= end for _, start, end in quick)


@pytest.mark.parametrize("rule", RULES, ids=by_id)
def test_a_text_without_the_words_never_matches(rule, texts):
    words = needed_words(rule.pattern)
    if words is None:
        return
    gone = re.compile("|".join(map(re.escape, sorted(words))), re.IGNORECASE)
    for text in texts[:15]:
        bare = text
        while gone.search(bare):
            bare = gone.sub("", bare)
        assert not rule.finder.search(bare.encode("latin-1", "replace"))


def test_most_rules_have_words_to_look_for():
    without = [rule.id for rule in RULES if needed_words(rule.pattern) is None]
    assert len(without) <= len(RULES) / 5, without
