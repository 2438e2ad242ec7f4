"""Hostile requests: whatever is asked, the server answers in words, stays alive and changes nothing."""

import hashlib
import http.client
import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import datasette.database
import pytest
from datasette.plugins import pm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csea.project import DATABASE

# Datasette leaves the other facets of a page unasked when one is refused.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

LONG = "replace(hex(zeroblob(49000)), '0', 'a')"
WORDS_OF_ONE = f"replace({LONG}, 'a', 'a ')".replace("49000", "16000")
CTES = ", ".join(f"a{n + 1} AS (SELECT p.x FROM a{n} p, a{n} q)" for n in range(24))
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

# Queries that would fill the memory, the disk or the time; each is stopped with 400.
GREEDY = {
    "one huge value": "SELECT zeroblob(6000000000)",
    "a huge width": "SELECT printf('%.*c', 2000000000, 'x')",
    "a huge width in words": "SELECT format('%2000000000d', 1)",
    "many long values": f"SELECT {LONG} FROM releases",
    "a text of a cross join": "SELECT group_concat(a.title || b.title) FROM releases a, releases b, releases c",
    "a list of a cross join": "SELECT json_group_array(a.title) FROM releases a, releases b",
    "a large sort": f"{ENDLESS} SELECT i, hex(randomblob(500)) x FROM n ORDER BY x",
    "a large set": "SELECT count(DISTINCT hex(randomblob(400))) FROM releases a, releases b, releases c",
    "doubling": f"WITH a0 AS (SELECT 1 x), {CTES} SELECT count(*) FROM a24",
    "replacing long by long": f"SELECT length(replace({LONG}, {LONG} || 'b', 'x'))",
    "searching long in long": f"SELECT instr({LONG}, substr({LONG}, 1, 30000) || 'b')",
    "trimming long by long": f"SELECT length(trim(replace({LONG}, 'a', 'b'), replace({LONG}, 'a', 'c') || 'b'))",
    "trimming one end": f"SELECT length(rtrim({LONG}, replace({LONG}, 'a', 'c') || 'a'))",
    "searching for many words": f"SELECT 1 FROM releases_fts WHERE releases_fts MATCH 'NEAR(' || {WORDS_OF_ONE} || ')'",
    "searching for a long phrase": f"SELECT rowid FROM releases_fts('\"' || {WORDS_OF_ONE} || '\"')",
    "too many columns": "SELECT " + ", ".join(["1"] * 1_500),
    "too deep": "SELECT " + "(" * 900 + "1" + ")" * 900,
    "too many parts": " UNION ALL ".join(["SELECT 1"] * 100),
    "more rows than memory": "SELECT a.*, b.* FROM releases a, codes b, codes c",
}
# Statements that do more than read the data; each is refused with 400.
FORBIDDEN = (
    "ATTACH ':memory:' AS x",
    "PRAGMA user_version = 3",
    "SELECT * FROM pragma_hard_heap_limit(0)",
    "SELECT load_extension('x')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT * FROM sqlite_stmt",
    "SELECT * FROM dbstat",
    "SELECT * FROM pragma_database_list",
    "SELECT count(*) FROM [PRAGMA_Database_List]",
    "SELECT writefile('x', 'y')",
    "SELECT readfile('VERSION')",
    "DELETE FROM releases",
    "WITH a AS (SELECT 1) DELETE FROM releases",
    "WITH a AS (SELECT 1) INSERT INTO codes SELECT * FROM codes",
    "UPDATE sqlite_master SET sql = ''",
    "CREATE TABLE x (y)",
    "VACUUM INTO 'x.db'",
    "SELECT 1; DROP TABLE releases",
)
ODD = (
    "SELECT '<script>alert(1)</script>' AS '<img src=x onerror=alert(1)>'",
    "SELECT 9e999, -9e999, NULL, x'ff', cast(x'80' AS text)",
    "SELECT x'00' AS \"\"",
    "SELECT ?",
    "SELECT",
    "EXPLAIN SELECT 1",
    "SELECT count(*) FROM releases_fts WHERE releases_fts MATCH '\"'",
    "SELECT * FROM json_each('[1,2')",
    "SELECT 'a' REGEXP 'b'",
)
FILTERS = (
    *(
        "_sort=nope",
        "_facet=nope",
        "_facet_array=title",
        "_facet_date=district",
        "_facet_size=-1",
        "_size=-1",
        "_size=x",
    ),
    *("_next=zzz", "_next=~FF", "_next=%FF", "_next=1,2,3", "_where=nope", "_where=1)--", "_search=%22", "_search=*("),
    *("_searchmode=raw&_search=%22", "_search_nope=x", "_shape=nope", "_json=nope", "_col=nope", "_nocol=release_id"),
    *("_timelimit=x", "_timelimit=-5", "_ttl=x", "_ttl=99999999999", "title__glob=*[*", "title__regexp=x", "_trace=1"),
    *("title__in=[1,2", "title__in=[[1]]", "title__nope=1", "_through=x", "_through={}", "_blob_column=title", "a__=1"),
    *("_where=exists(select+1+from+dbstat)", "_filter_column=x&_filter_op=y&_filter_value=z", "__like=x", "_label=x"),
)
PATHS = (
    *(
        "/%2e%2e/%2e%2e/etc/passwd",
        "/files/../../etc/passwd",
        "/files/..%2f..%2fetc/passwd",
        "/files/%ff%fe",
        "/files/",
    ),
    *("/files/" + "a" * 1_900, "/files/" + "a/" * 900, "/figures/%2e%2e%2fVERSION", "/assets/%5c..%5c", "/built/..;"),
    *("/csea/releases/%00", "/csea/releases/~00", "/csea/releases/'--", "/csea/releases/a,b,c", "/csea/releases/~ZZ"),
    *("/csea/releases/r0000001.nope", "/csea/releases/r0000001.blob?_blob_column=title", "/csea.blob?sql=select+1"),
    *("/csea.nope", "/csea.json?sql=", "/csea.db/x", "/csea//releases", "//example.org/", "/%5cexample.org/", "/-/"),
    *("/-/as-of/99999999999999999999.1.1/cases", "/-/correct/nope/x", "/-/pictures/..%2f", "/-/static/%2e%2e/app.py"),
    *("/%ED%A0%80", "/%F0%9F%98%80", "/csea/%F0%9F%98%80", "/.env", "/.git/config", "/.json", "/csea/releases.jsono"),
    "/csea/releases?" + "&".join(f"title__like=%25{n}%25" for n in range(90)),
)

