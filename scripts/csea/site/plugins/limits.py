"""Datasette plugin of limits on SQL: no query may fill the memory or the disk, keep a core, or change anything.

Time is watched from a thread of its own (a function call cannot be stopped from within), memory by SQLite's own
heap limit, the size of values and answers by counting. Like every plugin here it is loaded by its path.
"""

import functools
import re
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import datasette.database
from datasette import hookimpl

HEAP = 48 * 2**20  # bytes that SQLite may hold in all connections together, sorting included
ANSWER = 8 * 2**20  # bytes of one answer, once in Python
CELL = 50  # bytes that a cell costs beside its text
WORK = 10_000_000  # product of the lengths of a costly function's texts: about a hundredth of a second
STEP = 0.02  # seconds between two looks at the queries that run

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 100_000,  # bytes of a value or row; the longest text published has a few hundred
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 50_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 120,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 10_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 10_000,  # Datasette asks for the labels of a page of rows at once
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
PRAGMAS = (
    *("data_version", "database_list", "foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo"),
    *("page_count", "page_size", "schema_version", "table_info", "table_list", "table_xinfo", "user_version"),
)
HIDDEN = (  # would show what others ask, or where the file is
    *("sqlite_stmt", "sqlite_dbpage", "dbstat", "pragma_database_list"),
)
REFUSED = ("load_extension", "fts3_tokenizer")
# Each works for seconds or minutes within one call, which nothing can interrupt: printf('%.*c', 2000000000, 'x')
# took 16 s. Name to number of arguments.
COSTLY = {
    **{"printf": -1, "format": -1, "glob": 2, "instr": 2, "replace": 3, "json_patch": 2},
    **{"trim": 2, "ltrim": 2, "rtrim": 2, "unhex": 2},
}
INDEX = "_fts"  # in the name of every search index
SEARCHED = 4_000  # bytes of a value in a statement that asks one; LONGEST_VALUE in middleware/gate.py is no longer
WIDE = re.compile(r"[*]|\d{4}")

NEEDS_MEMORY = f"this query needs more memory than the {HEAP >> 20} MB that all queries share; ask for less at once"
TOO_LARGE = f"the answer is larger than {ANSWER >> 20} MB; ask for fewer rows or columns, or take the files"


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """Bound what SQL on this connection can do; the published database is read and no more."""
    if database == "_internal":  # Datasette's own notes in memory, which it writes
        return
    sqlite3.enable_callback_tracebacks(False)  # Datasette has them printed; readers would fill the log
    for limit, value in LIMITS.items():
        conn.setlimit(limit, value)
    for pragma in ("query_only=1", "trusted_schema=0", "temp_store=2", f"hard_heap_limit={HEAP}"):
        conn.execute(f"PRAGMA {pragma}")
    for name, arguments in _there(conn):
        conn.create_function(name, arguments, _bounded(name), deterministic=True)
    conn.row_factory = Counted()
    conn.set_trace_callback(functools.partial(_shortened, conn))
    conn.set_authorizer(_allowed)


def _allowed(action: int, first: str | None, second: str | None, schema: str | None, trigger: str | None) -> int:
    """What SQLite asks while it prepares a statement: only reading is allowed."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in PRAGMAS else sqlite3.SQLITE_DENY
    if (action, first) == (sqlite3.SQLITE_UPDATE, "sqlite_master"):  # what declaring a search index looks like;
        return sqlite3.SQLITE_OK  # the file is opened as immutable, so nothing is written
    if action not in READING or (action == sqlite3.SQLITE_READ and (first or "").lower() in HIDDEN):
        return sqlite3.SQLITE_DENY
    refused = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in REFUSED
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _there(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """The costly functions that this version of SQLite has, with their numbers of arguments."""
    known = {tuple(row) for row in conn.execute("SELECT name, narg FROM pragma_function_list")}
    return [item for item in COSTLY.items() if item in known]


def _shortened(conn: sqlite3.Connection, sql: str) -> None:
    """Let a statement that asks a search index hold short texts alone, whatever they are made of, as it starts.

    A search is one step, which nothing can interrupt: one for 30,000 words in a thousand titles took 88 s.
    """
    if INDEX in sql.lower():
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SEARCHED)  # the next statement has the usual limit again


def _bounded(name: str) -> Callable[..., Any]:
    """SQLite's own function, after a look at how much it would have to do."""
    own = sqlite3.connect(":memory:", check_same_thread=False)  # used by the thread of its connection alone
    own.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LIMITS[sqlite3.SQLITE_LIMIT_LENGTH])

    def call(*arguments: Any) -> Any:
        work = 1
        for value in arguments:
            work *= max(1, len(value)) if isinstance(value, str | bytes) else 1
        wide = name in ("printf", "format") and arguments and WIDE.search(str(arguments[0]))
        if work > WORK or wide:
            raise OverflowError  # SQLite says: string or blob too big
        return own.execute(f"SELECT {name}({', '.join('?' * len(arguments))})", arguments).fetchone()[0]

    return call


