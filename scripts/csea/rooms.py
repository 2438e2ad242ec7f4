"""Run the rooms that make tables: curate, code, link, in this order, each on what the ones before handed on, corrected.

Rooms take and give pandas frames of text. At each boundary a room's tables must fit the pandera schemas that
are compiled from ours. Out of scope: reading files before, checking rows and writing files after (``build``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.code.derived import with_derived
from csea.code.hand import release_tables
from csea.code.machine import add_machine_tables
from csea.code.review.agreement import agreement_table, shown_codings
from csea.correct import Correction
from csea.correct.apply import apply, withheld_addresses
from csea.correct.merge import merge_cases
from csea.correct.record import corrections_table
from csea.curate import PASSED_THROUGH, Frames, reference_tables
from csea.curate.figures import figure_table
from csea.curate.milestones import milestone_tables, with_spans
from csea.curate.wording import reword
from csea.errors import Report
from csea.io import cells, sort_by, text_table
from csea.link.cases import case_tables, link_cases
from csea.link.coverage import coverage_table
from csea.project import Project
from csea.register import Registers
from csea.schema import Schema
from csea.schema.codes import code_table
from csea.schema.deprecated import with_aliases
from csea.schema.frames import check_frame


def make_tables(
    project: Project,
    inputs: Frames,
    registers: Registers,
    report: Report,
    corrections: Sequence[Correction] = (),
) -> dict[str, pa.Table]:
    """Run the rooms: canonical text, by table name, in schema order.

    What a room hands on must fit its pandera schemas; later rooms do not run on what does not. Corrections go into
    the tables of each room as it hands them on, so that whatever follows from a corrected value follows it.
    """
    run = _Run(project, inputs, registers, report, corrections)
    for room in (run.curate, run.code, run.link):
        if report.errors:
            break
        room()
    return run.finished


@dataclass
class _Run:
    """One run of the rooms: ``tables`` as they stand so far, ``finished`` those that were handed over."""

    project: Project
    inputs: Frames
    registers: Registers
    report: Report
    corrections: Sequence[Correction]
    tables: Frames = field(default_factory=dict)
    finished: dict[str, pa.Table] = field(default_factory=dict)

    def curate(self) -> None:
        """Tables from hand-kept files, and the record of corrections."""
        made = {
            **reference_tables(self.inputs),
            **milestone_tables(self.inputs),
            "figures": figure_table(self.inputs),
            "codes": code_table(self.project.tables),
        }
        reworded = {name: reword(frame, self.inputs["wordings"]) for name, frame in made.items()}
        tables = self._corrected(reworded)
        if dates := self._keys("milestones", ("date_due", "date_occurred")):
            tables["milestones"] = with_spans(tables["milestones"], tables["milestones"]["milestone_id"].isin(dates))
        # Later rooms take these files as they are kept; what was corrected they must take corrected.
        mended = {item.table for item in self.corrections if item.is_active}
        self.inputs = self.inputs | {name: tables[name] for name in mended & set(PASSED_THROUGH)}
        self._hand_over("curate", {**tables, "corrections": corrections_table(self.corrections)})

    def code(self) -> None:
        """Releases with their platforms, conduct, statutes and codings."""
        version = self.project.issuing
        coded = release_tables(self.inputs, self.registers.releases, version)
        coded = add_machine_tables(coded, self.inputs, self.registers.releases, version)
        coded["releases"] = reword(coded["releases"], self.inputs["wordings"])
        shown = shown_codings(self.inputs["reviews"], self.registers.releases.find)
        coded["agreement"] = agreement_table(coded["codings"], shown)
        corrected = self._corrected(coded)
        self.report.add(withheld_addresses(self.corrections, set(self.inputs["withheld"]["key_sha256"])))
        is_same = all(corrected[name] is coded[name] for name in ("releases", "release_platforms"))
        self._hand_over("code", corrected if is_same else with_derived(corrected, self._keys("releases", ("url",))))

    def link(self) -> None:
        """Cases with their links and uses, and the coverage of all tables."""
        version = self.project.issuing
        linked = link_cases(self.tables["releases"], self.inputs, self.registers, version)
        linked = merge_cases(linked, self.corrections, self.report)
        made = case_tables(self.tables, self.inputs, self.registers, linked, version)
        self._hand_over("link", {**made, "coverage": coverage_table(self.inputs, self.tables | made)})

    def _corrected(self, frames: Frames) -> Frames:
        return apply(frames, self.corrections, self.project.tables, self.report)

    def _keys(self, table: str, columns: tuple[str, ...]) -> set[str]:
        """First key values of the rows of which one of these columns is corrected, or which are added."""
        here = [item for item in self.corrections if item.table == table and item.is_active]
        return {item.key[0] for item in here if item.action == "add" or item.column in columns}

    def _hand_over(self, room: str, frames: Frames) -> None:
        self.finished |= _hand_over(room, frames, self.project, self.report)
        self.tables = self.tables | frames


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
    complete = with_aliases(frame, schema).reindex(columns=schema.columns)
    text = pa.table(
        {name: pa.array(complete[name].to_list(), pa.string(), from_pandas=True) for name in schema.columns}
    )
    typed = cast(rows_of(text, schema.name, schema))[0].table
    canonical = {name: pc.coalesce(cells(typed[name]), text[name]) for name in schema.columns}
    numbered = typed.append_column("_row", pa.array(range(len(frame)), pa.int64()))
    return pa.table(canonical).take(sort_by(numbered, list(schema.primary_key))["_row"])