WORDS = (
    "SELECT FROM WHERE * ( ) , ; ' \" ` [ ] -- /* */ :a ? 1 1e9 NULL x'ff' releases codes title count( UNION GROUP BY "
    "ORDER LIMIT -1 OVER WITH AS JOIN ON = < || -> CASE WHEN END CAST text é 😀 \x01"
)


def unharmed(answer):
    """What holds of every answer, whatever was asked."""
    kind = answer.headers.get("content-type", "")
    assert answer.status_code < 500, (answer.status_code, answer.text[:500])
    assert "Traceback" not in answer.text and "site-packages" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if "html" in kind:
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert not answer.headers.get("location", "/").startswith(("//", "/\\", "http"))
    return answer


@pytest.fixture(scope="module", autouse=True)
def alive_and_unchanged(project, get):
    """After all of it the site answers, and the database is the same byte for byte."""
    before = hashlib.sha256((project.root / DATABASE).read_bytes()).digest()
    yield
    assert get("/-/health").json()["ok"] is True
    assert hashlib.sha256((project.root / DATABASE).read_bytes()).digest() == before
    assert not list((project.root / DATABASE).parent.glob("csea.db-*"))


class TestSql:
    @pytest.mark.parametrize("sql", GREEDY.values(), ids=GREEDY)
    def test_a_greedy_query_is_stopped(self, site, get, sql, monkeypatch):
        monkeypatch.setattr(site, "sql_time_limit_ms", 300)
        begun = time.process_time()  # of all threads; what other programs do on the machine does not count
        answer = unharmed(get(f"/csea.json?sql={quote(sql)}&_shape=array"))
        assert time.process_time() - begun < 1.5
        assert answer.status_code in (400, 414)

    @pytest.mark.parametrize("sql", FORBIDDEN)
    def test_a_statement_that_does_more_than_read_is_refused(self, get, sql):
        for path in ("/csea", "/csea.json", "/csea.csv"):
            assert unharmed(get(f"{path}?sql={quote(sql)}")).status_code == 400

    @pytest.mark.parametrize("sql", ODD)
    def test_an_odd_query_is_answered(self, get, sql):
        for path in ("/csea", "/csea.json", "/csea.csv"):
            unharmed(get(f"{path}?sql={quote(sql)}"))

    def test_an_endless_query_ends(self, site, get, monkeypatch):
        monkeypatch.setattr(site, "sql_time_limit_ms", 50)
        answer = unharmed(get(f"/csea.json?sql={quote(f'{ENDLESS} SELECT count(*) FROM n')}"))
        assert answer.status_code == 400

    def test_an_answer_that_was_too_large_leaves_the_next_queries_alone(self, site):
        (plugin,) = (item for item in pm.get_plugins() if getattr(item, "__file__", "").endswith("plugins/limits.py"))
        connection = sqlite3.connect(":memory:")
        plugin.prepare_connection(connection, "csea")

        def rows(sql, ms):
            with datasette.database.sqlite_timelimit(connection, ms):
                cursor = connection.cursor()
                return [tuple(row) for row in cursor.execute(sql).fetchall()]

        with pytest.raises(sqlite3.OperationalError, match="larger than") as error:
            rows(f"{ENDLESS} SELECT hex(zeroblob(40000)) FROM n", 2_000)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            rows(f"{ENDLESS} SELECT count(*) FROM n", 20)
        assert rows("SELECT 1", 2_000) == [(1,)]
        assert error.tb  # whose frames hold the cursor until now, as those of a request's error do for a while

    def test_costly_functions_still_work(self, get):
        calls = "trim('xax', 'x'), printf('%05.1f', 2.25), replace('abc', 'b', 'x'), instr('abc', 'c'), 'abc' GLOB 'a*'"
        answer = get(f"/csea.json?sql=SELECT+{quote(calls)}").json()
        assert answer.get("rows", answer) == [["a", "002.3", "axc", 3, 1]]

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.sampled_from(WORDS.split(" ")),
            max_size=25,
        )
    )
    def test_any_words_are_answered(self, get, words):
        unharmed(get(f"/csea.json?sql={quote('SELECT ' + ' '.join(words))}"))


