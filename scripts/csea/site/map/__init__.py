"""The shapes under the map of cases: judicial districts and states, made by hand with ``make.py`` (README.md)."""
