"""Releases of one prosecution join; releases that only look alike stay apart or become a question."""

from datetime import date, timedelta

import pytest
from linking import group_of, key_of, row, table

from csea.link.evidence import DECIDED
from csea.link.prosecutions import link_releases

DAY = date(2019, 5, 2)
STORY = "The investigation began when a company reported an account that somebody in town had opened in the spring. "
NARRATIVE = STORY + " ".join(f"word{number}" for number in range(60))
TEMPLATE = (
    "T\n" + "The man used Facebook Messenger to contact an officer, was met at a park, and is held for a hearing. " * 3
)


def marlin(name="first", later=0, **known):
    """A release on Jovin Marlin of Ostley in Massachusetts, some days after the first."""
    base = {"defendants": ["jovin marlin"], "place": "Ostley", "state": "MA", "n_suspects": 1}
    return row(name, **(base | {"published_date": DAY + timedelta(days=later)} | known))


def together(*rows, decided=None):
    """The names of the releases in each group, for releases named by their order."""
    linked = link_releases(table(list(rows)), decided)
    return len(set(group_of(linked.groups).values())) == 1


def unsure(*rows):
    return link_releases(table(list(rows))).unsure.to_pylist()


def method(*rows):
    return set(link_releases(table(list(rows))).groups.column("method").to_pylist())


class TestJoined:
    def test_charge_plea_and_sentence(self):
        stages = [("charge", 0), ("plea", 200), ("sentence", 400)]
        assert together(*(marlin(kind, later, release_kind=kind) for kind, later in stages))

    def test_office_and_department_on_one_day(self):
        assert together(marlin("a"), marlin("b", component="opa", place=None, state=None))

    def test_department_without_a_state_in_the_same_place(self):
        charge = marlin("a", component="crm", state=None, release_kind="charge")
        assert together(charge, marlin("b", 380, release_kind="plea"))

    def test_department_and_office_a_year_later(self):
        charge = marlin("a", component="crm", release_kind="charge")
        assert together(charge, marlin("b", 380, release_kind="sentence"))

    def test_co_defendants_of_one_docket(self):
        one = marlin("a", dockets=["19-cr-00123"])
        assert together(one, marlin("b", 90, defendants=["dalen corgan"], dockets=["1:19-cr-00123"]))

    def test_plea_of_one_of_three(self):
        three = marlin("a", defendants=["jovin marlin", "dalen corgan", "milen kelsel"], n_suspects=3)
        assert together(three, marlin("b", 90, defendants=["dalen corgan"], release_kind="plea"))

    def test_pleas_of_two_through_the_indictment_of_both(self):
        both = marlin("a", defendants=["jovin marlin", "dalen corgan"], n_suspects=2, release_kind="charge")
        pleas = [marlin(name, 90, defendants=[name], release_kind="plea") for name in both["defendants"]]
        assert together(both, *pleas)

    @pytest.mark.parametrize(
        "written",
        ["jovin marlinn", "jovin marln", "jovin marlni", "jovin merlin", "jovinn marlin", "jov marlin"],
    )
    def test_misspelt_name_in_one_place(self, written):
        assert together(marlin("a", release_kind="charge"), marlin("b", 90, defendants=[written], release_kind="plea"))

    @pytest.mark.parametrize("written", ["jovin marlin corgan", "jovin corgan marlin"])
    def test_half_of_a_surname_of_two_parts(self, written):
        assert together(marlin("a"), marlin("b", 90, defendants=[written]))

    def test_surname_alone_in_one_place(self):
        assert together(marlin("a", release_kind="charge"), marlin("b", 3, defendants=["marlin"], release_kind="plea"))

    def test_magistrate_number_before_the_criminal_number(self):
        first = marlin("a", dockets=["19-mj-00045"], release_kind="arrest")
        assert together(first, marlin("b", 40, dockets=["19-cr-00123"], release_kind="charge"))

    def test_nameless_release_by_docket(self):
        assert together(marlin("a", dockets=["19-cr-00123"]), marlin("b", 90, defendants=[], dockets=["19-cr-00123"]))

    def test_nameless_release_by_wording_and_place(self):
        one = row("a", f"T\n{NARRATIVE}", place="Ostley", state="MA", defendants=[])
        assert together(one, row("b", f"T\n{NARRATIVE} again", place="Ostley", state="MA", defendants=[]))

    def test_equal_texts(self):
        assert together(marlin("a", text_sha256=key_of("t")), marlin("b", 900, text_sha256=key_of("t")))


