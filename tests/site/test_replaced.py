"""What this program replaces in Datasette and uvicorn is there, and is called as the pinned versions call it."""

import inspect

import datasette.database
import datasette.handle_exception
import datasette.views.base
import pytest
import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.facets import ColumnFacet
from datasette.plugins import DEFAULT_PLUGINS
from datasette.views.database import DatabaseView, QueryView
from datasette.views.row import RowView
from datasette.views.table import TableView
from uvicorn.protocols.http.h11_impl import H11Protocol

from csea.site.server import NoUnits, Protocol, Server

QUERY = ["self", "request", "sql", "editable", "canned_query", "metadata", "_size", "named_parameters", "write"]
NAMES = {
    Datasette.permission_allowed: ["self", "actor", "action", "resource", "default"],
    Datasette.refresh_schemas: ["self"],
    Database.execute: ["self", "sql", "params", "truncate", "custom_time_limit", "page_size", "log_sql_errors"],
    QueryView.data: QUERY,
    ColumnFacet.facet_results: ["self"],
    TableView.data: ["self", "request", "default_labels", "_next", "_size"],
    RowView.data: ["self", "request", "default_labels"],
    RowView.get: ["self", "request"],
    DatabaseView.dispatch_request: ["self", "request"],
    uvicorn.Server.startup: ["self", "sockets"],
    H11Protocol.connection_made: ["self", "transport"],
    H11Protocol.data_received: ["self", "data"],
    H11Protocol.pause_writing: ["self"],
    H11Protocol.resume_writing: ["self"],
    H11Protocol.timeout_keep_alive_handler: ["self"],
    H11Protocol.connection_lost: ["self", "exc"],
}


@pytest.mark.parametrize("function", NAMES, ids=lambda function: function.__qualname__)
def test_a_replaced_function_takes_what_it_took(function):
    own = inspect.unwrap(function)
    assert list(inspect.signature(own).parameters) == NAMES[function]


def test_the_clock_of_a_query_is_looked_up_where_it_is_replaced():
    assert "sqlite_timelimit(conn, time_limit_ms)" in inspect.getsource(Database.execute)
    assert list(inspect.signature(datasette.database.sqlite_timelimit).parameters) == ["conn", "ms"]


def test_the_page_of_errors_has_the_name_by_which_it_is_taken_out():
    assert "datasette.handle_exception" in DEFAULT_PLUGINS
    assert hasattr(datasette.handle_exception, "rich")


def test_units_are_made_by_what_the_stand_in_has():
    source = inspect.getsource(datasette.views.base)
    assert "from datasette.vendored import pint\n" in source
    assert source.count("pint.") == source.count("pint.UnitRegistry()") == 1
    assert NoUnits("pint").UnitRegistry() == {}


def test_the_server_is_uvicorn_s_with_these_parts_replaced():
    assert issubclass(Protocol, H11Protocol) and issubclass(Server, uvicorn.Server)
    source = inspect.getsource(H11Protocol)
    assert all(f"self.{name}" in source for name in ("cycle", "transport", "loop"))
