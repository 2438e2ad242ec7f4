"""The release room: versions that one can trust.

- What changed: ``changes`` makes a version's change list from ``shape``, ``row_objects`` and ``state``, which applies
  it in both directions; ``history`` rebuilds any earlier version from the lists.
- Why: ``causes`` gives each change its cause by ``cause_rules``, and ``corrected`` and ``moved`` what a correction did.
- Protection: ``redaction`` and ``blanks`` take what was withdrawn out of earlier lists.
- Promises: ``contract`` that no column goes without notice, ``ids`` that registers only grow; ``promises`` asks both.
- Number and words: ``policy`` gives the version, ``answers`` what moved most; ``notes``, ``records``, ``feeds`` tell.
- The release: ``prepare`` computes it against ``previous``, with ``bundle``; ``journal`` carries it out with ``git``
  and ``lock``, so that it is made whole or not at all.

Out of scope: making the tables (``build``), comparing them (``compare``), withdrawing a release (``withdraw.py``).
"""
