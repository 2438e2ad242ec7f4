"""The count by day: the service's own count for each day of the archive beside ours, with the date filter.

It finds what no walk can: a release that came and another that went between two requests of a walk. Each day is
one request, which also brings up to a page of the day's records; what was missing is stored. A day that was
counted is not asked again when the same count goes on after an interruption.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from csea.archive.record import EASTERN, RecordError, eastern_day
from csea.archive.store import Archive
from csea.archive.walks import Walk, held, now
from csea.archive.withheld import listed, note_unlisted
from csea.collect.client import Answer, Away, Failure
from csea.collect.outcome import Outcome
from csea.collect.walk import PAGE_SIZE, Walker, together
from csea.errors import UsageError

NOON = 12
BEGINNING = date(2009, 1, 1)  # of the service's archive


async def count_days(walker: Walker) -> Outcome:
    """Count every day of the archive. Away where the service ignores the date filter.

    UsageError for an archive without a day.
    """
    archive = walker.archive
    days = days_of(archive)
    if not days:
        raise UsageError("There is no day to count yet: run `csea collect` first.")
    walk = Walk.resume(archive, "verify") or Walk.start(archive, "verify")
    counted = walk.days_read()
    whole = (await walker.client.listing({"pagesize": 1, "page": 0})).count
    todo = [day for day in days if day.isoformat() not in counted]
    walker.progress.total(len(days))
    walker.progress.advance(len(days) - len(todo))
    failed: list[str] = []

    async def count(day: date) -> None:
        try:
            await _count_day(walker, walk, day, whole)
        except Failure:
            failed.append(day.isoformat())
        walker.progress.advance(1)

    await together((count(day) for day in todo), walker.in_flight)
    differing = archive.sql.execute("SELECT * FROM compared_days WHERE n_listed <> n_retrieved ORDER BY day").fetchall()
    if not failed:
        walk.close(proved=not differing)
    n_held = held(archive)
    outcome = Outcome(
        not differing and not failed and n_held >= whole, whole, n_held, failed=[f"day {day}" for day in sorted(failed)]
    )
    outcome.notes = [f"{row['day']}: the service counts {row[1]:,}, we hold {row[2]:,}" for row in differing]
    if n_held < whole and not differing:
        outcome.notes.append("Every day agrees: what is missing is newer than the last one. `csea collect` brings it.")
    return outcome


def days_of(archive: Archive) -> list[date]:
    """Every day from the archive's first to its last, but none in the future.

    Of the time before the service's own beginning only days that a release gives: a wrong date is not worth
    thousands of requests.
    """
    rows = archive.sql.execute("SELECT DISTINCT published_date FROM releases WHERE published_date IS NOT NULL")
    given = sorted(day for (text,) in rows if (day := date.fromisoformat(text)) <= datetime.now(EASTERN).date())
    early = [day for day in given if day < BEGINNING]
    later = given[len(early) :]
    span = (later[-1] - later[0]).days + 1 if later else 0
    return early + [later[0] + timedelta(days=number) for number in range(span)]


async def _count_day(walker: Walker, walk: Walk, day: date, whole: int) -> None:
    """Ask for a day; read all of its pages where our count is another."""
    answer = await _ask(walker, day, 0)
    _refuse_ignored(answer, day, whole)
    met = _store(walker, walk, answer)
    page, size = 1, answer.page_size or PAGE_SIZE
    while _ours(walker, day) != answer.count and page * size < answer.count:
        met |= _store(walker, walk, await _ask(walker, day, page, size))
        page += 1
    if _ours(walker, day) > answer.count and len(met) == answer.count:
        await _find_withdrawn(walker, walk, day, met)
    with walker.archive.transaction():
        walk.note_day(day.isoformat(), answer.count, answer.at)


async def _ask(walker: Walker, day: date, page: int, size: int = PAGE_SIZE) -> Answer:
    noon = int(datetime(day.year, day.month, day.day, NOON, tzinfo=UTC).timestamp())
    return await walker.client.listing({"pagesize": size, "page": page, "parameters[date]": noon})


def _refuse_ignored(answer: Answer, day: date, whole: int) -> None:
    """An ignored filter answers the whole list; so does no filter that works, unless the list is that one day."""
    if answer.count >= whole and answer.results and not any(_is_of(item, day) for item in answer.results):
        raise Away("The service ignores the date filter now, so days cannot be counted. Nothing was changed.")


def _is_of(item: object, day: date) -> bool:
    try:
        return isinstance(item, dict) and eastern_day(str(item.get("date") or "")) == day
    except RecordError:
        return False


def _store(walker: Walker, walk: Walk, answer: Answer) -> set[int]:
    return {item.release_no for item in walker.intake.store(answer, walk) if item}


def _ours(walker: Walker, day: date) -> int:
    found: int = walker.archive.value(
        "SELECT count(*) FROM releases WHERE published_date = ? AND seen_walk IS NOT NULL AND withdrawn_at IS NULL",
        day.isoformat(),
    )
    return found


async def _find_withdrawn(walker: Walker, walk: Walk, day: date, met: set[int]) -> None:
    """The service lists fewer than we hold: ask for each release of the day that it did not list."""
    rows = walker.archive.sql.execute(
        "SELECT release_no, uuid FROM releases WHERE published_date = ? AND seen_walk IS NOT NULL "
        "AND withdrawn_at IS NULL AND uuid IS NOT NULL",
        (day.isoformat(),),
    ).fetchall()
    withheld = listed(walker.archive, "published_date = ?", day.isoformat())
    note_unlisted(walker.archive, [number for number in withheld if number not in met], now())
    for number, uuid in rows:
        if number not in met:
            await walker.ask_if_withdrawn(walk, number, uuid)
