"""Published wording of notes, summaries and titles.

The compiled files speak of their sources in their compiler's shorthand ("Seed 000"). ``wordings`` says what is
published instead, so that a reader who has only the tables understands them. Facts are never changed here.
"""

from __future__ import annotations

import re

import pandas as pd

COLUMNS = ("note", "summary", "source_title")


def reword(frame: pd.DataFrame, wordings: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with every shorthand in its text columns replaced; the longest shorthand goes first."""
    if wordings.empty:
        return frame
    words = dict(zip(wordings["as_compiled"], wordings["as_published"], strict=True))
    choices = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = rf"(?<!\w)(?:{choices})(?!\w)"
    columns = {
        name: frame[name].str.replace(pattern, lambda match: words[match.group()], regex=True)
        for name in COLUMNS
        if name in frame
    }
    return frame.assign(**columns)
