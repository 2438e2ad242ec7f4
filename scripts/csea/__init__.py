"""Build, check, package and serve the CSEA Accountability Dataset.

Data flows one way through the rooms: ``collect`` (the News API) fills the ``archive`` (texts, on this machine
alone); ``curate`` (hand-kept files), ``code`` (what releases say), ``link`` (which releases are one case),
``check``, ``package`` and ``site`` make and show the tables. No room imports a later one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]


def load(table: str, root: Path = ROOT) -> pd.DataFrame:
    """A published table as a typed pandas frame (Arrow-backed; missing stays missing, codes stay text).

    FileNotFoundError, with the tables that there are, for a name that is none.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    folder = root / "data" / "parquet"
    path = folder / f"{table}.parquet"
    if not path.is_file():
        names = ", ".join(sorted(item.stem for item in folder.glob("*.parquet")))
        raise FileNotFoundError(f"there is no table {table!r}; the tables are: {names}")
    frame: pd.DataFrame = pq.read_table(path).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
