"""Comparing: what differs between two versions of the dataset, row by row and column by column.

``tables.py`` compares two tables, ``keys.py`` names a row in one text. Corrections show what they move with it, the
release makes its change list with it, and ``csea diff`` tells it of any two versions. Shared by the rooms; it imports
none of them.
"""
