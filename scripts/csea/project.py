"""The project: the definitions that everything else is derived from, read once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from csea.check.rules import Rule, load_rules
from csea.schema import Schema, load_inputs, load_tables
from csea.views import View, load_views

DATABASE = "build/csea.db"  # not tracked: anybody can build it


@dataclass
class Project:
    """The repository: its definitions, read once."""

    root: Path
    version: str
    tables: dict[str, Schema]
    inputs: dict[str, Schema]
    rules: list[Rule]
    views: list[View]

    @classmethod
    def read(cls, root: Path) -> Project:
        """Read the definitions under ``root``."""
        tables = load_tables(root)
        return cls(
            root=root,
            version=(root / "VERSION").read_text(encoding="utf-8").strip(),
            tables=tables,
            inputs=load_inputs(root, tables),
            rules=load_rules(root),
            views=load_views(root),
        )
