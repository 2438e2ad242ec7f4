"""Serve the fake API until interrupted, e.g. `python -m fake_doj --generate 5000 --fault throttle=0.1` from tests/."""

import argparse
import json
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from . import Behaviour, FakeDoj, make_records
from .records import Record


def main() -> None:
    args = _arguments()
    fake = FakeDoj(_records(args), _behaviour(args.fault), args.seed)
    if args.warm:
        fake.warm()
    with fake.serve(args.port) as base, suppress(KeyboardInterrupt):
        print(f"{len(fake.truth)} records at {base}press_releases.json", flush=True)
        while True:
            time.sleep(3600)


def _records(args: argparse.Namespace) -> list[Record]:
    if args.file:
        return _read(args.file)
    return make_records(args.generate, args.seed, args.body_words, args.per_day)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fake_doj", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="records, one JSON object a line")
    parser.add_argument("--generate", type=int, default=0, metavar="N", help="serve N invented records instead")
    parser.add_argument("--body-words", type=int, default=40, help="length of invented bodies (600 are about 4 KB)")
    parser.add_argument("--per-day", type=int, default=12, help="invented records a day")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--warm", action="store_true", help="serialise all records first, as for a benchmark")
    parser.add_argument("--fault", nargs="*", action="extend", default=[], metavar="NAME=VALUE", help=_names())
    args = parser.parse_args()
    if bool(args.file) == bool(args.generate):
        parser.error("give either a file or --generate N")
    return args


def _names() -> str:
    return "any switch of Behaviour: " + ", ".join(field.name for field in fields(Behaviour))


def _read(path: Path) -> list[Record]:
    with path.open(encoding="utf-8") as lines:
        return [_completed(json.loads(line)) for line in lines if line.strip()]


def _completed(record: Record) -> Record:
    """A record with what the fake needs; samples are reduced to title, body, date and url."""
    uuid = str(uuid5(NAMESPACE_URL, str(record.get("url"))))
    dated = record.get("date") or "0"
    return {"uuid": uuid, "vuuid": uuid, "created": dated, "changed": dated} | record


def _behaviour(settings: list[str]) -> Behaviour:
    return Behaviour(**dict(_setting(text) for text in settings))


def _setting(text: str) -> tuple[str, Any]:
    """`throttle=0.1`, `order=shuffled`, `wrapped_dates=true` or `latency=0.05:0.2` as a switch and its value."""
    name, _, value = text.partition("=")
    defaults: dict[str, Any] = {field.name: field.default for field in fields(Behaviour)}
    if name not in defaults or not value:
        raise SystemExit(f"--fault {text}: write NAME=VALUE, with {_names()}")
    default = defaults[name]
    if isinstance(default, bool):
        return name, value == "true"
    if isinstance(default, tuple):
        low, _, high = value.partition(":")
        return name, (float(low), float(high or low))
    return name, type(default)(value)


if __name__ == "__main__":
    main()
