"""Ids, once issued, never change meaning and are never reused."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csea.register import Register, Registers, address_key

COLUMNS = ["id", "key_sha256", "issued_in", "state", "forwards_to"]


def register(*rows: tuple[str, str, str, str, str | None]) -> Register:
    return Register(pd.DataFrame(list(rows), columns=COLUMNS, dtype="str"), "r{:07d}")


def reopened(old: Register) -> Register:
    """The register as the next run reads it."""
    return Register(old.rows.copy(), "r{:07d}")


class TestIssue:
    def test_numbers_new_keys_in_order_of_appearance(self):
        assert register().issue(["b", "a"], "1.0.0") == ["r0000001", "r0000002"]

    def test_gives_a_repeated_key_one_id(self):
        assert register().issue(["a", "a", "b"], "1.0.0") == ["r0000001", "r0000001", "r0000002"]

    def test_keeps_ids_when_keys_are_shuffled(self):
        ids = register()
        ids.issue(["a", "b", "c"], "1.0.0")
        assert reopened(ids).issue(["c", "a", "b"], "1.1.0") == ["r0000003", "r0000001", "r0000002"]

    def test_keeps_ids_when_new_keys_come_first(self):
        ids = register()
        ids.issue(["a", "b"], "1.0.0")
        assert reopened(ids).issue(["new", "a", "b"], "1.1.0") == ["r0000003", "r0000001", "r0000002"]

    def test_never_reuses_the_id_of_a_key_that_is_gone(self):
        ids = register()
        ids.issue(["a", "b"], "1.0.0")
        assert reopened(ids).issue(["a", "c"], "1.1.0") == ["r0000001", "r0000003"]

    def test_never_reuses_a_withdrawn_id(self):
        ids = register(("r0000001", "a", "1.0.0", "withdrawn", None))
        assert ids.issue(["b"], "1.1.0") == ["r0000002"]

    def test_keeps_the_row_of_a_withdrawn_id(self):
        ids = register(("r0000001", "a", "1.0.0", "withdrawn", None))
        ids.issue(["b"], "1.1.0")
        assert ids.rows.loc[0].to_list()[:4] == ["r0000001", "a", "1.0.0", "withdrawn"]

    def test_records_the_version_that_first_used_an_id(self):
        ids = register()
        ids.issue(["a"], "1.0.0")
        ids.issue(["a", "b"], "1.1.0")
        assert ids.rows["issued_in"].to_list() == ["1.0.0", "1.1.0"]

    def test_records_new_ids_as_active(self):
        ids = register()
        ids.issue(["a"], "1.0.0")
        assert ids.rows["state"].to_list() == ["active"]

    def test_adds_no_row_for_known_keys(self):
        ids = register()
        ids.issue(["a", "b"], "1.0.0")
        ids.issue(["b", "a"], "1.1.0")
        assert len(ids.rows) == 2


class TestMerged:
    def ids(self) -> Register:
        return register(
            ("r0000001", "a", "1.0.0", "active", None),
            ("r0000002", "b", "1.0.0", "merged", "r0000001"),
            ("r0000003", "c", "1.0.0", "merged", "r0000002"),
        )

    def test_id_forwards(self):
        assert self.ids().current("r0000002") == "r0000001"

    def test_id_forwards_over_several_steps(self):
        assert self.ids().current("r0000003") == "r0000001"

    def test_key_gets_the_id_it_forwards_to(self):
        assert self.ids().issue(["b", "c", "a"], "1.1.0") == ["r0000001"] * 3

    def test_find_gives_the_id_it_forwards_to(self):
        assert self.ids().find("c") == "r0000001"

    def test_active_id_is_itself(self):
        assert self.ids().current("r0000001") == "r0000001"


def test_find_gives_none_for_an_unknown_key():
    assert register().find("a") is None


@settings(max_examples=100)
@given(batches=st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=8), max_size=6))
def test_no_later_batch_changes_an_id(batches):
    ids, seen = register(), {}
    for number, batch in enumerate(batches):
        ids = reopened(ids)
        for key, id_ in zip(batch, ids.issue(batch, f"1.{number}.0"), strict=True):
            assert seen.setdefault(key, id_) == id_
    assert len(set(seen.values())) == len(seen) == len(ids.rows)


class TestAddressKey:
    @pytest.mark.parametrize(
        "variant",
        [
            "https://example.org/news/item",
            "http://example.org/news/item",
            "https://www.example.org/news/item",
            "http://www.example.org/news/item/",
            "https://EXAMPLE.org/news/item/",
            "example.org/news/item",
        ],
    )
    def test_is_the_same_for_variants_of_an_address(self, variant):
        assert address_key(variant) == address_key("https://www.example.org/news/item")

    @pytest.mark.parametrize(
        "other",
        [
            "https://example.org/news/Item",
            "https://example.org/news/item?page=2",
            "https://news.example.org/item",
            "https://example.org/item",
        ],
    )
    def test_differs_for_another_address(self, other):
        assert address_key(other) != address_key("https://example.org/news/item")

    def test_does_not_show_the_address(self):
        assert "example" not in address_key("https://example.org/news/item")


def test_each_kind_of_id_has_its_own_form():
    empty = pd.DataFrame(columns=COLUMNS, dtype="str")
    registers = Registers.of({"releases": empty, "cases": empty, "suspects": empty})
    issued = [getattr(registers, name).issue(["key"], "1.0.0")[0] for name in ("releases", "cases", "suspects")]
    assert issued == ["r0000001", "c000001", "s000001"]