class TestApart:
    def test_father_and_son_with_their_own_dockets(self):
        assert not together(marlin("a", dockets=["19-cr-00123"]), marlin("b", 30, dockets=["19-cr-00456"]))

    def test_docket_between_two_others_joins_one_only(self):
        rows = [marlin("a", dockets=["19-cr-00123"]), marlin("b", 30, dockets=["19-cr-00456"]), marlin("c", 60)]
        assert len(set(group_of(link_releases(table(rows)).groups).values())) == 2

    def test_two_divisions_of_a_court_count_alike(self):
        one = marlin("a", dockets=["1:19-cr-00123"])
        assert not together(one, marlin("b", 30, defendants=["dalen corgan"], dockets=["2:19-cr-00123"]))

    def test_one_number_in_two_courts(self):
        one = marlin("a", dockets=["19-cr-00123"])
        other = marlin("b", component="usao-ndtx", state="TX", place="Alder", defendants=["dalen corgan"])
        assert not together(one, other | {"dockets": ["19-cr-00123"]})

    def test_same_name_in_another_district_years_later(self):
        assert not together(marlin("a"), marlin("b", 1500, component="usao-ndtx", state="TX", place="Alder"))

    def test_same_name_in_another_district_at_once(self):
        assert not together(marlin("a"), marlin("b", 1, component="usao-ndtx", state="TX", place="Alder"))

    def test_department_joins_only_one_of_two_districts(self):
        other = marlin("c", 1, component="usao-ndtx", state="TX", place="Alder")
        assert not together(marlin("a"), marlin("b", component="opa"), other)

    def test_charge_years_after_the_sentence(self):
        assert not together(marlin("a", release_kind="sentence"), marlin("b", 1500, release_kind="charge"))

    def test_two_defendants_of_one_template_and_day(self):
        one = row("a", TEMPLATE, defendants=["jovin marlin"], place="Ostley", state="MA", n_suspects=1)
        other = row("b", TEMPLATE + " x", defendants=["dalen corgan"], place="Ostley", state="MA", n_suspects=1)
        assert not together(one, other)

    def test_nameless_releases_of_other_places(self):
        one = row("a", f"T\n{NARRATIVE}", place="Ostley", state="MA", defendants=[])
        assert not together(one, row("b", f"T\n{NARRATIVE} again", place="Alder", state="MA", defendants=[]))

    def test_nameless_releases_of_other_wording(self):
        one = row("a", f"T\n{NARRATIVE}", place="Ostley", state="MA", defendants=[])
        assert not together(one, row("b", TEMPLATE, place="Ostley", state="MA", defendants=[]))

    def test_nameless_release_joins_no_two_defendants(self):
        texts = {"a": ["jovin marlin"], "b": [], "c": ["dalen corgan"]}
        rows = [
            row(name, f"T\n{NARRATIVE} {name}", place="Ostley", state="MA", defendants=people)
            for name, people in texts.items()
        ]
        assert not together(*rows)

    def test_middle_names_that_differ(self):
        one = marlin("a", defendants=["jovin bertan marlin"])
        assert not together(one, marlin("b", 90, defendants=["jovin carlen marlin"]))

    def test_short_names_one_letter_apart(self):
        assert not together(marlin("a", defendants=["jovin lee"]), marlin("b", 90, defendants=["jovin lea"]))

    def test_releases_that_say_nothing(self):
        assert not together(row("a", component=None), row("b", component=None))


class TestUnsure:
    def test_stages_out_of_order_are_a_question(self):
        pairs = unsure(marlin("a", release_kind="sentence"), marlin("b", 300, release_kind="charge"))
        assert [pair["reason"] for pair in pairs] == ["same name, stages out of order"]

    def test_question_names_both_releases(self):
        pairs = unsure(marlin("a", release_kind="sentence"), marlin("b", 300, release_kind="charge"))
        assert [{pair["left"], pair["right"]} for pair in pairs] == [{key_of("a"), key_of("b")}]

    def test_misspelt_name_in_another_place_is_a_question(self):
        plea = marlin("b", 90, defendants=["jovin merlin"], place="Alder", release_kind="plea")
        assert [pair["reason"] for pair in unsure(marlin("a", release_kind="charge"), plea)] == ["similar name"]

    def test_two_dockets_are_no_question(self):
        assert not unsure(marlin("a", dockets=["19-cr-00123"]), marlin("b", 30, dockets=["19-cr-00456"]))

    def test_joined_releases_are_no_question(self):
        assert not unsure(marlin("a"), marlin("b", 30))


