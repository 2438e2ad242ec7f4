"""What linking reads of each release, and that as columns of numbers.

The table comes from the code room and from ``csea.code.identity``; it holds names and docket numbers, so it lives in
memory or in the local archive and is never published. Out of scope: reading texts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

EVIDENCE = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("component", pa.string()),
        pa.field("published_date", pa.date32()),
        pa.field("release_kind", pa.string()),
        pa.field("place", pa.string()),
        pa.field("state", pa.string()),
        pa.field("n_suspects", pa.int32()),
        pa.field("dockets", pa.list_(pa.string())),
        pa.field("defendants", pa.list_(pa.string())),
        pa.field("wording", pa.binary()),
        pa.field("text_sha256", pa.string()),
    ]
)
DECIDED = pa.schema([("left", pa.string()), ("right", pa.string()), ("same", pa.bool_())])

STAGES = {"arrest": 0, "charge": 0, "plea": 1, "conviction": 1, "sentence": 2}  # other kinds may come at any time
UNKNOWN = -1
NO_DAY = np.iinfo(np.int32).min
# Districts whose code does not end in their state's: usao-nmi is the Northern Mariana Islands.
ODD_STATES = {"usao-nmi": "MP"}

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Facts:
    """The evidence in order of (published_date, key), undated releases last; a release is its row number here.

    Codes are numbers from 0, ``UNKNOWN`` where empty. ``court`` is the U.S. Attorney's Office, empty for releases of
    the whole department and of agencies; ``day`` counts from 1970, ``NO_DAY`` where undated; ``stage`` is from
    ``STAGES``. ``names`` has the columns row, name; ``dockets`` the columns row, division, number, both text.
    ``wording`` has a row a release, ``worded`` says where it means anything.
    """

    keys: list[str]
    court: Ints
    day: Ints
    stage: Ints
    place: Ints
    state: Ints
    suspects: Ints
    names: pd.DataFrame
    dockets: pd.DataFrame
    wording: NDArray[np.uint16]
    worded: NDArray[np.bool_]
    text: Ints

    def __len__(self) -> int:
        """How many releases."""
        return len(self.keys)


def read_evidence(table: pa.Table) -> Facts:
    """Sort and encode a table of ``EVIDENCE``. Raises ValueError for a missing column or a repeated or empty key."""
    missing = [name for name in EVIDENCE.names if name not in table.column_names]
    if missing:
        raise ValueError(f"evidence lacks {', '.join(missing)}")
    table = table.select(EVIDENCE.names).cast(EVIDENCE)
    keys = table.column("key")
    if keys.null_count or pc.count_distinct(keys).as_py() != len(keys):
        raise ValueError("a key of the evidence is empty or repeated")
    order = [("published_date", "ascending", "at_end"), ("key", "ascending", "at_end")]
    table = table.take(pc.sort_indices(table, sort_keys=order)).combine_chunks()
    component = table.column("component").to_pandas()
    court = component.where(component.str.startswith("usao-").fillna(False).astype(bool))
    wording, worded = _wording(table.column("wording"))
    return Facts(
        keys=table.column("key").to_pylist(),
        court=_codes(court),
        day=_numbers(table.column("published_date").cast(pa.int32()), NO_DAY),
        stage=table.column("release_kind").to_pandas().map(STAGES).fillna(UNKNOWN).to_numpy(np.int32),
        place=_codes(table.column("place").to_pandas().str.casefold()),
        state=_codes(_state(table.column("state").to_pandas(), court)),
        suspects=_numbers(table.column("n_suspects"), UNKNOWN),
        names=_listed(table.column("defendants"), "name"),
        dockets=_split(_listed(table.column("dockets"), "docket")),
        wording=wording,
        worded=worded,
        text=_codes(table.column("text_sha256").to_pandas()),
    )


def _codes(values: pd.Series) -> Ints:
    return pd.factorize(values)[0].astype(np.int32)


def _numbers(column: pa.ChunkedArray, empty: int) -> Ints:
    filled: Ints = column.fill_null(empty).to_numpy().astype(np.int32)
    return filled


def _state(state: pd.Series, court: pd.Series) -> pd.Series:
    """The state as coded; of a district's release without one, the district's."""
    district = court.map(ODD_STATES).fillna(court.str[-2:].str.upper())
    known: pd.Series[str] = state.where(state.notna(), district)
    return known


def _listed(column: pa.ChunkedArray, name: str) -> pd.DataFrame:
    """Each distinct, non-empty element of the lists with the row it stands in, as the columns row and ``name``."""
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    rows, values = pc.list_parent_indices(lists), pc.list_flatten(lists)
    frame = pd.DataFrame({"row": rows.to_numpy().astype(np.int32), name: values.to_pandas()})
    return frame[frame[name].fillna("") != ""].drop_duplicates().reset_index(drop=True)


def _split(dockets: pd.DataFrame) -> pd.DataFrame:
    """The columns row, division, number of dockets such as "1:19-cr-00123"; the division may be empty."""
    parts = [docket.rpartition(":") for docket in dockets["docket"]]
    columns = {"division": [part[0] for part in parts], "number": [part[2] for part in parts]}
    return pd.DataFrame({"row": dockets["row"], **columns}).astype({"division": "str", "number": "str"})


def _wording(column: pa.ChunkedArray) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Signatures as rows of numbers, and where there is one. Those of another length than most are left out."""
    values = column.combine_chunks().fill_null(b"")
    lengths = pc.binary_length(values).to_numpy()
    present = lengths[(lengths > 0) & (lengths % 2 == 0)]
    length = int(np.bincount(present).argmax()) if len(present) else 2
    worded = lengths == length if len(present) else np.zeros(len(lengths), bool)
    joined = b"".join(values.filter(pa.array(worded)).to_pylist())
    wording = np.zeros((len(lengths), length // 2), np.uint16)
    wording[worded] = np.frombuffer(joined, "<u2").reshape(-1, length // 2)
    return wording, worded
