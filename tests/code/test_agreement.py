"""Agreement between coders: what is compared with what, and measures that hold what the books say of them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.code.review.agreement import PAIRS, VARIABLES, agree, agreement_table, shown_codings
from csea.rooms import ordered

COLUMNS = ["release_id", "variable", "coded_value", "coder", "method"]
METHOD = {"machine": "rule", "hand": "hand_coded", "human": "reviewed", "second_human": "reviewed"}


def codings(*rows):
    """Rows of release, variable, value, coder; the coder ``hand`` is the person who coded pages by hand."""
    filled = [(*row[:3], row[3].replace("hand", "human"), METHOD[row[3]]) for row in rows]
    return pd.DataFrame(filled, columns=COLUMNS, dtype="str")


def case(release, coder, **values):
    """A criminal case of child exploitation as a coder has it, and more values; lists by semicolon."""
    values = {"release_kind": "plea", "is_criminal_case": "true", "is_child_exploitation": "true", **values}
    return [(release, name, value, coder) for name, text in values.items() for value in text.split(";")]


def row(table, variable, pair="machine_human"):
    """n, percent, kappa and alpha of a variable; None where empty."""
    found = table[(table["variable"] == variable) & (table["coder_pair"] == pair)]
    return [None if pd.isna(cell) else float(cell) for cell in found.to_numpy()[0][2:]]


def test_where_nothing_was_compared_every_variable_has_a_row_without_measures():
    table = agreement_table(codings())
    assert len(table) == len(VARIABLES) * len(PAIRS)
    assert set(table["n_compared"]) == {"0"}
    assert table[["percent_agreement", "cohen_kappa", "krippendorff_alpha"]].isna().all(axis=None)


def test_the_table_fits_its_schema(schemas):
    rows = [*case("r1", "machine", origin="undercover"), *case("r1", "human", origin="public_tip")]
    text = ordered(agreement_table(codings(*rows)), schemas["agreement"])
    typed, problems = cast(rows_of(text, "agreement.csv", schemas["agreement"]))
    assert problems == []
    assert typed.table.num_rows == len(VARIABLES) * len(PAIRS)


def test_the_measures_are_those_of_a_worked_example():
    """Two coders, ten items, two labels; by hand: Ao = 0.6, Ae = 0.51 / 0.4947 (Krippendorff's expected)."""
    one, other = "0100010000", "1110010010"[:10]
    units = {str(place): pair for place, pair in enumerate(zip(one, other, strict=True))}
    found = agree(units)
    ones = one.count("1") + other.count("1")
    expected = 2 * ones * (20 - ones) / (20 * 19)
    observed = sum(a != b for a, b in units.values()) / 10
    chance = (one.count("1") * other.count("1") + one.count("0") * other.count("0")) / 100
    assert found.percent == pytest.approx(100 * (1 - observed))
    assert found.kappa == pytest.approx((1 - observed - chance) / (1 - chance))
    assert found.alpha == pytest.approx(1 - observed / expected)


LABELS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=2, max_size=12).filter(lambda found: len(set(found)) > 1)


@given(LABELS)
def test_equal_codings_agree_wholly(labels):
    found = agree({str(place): (label, label) for place, label in enumerate(labels)})
    assert (found.percent, found.kappa, found.alpha) == (100, pytest.approx(1), pytest.approx(1))


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "c"])] * 2), min_size=1, max_size=12))
def test_who_is_first_makes_no_difference(pairs):
    there = agree({str(place): pair for place, pair in enumerate(pairs)})
    back = agree({str(place): pair[::-1] for place, pair in enumerate(pairs)})
    assert there.percent == pytest.approx(back.percent)
    assert (there.kappa, there.alpha) == (pytest.approx(back.kappa), pytest.approx(back.alpha))


def test_without_variation_kappa_and_alpha_are_not_defined():
    found = agree({"1": ("a", "a"), "2": ("a", "a")})
    assert (found.n_compared, found.percent, found.kappa, found.alpha) == (2, 100, None, None)


def test_a_list_is_one_value_in_any_order():
    rows = [
        *case("r1", "machine", conduct="csam;grooming"),
        *case("r1", "human", conduct="grooming;csam"),
        *case("r2", "machine", conduct="csam;grooming"),
        *case("r2", "human", conduct="csam"),
    ]
    assert row(agreement_table(codings(*rows)), "conduct")[:2] == [2, 50]


def test_an_empty_list_is_a_value():
    rows = [*case("r1", "machine"), *case("r1", "human", platform="none", statute="none")]
    table = agreement_table(codings(*rows, ("r1", "statute", "18-usc-2422-b", "machine")))
    assert row(table, "platform")[:2] == [1, 100]
    assert row(table, "statute")[:2] == [1, 0]


def test_a_value_that_one_of_the_two_did_not_find_is_a_disagreement_and_none_by_both_is_no_unit():
    rows = [
        *case("r1", "machine", n_suspects="2"),
        *case("r1", "human", n_suspects="none"),
        *case("r2", "machine"),
        *case("r2", "human", n_suspects="none"),
    ]
    assert row(agreement_table(codings(*rows)), "n_suspects")[:2] == [1, 0]


def test_a_release_that_was_coded_by_hand_was_coded_in_all_but_the_life_sentence():
    rows = [*case("r1", "machine", platform="kik=used"), *case("r1", "hand", release_kind="sentence")]
    table = agreement_table(codings(*rows))
    assert row(table, "platform")[:2] == [1, 0]
    assert row(table, "life_sentence")[0] == 0


def test_what_holds_for_cases_alone_is_compared_where_both_say_so():
    other = {"release_kind": "program", "is_criminal_case": "false", "is_child_exploitation": "true"}
    rows = [
        *case("r1", "machine", origin="undercover"),
        *((("r1", name, value, "human")) for name, value in other.items()),
    ]
    table = agreement_table(codings(*rows, ("r1", "origin", "none", "human")))
    assert row(table, "origin")[0] == 0
    assert row(table, "is_criminal_case")[:2] == [1, 0]


def test_no_life_sentence_found_is_none_given():
    rows = [
        *case("r1", "machine", release_kind="sentence"),
        *case("r1", "human", release_kind="sentence", life_sentence="false"),
    ]
    assert row(agreement_table(codings(*rows)), "life_sentence")[:2] == [1, 100]


def test_a_review_stands_before_the_coding_by_hand():
    rows = [*case("r1", "machine"), *case("r1", "hand", release_kind="charge"), ("r1", "release_kind", "plea", "human")]
    assert row(agreement_table(codings(*rows)), "release_kind")[:2] == [1, 100]


def test_two_people_are_compared_with_each_other():
    rows = [*case("r1", "hand"), *case("r1", "second_human", release_kind="charge")]
    table = agreement_table(codings(*rows))
    assert row(table, "release_kind", "human_human")[:2] == [1, 0]
    assert row(table, "release_kind")[0] == 0


def test_codings_made_in_sight_of_the_rules_values_are_a_pair_of_their_own():
    reviews = pd.DataFrame(
        [("k1", "release_kind", "human", "false"), ("k2", "release_kind", "human", "true")],
        columns=["key_sha256", "variable", "coder", "is_blind"],
        dtype="str",
    )
    rows = [row for release in ("r1", "r2") for coder in ("machine", "human") for row in case(release, coder)]
    table = agreement_table(codings(*rows), shown_codings(reviews, {"k1": "r1", "k2": "r2"}.get))
    assert row(table, "release_kind", "machine_human_shown")[0] == 1
    assert row(table, "release_kind", "machine_human")[0] == 1
    assert row(table, "origin", "machine_human")[0] == 0
