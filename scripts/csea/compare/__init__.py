"""Comparing: what differs between two versions of the dataset, row by row and column by column.

``tables.py`` compares two tables, ``keys.py`` names a row in one text, ``definitions.py`` compares schemas and
``versions.py`` whole versions. ``sources.py`` reads a version from what a user writes: from the places in ``stores.py``
and ``revisions.py``, with ``reading.py``, ``database.py`` and ``schemas.py``. ``detail.py`` makes the rows ready to be
told by ``tell.py`` (text), ``markup.py`` (Markdown, HTML) and ``machine.py`` (JSON, CSV). ``questions.py`` says what
moves in the answers.

Corrections show what they move with it, the release makes its change list with it, and ``csea diff`` tells it of any
two versions. Shared by the rooms; it imports none of them.
"""
