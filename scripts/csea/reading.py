"""Read an archive: code every release, link those on criminal cases, and write what was found to ``data/machine/``.

These files are what the tables are made from, here and where there is no archive (another contributor's machine,
the checks of a pull request). Rows of releases that this archive does not hold stay as they are, so that a small
archive takes nothing away; those of withheld releases go, and none are made. Dockets and names serve linking in memory
and are not written.
Out of scope: coding (``code/``), linking (``link/``), and making tables (``rooms.py``).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from csea.archive import Archive
from csea.archive.scan import scan
from csea.code.batch import READ, coder_of
from csea.code.found import Found, found_rows
from csea.code.pool import FEW, code_batches, cores
from csea.code.rules import RULES_VERSION, rules_sha256
from csea.io import csv_bytes, sha256, write_atomic
from csea.link.decisions import decided_pairs
from csea.link.evidence import EVIDENCE
from csea.link.prosecutions import LINK_RULES, link_releases
from csea.rooms import ordered
from csea.schema import Schema

FOLDER = "data/machine"
STATE = "build/reading.json"
FILES = ("found_codings", "found_releases", "readings", "unsure_pairs")
READ_BEFORE = (*FILES, "case_groups", "pair_decisions", "withheld")
COLUMNS = [*READ, "published_date", "uuid", "url", "number", "retrieved_at"]
BATCH = 1_000  # releases that a worker codes at a time


@dataclass
class Reading:
    """What reading an archive did: how many releases were read, in scope and set aside, and the files written."""

    n_read: int = 0
    n_in_scope: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    written: list[str] = field(default_factory=list)
    up_to_date: bool = False


def read_archive(
    root: Path,
    folder: Path,
    schemas: dict[str, Schema],
    inputs: Callable[[], dict[str, pd.DataFrame]],
    workers: int | None = None,
    total: Callable[[int], None] = lambda releases: None,
    advance: Callable[[int], None] = lambda releases: None,
) -> Reading:
    """Bring ``data/machine/`` up to date with the archive in ``folder``; do nothing where nothing has changed.

    ``schemas`` are those of the files by name; ``inputs`` gives the present rows of ``READ_BEFORE`` as text, or
    nothing where they are wrong, and then nothing is read. ArchiveError where the archive cannot be read.

    A reading that is killed between two files leaves each whole; the next one writes them all again.
    """
    with Archive.reader(folder) as archive:
        state = {"archive": [str(folder.resolve()), *_archive_state(archive)], "rules": _rules_state(root)}
        if _known_state(root) == {**state, "files": _files_state(root)}:
            return Reading(up_to_date=True)
        frames = inputs()
        if not frames:
            return Reading()
        count = int(archive.value("SELECT count(*) FROM releases WHERE withdrawn_at IS NULL AND version > 0") or 0)
        total(count)
        refused = frozenset(frames["withheld"]["key_sha256"])
        found, reading = _code(root, archive, refused, count, workers, advance)
    files = _linked(found, frames, schemas)
    for name in FILES:
        rows = _with_others(files[name], frames[name], found.keys | refused)
        data = csv_bytes(ordered(rows, schemas[name]))
        if write_atomic(root / FOLDER / f"{name}.csv", data):
            reading.written.append(f"{FOLDER}/{name}.csv")
    write_atomic(root / STATE, json.dumps({**state, "files": _files_state(root)}).encode())
    return reading


def _code(
    root: Path,
    archive: Archive,
    refused: frozenset[str],
    count: int,
    workers: int | None,
    advance: Callable[[int], None],
) -> tuple[Found, Reading]:
    """Every release coded, and the counts."""
    found, reading = Found(), Reading()
    pending: list[pa.RecordBatch] = []

    def sent() -> Iterator[pa.RecordBatch]:
        for batch in _slices(scan(archive, COLUMNS, withdrawn=False)):
            pending.append(batch)
            yield batch.select(READ)

    processes = 1 if count < FEW else workers or cores()
    for coded in code_batches(coder_of(root), sent(), processes):
        batch = pending.pop(0)
        found.add(found_rows(batch, coded, refused))
        advance(batch.num_rows)
    reading.n_read, reading.n_in_scope, reading.reasons = found.n_read, len(found.releases), found.reasons
    return found, reading


def _slices(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH):
            yield batch.slice(start, BATCH)


def _linked(found: Found, frames: dict[str, pd.DataFrame], schemas: dict[str, Schema]) -> dict[str, pd.DataFrame]:
    """The files' rows of this archive's releases, with their cases."""
    evidence = pa.Table.from_pylist(found.evidence, EVIDENCE)
    linked = link_releases(evidence, decided_pairs(frames["case_groups"], frames["pair_decisions"], evidence["key"]))
    groups = linked.groups.to_pandas().set_index("key")
    releases = pd.DataFrame(found.releases, columns=schemas["found_releases"].columns, dtype="str")
    case_key = releases["key_sha256"].map(groups["group"])
    releases = releases.assign(
        case_key=case_key,
        link_method=releases["key_sha256"].map(groups["method"]),
        link_score=releases["key_sha256"].map(groups["score"].map(_score)),
        link_rules_version=case_key.mask(case_key.notna(), LINK_RULES),
        duplicate_key=releases["key_sha256"].map(linked.duplicates.to_pandas().set_index("key")["duplicate_of"]),
    )
    pairs = linked.unsure.to_pandas().rename(columns={"left": "left_key", "right": "right_key"})
    return {
        "found_releases": releases,
        "found_codings": pd.DataFrame(found.codings, columns=schemas["found_codings"].columns, dtype="str"),
        "unsure_pairs": pairs.assign(score=pairs["score"].map(_score)),
        "readings": found.months(RULES_VERSION),
    }


def _score(value: float) -> str:
    return f"{value:.4g}"


def _with_others(rows: pd.DataFrame, before: pd.DataFrame, keys: set[str]) -> pd.DataFrame:
    """``rows`` with the rows from before that are on releases with none of ``keys``: which this archive does not hold.

    Counts by month are of one archive and cannot be joined: those of the archive that has read more of a month stay.
    """
    if "month" in rows.columns:
        both = pd.concat([rows, before], ignore_index=True)
        most = both.assign(n=both["n_read"].astype(int)).sort_values("n", ascending=False, kind="stable")
        return most.drop_duplicates("month").drop(columns="n")
    name = "key_sha256" if "key_sha256" in before.columns else "left_key"
    kept = before[~before[name].isin(keys)]
    if name == "left_key":
        kept = kept[~kept["right_key"].isin(keys)]
    return pd.concat([rows, kept], ignore_index=True)


def _archive_state(archive: Archive) -> list[object]:
    """What changes when a release is added, edited, withdrawn or restored."""
    row = archive.row(
        "SELECT count(*), sum(version), sum(withdrawn_at IS NULL), (SELECT count(*) FROM versions),"
        " (SELECT count(*) FROM events), max(rank_changed) FROM releases"
    )
    return list(row) if row else []


def _rules_state(root: Path) -> str:
    """Hash of all that decides codes, links and what is withheld, besides the archive."""
    inputs = ("platform_aliases", "platforms", "components", "case_groups", "pair_decisions", "withheld")
    package = Path(__file__).parent
    files = [root / "data" / "inputs" / f"{name}.csv" for name in inputs]
    files += sorted([*package.glob("link/*.py"), *package.glob("words/*"), package / "places.py"])
    hashes = (sha256(path.read_bytes()) for path in files if path.is_file())
    return sha256("".join([rules_sha256(), *hashes]).encode())


def _files_state(root: Path) -> list[str]:
    """Hashes of what was written, so that files which were put back, as by git, are found to be old."""
    paths = [root / FOLDER / f"{name}.csv" for name in FILES]
    return [sha256(path.read_bytes()) if path.is_file() else "" for path in paths]


def _known_state(root: Path) -> object:
    try:
        return json.loads((root / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
