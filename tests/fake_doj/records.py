"""Invented press releases in the API's shape, with the irregularities that its contract lists.

All texts are made up and neutral; places are invented and no person is named. Nothing here knows of servers or faults.
"""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

Record = dict[str, object]

EASTERN = ZoneInfo("America/New_York")
FIRST_DAY = date(2009, 1, 5)
OPENING, CLOSING = 9 * 3600, 18 * 3600  # releases appear in office hours
ARCHIVED_BEFORE = 2022  # older OPA items moved to /archives/opa/pr/
HTTP_BEFORE = 2013
SLUG_LENGTH = 100

OFFICES = (
    ("usao-wdky", "USAO - Kentucky, Western"),
    ("usao-edky", "USAO - Kentucky, Eastern"),
    ("usao-ndia", "USAO - Iowa, Northern"),
    ("usao-me", "USAO - Maine"),
    ("usao-or", "USAO - Oregon"),
    ("opa", "Criminal Division"),
    ("opa", "Tax Division"),
    ("opa", "Antitrust Division"),
    ("opa", "Office of Public Affairs"),
)
TOPICS = ("Financial Fraud", "Tax", "Environment", "Antitrust", "Cybercrime", "Public Corruption")
PLACES = ("Alder Falls", "Brackwater", "Quillhaven", "Tarn Ridge", "Lower Fennick", "Ostley", "Port Wimble", "Greywick")
PARTIES = ("Bakery", "Freight Company", "Clerk", "Clinic", "Contractor", "Warehouse Owner", "Accountant", "Mill")
OUTCOMES = (
    "Agrees to Pay Settlement over Late Reports",
    "Pleads Guilty to Wire Fraud",
    "Sentenced for Filing False Tax Returns",
    "Charged with Bid Rigging",
    "Ordered to Restore Wetland",
    "Fined for Violating Export Rules",
    "Convicted of Misusing Grant Funds",
    "Agrees to Improve Access for Customers’ Wheelchairs",
)
SUBJECTS = (
    "The office",
    "The court",
    "A notice",
    "The agreement",
    "The company&rsquo;s report",
    "An audit",
    "The order",
)
VERBS = ("describes", "lists", "confirms", "covers", "refers to", "follows from", "sets out")
OBJECTS = (
    "the invoices",
    "three shipments",
    "the filing fees",
    "records &amp; receipts",
    "a yearly&nbsp;review",
    "the rules",
)
TAILS = ("of the past year", "kept at the town hall", "sent to the agency", "under the statute", "as the filing says")
SENTENCES = [" ".join(words) + "." for words in product(SUBJECTS, VERBS, OBJECTS, TAILS)]


def fresh(rng: Random, created_epoch: int, body_words: int = 40) -> Record:
    """One new record; its slug ends in a piece of its uuid, so that it never takes another release's URL."""
    uuid = _uuid(rng)
    title = _title(rng)
    return _record(rng, uuid, title, f"{_slug(title)}-{uuid[:8]}", created_epoch, body_words)


def edited(record: Record, rng: Random) -> Record:
    """A later version of a record: another body, a later `changed` and another `vuuid`; all else stays."""
    changed = int(str(record.get("changed") or 0)) + rng.randint(60, 30 * 86_400)
    body = f"{record.get('body') or ''}<p>Updated: {rng.choice(SENTENCES)}</p>"
    return record | {"body": body, "changed": str(changed), "vuuid": _uuid(rng)}


def make_records(n: int, seed: int = 0, body_words: int = 40, per_day: int = 12) -> list[Record]:
    """Records in the order of `created`, oldest first; where titles repeat, slugs end in -0, -1.

    An archive of the real one's size needs about 43 a day to end in 2026.
    """
    rng = Random(f"records {seed}")
    records: list[Record] = []
    titles: list[str] = []
    used: Counter[str] = Counter()
    for created in _moments(n, rng, per_day):
        title = rng.choice(titles) if titles and rng.random() < 0.03 else _title(rng)
        titles.append(title)
        record = _record(rng, _uuid(rng), title, _slug(title), created, body_words)
        records.append(record | {"url": _told_apart(str(record["url"]), used)})
    return records


