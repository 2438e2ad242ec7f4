"""Mutations of the real tables: each breaks one rule, so that every rule is seen to fail. Run this file for a report.

Those of cells are in ``mutated_rows``, those of whole files in ``mutated_files``.
"""

from mutated_files import WHOLE
from mutated_rows import rounds
from real_tables import files, table_of


def runs():
    """Every check of every kind."""
    for shown in files():
        yield from rounds(table_of(shown))
    for kind in WHOLE:
        yield from kind()


def report(done):
    """Lines that say for each kind how many rules there are, how many mutations, and how many were caught."""
    from test_rules import FAULTS, RULES

    faults, missed = [fault for run in done for fault in run.planted], [fault for run in done for fault in run.missed]
    yield f"{'kind':12} {'rules':>6} {'mutations':>10} {'caught':>7}   in made rows"
    for kind in [*dict.fromkeys(fault.kind for fault in faults), ""]:
        ours = [fault for fault in faults if fault.kind == kind or not kind]
        rules = len({(fault.rule, fault.where) for fault in ours})
        caught = len(ours) - sum(fault.kind == kind or not kind for fault in missed)
        made = sum(fault.is_made for fault in ours)
        yield f"{kind or 'total':12} {rules:6,} {len(ours):10,} {caught:7,}   {made:12,}"
    yield f"{'SQL':12} {len(RULES):6,} {len(FAULTS):10,}   caught by tests/check/test_rules.py"
    for run in done:
        yield from (f"not caught in {run.what}: {fault}" for fault in run.missed)
        yield from (f"not planted in {run.what}: {told}" for told in run.strange)


if __name__ == "__main__":
    print("\n".join(report(list(runs()))))
