"""Columns that will go: the notice in the schema, and the alias that keeps them filled until then.

A column is announced one minor version ahead at least and stays until the next major one. Until then it is filled with
what the column that takes its place holds. Out of scope: holding releases to it (``release/contract.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    import pandas as pd

    from csea.schema import Field, Schema

VERSION = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
MAJOR = r"[1-9]\d*\.0\.0"


@dataclass(frozen=True)
class Deprecated:
    """Since which version it is announced that a column goes, in which it goes, and the column to use (or nothing)."""

    since: str
    until: str
    use: str = ""

    @classmethod
    def of(cls, raw: Any, column: str) -> Deprecated | None:
        """From a schema's field; None where it gives no notice. ValueError for a wrong one."""
        if raw is None:
            return None
        if not isinstance(raw, Mapping) or not set(raw) <= {"since", "until", "use"}:
            raise ValueError(f"column {column}: deprecated has since, until and use, and nothing else")
        texts = {name: str(raw.get(name, "")) for name in ("since", "until", "use")}
        if not re2.fullmatch(VERSION, texts["since"]) or not re2.fullmatch(MAJOR, texts["until"]):
            raise ValueError(
                f"column {column}: since is a version, such as 0.2.0, and until a major one, such as 1.0.0"
            )
        return cls(**texts)

    def text(self) -> str:
        """As a sentence."""
        use = f" use {self.use};" if self.use else ""
        return f"Deprecated since {self.since}:{use} it goes in {self.until}."


def check_uses(fields: tuple[Field, ...]) -> None:
    """ValueError where the column to use instead is of this table but of another type or about to go itself.

    It may be a column of another table, as ``cases.place``.
    """
    own = {field.name: field for field in fields}
    for field in fields:
        other = own.get(field.deprecated.use) if field.deprecated else None
        if field.deprecated and field.deprecated.use and other is None and "." not in field.deprecated.use:
            raise ValueError(f"column {field.name}: {field.deprecated.use}, to be used instead, is no column")
        if other and (other.type != field.type or other.deprecated):
            raise ValueError(f"column {field.name}: {other.name}, to be used instead, has another type or goes too")


def aliases(schema: Schema) -> dict[str, str]:
    """Deprecated column to the column of the same table whose values it repeats."""
    notices = {field.name: field.deprecated.use for field in schema.fields if field.deprecated}
    return {name: use for name, use in notices.items() if use in schema.columns}


def with_aliases(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """The frame with each deprecated column filled with what the column holds that takes its place."""
    return frame.assign(**{name: frame[use] for name, use in aliases(schema).items() if use in frame})


def without_aliases(schema: Schema) -> Schema:
    """The schema of a hand-kept file for a table: nobody has to keep a value twice."""
    gone = set(aliases(schema)).difference(schema.primary_key)
    if not gone:
        return schema
    return replace(
        schema,
        fields=tuple(field for field in schema.fields if field.name not in gone),
        unique_keys=tuple(key for key in schema.unique_keys if not gone.intersection(key)),
        foreign_keys=tuple(key for key in schema.foreign_keys if not gone.intersection(key.fields)),
        facets=tuple(name for name in schema.facets if name not in gone),
        search=tuple(name for name in schema.search if name not in gone),
    )
