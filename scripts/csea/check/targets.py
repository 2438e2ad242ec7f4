"""What to check: the files that a path means, with their schemas and the files beside them that those refer to.

The whole project, a folder of CSV or Parquet files named like our tables, one such file, or somebody else's file with
a schema that is named.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from csea.check import File, Files
from csea.check.rules import tables_of
from csea.errors import Problem, UsageError, did_you_mean, printable
from csea.project import KEPT, REGISTERS, Project, folder_of
from csea.schema import Schema, read_schema

SUFFIXES = (".csv", ".parquet")
OWN_SUFFIX = {**dict.fromkeys((*KEPT, "data/registry", "data"), ".csv"), "data/parquet": ".parquet"}
CHANGES = "schemas/formats/changes.schema.json"
Targets = tuple[list[Files], list[Problem]]


def of_project(project: Project) -> Targets:
    """All that the project keeps: hand-kept files, what the machine found, registers, change lists and tables."""
    groups, problems = inputs_of(project, is_canonical=True)
    tables = published(project, project.root / "data", "data")
    return [*groups, _change_lists(project), tables], [*problems, *_strangers(project, "data", tables)]


def inputs_of(project: Project, is_canonical: bool = False) -> Targets:
    """What a build reads; the order of its rows does not matter to it."""
    groups = {folder: _kept(project, folder, is_canonical) for folder in (*KEPT, "data/registry")}
    strangers = [problem for folder, group in groups.items() for problem in _strangers(project, folder, group)]
    return list(groups.values()), strangers


def published(project: Project, folder: Path, shown: str) -> Files:
    """The published tables, as CSV or, in a folder called parquet, as Parquet, with all rules."""
    files = tables_in(project, folder, shown)
    return Files(files, project.rules, None, True, project.bounds, project.allowed)


def tables_in(project: Project, folder: Path, shown: str) -> dict[str, File]:
    """The files of the published tables in a folder."""
    return _named(folder, shown, project.tables, ".parquet" if folder.name == "parquet" else ".csv")


def of_paths(project: Project, paths: Iterable[Path], schema: str | None) -> Targets:
    """What the given paths mean. UsageError for a path that is not there or that no schema answers to."""
    if schema is not None:
        named = _schema(project, schema)
        return [Files({named.name: File(path, printable(str(path)), named)}) for path in map(_file, paths)], []
    groups: list[Files] = []
    problems: list[Problem] = []
    for path in paths:
        if means_project(project, path):
            found, faults = of_project(project)
            groups, problems = [*groups, *found], [*problems, *faults]
        elif path.is_dir():
            found, faults = _folder(project, path)
            groups, problems = [*groups, *found], [*problems, *faults]
        else:
            groups.append(_one(project, _file(path)))
    return groups, problems


def means_project(project: Project, path: Path) -> bool:
    """Whether a path is the project's own folder, or its data."""
    return _real(path) in (_real(project.root), _real(project.root) / "data")


def unresolved(files: Files) -> list[str]:
    """Tables that the files refer to and that are not beside them, so that references to them are not checked."""
    told = [file for name, file in files.files.items() if files.tells(name)]
    return sorted({key.table for file in told for key in file.schema.foreign_keys} - set(files.files))


def _one(project: Project, path: Path) -> Files:
    """One file, read with those beside it that it refers to and that rules on it read."""
    (group,), _ = _folder(project, path.parent, path.suffix)
    if path.stem not in group.files:
        known = {**project.tables, **project.inputs}
        raise UsageError(
            f"No schema is called {printable(path.stem)!r}. {did_you_mean(path.stem, known)}"
            "Say which one it should fit: csea check FILE --schema NAME."
        )
    own = group.files[path.stem]
    rules = [rule for rule in group.rules if rule.table == path.stem]
    wanted = {path.stem, *(key.table for key in own.schema.foreign_keys)}
    wanted.update(*(tables_of(rule, group.files) for rule in rules))
    files = {name: file for name, file in group.files.items() if name in wanted}
    return replace(group, files=files, rules=rules, asked=frozenset([path.stem]))


