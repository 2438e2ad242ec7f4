"""Invented releases with their cases and all that hangs on them, fitting together as the rules ask, many and fast.

The other tables are those of the dataset. Nothing here is about anybody. The same number gives the same rows.

Shares are about those of the published tables today: of the releases that are held nine in ten are in scope and seven
in ten belong to a case, 1.5 to each, with ten codings a release. The rules publish only what is in scope, so as many
releases as the department lists would give about a tenth of the default: the harder case is measured. Out of scope:
texts, duplicates and corrections; the files (``generate_site.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import generate_tables
from csea import ROOT
from csea.project import Project
from csea.schema import Schema
from csea.schema.arrow import arrow_schema
from drawn_cases import (
    CONDUCT,
    IN_ORDER,
    ORIGINS,
    OTHER_KINDS,
    PROGRAM_IN_SCOPE,
    STAGES,
    Drawn,
    draw,
    each,
    index,
    places_of,
    spread,
    taken,
)
from generate_tables import DAYS, FIRST_DAY, Columns, numbers

LINKS = ["docket_number", "same_defendant", "similar_wording"]
UNDATED, TITLE_WITHHELD, WITH_NOTE = 0.01, 0.1, 0.5
MADE_ON = "2026-01-05"


def tables(n: int, project: Project) -> dict[str, pa.Table]:
    """Every published table, typed, by name, with ``n`` releases."""
    kept = {name: pq.read_table(ROOT / "data" / "parquet" / f"{name}.parquet") for name in project.tables}
    offices = kept["components"].filter(pc.equal(kept["components"]["component_kind"], "us_attorney"))
    places = places_of(offices)
    drawn = draw(n, len(places), kept)
    columns = {"releases": _releases(drawn, offices, places)}
    columns["cases"] = _cases(drawn, columns["releases"], offices, places)
    columns["case_links"] = _links(drawn)
    columns["release_platforms"] = _platforms(drawn, columns["releases"], kept)
    columns["release_conduct"] = _conduct(drawn)
    columns["release_statutes"] = _statutes(drawn, kept)
    columns["uses"] = _uses(drawn, kept)
    columns["releases"] |= {"in_scope": _in_scope(columns)}
    columns["codings"] = _codings(drawn, columns, project.tables["codings"])
    columns |= _calendar(columns["releases"])
    made = {name: typed(project.tables[name], found) for name, found in columns.items()}
    return {name: made.get(name, kept[name]) for name in project.tables}


def typed(schema: Schema, columns: dict[str, pa.Array]) -> pa.Table:
    """A table of the schema's types, by primary key; a column that is not given is empty."""
    rows = len(next(iter(columns.values())))
    wanted = arrow_schema(schema)
    arrays = [pc.cast(columns.get(field.name, pa.nulls(rows)), field.type) for field in wanted]
    return pa.table(arrays, schema=wanted).sort_by([(name, "ascending") for name in schema.primary_key])


def _releases(drawn: Drawn, offices: pa.Table, places: list[dict[str, object]]) -> dict[str, pa.Array]:
    """The columns of releases, but for in_scope."""
    rng, n, inside = drawn.rng, drawn.n, drawn.case_of >= 0
    base = generate_tables.releases(n)
    office = rng.integers(0, len(offices), n)
    office[inside] = drawn.of_case(drawn.office)
    day = rng.integers(0, DAYS, n)
    day[inside] = drawn.of_case(rng.integers(0, DAYS, len(drawn.sizes))) + 150 * drawn.place_in_case[inside]
    kind = np.array(list(OTHER_KINDS))[index(rng, OTHER_KINDS, n)].astype(object)
    alone = np.array(list(STAGES))[index(rng, STAGES, n)]
    in_order = np.array(IN_ORDER)[np.maximum(drawn.place_in_case, 0)]
    kind[inside] = np.where(drawn.of_case(drawn.sizes) == 1, alone[inside], in_order[inside])
    is_sentence, is_exploitation = kind == "sentence", rng.random(n) < PROGRAM_IN_SCOPE
    is_exploitation[inside] = drawn.of_case(drawn.is_exploitation)
    component = offices["component"].combine_chunks().take(pa.array(office))
    by_case = {"place": "place", "state": "state"}
    of_place = {name: spread(drawn, [place[name] for place in places], drawn.town) for name in by_case}
    return {name: base[name].combine_chunks() for name in base.column_names} | {
        "url_withheld": _same(n, False),
        "title_withheld": (withheld := pa.array(rng.random(n) < TITLE_WITHHELD)),
        "title": _unless(base["title"].combine_chunks(), withheld),
        "published_date": _unless(_days(day), pa.array(rng.random(n) < UNDATED)),
        "component": component,
        "district": component,
        "release_kind": pa.array(kind, pa.string()),
        "is_criminal_case": pa.array(inside),
        "is_child_exploitation": pa.array(is_exploitation),
        "origin": spread(drawn, list(ORIGINS), drawn.origin),
        "project_safe_childhood": pa.array(rng.random(n) < 0.7),
        "n_suspects": _unless(pa.array(drawn.suspects[drawn.case_of]), pa.array(~inside)),
        "sentence_months": _unless(pa.array(rng.integers(12, 480, n)), pa.array(~is_sentence)),
        "life_sentence": _unless(pa.array(rng.random(n) < 0.02), pa.array(~is_sentence)),
        **of_place,
        "case_id": _unless(_case_ids(drawn.case_of), pa.array(~inside)),
        "duplicate_of": pa.nulls(n),
        "text_scope": _same(n, "full"),
        "coding_method": _same(n, "machine"),
        "source": _same(n, "doj_api"),
        "is_mirror": _same(n, False),
        "mirror_is_marked": pa.nulls(n),
        "retrieved_date": _same(n, MADE_ON),
        "note": _unless(base["note"].combine_chunks(), pa.array(rng.random(n) >= WITH_NOTE)),
    }


