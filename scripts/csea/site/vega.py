"""The script that draws pictures in the browser: Vega, Vega-Lite, Vega-Embed and its expression interpreter, as one.

``vl_convert`` holds them, so nothing is fetched and nothing is kept in the repository.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from csea.io import sha256, write_atomic
from csea.site.figures import VEGA_LITE

SNIPPET = "window.vegaEmbed = vegaEmbed;"
TERMS = "Vega, Vega-Lite, Vega-Embed and what they use; their terms are in /assets/LICENCES.txt"


def write_bundle(path: Path) -> bool:
    """Write the script, unless it is there as this version of everything makes it; say whether it was written."""
    made_of = sha256(f"{version('vl-convert-python')} {VEGA_LITE} {SNIPPET} {TERMS}".encode())
    first_line = f"/* {TERMS}. {made_of} */\n".encode()
    if path.is_file():
        with path.open("rb") as file:
            if file.readline() == first_line:
                return False
    import vl_convert

    script = vl_convert.javascript_bundle(SNIPPET, vl_version=VEGA_LITE)
    return write_atomic(path, first_line + script.encode())
