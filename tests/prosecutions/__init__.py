"""Invented prosecutions, told in releases of the API's shape over months and years, and which belong together."""

from .archive import Coded, coded_facts, make_prosecutions

__all__ = ["Coded", "coded_facts", "make_prosecutions"]