class Counted:
    """Makes sqlite3.Row of each row and stops an answer that grows too large: one answer, one cursor."""

    def __init__(self) -> None:
        """Start with no answer."""
        self.cursor: Callable[[], sqlite3.Cursor | None] = lambda: None
        self.size = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        """Give the row, counted; sqlite3.OperationalError when the answer is too large."""
        if self.cursor() is not cursor:
            self.cursor, self.size = weakref.ref(cursor), 0
        self.size += CELL * len(values) + sum(len(value) for value in values if isinstance(value, str | bytes))
        if self.size > ANSWER:
            raise sqlite3.OperationalError(TOO_LARGE)
        return sqlite3.Row(cursor, values)


@contextmanager
def _let_go(conn: sqlite3.Connection) -> Iterator[None]:
    """End the statement of a query that fails, whose error may hold its cursor for a while.

    With a statement half done, SQLite keeps an interruption in mind, and would stop each query after it as well.
    """
    try:
        yield
    except BaseException:
        # By its attribute: a second Datasette in one process loads this file anew, with a class Counted of its own.
        held = getattr(conn.row_factory, "cursor", None)
        cursor = held() if held else None
        if cursor is not None:
            cursor.close()
        raise


class Watch(threading.Thread):
    """Interrupts queries that run past their time; sleeps while none runs."""

    def __init__(self) -> None:
        """Start with no query."""
        super().__init__(name="sql-watch", daemon=True)
        self.lock = threading.Lock()
        self.busy = threading.Event()
        self.running: dict[sqlite3.Connection, float] = {}

    def run(self) -> None:
        """Look at what runs, for as long as the process lives."""
        while True:
            self.busy.wait()
            with self.lock:
                now = time.monotonic()
                for connection in [conn for conn, end in self.running.items() if end < now]:
                    connection.interrupt()
                if not self.running:
                    self.busy.clear()
            time.sleep(STEP)

    @contextmanager
    def limit(self, conn: sqlite3.Connection, ms: int) -> Iterator[None]:
        """Run a query for at most that many milliseconds, in Datasette's ``sqlite_timelimit``'s place."""
        with self.lock:
            if not self.is_alive():
                self.start()
            self.running[conn] = time.monotonic() + ms / 1000
            self.busy.set()
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LIMITS[sqlite3.SQLITE_LIMIT_LENGTH])
        try:
            with _let_go(conn):
                yield
        except (MemoryError, SystemError):  # the second is how sqlite3 fails at memory that is missing inside it
            raise sqlite3.OperationalError(NEEDS_MEMORY) from None
        except sqlite3.Error as error:
            # Datasette's pages tell a reader of this kind of error alone; of others they say that the site failed.
            raise (
                error if isinstance(error, sqlite3.OperationalError) else sqlite3.OperationalError(str(error))
            ) from None
        finally:
            with self.lock:
                self.running.pop(conn, None)


# Datasette's own limit is looked at every thousand steps of SQLite's machine, each of which may be a long call.
datasette.database.sqlite_timelimit = Watch().limit