def eastern_day(epoch: int) -> date:
    return datetime.fromtimestamp(epoch, EASTERN).date()


def _moments(n: int, rng: Random, per_day: int) -> list[int]:
    """Moments of creation, in order."""
    moments: list[int] = []
    day, spread = FIRST_DAY, per_day // 3
    while len(moments) < n:
        midnight = _midnight(day)
        today = rng.randint(per_day - spread, per_day + spread)
        moments += sorted(midnight + rng.randint(OPENING, CLOSING) for _ in range(today))
        day += timedelta(days=1)
    return moments[:n]


def _record(rng: Random, uuid: str, title: str, slug: str, created: int, body_words: int) -> Record:
    day = eastern_day(created)
    path, office = rng.choice(OFFICES)
    body = _body(rng, body_words)
    record: Record = {
        "uuid": uuid,
        "vuuid": _uuid(rng),
        "title": title,
        "body": body,
        "teaser": rng.choice(SENTENCES) if rng.random() < 0.5 else "",
        "date": str(_noon_utc(day) if rng.random() < 0.05 else _midnight(day)),
        "created": str(created),
        "changed": str(created + (rng.randint(60, 90 * 86_400) if rng.random() < 0.2 else 0)),
        "url": _url(rng, path, slug, day.year),
        "topic": [_named(rng.choice(TOPICS))] if rng.random() < 0.6 else "",
        "attachment": [_named("notice.pdf")] if rng.random() < 0.1 else "",
        "image": [_named("seal.jpg")] if rng.random() < 0.1 else "",
        "number": f"{day.year % 100:02}-{rng.randint(1, 1500)}" if path == "opa" else "",
    }
    return record | _component(rng, office)


def _component(rng: Random, office: str) -> Record:
    """The field `component` in one of the forms seen; an empty dict where the field is missing."""
    draw = rng.random()
    if draw < 0.03:
        return {}
    if draw < 0.07:
        return {"component": []}
    if draw < 0.11:
        return {"component": _named(office)}
    more = [_named("Criminal Division")] if draw < 0.2 and office != "Criminal Division" else []
    return {"component": [_named(office), *more]}


def _named(name: str) -> Record:
    """A reference as the API gives it."""
    return {"uuid": _uuid_of(name), "name": name}


@cache
def _uuid_of(name: str) -> str:
    """The same uuid for the same name everywhere."""
    return _uuid(Random(name))


def _url(rng: Random, path: str, slug: str, year: int) -> str:
    scheme = "http" if year < HTTP_BEFORE and rng.random() < 0.3 else "https"
    folder = "archives/opa" if path == "opa" and year < ARCHIVED_BEFORE else path
    return f"{scheme}://www.justice.gov/{folder}/pr/{slug}"


def _told_apart(url: str, used: Counter[str]) -> str:
    """The URL with -0, -1 and so on where its path was used before, as the site tells equal titles apart."""
    path = url.split("://", 1)[1]
    used[path] += 1
    return url if used[path] == 1 else f"{url}-{used[path] - 2}"


def _title(rng: Random) -> str:
    place, party, outcome = rng.choice(PLACES), rng.choice(PARTIES), rng.choice(OUTCOMES)
    file = rng.randint(100, 9999)
    return f"{place} {party} {outcome}" + (f" in File {file}" if rng.random() < 0.9 else "")


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower().replace("’", "")).strip("-")[:SLUG_LENGTH].strip("-")


def _body(rng: Random, words: int) -> str:
    """HTML of about so many words; every eighth sits in nested divs, like bodies from before a redesign."""
    sentences = rng.choices(SENTENCES, k=max(1, words // 9))
    place = rng.choice(PLACES).upper()
    paragraphs = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
    html = "\n".join(f"<p>{text}</p>" for text in [f"{place} &ndash; {paragraphs[0]}", *paragraphs[1:]])
    if rng.random() < 0.125:
        return f'<div class="presscontenthdr-container">\n<div class="presscontenttext">\n{html}\n</div>\n</div>\n'
    return html


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=EASTERN).timestamp())


def _noon_utc(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