def _cases(
    drawn: Drawn, releases: dict[str, pa.Array], offices: pa.Table, places: list[dict[str, object]]
) -> dict[str, pa.Array]:
    n_cases = len(drawn.sizes)
    rows = pa.table({"case": drawn.case_of, "day": releases["published_date"], "kind": releases["release_kind"]})
    rank = pc.index_in(rows["kind"], pa.array(list(STAGES)))
    found = rows.append_column("rank", rank).filter(pa.array(drawn.case_of >= 0)).group_by("case")
    by_case = found.aggregate([("day", "min"), ("day", "max"), ("rank", "min")]).sort_by("case")
    first = by_case["day_min"].combine_chunks()
    quarter = pc.binary_join_element_wise(
        pc.cast(pc.year(first), pa.string()), pc.cast(pc.quarter(first), pa.string()), "-Q"
    )
    component = offices["component"].combine_chunks().take(pa.array(drawn.office))
    names = ("place", "county", "state", "latitude", "longitude")
    of_place = {name: pa.array([place[name] for place in places]).take(pa.array(drawn.town)) for name in names}
    return {
        "case_id": _case_ids(np.arange(n_cases)),
        "component": component,
        "district": component,
        "first_release_date": first,
        "last_release_date": by_case["day_max"].combine_chunks(),
        "quarter": quarter,
        "n_releases": pa.array(drawn.sizes),
        "n_suspects": pa.array(drawn.suspects),
        "latest_kind": pa.array(list(STAGES)).take(by_case["rank_min"].combine_chunks()),
        "is_child_exploitation": pa.array(drawn.is_exploitation),
        "origin": pa.array(list(ORIGINS)).take(pa.array(drawn.origin)),
        **of_place,
        "geo_precision": _unless(_same(n_cases, "place"), pc.is_null(of_place["latitude"])),
        "confidence": pa.array(drawn.rng.choice(["high", "medium", "low"], n_cases).tolist()),
    }


def _links(drawn: Drawn) -> dict[str, pa.Array]:
    is_only = drawn.of_case(drawn.sizes) == 1
    method = np.array(LINKS)[drawn.rng.integers(0, len(LINKS), len(is_only))]
    score = np.round(drawn.rng.uniform(0.6, 1, len(is_only)), 3)
    return {
        "case_id": _case_ids(drawn.case_of[drawn.in_case]),
        "release_id": _release_ids(drawn.in_case),
        "method": pa.array(np.where(is_only, "only_release", method).tolist()),
        "score": pa.array(np.where(is_only, 1.0, score)),
        "reviewed": pa.array(is_only),
        "rules_version": _unless(_same(len(is_only), "1.0.0"), pa.array(is_only)),
    }


def _platforms(drawn: Drawn, releases: dict[str, pa.Array], kept: dict[str, pa.Table]) -> dict[str, pa.Array]:
    rows, which, place = each(drawn, drawn.platforms)
    is_reporter = drawn.is_reporter[drawn.case_of[rows]] & (place == 0)
    others = np.flatnonzero((drawn.case_of < 0) & (drawn.rng.random(drawn.n) < 0.08))
    which = np.concatenate([which, drawn.rng.integers(0, kept["platforms"].num_rows, len(others))])
    role = np.concatenate([np.where(is_reporter, "reported_by", "used"), np.full(len(others), "mentioned")])
    return {
        "release_id": _release_ids(np.concatenate([rows, others])),
        "platform_id": taken(kept["platforms"]["platform_id"], which),
        "role": pa.array(role.tolist()),
        "n_mentions": pa.array(drawn.rng.integers(1, 9, len(which))),
    }


def _conduct(drawn: Drawn) -> dict[str, pa.Array]:
    rows, which, _ = each(drawn, drawn.conduct)
    return {"release_id": _release_ids(rows), "conduct": taken(pa.array(list(CONDUCT)), which)}


