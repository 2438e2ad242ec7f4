"""The correct room: facts mended by small files that people contribute, ``data/corrections/<year>/<id>.yaml``.

``yaml_file`` reads one, ``apply`` puts them into tables, ``merge`` joins cases, ``record`` makes the table corrections.
Each room's tables are corrected as the room hands them on, so that what later rooms derive follows by itself.
Out of scope: judging the values by the schemas (``csea.corrections``), which every build does before it applies any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FOLDER = "data/corrections"
ACTIONS = ("change", "add", "remove", "merge")
STATES = ("active", "overtaken", "withdrawn")


@dataclass(frozen=True)
class Correction:
    """One contributed file.

    ``key`` has the values of the row's key in the order of the schema. A change has ``column``, ``present`` and
    ``value``; an addition the new row's cells in ``row``; a removal the present ones. A merge is on the table cases:
    ``key`` is the case that goes, ``value`` the one that stays. Empty text is an empty cell. ``lines`` gives the line
    of each part of the file, ``shown`` is the file's name in messages.
    """

    id: str
    shown: str
    action: str
    table: str
    key: tuple[str, ...]
    why: str
    evidence: str
    column: str = ""
    present: str = ""
    value: str = ""
    row: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""
    state: str = "active"
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether it is to be applied."""
        return self.state == "active"

    @property
    def date(self) -> str:
        """The day in its name, as ISO 8601."""
        return f"{self.id[:4]}-{self.id[4:6]}-{self.id[6:8]}"
