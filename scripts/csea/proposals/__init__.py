"""Correction files proposed to people who did not write one: from the issue form, from a table edited by hand.

``issue`` makes the file of an issue's answers, which ``asked`` turns into parts. ``edits`` finds what was edited by
hand in published tables, ``files`` makes the files that would have said it, ``told`` says it. ``pull_request`` puts the
answer to a pull request together, with what ``git`` knows of it; ``markdown`` keeps text of other people from being
markup. Nothing here judges a correction: ``csea.corrections`` does, as for files that people wrote themselves.
"""

from __future__ import annotations
