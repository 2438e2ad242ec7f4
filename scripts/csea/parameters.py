"""What the boxes of the questions' pages are: ``schemas/parameters.yaml``, a label, a hint and what may be chosen.

A page names its parameters in SQL (``views.py``); the same name means the same on every page. Out of scope: the form.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from csea.schema import SchemaError
from csea.views import View

FILE = "schemas/parameters.yaml"
PARTS = {"label", "hint", "example"}
PERHAPS = {"options", "pattern"}


@dataclass(frozen=True)
class Parameter:
    """A box: ``options`` is SQL that gives the values to choose from with their labels; without it any text goes.

    ``pattern`` is what a value has to match, where not any text goes.
    """

    name: str
    label: str
    hint: str
    example: str
    options: str = ""
    pattern: str = ""

    def choices(self, connection: sqlite3.Connection) -> list[list[str]] | None:
        """Value and label of each choice, from the built database; None where any text goes.

        SchemaError where the SQL fails or gives no pairs.
        """
        if not self.options:
            return None
        try:
            cursor = connection.execute(self.options)
            pairs = [[str(cell) for cell in row] for row in cursor]
        except sqlite3.Error as error:
            raise SchemaError(f"{FILE}: the options of {self.name} fail: {error}") from error
        if len(cursor.description) != 2:
            raise SchemaError(f"{FILE}: the options of {self.name} need two columns, value and label")
        return pairs


def load_parameters(root: Path, views: Iterable[View]) -> dict[str, Parameter]:
    """Every parameter by name; SchemaError where one is incomplete, is not used, or is used and not there."""
    path = root / FILE
    try:
        items = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except yaml.YAMLError as error:
        raise SchemaError(f"{FILE} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(items, dict):
        raise SchemaError(f"{FILE} needs the name of a parameter before each part")
    parameters = {str(name): _parameter(str(name), item) for name, item in items.items()}
    used = {name: view for view in views for name in view.parameters}
    for name, view in used.items():
        if name not in parameters:
            raise SchemaError(f"{view.file}: the page asks for {name}, which {FILE} does not define")
    unused = sorted(parameters.keys() - used.keys())
    if unused:
        raise SchemaError(f"{FILE}: no question asks for {', '.join(unused)}")
    return parameters


def _parameter(name: str, item: object) -> Parameter:
    if not isinstance(item, dict) or not PARTS <= set(item) <= PARTS | PERHAPS:
        needed, perhaps = ", ".join(sorted(PARTS)), " or ".join(sorted(PERHAPS))
        raise SchemaError(f"{FILE}: {name} needs {needed}, and perhaps {perhaps}")
    return Parameter(name=name, **{part: str(item[part]).strip() for part in item})
