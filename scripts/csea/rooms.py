"""Run the rooms that make tables: curate, code, link, in this order, each on what the ones before handed on.

Rooms take and give pandas frames of text. At each boundary a room's tables must fit the pandera schemas that
are compiled from ours. Out of scope: reading files before, checking rows and writing files after (``build``).
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.code.hand import release_tables
from csea.code.machine import add_machine_tables
from csea.code.review.agreement import agreement_table, shown_codings
from csea.curate import Frames, reference_tables
from csea.curate.figures import figure_table
from csea.curate.milestones import milestone_tables
from csea.curate.wording import reword
from csea.errors import Report
from csea.io import cells, sort_by, text_table
from csea.link.cases import case_tables
from csea.link.coverage import coverage_table
from csea.project import Project
from csea.register import Registers
from csea.schema import Schema
from csea.schema.codes import code_table
from csea.schema.frames import check_frame


def make_tables(project: Project, inputs: Frames, registers: Registers, report: Report) -> dict[str, pa.Table]:
    """Run the rooms: canonical text, by table name, in schema order.

    What a room hands on must fit its pandera schemas; later rooms do not run on what does not.
    """
    tables = {
        **reference_tables(inputs),
        **milestone_tables(inputs),
        "figures": figure_table(inputs),
        "codes": code_table(project.tables),
    }
    tables = {name: reword(frame, inputs["wordings"]) for name, frame in tables.items()}
    finished = _hand_over("curate", tables, project, report)
    if not report.errors:
        coded = release_tables(inputs, registers.releases, project.version)
        coded = add_machine_tables(coded, inputs, registers.releases, project.version)
        coded["releases"] = reword(coded["releases"], inputs["wordings"])
        shown = shown_codings(inputs["reviews"], registers.releases.find)
        coded["agreement"] = agreement_table(coded["codings"], shown)
        finished |= _hand_over("code", coded, project, report)
        tables |= coded
    if not report.errors:
        linked = case_tables(tables, inputs, registers, project.version)
        tables |= linked
        linked["coverage"] = tables["coverage"] = coverage_table(inputs, tables)
        finished |= _hand_over("link", linked, project, report)
    return finished


def _hand_over(room: str, frames: Frames, project: Project, report: Report) -> dict[str, pa.Table]:
    """The room's tables as canonical text; problems of what does not fit go to ``report``."""
    texts = {name: ordered(frame, project.tables[name]) for name, frame in frames.items()}
    for name, text in texts.items():
        schema = project.tables[name]
        typed, problems = cast(rows_of(text, f"data/{name}.csv", schema))
        report.add(problems or check_frame(typed.table, schema, room))
    return texts


def text_frame(table: pa.Table) -> pd.DataFrame:
    """Canonical text of a typed table, as the rooms take it."""
    frame: pd.DataFrame = text_table(table).to_pandas().astype("str")
    return frame


def ordered(frame: pd.DataFrame, schema: Schema) -> pa.Table:
    """Canonical text in schema order, sorted as typed values sort; columns that no room filled are empty.

    A cell that its type refuses stays as it is, for the checks to name.
    """
    complete = frame.reindex(columns=schema.columns)
    text = pa.table(
        {name: pa.array(complete[name].to_list(), pa.string(), from_pandas=True) for name in schema.columns}
    )
    typed = cast(rows_of(text, schema.name, schema))[0].table
    canonical = {name: pc.coalesce(cells(typed[name]), text[name]) for name in schema.columns}
    numbered = typed.append_column("_row", pa.array(range(len(frame)), pa.int64()))
    return pa.table(canonical).take(sort_by(numbered, list(schema.primary_key))["_row"])
