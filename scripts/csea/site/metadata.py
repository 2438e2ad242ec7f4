"""Datasette's configuration, generated: titles, texts, facets, labels, questions and the front page's facts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from html import escape
from typing import TYPE_CHECKING, Any

from csea.database import open_readonly
from csea.errors import UsageError
from csea.package import summary
from csea.project import DATABASE
from csea.schema import Schema, SchemaError
from csea.schema.texts import table_metadata
from csea.site.about import about
from csea.site.columns import columns_of
from csea.site.pictures import picture_facts
from csea.views import ASKERS, View

if TYPE_CHECKING:
    from csea.project import Project

SOURCE = "Public records; each row names its source"
GROUPS = ("Duties and money", "Published figures", "Releases and cases", "Reference", "About the data")
# Within those who ask, the questions in the order in which most visitors ask them; others come after these.
FIRST = (
    *("obligations_scorecard", "due_in_year", "obligations_summary", "duty_editions", "bodies_and_duties"),
    *("before_after_law", "funding_gap", "money_by_year", "district_cases"),
    *("cybertipline_by_year", "who_tipped_off", "platforms_ranked", "measure_over_time"),
    *("funnel", "conduct_shares", "statutes_by_conduct", "platforms_compared", "reports_per_what"),
)


def metadata(project: Project) -> dict[str, Any]:
    """Datasette metadata: the database's tables and questions, and what the front page shows."""
    facts = summary(project.root)
    views = sorted(project.views, key=_rank)
    return {
        "title": facts["title"],
        "license": "CC0 1.0",
        "license_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "source": SOURCE,
        "databases": {
            "csea": {
                "title": "All tables and questions",
                "description": "Ask anything in SQL, or open a table or a ready question below.",
                "tables": {name: table_metadata(schema) for name, schema in project.tables.items()}
                | {view.name: _answer_table(view) for view in views},
                "queries": {view.slug: _query(view) for view in views},
            }
        },
        "plugins": {
            "csea": {
                "about": about(project),
                "groups": [_group(name, project, facts["tables"]) for name in GROUPS],
                "questions": [_question(view) for view in views],
                "question_pages": _pages(project, views),
                "coverage": facts["coverage"],
                "references": {name: _references(schema) for name, schema in project.tables.items()},
                "pictures": picture_facts(project),
                "schemas": {name: columns_of(schema) for name, schema in project.tables.items()},
            }
        },
    }


def _rank(view: View) -> tuple[int, int, str]:
    return ASKERS.index(view.asks), FIRST.index(view.name) if view.name in FIRST else len(FIRST), view.name


def _question(view: View) -> dict[str, object]:
    """A question for lists, which stand in the order of those who ask."""
    texts = {"title": view.title, "question": view.question, "asks": view.asks, "name": view.name}
    return {"slug": view.slug, **texts}


def _pages(project: Project, views: list[View]) -> dict[str, dict[str, object]]:
    """Slug to what the page of a question shows; the choices of its boxes are read from the built database.

    UsageError where the database is not there or is of other definitions.
    """
    try:
        with closing(open_readonly(project.root / DATABASE)) as connection:
            boxes = {
                name: {
                    "name": name,
                    "label": parameter.label,
                    "hint": parameter.hint,
                    "options": parameter.choices(connection),
                    "example": parameter.example,
                    "pattern": parameter.pattern,
                }
                for name, parameter in project.parameters.items()
            }
    except (sqlite3.Error, SchemaError) as error:
        raise UsageError(f"The database does not fit the questions ({error}). Run `csea build --force`.") from error
    return {
        view.slug: {
            **_question(view),
            "caveat": view.caveat,
            "coverage": view.coverage,
            "covered_by": list(view.page_covered_by),
            "definition": view.sql,
            "parameters": [{**boxes[name], "empty": view.when_empty(name)} for name in view.parameters],
        }
        for view in views
    }


def _answer_table(view: View) -> dict[str, object]:
    """What the table that holds the answer to a question says of itself: the same as its page, to which it leads."""
    texts = "".join(f"<p>{escape(text)}</p>" for text in (view.question, view.caveat, view.coverage))
    page = f'<p>This is the whole stored answer. <a href="/csea/{view.slug}">Its page</a> asks it as most need it.</p>'
    return {"hidden": True, "title": view.title, "description_html": texts + page}


def _query(view: View) -> dict[str, object]:
    query: dict[str, object] = {"title": view.title, "description": view.question, "sql": view.page_sql}
    return {**query, "params": list(view.parameters)} if view.parameters else query


def _group(group: str, project: Project, rows: dict[str, int]) -> dict[str, object]:
    members = [schema for schema in project.tables.values() if schema.group == group]
    ordered = sorted(members, key=lambda schema: -len(schema.fields))  # the main tables are the wide ones
    return {"name": group, "tables": [_table(schema, rows[schema.name]) for schema in ordered]}


def _references(schema: Schema) -> dict[str, str]:
    """Column to the table whose row it names."""
    return {key.fields[0]: key.table for key in schema.foreign_keys if len(key.fields) == 1}


def _table(schema: Schema, rows: int) -> dict[str, object]:
    return {
        "name": schema.name,
        "title": schema.title,
        "rows": rows,
        "description": schema.description,
    }
