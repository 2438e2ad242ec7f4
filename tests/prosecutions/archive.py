"""Cases over the years, each told in releases; round-ups, reposts and a second office's telling among them.

Everything follows from the seed. ``make_prosecutions`` gives records and the truth; ``coded_facts`` gives, for the
same arguments, what coding rules would find in each release, so that linking is tested without them.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from random import Random
from uuid import UUID

from .people import OFFICES, STATES, Person, make_person, misspelt, name_of_nobody, town
from .wording import CHARGES, Teller

FIRST, LAST = date(2009, 1, 5), date(2025, 6, 1)
NATIONAL = ("Criminal Division", "Office of Public Affairs")
ROUND_UPS = 0.04  # for each case
Record = dict[str, object]


@dataclass(frozen=True)
class Coded:
    """What coding finds in a release on an individual case. ``component`` and ``kind`` are codes."""

    component: str
    published: date
    kind: str
    place: str | None
    state: str | None
    n_suspects: int | None


@dataclass(frozen=True)
class Office:
    """A U.S. Attorney's Office with its towns, officials and habits."""

    component: str
    name: str
    state: str
    towns: list[str]
    officials: list[list[str]]
    style: int
    docket_share: float
    docket_form: str


@dataclass(frozen=True)
class Case:
    """One prosecution: who, where, which numbers, and its stages with their days."""

    number: int
    office: Office
    people: list[Person]
    teller: Teller
    docket: tuple[int, int, int]
    stages: list[tuple[str, date]]


@dataclass(frozen=True)
class Release:
    """A record with its truth; ``case`` and ``coded`` are None for a round-up."""

    record: Record
    case: int | None
    coded: Coded | None


def make_prosecutions(n_cases: int, seed: int) -> tuple[list[Record], dict[str, str]]:
    """Records in order of publication, and the case number of each address; round-ups have none."""
    releases = _releases(n_cases, seed)
    truth = {str(each.record["url"]): f"case {each.case}" for each in releases if each.case is not None}
    return [each.record for each in releases], truth


def coded_facts(n_cases: int, seed: int) -> dict[str, Coded]:
    """By address, what coding finds in each release on an individual case."""
    return {str(each.record["url"]): each.coded for each in _releases(n_cases, seed) if each.coded}


def _releases(n_cases: int, seed: int) -> list[Release]:
    rng = Random(f"prosecutions {seed}")
    offices = [_office(rng, *office) for office in OFFICES]
    cases: list[Case] = []
    while len(cases) < n_cases:
        cases.append(_case(rng, rng.choice(offices), len(cases), cases))
    told = [each for case in cases for each in _told(rng, case)]
    told += [
        _round_up(rng, rng.choice(cases), rng.sample(cases, min(4, len(cases))))
        for _ in range(int(ROUND_UPS * n_cases))
    ]
    told.sort(key=lambda each: (str(each.record["date"]), str(each.record["uuid"])))
    used: Counter[str] = Counter()
    return [replace(each, record=each.record | {"url": _told_apart(str(each.record["url"]), used)}) for each in told]


def _office(rng: Random, component: str, name: str, state: str) -> Office:
    return Office(
        component,
        name,
        state,
        towns=list({town(rng): None for _ in range(12)}),
        officials=[[" ".join(name_of_nobody(rng)) for _ in range(3)] for _ in range(3)],
        style=rng.randrange(3),
        docket_share=rng.choice((0.0, 0.15, 0.4, 0.8)),
        docket_form=rng.choice(
            (
                "Docket No. {d}:{y:02}-cr-{n:05}-ABC",
                "Case No. {y:02}-cr-{n}",
                "{y:02} Cr. {n} (ABC)",
                "CR{y:02}-{n:04}XYZ",
            )
        ),
    )


def _case(rng: Random, office: Office, number: int, earlier: list[Case]) -> Case:
    people = [make_person(rng, office.towns) for _ in range(rng.choices((1, 2, 3, 4), (80, 11, 6, 3))[0])]
    start = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days - 1500))
    teller = Teller(rng, rng.choice(CHARGES), people[0].town, start.year - 1)
    if earlier and rng.random() < 0.04:
        model = rng.choice(earlier)
        office = model.office
        if rng.random() < 0.5:  # father and son
            people = [replace(model.people[0], age=model.people[0].age + 25)]
            start += timedelta(days=0)
        else:  # the same template, day and town for another person
            people = [replace(make_person(rng, office.towns), town=model.people[0].town)]
            start, teller = model.stages[0][1], model.teller
    docket = (rng.randint(1, 4), start.year % 100, rng.randint(11, 400) * 100 + number % 100)
    return Case(number, office, people, teller, docket, _stages(rng, start))


def _stages(rng: Random, start: date) -> list[tuple[str, date]]:
    """Charge to sentence; each step is announced or not, at least one is."""
    day, stages = start, []
    if rng.random() < 0.35:
        stages.append(("arrest", day))
        day += timedelta(days=rng.randint(5, 40))
    stages.append(("charge", day))
    day += timedelta(days=rng.randint(60, 450))
    stages.append(("conviction" if rng.random() < 0.15 else "plea", day))
    day += timedelta(days=rng.randint(60, 300))
    stages.append(("sentence", day))
    announced = [stage for stage in stages if rng.random() < 0.62]
    return announced or [rng.choice(stages)]


