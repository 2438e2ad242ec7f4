"""Linking an invented archive finds the true cases, whatever the order of rows and however the archive grew."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linking import generated, group_of, key_of, pairwise, row, table

from csea.link.prosecutions import link_releases

UNSEEN_SEEDS = [101, 202, 303]  # no threshold was chosen on these
N_CASES = 500


@cache
def linked_archive(seed):
    """Evidence, true cases and what linking made of it; once a process, since each class asks for all seeds."""
    evidence, truth = generated(N_CASES, seed)
    return evidence, truth, link_releases(evidence)


@pytest.fixture(scope="module", params=UNSEEN_SEEDS)
def archive(request):
    return linked_archive(request.param)


class TestTruth:
    def test_pairwise_f1(self, archive):
        _, truth, linked = archive
        assert pairwise(group_of(linked.groups), truth)[2] >= 0.95

    def test_pairwise_precision(self, archive):
        _, truth, linked = archive
        assert pairwise(group_of(linked.groups), truth)[0] >= 0.97

    def test_duplicates_are_of_one_case(self, archive):
        _, truth, linked = archive
        assert all(truth[each["key"]] == truth[each["duplicate_of"]] for each in linked.duplicates.to_pylist())

    def test_questions_are_few(self, archive):
        evidence, _, linked = archive
        assert len(linked.unsure) < 0.05 * len(evidence)


class TestForm:
    def test_every_key_once(self, archive):
        evidence, _, linked = archive
        assert sorted(linked.groups.column("key").to_pylist()) == sorted(evidence.column("key").to_pylist())

    def test_a_group_is_named_after_its_founding_release(self, archive):
        evidence, _, linked = archive
        order = {each["key"]: (each["published_date"], each["key"]) for each in evidence.to_pylist()}
        groups = {}
        for key, group in group_of(linked.groups).items():
            groups.setdefault(group, []).append(key)
        assert all(min(keys, key=order.__getitem__) == group for group, keys in groups.items())

    def test_questions_are_between_groups(self, archive):
        _, _, linked = archive
        group = group_of(linked.groups)
        assert all(group[pair["left"]] != group[pair["right"]] for pair in linked.unsure.to_pylist())

    def test_an_original_is_no_duplicate(self, archive):
        _, _, linked = archive
        copies, originals = (set(linked.duplicates.column(name).to_pylist()) for name in ("key", "duplicate_of"))
        assert not copies & originals


class TestOrder:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_shuffled_rows_give_the_same(self, archive, seed):
        evidence, _, linked = archive
        again = link_releases(evidence.take(np.random.default_rng(seed).permutation(len(evidence))))
        assert (again.groups, again.unsure, again.duplicates) == (linked.groups, linked.unsure, linked.duplicates)

    def test_new_releases_part_no_group(self, archive):
        evidence, _, linked = archive
        earlier = link_releases(evidence.slice(0, len(evidence) * 9 // 10))
        before, after = group_of(earlier.groups), group_of(linked.groups)
        parted = {
            group for group in before.values() if len({after[key] for key, own in before.items() if own == group}) > 1
        }
        assert len(parted) < 0.01 * len(set(before.values()))


PEOPLE = st.lists(st.sampled_from(["jovin marlin", "jovin merlin", "dalen corgan", "marlin", "dal corgan"]), max_size=2)
RELEASES = st.lists(
    st.fixed_dictionaries(
        {
            "defendants": PEOPLE,
            "dockets": st.lists(
                st.sampled_from(["19-cr-00123", "1:19-cr-00123", "19-cr-00456", "19-mj-00045"]), max_size=2
            ),
            "component": st.sampled_from([None, "opa", "usao-ma", "usao-ndtx"]),
            "published_date": st.none() | st.dates(),
            "release_kind": st.sampled_from([None, "charge", "plea", "sentence", "other_case_update"]),
            "place": st.sampled_from([None, "Ostley", "Alder"]),
            "text_sha256": st.none() | st.sampled_from(["a" * 64, "b" * 64]),
            "wording": st.sampled_from([None, b"", b"\1\2" * 128, b"\1\2" * 100 + b"\3\4" * 28]),
        }
    ),
    max_size=12,
)


class TestAnything:
    @settings(max_examples=30)
    @given(RELEASES, st.randoms(use_true_random=False))
    def test_order_of_rows_does_not_matter(self, releases, rng):
        rows = [row(str(number), **release) for number, release in enumerate(releases)]
        one = link_releases(table(rows))
        rng.shuffle(rows)
        two = link_releases(table(rows))
        assert (one.groups, one.unsure, one.duplicates) == (two.groups, two.unsure, two.duplicates)

    @settings(max_examples=30)
    @given(RELEASES, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=4))
    def test_what_a_person_keeps_apart_stays_apart(self, releases, decisions):
        import pyarrow as pa

        from csea.link.evidence import DECIDED

        rows = [row(str(number), **release) for number, release in enumerate(releases)]
        decided = [
            {"left": key_of(str(left)), "right": key_of(str(right)), "same": same} for left, right, same in decisions
        ]
        group = group_of(link_releases(table(rows), pa.Table.from_pylist(decided, schema=DECIDED)).groups)
        apart = [
            (each["left"], each["right"]) for each in decided if not each["same"] and each["left"] != each["right"]
        ]
        assert all(group[left] != group[right] for left, right in apart if left in group and right in group)
