"""One record of the News API: which fields are used, what its dates and address mean, what identifies it.

A record is kept as received; here it is only read. Every field is either used, or named in ``IGNORED``; the
rest are reported as unknown, so that a new field of the service is seen on the first day. ``content_sha256``
is the same for representations that mean the same (a number as text, a date wrapped in HTML, one component
as a list), so that such a change of the service is no edit of a release. Out of scope: reading the text
(``code/``) and storing (``store.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson

TEXTS = ("uuid", "vuuid", "title", "body", "teaser", "url", "number", "date", "created", "changed")
TIMES = ("date", "created", "changed")
LISTS = ("component", "topic")
SHAPED = frozenset((*TIMES, *LISTS))  # the service gives these in more than one form
EMPTY: tuple[object, ...] = (None, "", [], {})
USED = frozenset((*TEXTS, *LISTS))
IGNORED = frozenset(("attachment", "image"))  # pictures and files are never fetched

EASTERN = ZoneInfo("America/New_York")
DAY_SECONDS = 86_400
LATEST = 4_102_444_800  # 1 January 2100: beyond it lie milliseconds and nonsense
EARLIEST = 0
LONGEST_TIME = 500  # characters, with the tag around it

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*://")
_TIME_TAG = re.compile(r'<time\b[^>]*?\bdatetime="([^"]*)"[^>]*>\s*([^<]*?)\s*</time>', re.DOTALL)
_ARCHIVES = re.compile(r"^(?:/archives)+/(?=[^/]+/)")


class RecordError(ValueError):
    """A record that cannot be read; the message is one plain sentence."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as received, with what is read from it.

    ``address`` is the normal form of ``url``; ``title_day`` stands for title and day where there is neither uuid nor
    address; ``day`` is the Eastern calendar day; ``changed`` is in seconds since 1970.
    """

    received: dict[str, Any]
    content_sha256: bytes
    uuid: str | None
    address: str | None
    title_day: bytes | None
    day: date | None
    changed: int | None
    component: str | None
    unknown_fields: tuple[str, ...]
    unknown_components: tuple[str, ...]

    @property
    def address_key(self) -> bytes | None:
        """16 bytes that stand for the address: a third of its length, in a column and an index."""
        return _short_hash(self.address) if self.address else None

    @property
    def rank(self) -> tuple[int, int]:
        """What makes one version of a release better than another: how complete it is, then how late."""
        return (2 if self.uuid else 1 if self.address else 0), self.changed or 0


def read_record(received: object, component_of: Callable[[object, str], tuple[str | None, list[str]]]) -> Record:
    """Read one record; ``component_of`` maps the field ``component`` and the address to our code.

    RecordError for what is no record: not an object, nothing to tell it from others, a field of another
    type, a time that is none.
    """
    if not isinstance(received, dict):
        raise RecordError(f"it is {_kind(received)}, not an object")
    content = content_sha256(received)
    texts = {name: value if type(value := received.get(name)) is str else _text(name, value) for name in TEXTS}
    day = eastern_day(texts["date"])
    times = {name: epoch(name, texts[name]) for name in ("created", "changed")}
    address = normal_address(texts["url"]) or None
    uuid = texts["uuid"].strip().lower() or None
    title_day = _title_day(texts["title"], day)
    if not (uuid or address or title_day):
        raise RecordError("it has no uuid, no url, and not both a title and a date: nothing tells it from others")
    component, unknown = component_of(received.get("component"), address or "")
    return Record(
        received=received,
        content_sha256=content,
        uuid=uuid,
        address=address,
        title_day=title_day,
        day=day,
        changed=times["changed"],
        component=component,
        unknown_fields=tuple(sorted(received.keys() - USED - IGNORED)),
        unknown_components=tuple(unknown),
    )


def content_sha256(received: dict[str, Any]) -> bytes:
    """Hash of what a record says, whatever form the service gives it. Empty and missing are the same.

    RecordError for content that cannot be written as JSON and read again.
    """
    # Nearly every value is a text that stands as it is; the function call is for the others.
    content = {
        name: value if type(value) is str and name not in SHAPED else _plain(name, value)
        for name, value in received.items()
    }
    filled = {name: value for name, value in content.items() if value not in EMPTY}
    try:
        data = orjson.dumps(filled, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:  # half a surrogate pair, a number of more than 64 bits, endless nesting
        raise RecordError(f"it holds what no file can hold: {error}") from None
    if b"null" in data and orjson.loads(data) != filled:  # not a number and infinity are written as null
        raise RecordError("it holds a number that JSON does not have")
    return hashlib.sha256(data).digest()


def _plain(name: str, value: object) -> object:
    if name in TEXTS and value is False:
        return None
    if name in TIMES:
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return _unwrapped(str(whole)) if isinstance(whole, str | int | float) else whole
    if name in TEXTS and isinstance(value, int | float):
        return str(value)
    if name in LISTS and isinstance(value, dict | str):
        return [value] if value else None
    return value


def _text(name: str, value: object) -> str:
    """A text field that is none: the service writes an empty one as null, [] or false, and numbers as such."""
    if value is False or value in EMPTY:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RecordError(f"{name} is {_kind(value)}, expected text")


def _kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _title_day(title: str, day: date | None) -> bytes | None:
    if not (title.strip() and day):
        return None
    words = " ".join(title.casefold().split())
    return _short_hash(f"{day.isoformat()} {words}")


def _short_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _unwrapped(value: str) -> str:
    """A time without the ``<time>`` tag around it: the seconds inside, or else the attribute."""
    # A longer text is no time, and could keep the pattern busy for minutes.
    match = _TIME_TAG.search(value) if "<" in value and len(value) <= LONGEST_TIME else None
    return (match[2] or match[1]) if match else value.strip()


def epoch(name: str, value: str) -> int | None:
    """A time as seconds since 1970: a number as text, ISO 8601 (UTC where no zone is given), or either in a tag.

    None for an empty text; RecordError, naming the field, for anything else.
    """
    text = _unwrapped(value)
    if not text:
        return None
    try:
        seconds = int(float(text)) if _NUMBER.fullmatch(text) else _iso(text)
    except (ValueError, OverflowError):
        raise RecordError(f"{name} is {value[:60]!r}, neither seconds since 1970 nor an ISO date") from None
    if not EARLIEST <= seconds < LATEST:
        raise RecordError(f"{name} is {value[:60]!r}, which is no time between 1970 and 2100")
    return seconds


def _iso(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


@lru_cache(maxsize=20_000)
def eastern_day(value: str) -> date | None:
    """The Eastern calendar day that a ``date`` stands for.

    The service gives days as Eastern midnight, as noon UTC, and as midnight UTC. The first two fall on the day
    that is meant in Eastern time. Midnight UTC is the evening before there, so it is read as the bare day
    that it stands for (docs/decisions/0008-collecting.md).
    """
    seconds = epoch("date", value)
    if seconds is None:
        return None
    zone = UTC if seconds % DAY_SECONDS == 0 else EASTERN
    return datetime.fromtimestamp(seconds, zone).date()


def normal_address(url: str) -> str:
    """The one form of an address: https, www, no /archives/, no query, no closing slash; "" without a host.

    The last part stays as it is: a slug that ends in ``-0`` is another release.
    """
    bare = _SCHEME.sub("", url.strip()).partition("#")[0].partition("?")[0]
    host, _, path = bare.partition("/")
    if not host.strip():
        return ""
    host = host.lower().removesuffix(":443").removesuffix(":80")
    host = "www.justice.gov" if host == "justice.gov" else host
    return f"https://{host}{_ARCHIVES.sub('/', '/' + path.rstrip('/'))}".rstrip("/")