class TestMethod:
    def test_alone(self):
        assert method(marlin("a")) == {"only_release"}

    def test_name(self):
        assert method(marlin("a"), marlin("b", 30)) == {"same_defendant"}

    def test_docket(self):
        docket = {"dockets": ["19-cr-00123"]}
        assert method(marlin("a", **docket), marlin("b", 30, **docket)) == {"docket_number"}

    def test_wording(self):
        one = row("a", f"T\n{NARRATIVE}", place="Ostley", state="MA", defendants=[])
        assert method(one, one | {"key": key_of("b"), "text_sha256": None}) == {"similar_wording"}

    def test_scores_are_shares(self):
        scores = link_releases(table([marlin("a"), marlin("b", 30), marlin("c", 9000)])).groups.column("score")
        assert all(0 <= score <= 1 for score in scores.to_pylist())

    def test_group_is_named_after_the_earliest_release(self):
        linked = link_releases(table([marlin("b", 30), marlin("a")]))
        assert set(group_of(linked.groups).values()) == {key_of("a")}


class TestDecided:
    def decided(self, left, right, same):
        return DECIDED.empty_table().from_pylist(
            [{"left": key_of(left), "right": key_of(right), "same": same}], DECIDED
        )

    def test_yes_joins_what_nothing_else_does(self):
        rows = [marlin("a"), marlin("b", 4000, defendants=["dalen corgan"], component="usao-ndtx")]
        assert together(*rows, decided=self.decided("a", "b", True))

    def test_no_parts_what_the_rules_join(self):
        assert not together(marlin("a"), marlin("b", 30), decided=self.decided("b", "a", False))

    def test_no_holds_against_a_chain(self):
        rows = [marlin("a"), marlin("b", 30), marlin("c", 60)]
        groups = group_of(link_releases(table(rows), self.decided("a", "c", False)).groups)
        assert groups[key_of("a")] != groups[key_of("c")]

    def test_no_is_asked_no_more(self):
        rows = [marlin("a", release_kind="sentence"), marlin("b", 300, release_kind="charge")]
        assert len(link_releases(table(rows), self.decided("a", "b", False)).unsure) == 0

    def test_yes_is_told_as_method(self):
        rows = [marlin("a"), marlin("b", 4000, defendants=["dalen corgan"], component="usao-ndtx")]
        linked = link_releases(table(rows), self.decided("a", "b", True))
        assert set(linked.groups.column("method").to_pylist()) == {"pair_decided"}

    def test_unknown_release_is_passed_over(self):
        assert together(marlin("a"), marlin("b", 30), decided=self.decided("a", "gone", False))

    def test_contradiction_keeps_apart_and_is_a_question(self):
        both = [{"left": key_of("a"), "right": key_of("b"), "same": same} for same in (True, False)]
        linked = link_releases(table([marlin("a"), marlin("b", 30)]), DECIDED.empty_table().from_pylist(both, DECIDED))
        assert linked.unsure.column("reason").to_pylist() == ["decisions contradict each other"]


class TestDuplicates:
    def copies(self, *rows):
        found = link_releases(table(list(rows))).duplicates
        return dict(zip(*(found.column(name).to_pylist() for name in ("key", "duplicate_of")), strict=True))

    def test_equal_texts(self):
        rows = [marlin(name, later, text_sha256=key_of("t")) for name, later in (("a", 0), ("b", 1), ("c", 900))]
        assert self.copies(*rows) == {key_of("b"): key_of("a"), key_of("c"): key_of("a")}

    def test_corrected_text(self):
        texts = {"a": NARRATIVE, "b": NARRATIVE.replace("word40", "corrected")}
        rows = [row(name, f"T\n{text}", defendants=["jovin marlin"], place="Ostley") for name, text in texts.items()]
        assert len(self.copies(*rows)) == 1

    def test_next_step_with_the_same_narrative_is_none(self):
        rows = [
            row(kind, f"T {kind}\n{NARRATIVE} {kind}", defendants=["jovin marlin"], place="Ostley", release_kind=kind)
            for kind in ("plea", "sentence")
        ]
        assert not self.copies(*rows)

    def test_one_template_for_two_defendants_is_none(self):
        rows = [
            row(name, f"T\n{NARRATIVE} {name}", defendants=[name], place="Ostley", release_kind="plea")
            for name in ("jovin marlin", "dalen corgan")
        ]
        assert not self.copies(*rows)


class TestForm:
    def test_repeated_key_is_refused(self):
        with pytest.raises(ValueError, match="repeated"):
            link_releases(table([marlin("a"), marlin("a", 30)]))

    def test_missing_column_is_named(self):
        with pytest.raises(ValueError, match="wording"):
            link_releases(table([marlin("a")]).drop_columns("wording"))

    def test_no_release_gives_empty_tables(self):
        assert len(link_releases(table([])).groups) == 0
