"""Datasette's configuration, generated: titles, texts, facets, labels, questions and the front page's facts."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from csea.package import summary
from csea.schema import Schema
from csea.schema.texts import table_metadata
from csea.views import View

if TYPE_CHECKING:
    from csea.project import Project

SOURCE = "Public records; each row names its source"
GROUPS = ("Duties and money", "Published figures", "Releases and cases", "Reference", "About the data")
# The questions in the order in which most visitors ask them; a view not named here comes last.
FIRST = ("obligations_scorecard", "obligations_summary", "funding_gap", "cybertipline_by_year", "reports_by_provider")


def metadata_bytes(project: Project) -> bytes:
    """The metadata file as JSON."""
    return (json.dumps(metadata(project), indent=2, ensure_ascii=False) + "\n").encode()


def metadata(project: Project) -> dict[str, Any]:
    """Datasette metadata: the database's tables and questions, and what the front page shows."""
    facts = summary(project.root)
    views = sorted(project.views, key=_rank)
    return {
        "title": facts["title"],
        "license": "CC0 1.0",
        "license_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "source": SOURCE,
        "extra_css_urls": ["/assets/csea.css"],
        "extra_js_urls": ["/assets/csea.js"],
        "databases": {
            "csea": {
                "title": "All tables and questions",
                "description": "Ask anything in SQL, or open a table or a ready question below.",
                "tables": {name: table_metadata(schema) for name, schema in project.tables.items()}
                | {view.name: {"hidden": True} for view in views},
                "queries": {_slug(view): _query(view) for view in views},
            }
        },
        "plugins": {
            "csea": {
                "version": project.version,
                "groups": [_group(name, project, facts["tables"]) for name in GROUPS],
                "questions": [{"slug": _slug(view), "title": view.title} for view in views],
                "coverage": facts["coverage"],
                "references": {name: _references(schema) for name, schema in project.tables.items()},
                "booleans": {name: _booleans(schema) for name, schema in project.tables.items()},
            }
        },
    }


def _rank(view: View) -> tuple[int, str]:
    return (FIRST.index(view.name) if view.name in FIRST else len(FIRST), view.name)


def _slug(view: View) -> str:
    return view.name.replace("_", "-")


def _query(view: View) -> dict[str, object]:
    texts = [("", view.question), ("How to read it: ", view.caveat), ("Coverage: ", view.coverage)]
    if view.boxes:
        texts.append(("What to enter: ", view.boxes))
    html = "".join(f"<p><strong>{label}</strong>{escape(text)}</p>" for label, text in texts)
    query: dict[str, object] = {"title": view.title, "description_html": html, "sql": view.page_sql, "hide_sql": True}
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


def _booleans(schema: Schema) -> list[str]:
    return [field.name for field in schema.fields if field.type == "boolean"]
