"""Read a YAML file of text alone: every value stays as it is written.

YAML would read 2016-02-29 as a date, 007 as 7 and no as false; here a value is the text in the file. Aliases, tags and
several documents are refused: no correction needs them, and they are how a small file becomes a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from csea.errors import Problem

MOST_BYTES = 64 * 1024
NULLS = {"null", "Null", "NULL", "~"}

Value = str | dict[str, str]


@dataclass(frozen=True)
class Parts:
    """The parts of a file by name, and the physical line of each; those of a mapping as ``key.column``."""

    values: dict[str, Value]
    lines: dict[str, int]


class _Refused(Exception):
    """Something that a correction does not need; message, fix and line."""

    def __init__(self, message: str, fix: str, line: int) -> None:
        super().__init__(message)
        self.fix, self.line = fix, line


def read_parts(path: Path, shown: str) -> tuple[Parts | None, list[Problem]]:
    """The parts of a correction file, or None with the one problem that keeps it from being read."""
    try:
        text = _text(path)
        lines: dict[str, int] = {}
        return Parts(_document(yaml.parse(text, Loader=yaml.BaseLoader), lines), lines), []
    except _Refused as error:
        return None, [Problem("correction.yaml", shown, str(error), error.fix, error.line)]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        message = f"The file is not YAML: {error.problem or error.context}."
        return None, [Problem("correction.yaml", shown, message, _PLAIN, line)]
    except yaml.YAMLError as error:
        return None, [Problem("correction.yaml", shown, f"The file is not YAML: {_first_line(error)}.", _PLAIN)]
    except RecursionError:
        return None, [Problem("correction.yaml", shown, "The file is nested too deeply to be read.", _PLAIN)]


_PLAIN = "Write one `name: value` on each line; put a value that holds : or # or begins with a sign in quotes."


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else "it cannot be read"


def _text(path: Path) -> str:
    if not path.is_file():
        message = "This is no file, but a folder, a pipe or a device." if path.exists() else "There is no such file."
        raise _Refused(message, "Give the path of a correction file.", 0)
    size = path.stat().st_size
    if size > MOST_BYTES:
        message = f"The file has {size:,} bytes; a correction has {MOST_BYTES:,} at most."
        raise _Refused(message, "Make one file for each fact.", 0)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused("The file is not UTF-8 text.", "Save it as UTF-8.", 0) from error


def _document(events: Iterator[yaml.Event], lines: dict[str, int]) -> dict[str, Value]:
    """The one mapping of the one document."""
    values: dict[str, Value] | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and values is not None:
            raise _Refused("The file holds a second document.", "Make one file for each fact.", _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            values = _mapping(events, event, lines, "")
        elif isinstance(event, yaml.NodeEvent):
            raise _Refused("The file does not hold names with values.", _PLAIN, _line(event))
    if values is None:
        raise _Refused("The file is empty.", "Make one with `csea correct new`.", 0)
    return values


def _mapping(events: Iterator[yaml.Event], start: yaml.Event, lines: dict[str, int], within: str) -> dict[str, Value]:
    _refuse(start)
    values: dict[str, Value] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        name = _scalar(event)
        if name in values:
            raise _Refused(f"{name} is given twice.", "Keep one of the two.", _line(event))
        lines[within + name] = _line(event)
        value = next(events)
        if isinstance(value, yaml.MappingStartEvent) and not within:
            values[name] = {key: str(cell) for key, cell in _mapping(events, value, lines, f"{name}.").items()}
        else:
            values[name] = _scalar(value)
    return values


def _scalar(event: yaml.Event) -> str:
    _refuse(event)
    if not isinstance(event, yaml.ScalarEvent):
        message = "A list or a mapping stands where one value should."
        raise _Refused(
            message, "Write one value; a key or row of several columns is a mapping, one level deep.", _line(event)
        )
    text = str(event.value)
    if event.implicit[0] and event.style is None and text in NULLS:
        raise _Refused(
            f"The value {text} could mean empty or the word.", 'Write nothing for empty, or "null".', _line(event)
        )
    return text.strip("\n") if event.style in ("|", ">") else text


def _refuse(event: yaml.Event) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _Refused("The file uses an anchor or an alias (& or *).", "Write the value out.", _line(event))
    if getattr(event, "tag", None):
        raise _Refused("The file uses a tag (!).", "Write the value without it; all values are text.", _line(event))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0
