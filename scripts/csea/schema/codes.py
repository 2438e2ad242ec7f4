"""The code list: every enum value of every table with its label and meaning, as a table of its own."""

from __future__ import annotations

import pandas as pd

from csea.schema import Schema


def code_table(schemas: dict[str, Schema]) -> pd.DataFrame:
    """Table codes; a column that stands in several tables gives its values once."""
    rows = {
        (field.name, category.value): (category.label, category.meaning)
        for schema in schemas.values()
        for field in schema.fields
        for category in field.categories
    }
    return pd.DataFrame(
        [(*key, *texts) for key, texts in rows.items()], columns=["list", "code", "label", "meaning"], dtype="str"
    )
