"""Ids stay: the registers only grow, and what is no longer published says where it went.

A fingerprint of each register stands with every version in ``versions.json``, so that a later state proves without git
that its first rows are the same. Out of scope: issuing ids (``register``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from csea.errors import Problem
from csea.io import csv_bytes, sha256
from csea.register import Registers

PERMANENT = ["id", "key_sha256", "issued_in"]  # what never changes of a row; its state may
PUBLISHED = {"releases": "release_id", "cases": "case_id"}  # register and table to the column with its ids
RESTORE = "Restore the register with git; the build only adds rows to it."


def register_fingerprint(rows: pd.DataFrame) -> dict[str, Any]:
    """``ids``, how many there are, and ``sha256`` of id, key and first version of each, in the order of ids."""
    ordered = rows.sort_values("id")[PERMANENT]
    table = pa.table({name: pa.array(ordered[name].to_list(), pa.string(), from_pandas=True) for name in PERMANENT})
    return {"ids": len(ordered), "sha256": sha256(csv_bytes(table))}


def check_grown(before: Mapping[str, Any], rows: pd.DataFrame, name: str = "releases") -> list[Problem]:
    """Problems where a register has lost or changed a row since its fingerprint ``before`` was taken.

    ``rows`` has the columns of the register (id, key_sha256, issued_in, state, forwards_to), ``name`` is its file's.
    Rules: ``release.register_vanished``, ``release.register_changed``.
    """
    shown = f"data/registry/{name}.csv"
    ids = rows["id"].sort_values().to_list()
    missing = _gaps(ids, int(before["ids"]))
    if missing:
        message = "The id was issued and is gone from the register."
        return [Problem("release.register_vanished", shown, message, RESTORE, key=f"id={id_}") for id_ in missing]
    if register_fingerprint(rows.sort_values("id").head(int(before["ids"]))) != dict(before):
        message = f"An id among the first {before['ids']:,} stands for another key, or for another first version."
        return [Problem("release.register_changed", shown, message, RESTORE)]
    return []


def check_forwarding(gone: Iterable[str], rows: pd.DataFrame, name: str = "releases") -> list[Problem]:
    """Problems of ids that are no longer published though the register says neither merged nor withdrawn.

    A merged id must lead to one that is in use. Rules: ``release.register_silent``, ``release.register_astray``.
    """
    shown = f"data/registry/{name}.csv"
    states = dict(zip(rows["id"], zip(rows["state"], rows["forwards_to"], strict=True), strict=True))
    problems = []
    for id_ in sorted(gone):
        state, _ = states.get(id_, ("active", None))
        if state not in ("merged", "withdrawn"):
            message = "The id is no longer published, and the register does not say what became of it."
            fix = (
                "Run `csea build`, which writes merged or withdrawn; restore the register with git if it lacks the id."
            )
            problems.append(Problem("release.register_silent", shown, message, fix, key=f"id={id_}", value=state))
        elif state == "merged" and _end(id_, states) is None:
            message = "The id forwards to none that is in the register and in use or withdrawn."
            problems.append(Problem("release.register_astray", shown, message, RESTORE, key=f"id={id_}"))
    return problems


def check_registers(
    before: Mapping[str, Mapping[str, Any]],
    registers: Registers,
    old: Mapping[str, pa.Table],
    new: Mapping[str, pa.Table],
) -> list[Problem]:
    """Problems of all three registers, against the fingerprints of the previous version and the tables of both."""
    problems = []
    for name, fingerprint in before.items():
        rows = getattr(registers, name).rows
        problems += check_grown(fingerprint, rows, name)
        if name in PUBLISHED:
            was, are = (
                {*tables[name][PUBLISHED[name]].to_pylist()} if name in tables else set() for tables in (old, new)
            )
            problems += check_forwarding(was - are, rows, name)
    return problems


def fingerprints(registers: Registers) -> dict[str, dict[str, Any]]:
    """The fingerprint of each register, for ``versions.json``."""
    return {name: register_fingerprint(register.rows) for name, register in sorted(vars(registers).items())}


def _gaps(ids: list[str], count: int) -> list[str]:
    """Numbers up to ``count`` that none of the ids has: ids are numbered from 1 without a gap."""
    if not ids or len(ids[0]) < 2:
        return ["every id"] if count else []
    letter, width = ids[0][0], len(ids[0]) - 1
    return sorted({f"{letter}{number:0{width}d}" for number in range(1, count + 1)}.difference(ids))


def _end(id_: str, states: Mapping[str, tuple[str, Any]]) -> str | None:
    """The id that a chain of merged ones leads to, None where it leads nowhere or in a circle."""
    seen = set()
    while id_ in states and id_ not in seen:
        if states[id_][0] != "merged":
            return id_
        seen.add(id_)
        id_ = states[id_][1]
    return None
