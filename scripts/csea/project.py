"""The project: the definitions that everything else is derived from, read once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from csea.check.allowed import Allowed, load_allowed
from csea.check.rules import Rule, load_rules
from csea.check.volume import Bound, load_bounds
from csea.parameters import Parameter, load_parameters
from csea.pictures import Picture, load_pictures
from csea.schema import Schema, SchemaError, load_inputs, load_tables
from csea.views import View, load_views

DATABASE = "build/csea.db"  # not tracked: anybody can build it
VERSIONS = "versions.json"
KEPT = ("data/inputs", "data/machine")  # what people keep, and what the reading of an archive found
MACHINE = ("found_releases", "found_codings", "unsure_pairs", "readings")
REGISTERS = ("cases", "releases", "suspects")


def folder_of(name: str) -> str:
    """Where a file that tables are made from is kept: by people, by the reading of an archive, or as a register."""
    if name == "register":
        return "data/registry"
    return "data/machine" if name in MACHINE else "data/inputs"


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

    @cached_property
    def released(self) -> list[dict[str, Any]]:
        """What ``versions.json`` says of each released version, the newest first; none before the first release."""
        try:
            released: list[dict[str, Any]] = json.loads((self.root / VERSIONS).read_text(encoding="utf-8"))["versions"]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as error:
            raise SchemaError(f"{VERSIONS} cannot be read: {error}. Restore it with git.") from error
        return released

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """What the boxes of the questions' pages are, by name."""
        return load_parameters(self.root, self.views)

    @cached_property
    def pictures(self) -> list[Picture]:
        """The questions' answers that are drawn, by rank."""
        return load_pictures(self.root, self.views)

    @property
    def issuing(self) -> str:
        """The version that new ids will first appear in: the one being made, which adds rows at least."""
        if self.version not in [entry["version"] for entry in self.released]:
            return self.version
        major, minor, _ = self.version.split(".")
        return f"{major}.{int(minor) + 1}.0"

    @cached_property
    def bounds(self) -> list[Bound]:
        """How much there should be; read when it is asked for, since it can be written anew."""
        return load_bounds(self.root, self.tables)

    @cached_property
    def allowed(self) -> list[Allowed]:
        """Known failures."""
        return load_allowed(self.root)
