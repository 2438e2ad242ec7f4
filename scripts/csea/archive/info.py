"""What is in the archive, in numbers: for people, for machines, and as the table ``coverage_days``."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from csea.archive.store import Archive
from csea.archive.walks import held, last_proved
from csea.archive.withheld import IS_WITHHELD

RECENT_WALKS = 5


def facts(archive: Archive) -> dict[str, Any]:
    """Counts, sizes, sources, days and walks of the archive."""
    value = archive.value
    files = [path for path in archive.folder.rglob("*") if path.is_file()]
    return {
        "folder": str(archive.folder),
        "n_bytes": sum(path.stat().st_size for path in files),
        "n_releases": value("SELECT count(*) FROM releases WHERE version > 0"),
        "n_withheld": value(f"SELECT count(*) FROM releases WHERE {IS_WITHHELD}"),
        "n_versions": value("SELECT count(*) FROM versions"),
        "n_listed_by_the_service": held(archive),
        "n_withdrawn": value("SELECT count(*) FROM releases WHERE withdrawn_at IS NOT NULL"),
        "n_quarantined": value("SELECT count(*) FROM quarantine"),
        "n_without_day": value("SELECT count(*) FROM releases WHERE published_date IS NULL AND version > 0"),
        "n_without_component": value("SELECT count(*) FROM releases WHERE component IS NULL AND version > 0"),
        "first_day": value("SELECT min(published_date) FROM releases"),
        "last_day": value("SELECT max(published_date) FROM releases"),
        "n_parts": value("SELECT count(*) FROM parts"),
        "n_staged": archive.n_staged(),
        "quarantine": _counts(archive, "SELECT reason, count(*) FROM quarantine GROUP BY reason ORDER BY 2 DESC"),
        "last_proved": last_proved(archive),
        "n_days_counted": value("SELECT count(*) FROM days"),
        "walks": [
            dict(row)
            for row in archive.sql.execute(
                "SELECT kind, state, started_at, ended_at, first_count, list_order FROM walks "
                "ORDER BY walk_id DESC LIMIT ?",
                (RECENT_WALKS,),
            )
        ],
    }


def _counts(archive: Archive, query: str) -> dict[str, int]:
    return {row[0]: row[1] for row in archive.sql.execute(query)}


def to_text(found: dict[str, Any]) -> str:
    """The facts for people."""
    lines = [f"Archive in {found['folder']}, {found['n_bytes'] / 1e6:,.1f} MB in {found['n_parts']:,} parts", ""]
    names = {
        "n_releases": "releases",
        "n_versions": "versions of them",
        "n_listed_by_the_service": "listed by the service",
        "n_withdrawn": "withdrawn since",
        "n_withheld": "withheld, by hash alone",
        "n_quarantined": "set aside, not readable",
        "n_without_day": "without a day",
        "n_without_component": "without a known component",
        "n_days_counted": "days counted at the service",
    }
    lines += [f"  {label:<28}{found[name]:>9,}" for name, label in names.items()]
    lines += [f"  {'first and last day':<28}{found['first_day'] or '-'} to {found['last_day'] or '-'}"]
    lines += [f"  set aside: {reason} ({count:,})" for reason, count in list(found["quarantine"].items())[:5]]
    lines += ["", "Walks, the latest first:"] if found["walks"] else []
    for walk in found["walks"]:
        ended = f", ended {walk['ended_at']}" if walk["ended_at"] else ""
        lines.append(f"  {walk['kind']}, begun {walk['started_at']}{ended}: {walk['state']}")
    lines += ["", f"Last proved complete: {found['last_proved'] or 'never'}"]
    return "\n".join(lines)


def coverage_days(archive: Archive) -> pa.Table:
    """The rows of ``coverage_days``: the service's count of each day beside ours, by day.

    ``n_in_scope`` is empty: it is known when releases are coded.
    """
    rows = archive.sql.execute(
        "SELECT day, n_listed, n_retrieved, max(0, n_listed - n_retrieved), as_of FROM compared_days ORDER BY day"
    ).fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * 5
    day, listed, retrieved, failed, as_of = (list(column) for column in columns)
    return pa.table(
        {
            "date": pa.array(day, pa.string()),
            "n_listed": pa.array(listed, pa.int64()),
            "n_retrieved": pa.array(retrieved, pa.int64()),
            "n_failed": pa.array(failed, pa.int64()),
            "n_in_scope": pa.nulls(len(day), pa.int64()),
            "as_of": pa.array(as_of, pa.string()),
        }
    )