class TestAddresses:
    @pytest.mark.parametrize("form", ["", ".json", ".csv"])
    def test_odd_filters_are_answered(self, get, form):
        for filters in FILTERS:
            unharmed(get(f"/csea/releases{form}?{filters}"))

    @pytest.mark.parametrize("path", PATHS)
    def test_odd_paths_are_answered(self, get, path):
        answer = unharmed(get(path))
        assert "root:" not in answer.text

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.sampled_from(
            ["/", "/csea/", "/csea/releases/", "/files/", "/figures/", "/assets/", "/built/", "/-/", "/-/as-of/"]
        ),
        st.lists(
            st.one_of(
                st.sampled_from(
                    ["..", "%2e%2e", "%2f", "/", "~2F", "~", "%00", "\\", "%5c", ";", ".json", "%F0%9F", "'", "<"]
                ),
                st.text(max_size=5).map(lambda text: quote(text.encode("utf-8", "replace"))),
            ),
            max_size=8,
        ),
    )
    def test_any_path_is_answered(self, get, start, parts):
        answer = unharmed(get(start + "".join(parts).replace("\\", "%5C")))
        assert "root:x:" not in answer.text

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.sampled_from(["/csea/cases", "/csea/cases.json", "/csea/obligations-scorecard", "/csea"]),
        st.dictionaries(
            st.one_of(
                st.sampled_from(["_sort", "_next", "_size", "_search", "_facet", "state__in", "sql"]),
                st.text(max_size=6),
            ),
            st.text(max_size=20),
            max_size=4,
        ),
    )
    def test_any_parameters_are_answered(self, get, path, parameters):
        pairs = (
            f"{quote(a.encode('utf-8', 'replace'))}={quote(b.encode('utf-8', 'replace'))}"
            for a, b in parameters.items()
        )
        unharmed(get(f"{path}?{'&'.join(pairs)}"))

    def test_what_was_asked_is_escaped(self, get):
        script = quote("<script>alert(1)</script>\"'><img src=x>")
        for path in (
            "/csea?sql=",
            "/csea/cases?_search=",
            "/csea/cases?state=",
            "/csea/cases?_sort=",
            "/csea/cases?_where=",
        ):
            unharmed(get(path + script))
        unharmed(get(f"/csea/cases/{script}"))
        unharmed(get(f"/csea/{script}"))


