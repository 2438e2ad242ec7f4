"""The register of ids: every id ever issued, never reused, rows only added.

An id is opaque (``r0000001``) and stands for a natural key, of which only the hash is kept, since an address
can hold a name. A merged or withdrawn id keeps its row and may forward to another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from csea.io import sha256


def address_key(url: str) -> str:
    """Hash of an address, the same for its http and https, www. and closing-slash variants."""
    bare = url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    host, _, path = bare.partition("/")
    return sha256(f"{host.lower()}/{path}".encode())


class Register:
    """Ids of one kind, by key hash.

    ``rows`` has the columns id, key_sha256, issued_in, state, forwards_to.
    """

    def __init__(self, rows: pd.DataFrame, template: str) -> None:
        """``template`` formats a number as an id, such as ``r{:07d}``."""
        self.rows = rows
        self._template = template
        self._ids = dict(zip(rows["key_sha256"], rows["id"], strict=True))
        merged = rows[rows["state"] == "merged"]
        self._forwards = dict(zip(merged["id"], merged["forwards_to"], strict=True))

    def issue(self, keys: Iterable[str], version: str) -> list[str]:
        """The id of each key, in order; keys not yet known get the next numbers, in order of appearance."""
        keys = list(keys)
        fresh = [key for key in dict.fromkeys(keys) if key not in self._ids]
        first = len(self.rows) + 1
        added = {key: self._template.format(first + offset) for offset, key in enumerate(fresh)}
        self._ids.update(added)
        rows = [(id_, key, version, "active", None) for key, id_ in added.items()]
        self.rows = pd.concat(
            [self.rows, pd.DataFrame(rows, columns=self.rows.columns, dtype="str")], ignore_index=True
        )
        return [self.current(self._ids[key]) for key in keys]

    def date_issues(self, released: Iterable[str], version: str) -> None:
        """Say that the ids which no released version holds are issued in ``version``, the one being made."""
        is_out = self.rows["issued_in"].isin(set(released))
        self.rows = self.rows.assign(issued_in=self.rows["issued_in"].where(is_out, version))

    def known(self, key: str) -> str | None:
        """The id that was issued for a key itself, merged or not, or None."""
        return self._ids.get(key)

    def settle(self, active: Iterable[str], merged: dict[str, str]) -> None:
        """Bring the states up to date: ``active`` ids are in use, ``merged`` ones forward to another.

        An id that was in use and is in neither is withdrawn. A merged id that is in neither stays merged.
        """
        ids = self.rows["id"]
        in_use, joined = ids.isin(set(active)), ids.isin(set(merged))
        gone = (self.rows["state"] == "active") & ~in_use & ~joined
        state = self.rows["state"].mask(in_use, "active").mask(joined, "merged").mask(gone, "withdrawn")
        forwards = self.rows["forwards_to"].mask(in_use, None).mask(joined, ids.map(merged))
        self.rows = self.rows.assign(state=state, forwards_to=forwards)

    def find(self, key: str) -> str | None:
        """The id of a key, or None where none was issued."""
        return self.current(self._ids[key]) if key in self._ids else None

    def current(self, id_: str) -> str:
        """The id that ``id_`` forwards to, or itself."""
        for _ in self._forwards:  # no chain is longer, even where a hand edit made it a circle
            id_ = self._forwards.get(id_, id_)
        return id_


@dataclass
class Registers:
    """The three registers: releases, cases, and suspects of cases, of whom only a number is known."""

    releases: Register
    cases: Register
    suspects: Register

    @classmethod
    def of(cls, rows: dict[str, pd.DataFrame]) -> Registers:
        """Registers over the rows of ``data/registry/``, by file name."""
        templates = {"releases": "r{:07d}", "cases": "c{:06d}", "suspects": "s{:06d}"}
        return cls(**{name: Register(rows[name], template) for name, template in templates.items()})
