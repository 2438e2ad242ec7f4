"""The curate room: hand-kept files in ``data/inputs/`` become tables.

``milestones`` and ``figures`` normalise them; files that already have
their table's columns pass through :func:`reference_tables`. Rooms hand on text: pandas frames of strings,
missing where not known, which the build types and checks by the schemas.
"""

from __future__ import annotations

import pandas as pd

Frames = dict[str, pd.DataFrame]

PASSED_THROUGH = (
    "components",
    "coverage_days",
    "instruments",
    "known_issues",
    "measures",
    "obligations",
    "platform_aliases",
    "platforms",
    "readings",
    "statutes",
    "withheld",
)


def reference_tables(inputs: Frames) -> Frames:
    """The inputs that are published as they are, by table name."""
    return {name: inputs[name] for name in PASSED_THROUGH}
