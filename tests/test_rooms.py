"""Data flows one way: no room imports a later one, not even by way of others, and what all rooms share imports none."""

import ast
from functools import cache
from pathlib import Path

import pytest

import csea

FOLDER = Path(csea.__file__).parent
ROOMS = ["archive", "collect", "curate", "code", "link", "correct", "check", "package", "release", "site"]
SHARED = ["schema", "compare", "words", "errors.py", "io.py", "git.py", "markdown.py", "places.py", "register.py"]
SHARED += ["database.py", "gazetteer.py", "lean.py", "views.py", "answers.py", "parameters.py", "pictures.py"]
SHARED += ["reports.py"]
# What runs the rooms, and so may import any of them.
ABOVE = ["__init__.py", "build.py", "cli", "corrections.py", "importer.py", "present.py", "preview.py", "project.py"]
ABOVE += ["proposals", "reading.py", "removal.py", "rooms.py", "withdraw.py"]
# compare finds versions by the project's definitions, and reads them no further than to their tables.
READS_THE_PROJECT = {"check"}


def modules(name):
    path = FOLDER / name
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def file_of(module):
    """The file of a module of ours by its dotted name, or None where it is a name in one."""
    path = FOLDER.joinpath(*module.split(".")[1:])
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)


@cache
def imports(path):
    """Files of ours that a module imports when it runs; imports for type checkers alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node not in for_types:
            names += [node.module, *(f"{node.module}.{item.name}" for item in node.names)]
        elif isinstance(node, ast.Import) and node not in for_types:
            names += [item.name for item in node.names]
    ours = {name for name in names if name.partition(".")[0] == "csea"}
    return {file for name in ours if (file := file_of(name)) and file != FOLDER / "__init__.py"}


def part_of(path):
    """The room, package or module directly under csea that a file belongs to."""
    return path.relative_to(FOLDER).parts[0]


def reached(path):
    """Rooms that a module imports, itself or by way of what is no room."""
    rooms, seen, waiting = set(), {path}, [path]
    while waiting:
        for file in imports(waiting.pop()) - seen:
            seen.add(file)
            if part_of(file) in ROOMS:
                rooms.add(part_of(file))
            else:
                waiting.append(file)
    return rooms


def test_everything_has_its_place():
    there = {path.name for path in FOLDER.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert there == {*ROOMS, *SHARED, *ABOVE}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_no_later_room(room):
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    assert {path.name: found for path in modules(room) if (found := reached(path) & later)} == {}


@pytest.mark.parametrize("name", SHARED)
def test_what_all_rooms_share_imports_no_room(name):
    allowed = READS_THE_PROJECT if name == "compare" else set()
    assert {path.name: found for path in modules(name) if (found := reached(path) - allowed)} == {}
