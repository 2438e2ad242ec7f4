"""The static copy of the site, which any file host can serve: pictures, questions, guides and files, no program behind.

Pages are asked of Datasette in this process and written with relative links, so the copy works in any folder and from
a disk. What needs the program (rows, search, SQL, forms) is not linked: its words stay. Out of scope: what pages show.
"""

from __future__ import annotations

import asyncio
import posixpath
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

from csea.errors import UsageError
from csea.io import write_atomic
from csea.project import DATABASE
from csea.site import Options, prepared, static_mounts
from csea.site.guides import guide_files

if TYPE_CHECKING:
    from csea.project import Project
    from csea.site.server import Serving

Step = Callable[[str], None]
Places = dict[str, str]  # address on the site to file in the copy

MARK = ".csea-site"  # says that a folder is such a copy, so that it may be replaced
# What names the host that a page was asked from, which is none here.
OF_THE_HOST = (
    'link[rel="canonical"], link[rel="alternate"], meta[property^="og:"], meta[name^="twitter:"], '
    'script[type="application/ld+json"]'
)
LINKS = (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src"), ("figure", "data-rows"))


def export(project: Project, folder: Path, step: Step) -> int:
    """Write the static copy to ``folder``, whole or not at all; gives the number of pages.

    An earlier copy there is replaced. UsageError where the folder holds anything else, or lies in one that is copied.
    """
    for _, copied in static_mounts(project.root):
        if folder.absolute().resolve().is_relative_to(Path(copied).resolve()):
            raise UsageError(f"{folder} lies in a folder that the site serves. Name one outside it.")
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file())):
        raise UsageError(f"{folder} exists and is no copy of the site. Name a new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        made = Path(beside) / "site"
        pages = places(project)
        serving = prepared(project, Options(static_copy=True))
        asyncio.run(_write_pages(project, serving, made, pages, step))
        _copy_files(project, serving, made)
        write_atomic(made / MARK, b"A copy of the site, made by csea site export.\n")
        made.chmod(0o755)
        _put(made, folder, Path(beside) / "before")
    return len(pages)


def places(project: Project) -> Places:
    """Every page that is written, with its file."""
    return {
        "/": "index.html",
        "/-/downloads": "downloads.html",
        **{f"/-/pictures/{picture.name}": f"pictures/{picture.name}.html" for picture in project.pictures},
        **{f"/csea/{view.slug}": f"questions/{view.slug}.html" for view in project.views},
        **{f"/-/docs/{guide}": f"guides/{guide}.html" for guide in guide_files(project.root)},
    }


def data_places(project: Project) -> Places:
    """Every answer that is written as data beside its page, with its file."""
    return {
        **{f"/-/pictures/{picture.name}.json": f"pictures/{picture.name}.json" for picture in project.pictures},
        **{f"/-/pictures/{picture.name}.csv": f"pictures/{picture.name}.csv" for picture in project.pictures},
        **{f"/csea/{view.slug}.csv": f"questions/{view.slug}.csv" for view in project.views},
        **{f"/csea/{view.slug}.json": f"questions/{view.slug}.json" for view in project.views},
    }


async def _write_pages(project: Project, serving: Serving, made: Path, pages: Places, step: Step) -> None:
    from csea.site.server import site as datasette_of

    site = datasette_of(serving)
    data = data_places(project)
    known = pages | data
    for address, file in known.items():
        query = "?_stream=on" if file.startswith("questions/") and file.endswith(".csv") else ""
        response = await site.client.get(address + query)
        if response.status_code != 200:
            raise RuntimeError(f"the page {address} answers {response.status_code}")
        content = response.content
        if address in pages:
            content = localise(response.text, file, known, project).encode()
        (made / file).parent.mkdir(parents=True, exist_ok=True)
        write_atomic(made / file, content)
        step(file)


def localise(page: str, file: str, known: Places, project: Project) -> str:
    """The page with links that work from ``file`` in the copy; what has no place there becomes plain words."""
    tree = LexborHTMLParser(page)
    for form in tree.css("form"):
        form.decompose()
    for node in tree.css(OF_THE_HOST):
        node.decompose()
    for name, attribute in LINKS:
        for node in tree.css(f"{name}[{attribute}]"):
            _redirect(node, attribute, file, known, project)
    return f"<!DOCTYPE html>\n{tree.html}\n"


def _redirect(node: Any, attribute: str, file: str, known: Places, project: Project) -> None:
    target = node.attributes[attribute] or ""
    if not target.startswith("/"):
        return
    path, _, fragment = target.partition("#")
    place = place_of(path.partition("?")[0], known, project)
    if place is None:
        del node.attrs[attribute]
        return
    inside, _, anchor = place.partition("#")
    relative = posixpath.relpath(inside, posixpath.dirname(file) or ".")
    node.attrs[attribute] = relative + (f"#{fragment or anchor}" if fragment or anchor else "")


def place_of(path: str, known: Places, project: Project) -> str | None:
    """The file of an address in the copy, where a table leads to its part of the codebook; None if it has none."""
    if path in known:
        return known[path]
    if path == f"/{Path(DATABASE).name}":
        return Path(DATABASE).name
    mount, _, name = path.lstrip("/").partition("/")
    if name and mount in dict(static_mounts(project.root)):
        return f"{mount}/{name}"
    if mount == "csea" and name in project.tables:
        return f"guides/codebook.html#{name}"
    return None


def _copy_files(project: Project, serving: Serving, made: Path) -> None:
    """Everything that the site serves as it is, and the database."""
    for name, folder in serving.mounts:
        shutil.copytree(folder, made / name, dirs_exist_ok=True, copy_function=shutil.copyfile)
    shutil.copyfile(project.root / DATABASE, made / Path(DATABASE).name)


def _put(made: Path, folder: Path, before: Path) -> None:
    """Put the copy in place; the one before it goes once the new one stands."""
    if folder.exists():
        folder.replace(before)
    made.replace(folder)
