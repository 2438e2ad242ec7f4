"""Data flows one way: no room imports a later one, and what all rooms share imports none."""

import ast
from pathlib import Path

import pytest

import csea

FOLDER = Path(csea.__file__).parent
ROOMS = ["archive", "collect", "curate", "code", "link", "correct", "check", "package", "release", "site"]
SHARED = ["schema", "compare", "words", "errors.py", "io.py", "places.py", "register.py", "database.py"]


def modules(name):
    path = FOLDER / name
    return [path] if path.is_file() else [item for item in path.rglob("*.py") if "plugins" not in item.parts]


def imported_rooms(path):
    """Rooms that a module imports when it runs; imports for type checkers alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names = [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node not in for_types
    ]
    return {name.split(".")[1] for name in names if name.startswith("csea.") and name.split(".")[1] in ROOMS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_later_room(room):
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    assert {path.name: imported_rooms(path) & later for path in modules(room) if imported_rooms(path) & later} == {}


@pytest.mark.parametrize("name", SHARED)
def test_what_all_rooms_share_imports_no_room(name):
    assert {path.name: imported_rooms(path) for path in modules(name) if imported_rooms(path)} == {}
