"""What machines ask, and how the server is started: health, sitemap, robots, options, slow clients."""

import asyncio
import hashlib
import json
import os
import socket
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest

import csea.io
import csea.site as csea_site
import csea.site.vega
from csea.errors import UsageError
from csea.site import HERE, Options, check_address, inspect, prepared
from csea.site.server import Protocol, Serving, configuration, prepare
from csea.site.server import site as serve_site

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class TestHealth:
    def test_tells_version_and_rows(self, get, version, tables):
        answer = get("/-/health")
        told = answer.json()
        assert (told["ok"], told["version"]) == (True, version)
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

    def test_with_a_public_address_no_answer_has_the_host_that_was_asked(self, served):
        site = served(options=Options(public_url="https://data.example.org"), cache=True)
        for path in ("/", "/sitemap.xml", "/robots.txt", "/csea/platforms/aim", "/csea/cases", "/csea/cases.json"):
            answer = asyncio.run(site.client.get(path, headers={"host": "evil.example:1"}))
            assert answer.status_code == 200 and "evil.example" not in answer.text, path
            assert "https://data.example.org/" in answer.text, path

    def test_crawlers_are_kept_from_filters_without_end(self, get):
        assert "Disallow: /*?" in get("/robots.txt").text


class TestStart:
    @pytest.fixture
    def started(self, monkeypatch, tmp_path, csea):
        """`csea serve` up to the moment at which it becomes the server; gives what the server is told."""
        told = SimpleNamespace(files=[])

        def execve(program, arguments, environment):
            told.arguments = arguments
            told.files.append(os.fdopen(int(arguments[-1]), "rb"))
            raise SystemExit(0)

        def prepared(project, options):
            told.options = options
            return Serving("", {"title": options.rate_limit}, "", "", [], {})

        monkeypatch.setattr(csea_site.os, "execve", execve)
        monkeypatch.setattr(csea_site, "prepared", prepared)
        yield lambda *arguments: (csea("serve", "--port", free_port(), *arguments), told)
        for file in told.files:
            file.close()

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
            (["--public-url", "data.example.org"], "must be where readers find the site"),
            (["--public-url", "javascript:alert(1)"], "must be where readers find the site"),
            (["--public-url", "https://data.example.org/?a=b"], "must be where readers find the site"),
            (["--public-url", "https://data.example.org/data"], "must be where readers find the site"),
            (["--public-url", "https://a@data.example.org"], "must be where readers find the site"),
        ],
    )
    def test_a_wrong_option_gets_one_sentence(self, started, arguments, said, monkeypatch):
        ask = socket.getaddrinfo

        def resolved(host, *rest, **options):
            if host == "no.such.host.invalid":  # the machine's resolver may take its time to say so
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return ask(host, *rest, **options)

        monkeypatch.setattr(csea_site.socket, "getaddrinfo", resolved)
        result, _ = started(*arguments)
        assert result.code == 2
        assert said in result.err
        assert result.err.strip().count("\n") == 0

    def test_two_starts_at_once_do_not_mix_what_they_are_told(self, started):
        for limit in (1, 2):
            _, told = started("--rate-limit", limit)
        assert [json.load(file)["metadata"]["title"] for file in told.files] == [1, 2]

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
            connection.executescript("CREATE TABLE a (b); INSERT INTO a VALUES (2), (1), (3), (3), (NULL);")
        assert inspect(copy)["tables"] == {"a": {"count": 5}}
        facets = {"a": ["b", "gone"], "gone": ["b"]}
        first = inspect(copy, facets)
        assert first["tables"] == {"a": {"count": 5, "facets": {"b": [[3, 2], [1, 1], [2, 1]]}}}
        monkeypatch.setattr(csea_site, "_counts", None)
        assert inspect(copy, facets) == first

    def test_a_database_that_was_made_anew_within_the_second_is_counted_anew(self, copy):
        database = copy / "build" / "csea.db"
        database.parent.mkdir()
        for number, nanoseconds in enumerate((10**18, 10**18 + 1)):
            database.unlink(missing_ok=True)
            with csea_site.closing(csea_site.sqlite3.connect(database)) as connection:
                connection.executescript(f"CREATE TABLE a (b); INSERT INTO a VALUES ({number});")
            os.utime(database, ns=(nanoseconds, nanoseconds))
            assert inspect(copy)["hash"] == hashlib.sha256(database.read_bytes()).hexdigest()


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
        serving = Serving("a.db", {"title": "m"}, "t", "p", [("files", "data")], {"a": 1}, {"csea": {}}, "::1", 5)
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


