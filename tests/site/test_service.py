"""What machines ask, and how the server is started: health, sitemap, robots, options, slow clients."""

import asyncio
import json
import socket
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest

import csea.io
import csea.site as csea_site
from csea.errors import UsageError
from csea.site import check_address, inspect
from csea.site.server import Protocol, Serving, configuration

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class TestHealth:
    def test_tells_version_and_rows(self, get, project, tables):
        answer = get("/-/health")
        told = answer.json()
        assert (told["ok"], told["version"]) == (True, project.version)
        assert told["rows"] == sum(table.num_rows for table in tables.values())
        assert answer.headers["cache-control"] == "no-store"

    def test_a_database_that_does_not_answer_is_503(self, served, monkeypatch):
        site = served(sha256="0" * 64)

        async def failing(*arguments, **options):
            raise csea_site.sqlite3.OperationalError("disk I/O error")

        assert asyncio.run(site.client.get("/-/health")).status_code == 200
        monkeypatch.setattr(site.get_database("csea"), "execute", failing)
        answer = asyncio.run(site.client.get("/-/health"))
        assert (answer.status_code, answer.json()["ok"]) == (503, False)
        assert "disk" not in answer.text


class TestCrawlers:
    def test_the_sitemap_names_pages_that_answer(self, get, project):
        addresses = [entry.text for entry in ElementTree.fromstring(get("/sitemap.xml").text).iter(LOC)]
        assert len(addresses) == len(set(addresses)) >= len(project.tables) + len(project.views)
        assert all(address.startswith("http://localhost/") for address in addresses)
        for address in addresses[:: len(addresses) // 8]:
            assert get(address.removeprefix("http://localhost")).status_code == 200, address

    def test_addresses_are_those_of_the_host_that_was_asked(self, get):
        headers = {"host": "data.example:8443"}
        assert "<loc>http://data.example:8443/csea</loc>" in get("/sitemap.xml", headers=headers).text
        assert "Sitemap: http://data.example:8443/sitemap.xml" in get("/robots.txt", headers=headers).text

    def test_crawlers_are_kept_from_filters_without_end(self, get):
        assert "Disallow: /*?" in get("/robots.txt").text


class TestStart:
    @pytest.fixture
    def started(self, monkeypatch, tmp_path, csea):
        """`csea serve` up to the moment at which it becomes the server; gives what the server is told."""
        told = SimpleNamespace()

        def execve(program, arguments, environment):
            told.arguments = arguments
            raise SystemExit(0)

        def prepared(project, options):
            told.options = options
            return Serving("", "", "", "", [], {})

        monkeypatch.setattr(csea_site.os, "execve", execve)
        monkeypatch.setattr(csea_site, "prepared", prepared)
        monkeypatch.setattr(csea_site, "SERVING", str(tmp_path / "serving.json"))
        return lambda *arguments: (csea("serve", "--port", free_port(), *arguments), told)

    def test_options_reach_the_server(self, started):
        result, told = started("--rate-limit", 60, "--behind-proxy", "--hashed-urls")
        assert result.code == 0
        assert (told.options.rate_limit, told.options.behind_proxy, told.options.hashed_urls) == (60, True, True)
        assert told.arguments[1:3] == ["-m", "csea.site.server"]

    @pytest.mark.parametrize(
        "arguments, said",
        [
            (["--host", "no.such.host.invalid"], "has no address"),
            (["--host", "192.0.2.1"], "has no address"),
            (["--repository", "http://example.org/a/b"], "must be the https address"),
            (["--repository", "https://example.org"], "must be the https address"),
            (["--repository", "javascript:alert(1)"], "must be the https address"),
        ],
    )
    def test_a_wrong_option_gets_one_sentence(self, started, arguments, said):
        result, _ = started(*arguments)
        assert result.code == 2
        assert said in result.err
        assert result.err.strip().count("\n") == 0

    @pytest.mark.parametrize("option", [("--rate-limit", "0"), ("--rate-limit", "many"), ("--port", "0")])
    def test_a_number_out_of_range_is_refused(self, started, option):
        assert started(*option)[0].code == 2

    def test_a_taken_port_is_refused_with_another(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(UsageError, match="is taken by another program"):
                check_address("127.0.0.1", taken.getsockname()[1])

    def test_rows_are_counted_once(self, copy, monkeypatch):
        database = copy / "build" / "csea.db"
        database.parent.mkdir()
        with csea_site.closing(csea_site.sqlite3.connect(database)) as connection:
            connection.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (1), (2);")
        first = inspect(copy)
        assert first["tables"] == {"a": {"count": 2}}
        monkeypatch.setattr(csea_site.sqlite3, "connect", None)
        assert inspect(copy) == first


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestBounds:
    def test_uvicorn_is_told_of_them(self):
        made = configuration(None, "127.0.0.1", 1)
        assert made.limit_concurrency and made.h11_max_incomplete_event_size
        assert not (made.access_log or made.server_header or made.proxy_headers)

    def test_serving_is_read_as_it_was_written(self):
        serving = Serving("a.db", "m.json", "t", "p", [("files", "data")], {"a": 1}, {"csea": {}}, "::1", 5)
        again = Serving(**json.loads(serving.to_json()))
        assert again.to_json() == serving.to_json()


class Clock:
    """A loop whose time passes when told."""

    def __init__(self):
        self.set = []

    def call_later(self, seconds, call, *arguments):
        handle = SimpleNamespace(seconds=seconds, call=call, cancelled=False)
        handle.cancel = lambda: setattr(handle, "cancelled", True)
        self.set.append(handle)
        return handle

    def create_task(self, task, **options):
        task.close()
        return asyncio.Future(loop=asyncio.new_event_loop())


class Wire(asyncio.Transport):
    """A connection that remembers whether it was cut."""

    aborted = False

    def abort(self):
        self.aborted = True

    def is_closing(self):
        return False


class TestSlowClients:
    @pytest.fixture
    def line(self):
        config = configuration(lambda *arguments: None, "127.0.0.1", 1)
        config.load()
        state = SimpleNamespace(connections=set(), tasks=set(), default_headers=[], total_requests=0)
        clock, wire = Clock(), Wire()
        protocol = Protocol(config, state, {}, _loop=clock)
        protocol.connection_made(wire)
        return SimpleNamespace(protocol=protocol, clock=clock, wire=wire)

    def running(self, line):
        return [handle for handle in line.clock.set if not handle.cancelled]

    def test_a_request_that_never_ends_is_cut_however_often_a_byte_comes(self, line):
        for byte in b"GET / HTTP/1.1":
            line.protocol.data_received(bytes([byte]))
        (handle,) = self.running(line)
        handle.call()
        assert line.wire.aborted

    def test_a_request_that_ends_stops_the_clock(self, line):
        line.protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert self.running(line) == []

    def test_a_client_that_does_not_read_is_cut(self, line):
        line.protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        line.protocol.pause_writing()
        (handle,) = self.running(line)
        handle.call()
        assert line.wire.aborted

    def test_a_client_that_reads_on_is_not(self, line):
        line.protocol.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        line.protocol.pause_writing()
        line.protocol.resume_writing()
        assert self.running(line) == []


def test_a_read_only_folder_is_no_hindrance(copy, monkeypatch):
    def read_only(path, data):
        raise PermissionError

    (copy / "build").mkdir()
    (copy / "build" / "csea.db").touch()
    monkeypatch.setattr(csea.io, "write_atomic", read_only)
    assert inspect(copy)["tables"] == {}


@pytest.mark.parametrize(
    "option", ["--host", "--port", "--rate-limit", "--behind-proxy", "--hashed-urls", "--repository"]
)
def test_help_shows_every_option_with_an_example(csea, option):
    text = csea("serve", "--help").out
    assert option in text.partition("Options:")[2]
    assert option in text.partition("Options:")[0]
