"""Cases from scored pairs: the surest pair first, and no pair that would make a case contradict itself.

Before two groups join, what they hold together is checked (``coherence``). A pair that fails stays a question for a
person, unless the evidence itself says that the two are not one case. Out of scope: what makes a pair (``scores``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csea.link.coherence import Group, Singles, objection, union
from csea.link.evidence import UNKNOWN, Facts
from csea.link.names import OTHER, Names
from csea.link.scores import LINK

CONTRADICTION = "decisions contradict each other"
ONLY_RELEASE, DOCKET, DEFENDANT, WORDING, DECIDED = (
    "only_release",
    "docket_number",
    "same_defendant",
    "similar_wording",
    "pair_decided",
)
Decision = tuple[int, int, bool]
Link = tuple[int, int, float, str]


class Grouping:
    """Releases in groups, which only grow. A group is known by its lowest row, the founding release."""

    def __init__(self, facts: Facts, names: Names) -> None:
        """Each release in a group of its own."""
        self._parent = list(range(len(facts)))
        self._facts = Singles(facts, names)
        self._groups: dict[int, Group] = {}
        self._made: list[int] = []

    def find(self, row: int) -> int:
        """The group of a release."""
        parent = self._parent
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    def keep_apart(self, left: int, right: int) -> None:
        """Never join the groups of two releases."""
        left, right = self.find(left), self.find(right)
        if left != right:
            self._group(left).apart.add(right)
            self._group(right).apart.add(left)

    def join(self, left: int, right: int) -> None:
        """Make the groups of two releases one."""
        one, two = sorted((self.find(left), self.find(right)))
        if one == two:
            return
        a, b = self._group(one), self._group(two)
        self._groups[one] = union(a, b)
        for other in b.apart:
            self._groups[other].apart.discard(two)
            self._groups[other].apart.add(one)
        del self._groups[two]
        self._parent[two] = one

    def apart(self, left: int, right: int) -> bool:
        """Whether a decision keeps the groups of two releases apart."""
        one, two = self.find(left), self.find(right)
        return one in self._groups and two in self._groups[one].apart

    def objection(self, left: int, right: int, by_docket: bool, by_name: bool) -> str:
        """Why the groups of two releases are no one case, or ""."""
        return objection(self._group(self.find(left)), self._group(self.find(right)), by_docket, by_name)

    def keep(self) -> None:
        """Let ``forget`` spare all groups that there are now."""
        self._made.clear()

    def forget(self) -> None:
        """Drop what the groups asked about since the last call hold: nothing more will join them.

        Where millions of small objects pile up, Python's search for garbage costs more than the linking.
        """
        for root in self._made:
            if root in self._groups and not self._groups[root].apart:
                del self._groups[root]
        self._made.clear()

    def _group(self, root: int) -> Group:
        if root not in self._groups:
            self._groups[root] = self._facts.of(root)
            self._made.append(root)
        return self._groups[root]


def group_releases(
    facts: Facts, names: Names, scored: pd.DataFrame, decisions: list[Decision]
) -> tuple[Grouping, pd.DataFrame, pd.DataFrame]:
    """Join releases: decisions first, then pairs from the surest down.

    Returns the grouping; the links that hold (left, right, score, method); and the pairs with points enough that
    were refused (left, right, score, reason). Where decisions contradict each other, keeping apart wins.
    """
    grouping = Grouping(facts, names)
    links: list[Link] = []
    refused: list[Link] = []
    _decide(grouping, decisions, links, refused)
    sure = scored[scored["points"] >= LINK]
    together = sure[["left", "right"]].to_numpy()
    decided = np.array([(left, right) for left, right, same in decisions if same], np.int32).reshape(-1, 2)
    cluster = _clusters(len(facts), np.concatenate([together, decided]))[together[:, 0]]
    order = np.lexsort((sure["right"], sure["left"], -sure["points"], ~sure["same_text"], cluster))
    sure, cluster = sure.iloc[order], cluster[order]
    columns = [sure[column].tolist() for column in ("left", "right", "score", "same_docket", "name", "same_text")]
    before = UNKNOWN
    for here, left, right, score, docket, name, text in zip(cluster.tolist(), *columns, strict=True):
        if here != before:
            grouping.forget()
            before = here
        if grouping.find(left) != grouping.find(right):
            reason = grouping.objection(left, right, by_docket=docket or text, by_name=name > OTHER or text)
            if reason:
                refused.append((left, right, score, reason))
                continue
            grouping.join(left, right)
        links.append((left, right, score, DOCKET if docket else DEFENDANT if name > OTHER else WORDING))
    return (
        grouping,
        pd.DataFrame(links, columns=["left", "right", "score", "method"]),
        pd.DataFrame(refused, columns=["left", "right", "score", "reason"]),
    )


def _decide(grouping: Grouping, decisions: list[Decision], links: list[Link], refused: list[Link]) -> None:
    """Carry out a person's decisions; what joins goes to ``links``, what contradicts another one to ``refused``."""
    for left, right, same in sorted(decisions):
        if not same:
            grouping.keep_apart(left, right)
    for left, right, same in sorted(decisions):
        if same and grouping.apart(left, right):
            refused.append((left, right, 1.0, CONTRADICTION))
        elif same:
            grouping.join(left, right)
            links.append((left, right, 1.0, DECIDED))
    grouping.keep()


def _clusters(n_rows: int, pairs: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each row, the lowest row that pairs connect it with. No group reaches over two of these clusters."""
    lowest, (left, right) = np.arange(n_rows, dtype=np.int32), pairs.T
    while True:
        ends = lowest[left], lowest[right]
        if np.array_equal(*ends):
            return lowest
        np.minimum.at(lowest, np.maximum(*ends), np.minimum(*ends))
        while not np.array_equal(lowest, jumped := lowest[lowest]):
            lowest = jumped