@pytest.fixture(scope="module")
def server(project):
    """A server of its own, as `csea serve` starts it; gives its port and process."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "csea"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert any("Uvicorn running" in line for line in process.stdout), "the server stopped before it answered"
    yield SimpleNamespace(port=port, process=process)
    begun = time.monotonic()
    process.terminate()
    process.communicate(timeout=30)
    assert time.monotonic() - begun < 10


def connected(server):
    return closing(socket.create_connection(("127.0.0.1", server.port), timeout=30))


def healthy(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        connection.request("GET", "/-/health")
        return json.loads(connection.getresponse().read())["ok"]


class TestServer:
    @pytest.mark.parametrize(
        "sent",
        [
            b"\x00\xff" * 500 + b"\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"GET /" + b"a" * 100_000,
            b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"b" * 100_000,
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1_000,
            b"GET /csea HTTP/1.1\r\nHost: <script>\r\nConnection: close\r\n\r\n",
        ],
        ids=["bytes", "tls", "line", "header", "hosts", "length", "both", "body", "host"],
    )
    def test_nonsense_is_refused_and_the_connection_closed(self, server, sent):
        with connected(server) as connection:
            connection.sendall(sent)
            if not sent.endswith(b"\r\n\r\n"):
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while piece := connection.recv(65_536):
                    answer += piece
            except ConnectionResetError:
                pass  # closed with unread bytes of ours
            assert not answer or answer.startswith(b"HTTP/1.1 4"), answer[:200]
        assert healthy(server)

    def test_requests_sent_at_once_are_answered_in_turn(self, server):
        request = b"GET /-/health HTTP/1.1\r\nHost: a\r\n\r\n"
        last = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with connected(server) as connection:
            connection.sendall(request * 20 + last)
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.count(b"HTTP/1.1 200") == 21

    def test_connections_held_open_keep_nobody_out(self, server):
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
        try:
            for number, connection in enumerate(held):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Half: "[: number % 35])
            assert healthy(server)
        finally:
            for connection in held:
                connection.close()

    def test_greedy_queries_at_once_leave_memory_bounded_and_the_site_open(self, server):
        statuses = []

        def greedy(sql):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            with closing(connection):
                connection.request("GET", f"/csea.json?sql={quote(sql)}")
                statuses.append(connection.getresponse().status)

        chosen = (
            "a large sort",
            "a large set",
            "many long values",
            "more rows than memory",
            "doubling",
            "a huge width",
        )
        threads = [threading.Thread(target=greedy, args=(GREEDY[name],)) for name in chosen]
        for thread in threads:
            thread.start()
        assert healthy(server)
        for thread in threads:
            thread.join()
        assert statuses == [400] * len(chosen)
        used = Path(f"/proc/{server.process.pid}/status")
        if used.exists():
            peak = next(line for line in used.read_text().splitlines() if line.startswith("VmHWM"))
            assert int(peak.split()[1]) < 250_000  # kB
