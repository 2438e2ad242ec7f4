"""The outside witness: frictionless reads the descriptor and every CSV, independently of our own checks."""

from __future__ import annotations

from pathlib import Path

from csea.errors import Problem


def check_with_frictionless(root: Path) -> list[Problem]:
    """Problems that frictionless finds in ``datapackage.json`` and the CSV files it names.

    Parquet is proved equal to the CSV by pyarrow instead: frictionless reads nullable integers there wrongly.
    """
    from frictionless import Package  # slow to import, and only wanted here

    try:
        package = Package(str(root / "datapackage.json"))
    except Exception as error:  # frictionless raises one type for every fault of a descriptor
        return [Problem("frictionless", "datapackage.json", str(error), "Run `csea build`.")]
    problems = []
    for name in [resource.name for resource in package.resources if resource.format != "csv"]:
        package.remove_resource(name)
    for task in package.validate().tasks:
        for fault in task.errors:
            line = getattr(fault, "row_number", 0) or 0
            fix = "Correct the input, then run `csea build`."
            problems.append(Problem(f"frictionless.{fault.type}", task.place or "", fault.message, fix, line))
    return problems
