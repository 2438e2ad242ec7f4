"""A run: what it may ask, as whom, what it would ask, and what arrives at the service."""

import json
import re
import socket

import pytest
from collecting import Silent

from csea.archive import Archive
from csea.archive.record import read_record
from csea.archive.walks import Walk
from csea.collect.client import API
from csea.collect.run import Options, collect, plan, user_agent
from csea.collect.walk import Walker
from csea.errors import UsageError
from fake_doj import Answer, FakeDoj, make_records
from fake_doj.records import eastern_day
from fake_doj.server import serve

RECORDS = make_records(120, seed=5)
NO_LIMIT = float("inf")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "archive"


@pytest.fixture
def run(root, folder):
    """Collects from an address and gives the report."""

    def go(address, **options):
        return collect(root, folder, Options(api=address, rate=NO_LIMIT, **options), Silent())

    return go


class TestOptions:
    @pytest.mark.parametrize("rate", [0.01, 1.0, 4.0])
    def test_up_to_four_a_second_may_be_asked_of_anybody(self, rate):
        assert Options(rate=rate).checked().rate == rate

    @pytest.mark.parametrize("rate", [4.01, 10, NO_LIMIT])
    @pytest.mark.parametrize(
        "api",
        [
            API,
            "http://localhost.example.org/",
            "http://127.0.0.1.example.org/",
            "http://localhost@example.org/",
            "http://example.org/?127.0.0.1",
            "http://10.0.0.1/",
            "http://[2001:db8::1]/",
        ],
    )
    def test_more_is_refused(self, api, rate):
        with pytest.raises(UsageError, match="4 requests a second"):
            Options(rate=rate, api=api).checked()

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.8.8.8:80", "localhost", "LOCALHOST:8099", "[::1]", "[::1]:8099"]
    )
    def test_no_limit_on_this_machine(self, host):
        assert Options(rate=NO_LIMIT, api=f"http://{host}/api/v1/").checked().rate == NO_LIMIT

    @pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
    def test_what_is_no_rate_is_refused(self, rate):
        with pytest.raises(UsageError):
            Options(rate=rate).checked()

    @pytest.mark.parametrize(
        "api", ["", "x", "justice.gov/api", "http://", "http:///api", "ftp://a.test/", "file:///api"]
    )
    def test_what_is_no_address_is_refused(self, api):
        with pytest.raises(UsageError, match="no web address"):
            Options(api=api).checked()

    @pytest.mark.parametrize("api", ["http://[::1", "http://[lake]/", "http://a.test:lake/", "http://a.test:99999/"])
    def test_malformed_address_is_refused(self, api):
        with pytest.raises(UsageError):
            Options(api=api).checked()


class TestUserAgent:
    def test_names_program_and_version(self, root):
        version = (root / "VERSION").read_text(encoding="utf-8").strip()
        assert user_agent(root, "").startswith(f"csea/{version} (CSEA Accountability Dataset")

    def test_names_the_contact(self, root):
        assert user_agent(root, "desk@example.org").endswith("; desk@example.org)")

    @pytest.mark.parametrize("contact", ["a\nb", "a\r\nX-Other: b", "a\0b", "a\u2028b", "a\x85b", "\n", "ä☃", "a\x7fb"])
    def test_holds_only_what_a_header_can_hold(self, root, contact):
        assert re.fullmatch(r"[ -~]+", user_agent(root, contact))