def _folder(project: Project, folder: Path, suffix: str | None = None) -> Targets:
    """The files of a folder that is ours, or that holds files named like our tables; only those with ``suffix``."""
    root, place = _real(project.root), _real(folder)
    shown = place.relative_to(root).as_posix() if place.is_relative_to(root) else printable(str(folder))
    own = OWN_SUFFIX.get(shown)
    if own is None or suffix not in (None, own):
        return _others(project, folder, shown, [suffix] if suffix else list(SUFFIXES))
    is_published = shown in ("data", "data/parquet")
    group = published(project, folder, shown) if is_published else _kept(project, shown, is_canonical=True)
    return [group], _strangers(project, shown, group)


def _others(project: Project, folder: Path, shown: str, suffixes: list[str]) -> Targets:
    """A folder that is not the project's: files named like tables, else like hand-kept files."""
    schemas = {**project.inputs, **project.tables}
    groups, strangers = [], []
    for suffix in suffixes:
        found = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix == suffix}
        known = {name: path for name, path in found.items() if name in schemas}
        files = {name: File(path, f"{shown}/{path.name}", schemas[name]) for name, path in known.items()}
        rules = [rule for rule in project.rules if tables_of(rule, project.tables) <= set(files)]
        groups.append(Files(files, rules))
        strangers += [path for name, path in found.items() if name not in schemas]
    if not any(group.files for group in groups) and len(suffixes) > 1:
        raise UsageError(f"{printable(str(folder))} holds no CSV or Parquet file that is named like a table of ours.")
    return groups, [_stranger(f"{shown}/{printable(path.name)}", path.stem, schemas) for path in strangers]


def _change_lists(project: Project) -> Files:
    """The lists of what changed from version to version."""
    schema = read_schema(project.root / CHANGES)
    paths = sorted((project.root / "data" / "changes").glob("*.csv"))
    files = {f"changes/{path.stem}": File(path, f"data/changes/{path.name}", schema) for path in paths}
    return Files(files, is_canonical=True)


def _kept(project: Project, folder: str, is_canonical: bool) -> Files:
    if folder == "data/registry":
        schemas = dict.fromkeys(REGISTERS, project.inputs["register"])
    else:
        schemas = {name: schema for name, schema in project.inputs.items() if folder_of(name) == folder}
    files = _named(project.root / folder, folder, schemas, ".csv")
    return Files(files, is_canonical=is_canonical, allowed=project.allowed)


def _named(folder: Path, shown: str, schemas: dict[str, Schema], suffix: str) -> dict[str, File]:
    return {name: File(folder / f"{name}{suffix}", f"{shown}/{name}{suffix}", item) for name, item in schemas.items()}


def _strangers(project: Project, folder: str, group: Files) -> list[Problem]:
    """Files of a folder of the project that no schema describes: a misspelt name would be passed over in silence."""
    schemas = {name: file.schema for name, file in group.files.items()}
    paths = sorted((project.root / folder).glob(f"*{OWN_SUFFIX[folder]}"))
    strange = [path for path in paths if path.stem not in schemas]
    return [_stranger(f"{folder}/{printable(path.name)}", path.stem, schemas) for path in strange]


def _stranger(shown: str, name: str, schemas: dict[str, Schema]) -> Problem:
    fix = f"{did_you_mean(name, schemas)}Rename or remove it, or check it alone: csea check FILE --schema NAME."
    return Problem("form.unknown_file", shown, "No schema describes the file.", fix)


def _file(path: Path) -> Path:
    name = printable(str(path))
    if not path.exists():
        raise UsageError(f"There is no file or folder {name}.")
    if not path.is_file():
        raise UsageError(f"{name} is no file.")
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{name} is neither a .csv nor a .parquet file.")
    return path


def _real(path: Path) -> Path:
    """The path without links; unlike ``Path.resolve`` it stands a link that leads to itself."""
    return Path(os.path.realpath(path))


def _schema(project: Project, name: str) -> Schema:
    """A schema by the name of a table, ``inputs/`` and the name of a hand-kept file, or the path of a JSON file."""
    if name in project.tables:
        return project.tables[name]
    kept = {f"inputs/{key}": schema for key, schema in project.inputs.items()}
    if name in kept:
        return kept[name]
    if Path(name).is_file():
        return read_schema(Path(name), project.tables)
    choices = [*project.tables, *kept]
    raise UsageError(
        f"There is no schema {printable(name)!r}. {did_you_mean(name, choices)}"
        "Give a table (`csea schema` lists them), inputs/NAME for a hand-kept file, or the path of a Table Schema."
    )
