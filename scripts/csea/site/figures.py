"""Drawing the pictures without a browser, as SVG and PNG with their rows as CSV, for ``docs/figures/``.

``vl_convert`` holds Vega and the font that ``picture-config.json`` names first, so that the same rows give the same
bytes on every machine. What is added to a specification is said in ``csea.pictures``; ``static/pictures.js`` does the
same in the browser, with the theme and the room that it finds there.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

from csea.database import open_readonly
from csea.errors import UsageError
from csea.io import write_atomic
from csea.pictures import FOLDER, Picture, Row, answer_rows, csv_of, text
from csea.project import DATABASE, Project
from csea.schema import SchemaError

FIGURES = "docs/figures"
KINDS = ("svg", "png", "csv")
STATIC = Path(__file__).parent / "static"
VEGA_LITE = "6.4"
ROOM = 800  # pixels from side to side
LETTERS, LETTERS_OF_TITLE = 120, 88  # that go into the room
LINE, MARGIN = 17, 5  # pixels, of what is written below
SCALE = 1.5  # of the PNG: 1,200 pixels for the room
BESIDE = 60  # pixels that the axis of a view in a concatenation takes, unless the picture says so
CONCATENATIONS = ("hconcat", "vconcat", "concat")
ID = re.compile(r' id="([^"]+)"')
DETAIL = re.compile(r"\d+\.\d{3,}")  # of a pixel, in paths
PATH = re.compile(r' d="[^"]+"')
SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)" viewBox="0 0 [\d.]+ [\d.]+"')
REFERENCE = re.compile(r'( id="|url\(#|href="#)([^")]+)([")])')


def database(project: Project) -> sqlite3.Connection:
    """The built database, read-only; UsageError where there is none."""
    path = project.root / DATABASE
    if not path.is_file():
        raise UsageError("There is no database yet. Run `csea build` first.")
    return open_readonly(path)


def figure_files(project: Project, pictures: Iterable[Picture]) -> Iterator[tuple[str, bytes]]:
    """Each picture's files, by their paths under the root; SchemaError where one cannot be drawn."""
    with closing(database(project)) as connection:
        for picture in pictures:
            rows = answer_rows(connection, picture, project.views)
            alt, coverage = (text(connection, picture, project.views, name) for name in ("alt", "coverage"))
            svg = svg_text(picture, rows, alt, coverage)
            files = {"svg": svg.encode(), "png": png_bytes(svg), "csv": csv_of(rows)}
            yield from ((f"{FIGURES}/{picture.name}.{kind}", files[kind]) for kind in KINDS)


def write_figures(project: Project, names: Iterable[str], dry_run: bool, step: Callable[[str], None]) -> list[str]:
    """Write the figures of the pictures of these names, or of all; give the paths of those that were stale.

    Files of pictures that are no longer there are removed. With ``dry_run`` nothing is changed.
    """
    stale = []
    for path, data in figure_files(project, _chosen(project, set(names))):
        step(path)
        file = project.root / path
        if not file.is_file() or file.read_bytes() != data:
            stale.append(path)
            if not dry_run:
                write_atomic(file, data)
    for file in left_over(project):
        stale.append(file.relative_to(project.root).as_posix())
        if not dry_run:
            file.unlink()
    return stale


def left_over(project: Project) -> list[Path]:
    """Figures of pictures that are no longer there."""
    names = {f"{picture.name}.{kind}" for picture in project.pictures for kind in KINDS}
    files = (project.root / FIGURES).glob("*")
    return sorted(file for file in files if file.suffix[1:] in KINDS and file.name not in names)


def _chosen(project: Project, names: set[str]) -> list[Picture]:
    there = [picture.name for picture in project.pictures]
    if unknown := sorted(names - set(there)):
        raise UsageError(f"There is no picture {', '.join(unknown)}. The pictures are: {', '.join(there)}.")
    return [picture for picture in project.pictures if not names or picture.name in names]


def svg_text(picture: Picture, rows: list[Row], alt: str, coverage: str) -> str:
    """The picture on white with all that the page says of it, since it is passed on without the page.

    SchemaError where Vega cannot draw it.
    """
    import vl_convert

    try:
        svg = vl_convert.vegalite_to_svg(
            _titled(drawing(picture, rows), picture), vl_version=VEGA_LITE, allowed_base_urls=[]
        )
    except ValueError as error:
        raise SchemaError(f"{FOLDER}/{picture.name}.yaml cannot be drawn: {error}") from error
    labels = f'role="img" aria-labelledby="{picture.name}-title {picture.name}-desc"'
    title = f'<title id="{picture.name}-title">{escape(picture.title)}</title>'
    desc = f'<desc id="{picture.name}-desc">{escape(alt)}</desc>'
    said = [*wrap(f"Source: {picture.source}.", LETTERS), *wrap(coverage, LETTERS)]
    svg = _footed(_rounded(_numbered(svg, picture.name)), said)
    start, _, rest = svg.removeprefix("<svg ").partition(">")
    return f"<svg {labels} {start}>{title}{desc}{rest}\n"


