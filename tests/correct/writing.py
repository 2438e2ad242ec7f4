"""Correction files for tests: short, invented, and right but for what a test changes."""

from csea.correct import Correction

PARTS = {
    "action": "change",
    "table": "platforms",
    "key": "aim",
    "column": "launched",
    "present": "1997",
    "value": "1998",
    "why": "The company says so.",
    "evidence": "https://example.org/history",
}


def text_of(**parts):
    """A file with these parts in place of those of a right one; None leaves a part out."""
    whole = {name: value for name, value in (PARTS | parts).items() if value is not None}
    return "".join(f"{name}: {value}\n" for name, value in whole.items())


def write(folder, id_="20260131-aim", text=None, **parts):
    """A file where it belongs in a copy of the project; its path."""
    path = folder / "data" / "corrections" / id_[:4] / f"{id_}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if text is not None else text_of(**parts), encoding="utf-8")
    return path


def change(**parts):
    """A correction of a cell, as it is read."""
    usual = {
        "id": "20260131-aim",
        "shown": "aim.yaml",
        "action": "change",
        "table": "platforms",
        "key": ("aim",),
        "column": "launched",
        "present": "1997",
        "value": "1998",
        "why": "The company says so.",
        "evidence": "https://example.org/history",
    }
    return Correction(**(usual | parts))
