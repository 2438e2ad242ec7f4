"""The page on quality says what is: it is current, and tells what was not measured."""

import pandas as pd

from csea import ROOT
from csea.code.review.agreement import agreement_table
from csea.code.review.labelled import FIELDS
from csea.code.review.quality import PAGE, UNREAL, quality_page
from csea.package import summary
from csea.schema import load_tables

SCHEMA = load_tables(ROOT)["agreement"]
NO_CODINGS = pd.DataFrame(columns=["release_id", "variable", "coded_value", "coder", "method"], dtype="str")


def page(table):
    return quality_page(ROOT, summary(ROOT)["version"], table, SCHEMA).decode()


def test_the_page_is_current():
    """`csea build` renews it."""
    table = pd.read_csv(ROOT / "data" / "agreement.csv", dtype="str", keep_default_na=False, na_values=[""])
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page(table)


def test_what_was_never_compared_is_said():
    text = page(agreement_table(NO_CODINGS))
    assert text.count("Nothing has been compared yet.") == 3


def test_every_labelled_set_has_its_scores_and_its_size():
    text = page(agreement_table(NO_CODINGS))
    for path in (ROOT / "tests" / "labelled").glob("*.jsonl"):
        section = text.split(f"### {path.name}\n")[1].split("\n### ")[0]
        assert f"{len(path.read_text(encoding='utf-8').splitlines())} texts" in section
        assert [name for name in FIELDS if name not in UNREAL and f"`{name}`" not in section] == []


def test_measures_are_shown_and_what_lacks_them_is_named():
    rows = [
        (release, variable, "true", coder, method)
        for release in ("r1", "r2")
        for variable in ("is_criminal_case", "is_child_exploitation")
        for coder, method in (("machine", "rule"), ("human", "reviewed"))
    ]
    text = page(agreement_table(pd.DataFrame(rows, columns=NO_CODINGS.columns, dtype="str")))
    assert "| `is_criminal_case` | 2 | 100 |  |  |" in text
    assert "Not compared yet: `conduct`" in text
