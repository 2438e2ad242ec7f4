"""A review as a person meets it: questions, choices, refusals, and what is saved when."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea import ROOT
from csea.code.findings import Finding
from csea.code.review.held import Held, Reading
from csea.code.review.queue import coded_once, pair_queue, release_queue
from csea.code.review.session import Console, Ended, Skipped, code_release, review_pairs, review_releases, values_of
from csea.code.review.values import ORDER, Refused, vocabulary
from csea.register import address_key
from csea.schema import load_tables

PLATFORMS = [("kik", "Kik"), ("facebook", "Facebook")]
WORDS = vocabulary(load_tables(ROOT), PLATFORMS, ["18-usc-2422-b", "18-usc-2252a"])
CASE = {"release_kind": ["plea"], "is_criminal_case": ["true"], "is_child_exploitation": ["true"]}
FOUND = {
    **CASE,
    "platform": ["kik=used"],
    "conduct": ["grooming"],
    "origin": ["public_tip"],
    "n_suspects": ["1"],
    "place": ["Lexington"],
    "state": ["KY"],
    "statute": ["18-usc-2422-b"],
    "project_safe_childhood": ["true"],
}


class Person:
    """Somebody who types these answers, then Ctrl-D, and sees what is said."""

    def __init__(self, *answers):
        self.answers, self.asked, self.seen = list(answers), [], []

    def ask(self, prompt):
        self.asked.append(prompt)
        if not self.answers:
            raise Ended
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def console(self):
        return Console(self.ask, self.seen.append)

    @property
    def screen(self):
        return "\n".join(self.seen)


def coded(found, *answers):
    """What a release is coded as, and the person."""
    person = Person(*answers)
    return code_release(person.console, WORDS, found), person


ENTERS = [""] * 20


def test_enter_keeps_what_the_rules_found():
    answers, _ = coded(FOUND, *ENTERS)
    assert answers == {**{name: [] for name in ORDER}, **FOUND}


def test_the_value_that_enter_keeps_is_shown():
    _, person = coded(FOUND, *ENTERS)
    assert person.asked[0] == "release_kind [plea]: "
    assert "platform [kik=used]: " in person.asked


def test_an_answer_takes_the_place_of_the_rules_value():
    answers, _ = coded(FOUND, "", "", "facebook=mentioned; kik=used", *ENTERS)
    assert answers["platform"] == ["facebook=mentioned", "kik=used"]


def test_a_blind_coder_is_offered_nothing_and_must_answer():
    answers, person = coded(None, "", "plea", "y", "none", "csam", "not_stated", "none", "none", "none", "none", "n")
    assert "A value is needed" in person.screen
    assert not any("[" in prompt for prompt in person.asked)
    assert (answers["conduct"], answers["platform"]) == (["csam"], [])


def test_what_does_not_apply_is_not_asked_and_has_no_value():
    answers, person = coded(FOUND, "program", *ENTERS)
    assert answers["is_criminal_case"] == ["false"]
    assert (answers["origin"], answers["conduct"], answers["n_suspects"]) == ([], [], [])
    assert not any(prompt.startswith(("origin", "conduct", "n_suspects", "sentence")) for prompt in person.asked)


def test_a_life_sentence_has_no_months():
    found = {**FOUND, "release_kind": ["sentence"], "sentence_months": ["120"]}
    answers, _ = coded(found, "", "", "", "", "", "", "y", *ENTERS)
    assert (answers["life_sentence"], answers["sentence_months"]) == (["true"], [])
    answers, _ = coded(found, *ENTERS)
    assert (answers["life_sentence"], answers["sentence_months"]) == (["false"], ["120"])


def test_b_goes_back_and_asks_again():
    answers, person = coded(FOUND, "", "n", "b", "y", *ENTERS)
    assert answers["is_child_exploitation"] == ["true"]
    assert [prompt.split()[0] for prompt in person.asked[:4]] == [
        "release_kind",
        "is_child_exploitation",
        "platform",
        "is_child_exploitation",
    ]


def test_b_at_the_first_question_asks_it_again():
    answers, _ = coded(FOUND, "b", "charge", *ENTERS)
    assert answers["release_kind"] == ["charge"]


@pytest.mark.parametrize("variable", [name for name in ORDER if name != "is_criminal_case"])
def test_a_question_mark_explains_the_choices(variable):
    text = WORDS.help(variable)
    assert text.startswith(f"{variable}: ")
    assert all(value in text for value in WORDS.fields[variable].enum if variable not in ("state", "platform"))


def test_a_question_mark_asks_again():
    _, person = coded(FOUND, "?", *ENTERS)
    assert "other_case_update" in person.screen
    assert person.asked[0] == person.asked[1]


@pytest.mark.parametrize(
    "variable, typed, words",
    [
        ("release_kind", "pleaa", 'Did you mean "plea"?'),
        ("release_kind", "plea; charge", "One value"),
        ("release_kind", "none", "needed"),
        ("platform", "facebok=used", 'Did you mean "facebook"?'),
        ("platform", "kik", "kik=used"),
        ("platform", "kik=used; kik=mentioned", "two parts"),
        ("platform", "kik=user", "kik=used"),
        ("conduct", "none", "needed"),
        ("statute", "18 USC 9999", "has no 18-usc-9999"),
        ("statute", "the statute", "18 USC 2252A(a)(2)"),
        ("n_suspects", "0", "whole number"),
        ("n_suspects", "two", "whole number"),
        ("sentence_months", "999999", "whole number"),
        ("state", "ZZ", "no choice"),
        ("is_child_exploitation", "maybe", "y or n"),
        ("place", "Xqzwhv Brrgl", "may hold a name"),
    ],
)
def test_an_answer_that_cannot_stand_is_refused_with_help(variable, typed, words):
    with pytest.raises(Refused) as refusal:
        WORDS.read(variable, typed, CASE)
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    "variable, typed, values",
    [
        ("release_kind", "Other case update", ["other_case_update"]),
        ("is_child_exploitation", "Y", ["true"]),
        ("platform", " KIK = used ", ["kik=used"]),
        ("statute", "18 U.S.C. § 2252A(a)(2), 18-usc-2422-b", ["18-usc-2252a-a-2", "18-usc-2422-b"]),
        ("state", "ky", ["KY"]),
        ("place", "Lexington", ["Lexington"]),
        ("n_suspects", "none", []),
    ],
)
def test_an_answer_may_be_written_freely(variable, typed, values):
    assert WORDS.read(variable, typed, CASE) == values


@given(st.sampled_from(ORDER), st.text(max_size=30))
def test_no_answer_ends_the_review(variable, typed):
    try:
        values = WORDS.read(variable, typed, CASE)
    except Refused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert all(value == value.strip() != "" for value in values)


def test_a_platform_that_reported_is_the_origin():
    with pytest.raises(Refused, match="platform_report"):
        WORDS.read("origin", "public_tip", {**CASE, "platform": ["kik=reported_by"]})


def test_a_provision_that_the_rules_found_may_be_kept_though_the_table_lacks_it():
    answers, _ = coded({**FOUND, "statute": ["8-usc-1326"]}, *ENTERS)
    assert answers["statute"] == ["8-usc-1326"]


@pytest.mark.parametrize("key, stop", [("s", Skipped), ("q", Ended)])
def test_s_and_q_leave_at_any_question(key, stop):
    with pytest.raises(stop):
        coded(FOUND, "", key)


TEXT = "A Title\nHe used Kik there."
HELD = [Held(f"k{n}", {"published_date": None, "component": "usao-edky", "address": None}) for n in range(3)]


def readings(variable="platform"):
    finding = Finding(variable, "kik=used", "platforms.used", TEXT.index("Kik"), TEXT.index("Kik") + 3, "high")
    singles = [Finding(name, values[0], "x.y", 0, 1, "high") for name, values in FOUND.items() if name != "platform"]
    return [(held, Reading(TEXT, True, [finding, *singles]), f"r{number}") for number, held in enumerate(HELD)]


def test_each_release_is_saved_when_its_last_question_is_answered():
    saved = []
    person = Person(*ENTERS[:10], "s", *ENTERS[:3], KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        review_releases(person.console, WORDS, readings(), lambda *args: saved.append(args), blind=False)
    assert [(key, answers["platform"]) for key, answers in saved] == [("k0", ["kik=used"])]


def test_the_end_of_input_ends_the_review():
    assert review_releases(Person().console, WORDS, readings(), None, blind=False) == 0


def test_evidence_is_marked_but_not_for_a_blind_coder():
    for blind, words in ((False, "He used [[Kik]] there."), (True, "He used Kik there.")):
        person = Person("q")
        review_releases(person.console, WORDS, readings(), None, blind)
        assert words in person.screen


def test_colours_and_their_legend_are_for_a_terminal():
    person = Person("q")
    review_releases(Console(person.ask, person.seen.append, True), WORDS, readings(), None, blind=False)
    assert "\x1b[36m\x1b[1mKik\x1b[0m" in person.screen
    assert "platform" in person.screen


def test_values_of_a_list_stand_together():
    findings = [Finding("conduct", value, "x.y", 0, 1, "high") for value in ("csam", "grooming")]
    assert values_of(Reading(TEXT, True, findings)) == {"conduct": ["csam", "grooming"]}


def test_pairs_are_decided_one_by_one():
    saved = []
    both = [(held, Reading(TEXT, True, [])) for held in HELD[:2]]
    person = Person("maybe", "y", "s", "n", "q")
    pairs = [(f"l{n}", f"r{n}", "two docket numbers", both) for n in range(4)]
    assert review_pairs(person.console, pairs, lambda *row: saved.append(row)) == 2
    assert saved == [("l0", "r0", True), ("l2", "r2", False)]
    assert "two docket numbers" in person.screen


def found_releases(*days):
    return pd.DataFrame({"key_sha256": [f"k{n}" for n in range(len(days))], "published_date": days}, dtype="str")


def confidences(**words):
    rows = [(key, word) for key, several in words.items() for word in several.split()]
    return pd.DataFrame(rows, columns=["key_sha256", "confidence"], dtype="str")


NO_REVIEWS = pd.DataFrame({"key_sha256": [], "coder": []}, dtype="str")


@pytest.mark.parametrize(
    "order, keys", [("uncertain", ["k1", "k2", "k0"]), ("newest", ["k2", "k0", "k1"]), ("random", ["k0", "k1", "k2"])]
)
def test_the_queue_stands_in_the_order_that_was_asked_for(order, keys):
    releases = found_releases("2020-01-01", None, "2021-01-01")
    doubts = confidences(k0="high", k1="low high", k2="medium medium")
    assert release_queue(releases, doubts, NO_REVIEWS, order, "human")["key_sha256"].tolist() == keys


def test_what_a_coder_has_reviewed_comes_not_again_but_to_the_other_one():
    releases = found_releases("2020-01-01", "2021-01-01")
    reviews = pd.DataFrame({"key_sha256": ["k1"], "coder": ["human"]}, dtype="str")
    for coder, keys in (("human", ["k0"]), ("second_human", ["k1", "k0"])):
        queue = release_queue(releases, confidences(), reviews, "newest", coder)
        assert queue["key_sha256"].tolist() == keys


def test_a_second_person_codes_what_a_first_one_has_coded():
    reviews = pd.DataFrame({"key_sha256": ["k1", "k2"], "coder": ["human", "second_human"]}, dtype="str")
    by_hand = pd.DataFrame({"url": ["https://www.justice.gov/opa/pr/one"]}, dtype="str")
    assert coded_once(reviews, by_hand) == {"k1", address_key("https://www.justice.gov/opa/pr/one")}


def test_undecided_pairs_come_by_score():
    pairs = pd.DataFrame(
        {"left_key": ["a", "b", "c"], "right_key": ["x", "y", "z"], "score": ["0.5", "0.75", "0.6"]}, dtype="str"
    )
    decided = pd.DataFrame({"left_key": ["c"], "right_key": ["z"]}, dtype="str")
    assert pair_queue(pairs, decided)["left_key"].tolist() == ["b", "a"]