def _statutes(drawn: Drawn, kept: dict[str, pa.Table]) -> dict[str, pa.Array]:
    rows, which, _ = each(drawn, drawn.statute[:, None])
    return {"release_id": _release_ids(rows), "statute_id": taken(kept["statutes"]["statute_id"], which)}


def _uses(drawn: Drawn, kept: dict[str, pa.Table]) -> dict[str, pa.Array]:
    """A row for each suspect and used platform of the cases with one kind of conduct."""
    is_used = drawn.platforms >= 0
    is_used[:, 0] &= ~drawn.is_reporter
    is_used &= ((drawn.conduct[:, 0] >= 0) & (drawn.conduct[:, 1] < 0))[:, None]
    case, place = np.nonzero(is_used)
    times = drawn.suspects[case]
    number = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + 1
    case, place = np.repeat(case, times), np.repeat(place, times)
    return {
        "case_id": _case_ids(case),
        "suspect_no": pa.array(number),
        "platform_id": taken(kept["platforms"]["platform_id"], drawn.platforms[case, place]),
        "conduct": taken(pa.array(list(CONDUCT)), drawn.conduct[case, 0]),
    }


def _in_scope(columns: dict[str, dict[str, pa.Array]]) -> pa.Array:
    releases = columns["releases"]
    names_platform = pc.is_in(releases["release_id"], columns["release_platforms"]["release_id"])
    return pc.or_(releases["is_child_exploitation"], names_platform)


def _codings(drawn: Drawn, columns: dict[str, dict[str, pa.Array]], schema: Schema) -> dict[str, pa.Array]:
    """A row for each value that was coded."""
    releases = columns["releases"]
    many = {"platform": "release_platforms", "conduct": "release_conduct", "statute": "release_statutes"}
    parts = []
    for variable in schema.field("variable").enum:
        if variable in many:
            found = columns[many[variable]]
            key, *values = [name for name in found if name != "n_mentions"]
            value = pc.binary_join_element_wise(*(found[name] for name in values), "=")
            parts.append((found[key], variable, value))
        else:
            values = pc.cast(releases[variable], pa.string())
            is_given = pc.is_valid(values)
            parts.append((releases["release_id"].filter(is_given), variable, values.filter(is_given)))
    rows = sum(len(key) for key, _, _ in parts)
    start, drawing = drawn.rng.integers(0, 4000, rows), Columns(schema, rows)
    rule = [pc.binary_join_element_wise(_same(len(key), variable), "invented", ".") for key, variable, _ in parts]
    return {
        "release_id": pa.concat_arrays([key for key, _, _ in parts]),
        "variable": pa.concat_arrays([_same(len(key), variable) for key, variable, _ in parts]),
        "coded_value": pa.concat_arrays([value for _, _, value in parts]),
        "coder": _same(rows, "machine"),
        "method": _same(rows, "rule"),
        "rule_id": pa.concat_arrays(rule),
        "rules_version": _same(rows, "1.0.0"),
        "start": pa.array(start),
        "end": pa.array(start + drawn.rng.integers(5, 120, rows)),
        "text_form": _same(rows, "csea-text-1"),
        "span_sha256": drawing.hexadecimal(64),
        "confidence": drawing.chosen(["high", "medium", "low"]),
    }


def _calendar(releases: dict[str, pa.Array]) -> dict[str, dict[str, pa.Array]]:
    """Readings by month and coverage by day: eight releases read for each that is held."""
    days = pa.table({"day": pc.cast(releases["published_date"], pa.string()), "in_scope": releases["in_scope"]})
    days = days.filter(pc.is_valid(days["day"]))
    found = {}
    for name, length in (("readings", 7), ("coverage_days", 10)):
        period = days.set_column(0, "period", pc.utf8_slice_codeunits(days["day"], 0, length))
        counted = period.group_by("period").aggregate([("in_scope", "count"), ("in_scope", "sum")]).sort_by("period")
        n_read, rows = pc.multiply(counted["in_scope_count"], 8), counted.num_rows
        found[name] = {"n_in_scope": counted["in_scope_sum"]}
        if name == "readings":
            more = {"n_read": n_read, "n_set_aside": _same(rows, 0), "rules_version": _same(rows, "1.0.0")}
            found[name] |= {"month": counted["period"], **more}
        else:
            more = {"n_listed": n_read, "n_retrieved": n_read, "n_failed": _same(rows, 0)}
            found[name] |= {"date": counted["period"], **more, "as_of": _same(rows, MADE_ON)}
    return found


def _same(n: int, value: object) -> pa.Array:
    return pa.repeat(value, n)


def _unless(values: pa.Array, is_empty: pa.Array) -> pa.Array:
    return pc.if_else(is_empty, pa.nulls(len(values), values.type), values)


def _days(day: np.ndarray) -> pa.Array:
    return pa.array((FIRST_DAY + day).astype("datetime64[D]"))


def _release_ids(place: np.ndarray) -> pa.Array:
    return numbers("r", 7, place + 1)


def _case_ids(place: np.ndarray) -> pa.Array:
    return numbers("c", 6, place + 1)