def test_a_folder_that_may_not_be_written_is_served(project, monkeypatch, tmp_path):
    def read_only(path, data):
        if path.is_relative_to(project.root):
            raise PermissionError
        return path.write_bytes(data)

    monkeypatch.setattr(csea.io, "write_atomic", read_only)
    monkeypatch.setattr(csea.site.vega, "write_atomic", read_only)
    monkeypatch.setattr("vl_convert.javascript_bundle", lambda *_, **__: "made")
    monkeypatch.setattr(csea_site, "BUILT", "build/of-nobody")
    monkeypatch.setattr(csea_site, "INSPECTED", "build/of-nobody.json")
    monkeypatch.setattr(csea_site.tempfile, "tempdir", str(tmp_path))
    before = sorted(path.name for path in (project.root / "build").iterdir())
    made = prepared(project, Options())
    assert sorted(path.name for path in (project.root / "build").iterdir()) == before
    answer = asyncio.run(serve_site(made).client.get("/built/vega.js"))
    assert (answer.status_code, answer.text.splitlines()[-1]) == (200, "made")


class TestPagesHash:
    def test_it_is_not_that_of_the_database_alone(self, project):
        told = prepared(project, Options(hashed_urls=True)).metadata["plugins"]["csea"]["serving"]
        assert told["pages_sha256"] != told["sha256"]
        again = prepared(project, Options(hashed_urls=True)).metadata["plugins"]["csea"]["serving"]
        assert again["pages_sha256"] == told["pages_sha256"]

    def test_whatever_a_page_shows_changes_it(self, monkeypatch, tmp_path):
        monkeypatch.setattr(csea_site, "HERE", tmp_path)
        mounts = {name: str(tmp_path / name) for name in ("assets", "figures", "built")}
        for folder in ("templates", "plugins", *mounts):
            (tmp_path / folder).mkdir()
        seen = {csea_site._pages_hash("a", {"version": "1"}, mounts)}
        seen.add(csea_site._pages_hash("b", {"version": "1"}, mounts))
        seen.add(csea_site._pages_hash("a", {"version": "2"}, mounts))
        for folder in ("templates", "plugins", *mounts):
            (tmp_path / folder / "file").write_text("new")
            seen.add(csea_site._pages_hash("a", {"version": "1"}, mounts))
        assert len(seen) == 8

    def test_addresses_have_it_and_health_has_the_database_s(self, served, root):
        site = served(Options(hashed_urls=True))
        location = asyncio.run(site.client.get("/csea/cases")).headers["location"]
        told = asyncio.run(site.client.get("/-/health")).json()
        assert told["database_sha256"] == hashlib.sha256((root / "build/csea.db").read_bytes()).hexdigest()
        assert told["database_sha256"][:12] not in location


@pytest.mark.parametrize(
    "option",
    ["--host", "--port", "--rate-limit", "--behind-proxy", "--hashed-urls", "--public-url", "--repository"],
)
def test_help_shows_every_option_with_an_example(csea, option):
    text = csea("serve", "--help").out
    assert option in text.partition("Options:")[2]
    assert option in text.partition("Options:")[0]


def test_every_template_is_compiled_before_the_first_page(served):
    site = served()
    asyncio.run(prepare(site, HERE / "templates"))
    compiled = {name for _, name in site.jinja_env.cache}
    assert compiled >= {path.name for path in (HERE / "templates").glob("*.html")}
