"""Published files: are they, byte for byte, what the last build wrote?

The descriptor names the hash of every file. A table that somebody edited by hand, or a Parquet file that no
longer matches its CSV, differs. Out of scope: what the cells say (the other checks).
"""

from __future__ import annotations

import json
from pathlib import Path

from csea.errors import Problem
from csea.io import sha256


def check_hashes(root: Path) -> list[Problem]:
    """Problems for files that ``datapackage.json`` names but that are missing or have other bytes."""
    path = root / "datapackage.json"
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        expected = {resource["path"]: resource["hash"].removeprefix("sha256:") for resource in resources}
    except (OSError, ValueError, KeyError, TypeError):
        message = "The descriptor is missing or cannot be read."
        return [Problem("published.descriptor", path.name, message, "Run `csea build`.")]
    problems = []
    for name, wanted in expected.items():
        file = root / name
        if not file.is_file() or sha256(file.read_bytes()) != wanted:
            message = "The published file is not the one that the build wrote."
            fix = "Never edit it by hand: correct the file in data/inputs/ and run `csea build`."
            problems.append(Problem("published.hash", name, message, fix))
    return problems
