"""What tests ask a fake most often, without a client."""

import json
from collections.abc import Iterable

from .fake import FakeDoj
from .records import Record
from .wire import Answer

LISTING = "/api/v1/press_releases.json"


def ask(fake: FakeDoj, **params: object) -> Answer:
    """One page of the listing."""
    return fake.answer(LISTING, {name: str(value) for name, value in params.items()}, {})


def detail(fake: FakeDoj, uuid: str) -> Answer:
    return fake.answer(f"/api/v1/press_releases/{uuid}.json", {}, {})


def uuids(answer: Answer) -> list[str]:
    return [record["uuid"] for record in json.loads(answer.body)["results"]]


def numbers(answer: Answer) -> dict[str, int | str]:
    """The part of the envelope that counts."""
    resultset: dict[str, int | str] = json.loads(answer.body)["metadata"]["resultset"]
    return resultset


def walk(fake: FakeDoj, **params: object) -> list[str]:
    """The uuids of all pages in the order of the answers."""
    pages = range(-(-len(fake.truth) // 50))
    return [uuid for page in pages for uuid in uuids(ask(fake, page=page, pagesize=50, **params))]


def ordered(records: Iterable[Record], *names: str, reverse: bool = False) -> list[str]:
    """The uuids of records, sorted by date or created as the API does."""
    keys = [(*(int(str(record[name])) for name in names), str(record["uuid"])) for record in records]
    return [str(key[-1]) for key in sorted(keys, reverse=reverse)]
