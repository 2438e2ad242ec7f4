"""A fake of the Justice Department's press release API, on loopback or in process, with faults that a seed decides."""

from .behaviour import Behaviour
from .fake import FakeDoj, Request
from .records import edited, fresh, make_records
from .wire import Answer

__all__ = ["Answer", "Behaviour", "FakeDoj", "Request", "edited", "fresh", "make_records"]