class TestArrival:
    def test_every_request_says_who_asks_and_what_for(self, root, run):
        fake = FakeDoj(RECORDS)
        with fake.serve() as address:
            run(address, contact="desk@example.org")
        said = {(request.headers["user-agent"], request.headers["accept"]) for request in fake.log}
        assert said == {(user_agent(root, "desk@example.org"), "application/json")}

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_redirect_to_another_host_is_not_followed(self, run, status):
        other = FakeDoj(RECORDS)
        with other.serve() as elsewhere:
            moved = Answer(status, {"Location": f"{elsewhere}press_releases.json"}, b"")
            with serve(lambda *_: moved) as address:
                report = run(address)
        assert (other.log, report.exit_code) == ([], 1)

    def test_report_counts_the_requests(self, run):
        fake = FakeDoj(RECORDS)
        with fake.serve() as address:
            report = run(address)
        assert report.n_requests == len(fake.log) > 0

    def test_report_is_kept_in_the_archive(self, run, folder):
        with FakeDoj(RECORDS).serve() as address:
            report = run(address)
        [path] = (folder / "runs").iterdir()
        assert json.loads(path.read_text(encoding="utf-8")) == json.loads(report.to_json())

    def test_interruption_is_told_and_keeps_what_came(self, run, folder, monkeypatch):
        async def interrupted(walker):
            await walker.client.listing({"pagesize": 50, "page": 0})
            raise KeyboardInterrupt

        monkeypatch.setattr(Walker, "update", interrupted)
        with FakeDoj(RECORDS).serve() as address:
            report = run(address)
        assert (report.state, report.exit_code, report.n_requests) == ("interrupted", 130, 1)


def files(folder):
    """Every file below a folder with its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestPlan:
    @pytest.fixture(autouse=True)
    def no_network(self, monkeypatch):
        def refuse(*_):
            raise AssertionError("something is asked")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)

    @pytest.fixture
    def planned(self, root, folder):
        """The plan of a run, and proof that it changed nothing."""

        def make(**options):
            before = files(folder.parent.parent)
            text = plan(root, folder, Options(**options))
            assert files(folder.parent.parent) == before
            return text

        return make

    @pytest.fixture
    def begun(self, folder):
        """Makes an archive that a walk of 40 pages left in this state, with some pages read and releases stored."""

        def make(pages_read=0, proved=False, records=()):
            with Archive.writer(folder, "test") as archive:
                walk = Walk.start(archive, "full")
                walk.begin(2_000, 50, "oldest_first", None, True)
                with archive.transaction():
                    for page in range(pages_read):
                        walk.note_page(page, 2_000, 50, 0)
                    for item in records:
                        record = read_record(item, lambda component, url: (None, []))
                        archive.add(record, "doj_api", "test", "2026-01-02T03:04:05Z", walk.walk_id)
                if proved:
                    walk.close(True)
                return walk

        return make

    def test_says_whom_it_would_ask_as_whom_and_how_fast(self, root, planned, folder):
        text = planned(rate=2, in_flight=5, contact="desk@example.org")
        assert API in text and user_agent(root, "desk@example.org") in text
        assert "at most 2 requests a second, 5 in flight" in text and str(folder) in text

    def test_without_an_archive_is_a_full_walk(self, planned):
        text = planned()
        assert "There is no archive yet." in text
        assert "A full walk: about 5,380 requests, 22 minutes." in text

    def test_without_an_archive_makes_none(self, planned, folder):
        planned()
        assert not folder.parent.exists()

    @pytest.mark.parametrize("kind", ["update", "full"])
    def test_of_an_interrupted_walk_is_what_is_left(self, planned, begun, kind):
        walk = begun(pages_read=15)
        assert f"The walk that began on {walk.started_at} goes on: about 25 requests, 0 minutes." in planned(kind=kind)

    def test_after_a_proved_walk_is_an_update(self, planned, begun):
        walk = begun(pages_read=40, proved=True, records=RECORDS)
        text = planned()
        assert "The archive holds 120 records" in text
        assert "An update" in text and f"which began on {walk.started_at}" in text

    def test_of_a_full_walk_goes_by_what_is_held(self, planned, begun):
        begun(pages_read=40, proved=True, records=RECORDS)
        assert "A full walk: about 2 requests" in planned(kind="full")

    def test_of_a_count_by_day_is_a_request_a_day(self, planned, begun):
        begun(proved=True, records=RECORDS)
        first, last = (eastern_day(int(record["date"])) for record in (RECORDS[0], RECORDS[-1]))
        assert f"every day: about {(last - first).days + 1} requests" in planned(kind="verify")

    def test_of_a_count_by_day_where_no_release_has_one(self, planned, begun):
        begun(proved=True)
        assert "every day: about 0 requests" in planned(kind="verify")

    def test_of_what_is_not_allowed_is_refused(self, planned):
        with pytest.raises(UsageError):
            planned(rate=5)