def _told(rng: Random, case: Case) -> list[Release]:
    """The releases of a case. Defendants are charged together; later steps may be told one by one."""
    releases = []
    for kind, day in case.stages:
        together = kind in ("arrest", "charge") or rng.random() < 0.4
        for people in [case.people] if together else [[one] for one in case.people]:
            when = day if together else day + timedelta(days=rng.randint(0, 60))
            release = _release(rng, case, kind, when, people)
            releases.append(release)
            if rng.random() < 0.03:
                releases.append(_again(rng, release))
            if rng.random() < 0.08:
                releases.append(
                    _release(rng, case, kind, when + timedelta(days=rng.choice((0, 0, 1))), people, national=True)
                )
    return releases


def _release(rng: Random, case: Case, kind: str, day: date, people: list[Person], national: bool = False) -> Release:
    office, n_people = case.office, len(people)
    written = [misspelt(rng, one) if rng.random() < 0.025 else one for one in people]
    shown = (
        []
        if rng.random() < 0.02
        else [replace(one, age=one.age + (day.year - case.stages[0][1].year)) for one in written]
    )
    style = rng.randrange(3) if national or rng.random() < 0.2 else office.style
    title = case.teller.title(rng, kind, people, bool(shown))
    place = case.teller.town.upper()
    dateline = "WASHINGTON" if national else f"{place}, {STATES[office.state]}"
    body = case.teller.paragraphs(rng, style, kind, shown, dateline, rng.choice(office.officials))
    if shown and n_people < len(case.people) and rng.random() < 0.5:
        body.insert(2, _co_defendants(rng, [one for one in case.people if one not in people]))
    if rng.random() < office.docket_share:
        division, year, number = case.docket
        body.append(office.docket_form.format(d=division, y=year, n=number))
    if national:
        title, body = (
            f"{title} in {STATES[office.state]}",
            [*body, "The Criminal Division's Child Exploitation section assisted."],
        )
    place_found = None if rng.random() < 0.06 else rng.choice(office.towns) if rng.random() < 0.04 else people[0].town
    coded = Coded(
        "opa" if national else office.component, day, kind, place_found,
        office.state if not national or rng.random() < 0.7 else None, n_people if rng.random() < 0.9 else None,
    )  # fmt: skip
    component = rng.choice(NATIONAL) if national else office.name
    return Release(_record(rng, coded.component, component, title, body, day), case.number, coded)


def _co_defendants(rng: Random, others: list[Person]) -> str:
    names = " and ".join(one.full(rng) for one in others)
    return rng.choice(("Co-defendants {} were charged in the same indictment.", "{} were previously indicted.")).format(
        names
    )


def _again(rng: Random, release: Release) -> Release:
    """The release posted again some days later, the same or with a correction."""
    assert release.coded
    day = release.coded.published + timedelta(days=rng.choice((0, 0, 1, 3, 20)))
    body = str(release.record["body"])
    if rng.random() < 0.5:
        body = body.replace("United States Attorney", "U.S. Attorney", 1)
    fresh = {"uuid": _uuid(rng), "vuuid": _uuid(rng), "date": _epoch(day), "created": _epoch(day), "body": body}
    return replace(release, record=release.record | fresh, coded=replace(release.coded, published=day))


def _round_up(rng: Random, host: Case, cases: list[Case]) -> Release:
    day = host.stages[0][1]
    lines = [f"{one.full(rng)}, {one.age}, of {one.town}, was charged." for case in cases for one in case.people]
    title = f"{len(lines)} Charged in {STATES[host.office.state]} in Project Safe Childhood Operation"
    return Release(_record(rng, host.office.component, host.office.name, title, lines, day), None, None)


def _record(rng: Random, path: str, component: str, title: str, paragraphs: list[str], day: date) -> Record:
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:100].strip("-")
    return {
        "uuid": _uuid(rng),
        "vuuid": _uuid(rng),
        "title": title,
        "body": "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs),
        "teaser": "",
        "date": _epoch(day),
        "created": _epoch(day),
        "changed": _epoch(day),
        "url": f"https://www.justice.gov/{path}/pr/{slug}",
        "topic": "",
        "attachment": "",
        "image": "",
        "number": f"{day.year % 100:02}-{rng.randint(1, 1500)}" if path == "opa" else "",
        "component": [{"uuid": str(UUID(int=Random(component).getrandbits(128), version=4)), "name": component}],
    }


def _told_apart(url: str, used: Counter[str]) -> str:
    """The address with -0, -1 and so on where it was used before, as the site tells equal titles apart."""
    used[url] += 1
    return url if used[url] == 1 else f"{url}-{used[url] - 2}"


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _epoch(day: date) -> str:
    return str(int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()))
