"""Rebuilds a table as it was in a released version, for the site's pages; a process beside the server.

The table may be large: the server gets its first rows, and all of it in a file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csea.errors import UsageError
from csea.io import csv_bytes
from csea.release import history
from csea.schema import SchemaError
from csea.site.apart import answer

SHOWN = 100  # rows on a page; the file has all


def rebuilt(given: dict[str, Any]) -> dict[str, Any]:
    """Write the table as canonical CSV to the open file; gives ``columns``, first ``rows``, ``n_rows`` and ``notes``.

    ``given`` has ``root``, ``version``, ``table`` and ``file``. Where there is none, gives ``missing``, the reason;
    where the change lists are damaged, ``damaged``.
    """
    notes: list[str] = []
    try:
        table = history.as_of(Path(given["root"]), given["version"], given["table"], notes.append)
    except SchemaError as error:
        return {"damaged": str(error)}
    except UsageError as error:
        return {"missing": str(error)}
    with os.fdopen(given["file"], "wb", closefd=False) as file:
        file.write(csv_bytes(table))
    rows = [list(row.values()) for row in table.slice(0, SHOWN).to_pylist()]
    return {"columns": table.column_names, "rows": rows, "n_rows": table.num_rows, "notes": notes}


def main() -> None:
    """Rebuild what standard input names."""
    answer(rebuilt)


if __name__ == "__main__":
    main()