def _numbered(svg: str, name: str) -> str:
    """The same with ids that start anew: Vega counts on from one drawing to the next."""
    ids: dict[str, str] = {}
    for found in ID.findall(svg):
        ids.setdefault(found, f"{name}-{len(ids) + 1}")
    return REFERENCE.sub(lambda found: f"{found[1]}{ids.get(found[2], found[2])}{found[3]}", svg)


def _rounded(svg: str) -> str:
    """The same with paths to a hundredth of a pixel, where Vega writes them to a trillionth."""
    return PATH.sub(lambda path: DETAIL.sub(lambda number: f"{float(number[0]):.2f}", path[0]), svg)


def _footed(svg: str, lines: list[str]) -> str:
    """The same with lines of text below."""
    common = json.loads((STATIC / "picture-config.json").read_text(encoding="utf-8"))
    font, ink, paper = common["config"]["font"], common["light"]["muted"], common["light"]["paper"]
    found = SIZE.search(svg)
    if found is None:
        raise SchemaError("Vega no longer says the size of a picture as it did; scripts/csea/site/figures.py reads it")
    width, height = float(found[1]), float(found[2])
    tall = height + LINE * len(lines) + MARGIN
    size = f'width="{width:g}" height="{tall:g}" viewBox="0 0 {width:g} {tall:g}"'
    written = "".join(
        f'<text x="{MARGIN}" y="{height + LINE * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines, 1)
    )
    below = f'<rect y="{height:g}" width="{width:g}" height="{tall - height:g}" fill="{paper}"/>'
    text = f'<g font-family="{escape(font)}" font-size="12.5" fill="{ink}">{written}</g>'
    return SIZE.sub(size, svg, count=1).removesuffix("</svg>") + below + text + "</svg>"


def _titled(spec: dict[str, Any], picture: Picture) -> dict[str, Any]:
    """The same under its title and unit."""
    unit = wrap(picture.unit[0].upper() + picture.unit[1:], LETTERS)
    title = {"text": wrap(picture.title, LETTERS_OF_TITLE), "fontSize": 17, "subtitle": unit, "offset": 18}
    return {**spec, "title": {**title, "frame": "bounds"}}


def png_bytes(svg: str) -> bytes:
    """The SVG as PNG."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(svg, scale=SCALE)
    return png


def drawing(picture: Picture, rows: list[Row], theme: str = "light", room: int = ROOM) -> dict[str, Any]:
    """Complete Vega-Lite: the picture's specification with its rows, shapes, size and theme."""
    common = json.loads((STATIC / "picture-config.json").read_text(encoding="utf-8"))
    spec: dict[str, Any] = _coloured(picture.spec, common[theme], picture)
    spec = {"data": {"name": "answer"}, **_placed(spec, room, _shapes(picture))}
    spec.setdefault("params", [])
    return {
        **spec,
        "params": [{"name": "room", "value": room}, *spec["params"]],
        "datasets": {"answer": rows},
        "config": _coloured(common["config"], common[theme], picture),
    }


def _coloured(item: Any, colours: dict[str, str], picture: Picture) -> Any:
    """The same with the theme's colours in place of their names."""
    if isinstance(item, dict):
        return {key: _coloured(value, colours, picture) for key, value in item.items()}
    if isinstance(item, list):
        return [_coloured(value, colours, picture) for value in item]
    if isinstance(item, str) and item.startswith("$"):
        if item[1:] not in colours:
            raise SchemaError(
                f"{FOLDER}/{picture.name}.yaml: there is no colour {item}; there are {', '.join(colours)}"
            )
        return colours[item[1:]]
    return item


def _placed(spec: dict[str, Any], room: int, shapes: Any) -> dict[str, Any]:
    """The same with widths and heights as numbers, and the shapes where they are named."""
    usermeta = spec.get("usermeta", {})
    is_joined = any(name in spec for name in CONCATENATIONS)
    width = room - usermeta.get("beside", BESIDE if is_joined else 0)
    sizes = {"width": width, "height": round(width * usermeta.get("ratio", 0.5))}

    def place(item: Any) -> Any:
        if isinstance(item, list):
            return [place(value) for value in item]
        if not isinstance(item, dict):
            return item
        if item.get("url") == "shapes":
            return {**{key: value for key, value in item.items() if key != "url"}, "values": shapes}
        return {
            key: sizes[key] if key in sizes and value == "container" else place(value) for key, value in item.items()
        }

    placed: dict[str, Any] = place(spec)
    # The axes of a single view take their room from its width; those of a concatenation stand beside it.
    return placed if is_joined else {"autosize": {"type": "fit-x", "contains": "padding"}, **placed}


def _shapes(picture: Picture) -> Any:
    """The map shapes that a picture names; SchemaError where they are not there."""
    if not picture.shapes:
        return None
    try:
        return json.loads((STATIC / "map" / picture.shapes).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(
            f"{FOLDER}/{picture.name}.yaml: the shapes {picture.shapes} cannot be read: {error}"
        ) from error
