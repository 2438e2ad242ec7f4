"""The bytes of answers: records and envelope as JSON, and the answers that come in place of JSON.

Knows neither which records a request means nor when a fault is due.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from .behaviour import Behaviour
from .records import EASTERN, Record

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
WALL = b"<!DOCTYPE html><html><head><title>Just a moment</title></head><body>Checking your browser.</body></html>"
RETRY_AFTER = 2
SERVER_ERRORS = (500, 502, 503, 504)


@dataclass(frozen=True)
class Answer:
    """What goes back to the client, after `delay` seconds; with `reset` nothing goes back at all."""

    status: int
    headers: dict[str, str]
    body: bytes
    delay: float = 0.0
    reset: bool = False


class Writer:
    """Records as JSON under one behaviour; each is serialised once, since pages are asked for again and again."""

    def __init__(self, behaviour: Behaviour, unparsable: Sequence[str]) -> None:
        self._behaviour = behaviour
        self._malformed = {uuid: index for index, uuid in enumerate(unparsable)}
        self._bytes: dict[str, bytes] = {}

    def warm(self, records: Iterable[Record]) -> None:
        for record in records:
            self._record(record)

    def forget(self, uuid: str) -> None:
        self._bytes.pop(uuid, None)

    def envelope(self, records: list[Record], count: int, page_size: int, page: int, status: int = 200) -> bytes:
        message = "OK" if status == 200 else "Not Found"
        head = {
            "responseInfo": {"status": status, "developerMessage": message},
            "resultset": self._numbers(count, page_size, page),
            "executionTime": 0.2,
        }
        results = b", ".join([self._record(record) for record in records])
        return b'{"metadata": %b, "results": [%b]}' % (json.dumps(head).encode(), results)

    def _numbers(self, count: int, page_size: int, page: int) -> dict[str, int | str]:
        numbers: dict[str, int | str] = {"count": count, "pagesize": page_size, "page": page}
        as_text = {"mixed": ("count", "pagesize"), "strings": tuple(numbers), "integers": ()}
        return numbers | {name: str(numbers[name]) for name in as_text[self._behaviour.numbers_as]}

    def _record(self, record: Record) -> bytes:
        uuid = str(record["uuid"])
        if uuid not in self._bytes:
            self._bytes[uuid] = json.dumps(self._shape(uuid, record)).encode()
        return self._bytes[uuid]

    def _shape(self, uuid: str, record: Record) -> object:
        if uuid in self._malformed:
            nameless = {key: value for key, value in record.items() if key not in ("uuid", "url")}
            return (None, "This item is not available.", nameless)[self._malformed[uuid] % 3]
        shape = dict(record)
        if self._behaviour.wrapped_dates:
            shape |= {name: _wrapped(record[name]) for name in ("created", "changed") if record.get(name)}
        if self._behaviour.unknown_field:
            shape["summary_plain"] = "A field that no client knows."
        return shape


def _wrapped(epoch: object) -> str:
    moment = datetime.fromtimestamp(int(str(epoch)), EASTERN)
    return f'<time datetime="{moment.isoformat()}">{epoch}</time>\n'


def refusal(fault: str, rng: Random, now: float) -> Answer | None:
    """The answer in place of JSON for faults that have one; `now` is an epoch, for Retry-After as a date."""
    if fault.startswith("throttle"):
        return Answer(429, HTML | _retry_after(fault, now), b"<html><body>Too many requests.</body></html>")
    if fault in ("wall", "wall_ok"):
        return Answer(403 if fault == "wall" else 200, HTML, WALL)
    if fault == "server_error":
        return Answer(rng.choice(SERVER_ERRORS), HTML, b"<html><body>The service is unavailable.</body></html>")
    if fault == "reset":
        return Answer(0, {}, b"", reset=True)
    return None


def _retry_after(fault: str, now: float) -> dict[str, str]:
    if fault == "throttle_silent":
        return {}
    if fault == "throttle":
        return {"Retry-After": str(RETRY_AFTER)}
    moment = datetime.fromtimestamp(now, UTC) + timedelta(seconds=RETRY_AFTER)
    return {"Retry-After": format_datetime(moment, usegmt=True)}


def truncated(body: bytes, rng: Random) -> bytes:
    """A beginning of the body that is never whole JSON."""
    return body[: rng.randint(len(body) // 4, len(body) * 3 // 4)]
