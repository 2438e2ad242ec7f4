"""A correction can be made again from what a version recorded of it, when its file is gone or has been edited."""

from types import SimpleNamespace

import pyarrow as pa
import pytest

from csea.correct import FOLDER, Correction
from csea.correct.record import corrections_table
from csea.release.moved import _of_row, _recorded, moved_by_corrections

SHARED = {"shown": f"{FOLDER}/20260102-it.yaml", "why": "So.", "evidence": "https://example.org/"}
ONE = {"id": "20260102-it", **SHARED}
CORRECTIONS = [
    Correction(action="change", table="towns", key=("a",), column="county", present="North", value="South", **ONE),
    Correction(action="change", table="pairs", key=("a", "b"), column="county", value="South", **ONE),
    Correction(action="add", table="towns", key=("d",), row={"town_id": "d"}, **ONE),
    Correction(action="remove", table="towns", key=("d",), row={"town_id": "d"}, state="withdrawn", **ONE),
    Correction(action="merge", table="towns", key=("b",), value="a", **ONE),
]
TABLES = {"towns": SimpleNamespace(primary_key=("town_id",)), "pairs": SimpleNamespace(primary_key=("one", "other"))}


def recorded(corrections):
    return {"corrections": pa.Table.from_pandas(corrections_table(corrections), preserve_index=False)}


@pytest.mark.parametrize("correction", CORRECTIONS, ids=lambda item: item.action)
def test_correction_is_made_again_from_its_record(correction):
    (row,) = _recorded(recorded([correction])).values()
    assert _of_row(row, SimpleNamespace(tables=TABLES)) == correction


def test_same_corrections_move_nothing_and_need_no_build():
    tables = recorded(CORRECTIONS[:1])
    assert moved_by_corrections(None, tables, tables) == {}
