"""What stands before the pages: headers, refusals, the cache, files, the rate limit and hashed addresses."""

import asyncio
import gzip
import hashlib
import itertools
from types import SimpleNamespace

import pytest

from csea.site.middleware.cache import Cache, Page, Shelf
from csea.site.middleware.files import Files
from csea.site.middleware.gate import Gate
from csea.site.middleware.hashed import Hashed
from csea.site.middleware.headers import POLICY, Headers
from csea.site.middleware.rate import MOST_CLIENTS, Rate
from csea.site.middleware.room import (
    AT_ONCE,
    COUNTED_HOSTS,
    HOST_COUNT,
    MOST_HOSTS,
    WAITING,
    Hosts,
    slot_of,
)

PAGES = ("/", "/csea", "/csea/cases", "/csea/cases.json", "/csea/cases.csv", "/files/cases.csv", "/nope", "/csea?sql=x")


@pytest.fixture(scope="module")
def kept(served):
    """Ask a site that keeps its pages."""
    site = served(cache=True)
    return lambda path, **options: asyncio.run(site.client.get(path, **options))


async def ask(app, path="/", method="GET", query="", client="192.0.2.1", **headers):
    """Ask an ASGI application; gives status, headers and body."""
    sent = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "client": (client, 1),
        "scheme": "http",
    }

    async def send(message):
        sent.append(message)

    await app(scope, None, send)
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return SimpleNamespace(status=sent[0]["status"], headers=found, body=body, scope=scope)


def asked(app, *arguments, **options):
    return asyncio.run(ask(app, *arguments, **options))


def answering(body=b"made", status=200, kind=b"text/html", seen=None):
    """An application that always answers the same; ``seen`` collects what it was asked."""

    async def app(scope, receive, send):
        if seen is not None:
            seen.append(scope)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body})

    return app


class TestHeaders:
    @pytest.mark.parametrize("path", PAGES)
    def test_every_answer_has_them(self, get, path):
        headers = get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["vary"] == "Accept-Encoding"

    @pytest.mark.parametrize("path", PAGES)
    def test_anybody_may_read_and_nobody_is_told_apart(self, get, path):
        headers = get(path, headers={"cookie": "a=b", "authorization": "Bearer x"}).headers
        assert headers["access-control-allow-origin"] == "*"
        assert not {"access-control-allow-credentials", "set-cookie", "server"} & set(headers)
        assert "private" not in headers.get("cache-control", "")

    def test_other_sites_may_load_data_but_no_pages(self, get):
        assert get("/files/cases.csv").headers["cross-origin-resource-policy"] == "cross-origin"
        assert get("/").headers["cross-origin-resource-policy"] == "same-origin"

    def test_a_failing_program_says_so_in_a_sentence(self):
        async def failing(scope, receive, send):
            raise RuntimeError("inner words")

        answer = asked(Headers(failing))
        assert answer.status == 500
        assert b"inner words" not in answer.body and b"Traceback" not in answer.body
        assert answer.headers["cache-control"] == "no-store"


class TestGate:
    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "XYZ", "get"])
    def test_the_site_can_only_be_read(self, method):
        answer = asked(Gate(answering()), method=method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")

    def test_options_are_answered_without_asking_the_program(self):
        seen = []
        assert asked(Headers(Gate(answering(seen=seen))), method="OPTIONS").status == 204
        assert seen == []

    @pytest.mark.parametrize("header", [{"content_length": "5"}, {"transfer_encoding": "chunked"}])
    def test_a_body_is_refused(self, header):
        assert asked(Gate(answering()), **header).status == 413

    @pytest.mark.parametrize("host", ["a b", "a/b", "a\r\nx: y", "<script>", "a@b", "-", "a" * 300, "[::1", "é"])
    def test_a_host_that_is_none_is_refused(self, host):
        assert asked(Gate(answering()), host=host).status == 400

    @pytest.mark.parametrize("host", ["example.org", "127.0.0.1:8001", "[::1]:8001", "localhost"])
    def test_a_host_is_let_through(self, host):
        assert asked(Gate(answering()), host=host).status == 200

    @pytest.mark.parametrize(
        "path, query, status",
        [
            ("/" + "a" * 2_000, "", 414),
            ("/", "sql=" + "b" * 20_000, 414),
            ("/csea", "q=" + "b" * 4_001, 400),
            ("/csea/cases", "&".join(["_%66acet=state"] * 7), 400),
            ("/csea/cases", "_se%61rch=" + "a" * 201, 400),
            ("/", "&".join(["a=1"] * 102), 400),
            ("/csea/cases", "&".join(["_facet=state"] * 7), 400),
            ("/csea/cases", "_search=" + "a" * 201, 400),
            ("/a%00b", "", 400),
            ("/", "a=%00", 400),
            ("/\\example.org/", "", 400),
        ],
    )
    def test_too_much_and_too_odd_is_refused_in_words(self, path, query, status):
        answer = asked(Gate(answering()), path, query=query)
        assert answer.status == status
        assert answer.body.endswith(b".\n")

    @pytest.mark.parametrize("query", ["&".join(["%5ffacet=state"] * 7), "%5Fsearch=" + "a" * 201])
    def test_names_of_parameters_are_read_as_datasette_reads_them(self, query):
        assert asked(Gate(answering()), "/csea/cases", query=query).status == 400

    @pytest.mark.parametrize(
        "path, plain",
        [
            ("/~63sea", "/csea"),
            ("/%63sea/cases.csv", "/csea/cases.csv"),
            ("/csea/cases/~63000003", "/csea/cases/c000003"),
            ("/~5Finternal", "/_internal"),
            ("/-/~68ealth", "/-/health"),
            ("/csea/uses/a%2Cb,c~2fd", "/csea/uses/a~2Cb,c~2Fd"),
            ("/csea/uses/a%20b", "/csea/uses/a+b"),
            ("/csea/codes/%C3%A9", "/csea/codes/~C3~A9"),
            ("//example~2eorg/~41", "/example~2Eorg/A"),
        ],
    )
    def test_a_path_in_other_letters_leads_to_its_plain_form(self, path, plain):
        answer = asked(Gate(answering()), path, query="a=b")
        assert (answer.status, answer.headers["location"]) == (301, f"{plain}?a=b")
        assert asked(Gate(answering()), plain).status == 200

    @pytest.mark.parametrize(
        "path",
        [
            *(
                "/csea/uses/c000001,a~2Cb~2F~22c",
                "/csea/cases.json",
                "/csea/codes/a+b,~C3~A9.json",
                "/csea/x/~7E~25~2E",
            ),
            *("/files/a%20b.csv", "/files/parquet/~63.csv", "/figures/%C3%A9.svg", "/data/a%2Cb"),
        ],
    )
    def test_a_plain_path_and_the_name_of_a_file_stay(self, path):
        assert asked(Gate(answering()), path).status == 200

    def test_what_is_for_staff_is_not_there_in_other_letters(self, get, capsys):
        assert get("/~5Finternal", follow_redirects=True).status_code == 404
        assert capsys.readouterr().err == ""

    def test_with_a_public_address_the_host_of_a_request_counts_for_nothing(self):
        seen = []
        gate = Gate(answering(seen=seen), public_url="https://data.example.org")
        asked(gate, host="evil.example")
        assert [pair for pair in seen[0]["headers"] if pair[0] == b"host"] == [(b"host", b"data.example.org")]
        assert seen[0]["scheme"] == "https"

    def test_a_refusal_is_json_where_json_was_asked_for(self):
        assert asked(Gate(answering()), "/csea.json", query="a=%00").body.startswith(b'{"ok": false')

    @pytest.mark.parametrize(
        "path",
        [
            *(
                "permissions",
                "allow-debug",
                "messages",
                "logout",
                "actor",
                "actor.json",
                "patterns",
                "threads",
                "config",
            ),
            *("settings.json", "plugins", "metadata.json", "versions", "versions.json", "auth-token", "databases.json"),
        ],
    )
    def test_pages_for_staff_are_not_there(self, get, path):
        assert get(f"/-/{path}").status_code == 404

    @pytest.mark.parametrize("path", ["/_internal", "/_internal/tables", "/_internal.json", "/_memory", "/:memory:/x"])
    def test_no_other_database_is_there(self, get, path):
        assert get(path).status_code == 404

    def test_the_reader_s_way_is_taken_from_the_proxy_only_behind_one(self):
        for behind, scheme in ((False, "http"), (True, "https")):
            seen = []
            asked(Gate(answering(seen=seen), behind), x_forwarded_proto="https")
            assert seen[0]["scheme"] == scheme


class TestCache:
    def test_a_page_is_made_once(self):
        seen = []
        cache = Cache(answering(seen=seen))
        assert {asked(cache, "/a").body for _ in range(3)} == {b"made"}
        assert len(seen) == 1

    def test_what_makes_a_page_another_is_told_apart(self):
        seen = []
        cache = Cache(answering(seen=seen))
        asked(cache, "/a")
        asked(cache, "/a", query="b=1")
        asked(cache, "/a", host="b.example")
        assert len(seen) == 3

    def test_head_is_answered_from_the_page(self):
        seen = []
        cache = Cache(answering(seen=seen))
        head, page = asked(cache, "/a", method="HEAD"), asked(cache, "/a")
        assert (head.body, page.body, len(seen)) == (b"", b"made", 1)
        assert head.headers["content-length"] == "4"

    def test_who_asks_for_a_page_that_is_being_made_waits_for_it(self):
        made = []

        async def slow(scope, receive, send):
            made.append(scope)
            for _ in range(5):
                await asyncio.sleep(0)
            await answering()(scope, receive, send)

        async def eight():
            cache = Cache(slow)
            return await asyncio.gather(*(ask(cache, "/a") for _ in range(8)))

        assert {answer.body for answer in asyncio.run(eight())} == {b"made"}
        assert len(made) == 1

    def test_a_failure_is_not_kept_and_not_shared(self):
        turns = itertools.count()

        async def failing_once(scope, receive, send):
            if next(turns) == 0:
                raise RuntimeError
            await answering()(scope, receive, send)

        async def two():
            cache = Headers(Cache(failing_once))
            return [(await ask(cache, "/a")).status for _ in range(2)]

        assert asyncio.run(two()) == [500, 200]

    @pytest.mark.parametrize("path", ["/-/as-of/0.1.0/cases", "/-/correct/cases/c1", "/-/health", "/files/cases.csv"])
    def test_what_changes_is_never_kept(self, path):
        seen = []
        cache = Cache(answering(seen=seen))
        asked(cache, path)
        asked(cache, path)
        assert len(seen) == 2

    @pytest.mark.parametrize("status", [400, 500, 503])
    def test_errors_are_not_kept(self, status):
        seen = []
        cache = Cache(answering(seen=seen, status=status))
        assert [asked(cache, "/a").status for _ in range(2)] == [status, status]
        assert len(seen) == 2

    def test_pages_are_packed_for_those_who_unpack(self):
        cache = Cache(answering(b"word " * 1_000))
        packed = asked(cache, "/a", accept_encoding="br, gzip")
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == b"word " * 1_000
        for accepted in ("", "gzip;q=0", "br"):
            assert asked(cache, "/a", accept_encoding=accepted).body == b"word " * 1_000

    def test_a_page_that_the_client_has_is_not_sent_again(self):
        cache = Cache(answering())
        tag = asked(cache, "/a").headers["etag"]
        again = asked(cache, "/a", if_none_match=tag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)

    def test_memory_is_bounded_and_the_oldest_page_goes_first(self):
        shelf = Shelf(bound=10_000)
        for number in range(100):
            shelf.put(number, Page(200, [], b"x" * 1_000, False, 1_000, b"", float("inf")))
        assert shelf.size <= 10_000
        assert list(shelf.pages) == [95, 96, 97, 98, 99]
        assert shelf.size == sum(page.size for page in shelf.pages.values())

    def test_odd_addresses_push_out_no_plain_ones(self):
        cache = Cache(answering(b"x" * 100))
        asked(cache, "/a")
        for number in range(50):
            asked(cache, "/a", query=f"b={number}")
            asked(cache, "/a", host=f"h{number}.example")
        assert len(cache.plain.pages) <= 9

    def test_few_long_pages_are_made_at_once_and_a_crowd_is_sent_away(self):
        running, most = 0, 0

        async def slow(scope, receive, send):
            nonlocal running, most
            running += 1
            most = max(most, running)
            for _ in range(3):
                await asyncio.sleep(0)
            running -= 1
            await answering()(scope, receive, send)

        async def crowd():
            cache = Cache(slow)
            return await asyncio.gather(*(ask(cache, "/csea", query=f"sql={n}") for n in range(AT_ONCE + WAITING + 5)))

        answers = asyncio.run(crowd())
        assert most == AT_ONCE
        assert [answer.status for answer in answers].count(503) == 5
        assert all(answer.headers["retry-after"] for answer in answers if answer.status == 503)

    @pytest.mark.parametrize(
        "path, query, options",
        [
            ("/csea", "sql={}", {"range": "bytes=0-"}),
            ("/csea", "sql={}&x_stream=1", {}),
            ("/csea", "sql={}&_stream=1", {}),
            ("/~63sea", "sql={}", {}),
            ("/csea.dbx", "sql={}", {}),
            ("/-/correct/cases/c1", "value={}", {}),
            ("/-/as-of/0.1.0/cases", "a={}", {}),
        ],
    )
    def test_no_spelling_leads_around_the_slots(self, path, query, options):
        async def stuck(scope, receive, send):
            await asyncio.sleep(3600)

        async def crowd():
            cache = Cache(stuck)
            slots = cache.slots[slot_of(path, {"a": "b"})]
            tasks = [asyncio.create_task(ask(cache, path, query=query.format(n), **options)) for n in range(slots.left)]
            await asyncio.sleep(0)
            answer = await ask(cache, path, query=query.format("more"), **options)
            for task in tasks:
                task.cancel()
            return answer

        assert asyncio.run(crowd()).status == 503

    @pytest.mark.parametrize(
        "path, given, slot",
        [
            ("/csea/cases.csv", {"_stream": "on"}, "stream"),
            ("/csea/cases.csv", {"_stream": ""}, "page"),
            ("/csea/cases", {"_stream": "on"}, "page"),
            ("/csea/cases", {}, None),
            ("/", {"utm": "x"}, None),
            ("/-/pictures/cases", {"a": "b"}, None),
            ("/-/correct/cases/c1", {"value": ""}, "correction"),
            ("/-/correct/cases/c1", {}, None),
            ("/-/as-of", {}, None),
            ("/-/as-of/1.0.0/cases.csv", {}, "past"),
        ],
    )
    def test_each_kind_of_long_work_has_its_own_room(self, path, given, slot):
        assert slot_of(path, given) == slot

    def test_an_answer_to_sql_is_large_however_its_parameter_is_spelt(self):
        seen = []
        cache = Cache(answering(b"x" * 200_000, seen=seen))
        for query in ("sql=a", "s%71l=a", "mysql=a"):
            asked(cache, "/csea", query=query)
            asked(cache, "/csea", query=query)
        assert len(seen) == 5  # only the last is no SQL, and kept

    def test_long_files_are_sent_bit_by_bit_whatever_the_address_says(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"0" * 1_000_000)
        sent = []

        async def first_bit(path):
            async def send(message):
                sent.append(message)
                if len(sent) == 2:
                    raise ConnectionError

            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"v=1", "headers": []}
            await cache(scope, None, send)

        cache = Cache(Files(answering(), {"files": str(tmp_path), "data": str(tmp_path), "built": str(tmp_path)}))
        for path in ("/files/a.csv", "/data/a.csv"):
            sent.clear()
            with pytest.raises(ConnectionError):
                asyncio.run(first_bit(path))
            assert len(sent[1]["body"]) < 100_000
            assert (cache.odd.size, cache.plain.size) == (0, 0)
        asked(cache, "/built/a.csv", query="v=1")
        assert cache.odd.size > 0

    def test_a_packed_page_is_unpacked_bit_by_bit(self):
        body = b"".join(str(number).encode() for number in range(100_000))
        cache = Cache(answering(body))
        for _ in range(2):
            answer = asked(cache, "/a")
            assert (answer.body, answer.headers["content-length"]) == (body, str(len(body)))
        (page,) = cache.plain.pages.values()
        assert page.is_packed

    def test_who_waits_for_a_page_that_is_not_kept_gets_it_too(self):
        made = []

        async def slow(scope, receive, send):
            made.append(scope)
            await asyncio.sleep(0)
            await answering(b"no", 400)(scope, receive, send)

        async def eight():
            cache = Cache(slow)
            return [await asyncio.gather(*(ask(cache, "/a") for _ in range(8))) for _ in range(2)]

        first, again = asyncio.run(eight())
        assert {(answer.status, answer.body) for answer in [*first, *again]} == {(400, b"no")}
        assert len(made) == 2

    def test_who_waits_for_a_page_that_fails_tries_after_the_other(self):
        running, most = 0, 0

        async def failing(scope, receive, send):
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1
            raise RuntimeError

        async def eight():
            cache = Headers(Cache(failing))
            return await asyncio.gather(*(ask(cache, "/a") for _ in range(8)))

        assert [answer.status for answer in asyncio.run(eight())] == [500] * 8
        assert most == 1

    def test_who_reads_an_earlier_version_slowly_keeps_nobody_waiting(self):
        async def two():
            cache = Cache(answering(b"x" * 1_000))
            scope = {"type": "http", "method": "GET", "path": "/-/as-of/1.0.0/a", "query_string": b"", "headers": []}

            async def send(message):
                await asyncio.sleep(3600)

            slow = asyncio.create_task(cache(scope, None, send))
            answer = await asyncio.wait_for(ask(cache, "/-/as-of/1.0.0/b"), 5)
            slow.cancel()
            return answer

        assert asyncio.run(two()).status == 200

    def test_invented_hosts_do_not_push_out_the_one_that_is_read(self):
        hosts = Hosts()
        for number in range(10):
            hosts.knows(f"early{number}")
        for number in range(1_000):
            is_known = hosts.knows("data.example")
            for invented in range(20):
                hosts.knows(f"h{number}-{invented}.example")
            assert is_known or number < 2
        assert not hosts.knows("one.more.example")
        assert len(hosts.asked) == COUNTED_HOSTS

    def test_a_host_is_known_again_after_others_were_asked_for_in_masses(self):
        hosts = Hosts()
        for _ in range(100 * HOST_COUNT):
            for number in range(MOST_HOSTS):
                hosts.knows(f"h{number}.example")
        assert [hosts.knows("data.example") for _ in range(HOST_COUNT)][-1]

    def test_pages_of_one_host_are_never_another_s(self):
        async def absolute(scope, receive, send):
            await answering(dict(scope["headers"])[b"host"])(scope, receive, send)

        cache = Cache(absolute)
        for _ in range(3):
            for number in range(30):
                assert asked(cache, "/a", host=f"h{number}.example").body == f"h{number}.example".encode()

    def test_the_site_s_pages_are_kept(self, kept):
        first = kept("/csea/cases")
        assert first.headers["cache-control"] == "public, max-age=300"
        assert kept("/csea/cases", headers={"if-none-match": first.headers["etag"]}).status_code == 304


class TestFiles:
    @pytest.fixture
    def files(self, tmp_path):
        folder = tmp_path / "served"
        (folder / "sub").mkdir(parents=True)
        (folder / "a.csv").write_text("0123456789")
        (folder / "sub" / "page.html").write_text("<script>1</script>")
        (folder / ".hidden").write_text("x")
        (tmp_path / "secret").write_text("x")
        (folder / "link").symlink_to(tmp_path / "secret")
        mounts = {"files": str(folder), "assets": str(folder), "a.db": str(folder / "a.csv")}
        return Files(answering(b"elsewhere", 404), mounts)

    def test_a_file_is_sent_whole_with_its_type_and_tag(self, files):
        answer = asked(files, "/files/a.csv")
        assert (answer.status, answer.body) == (200, b"0123456789")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert asked(files, "/files/a.csv", if_none_match=answer.headers["etag"]).status == 304

    def test_an_address_with_a_hash_may_be_kept_for_ever(self, files):
        right = f"v={hashlib.sha256(b'0123456789').hexdigest()[:12]}"
        assert "immutable" in asked(files, "/assets/a.csv", query=right).headers["cache-control"]

    @pytest.mark.parametrize("path", ["/files/a.csv", "/assets/a.csv", "/a.db"])
    @pytest.mark.parametrize("query", ["", "v=1a2b", "v=84d89877f0d4&a=b", "v="])
    def test_an_address_with_another_hash_or_none_may_not(self, files, path, query):
        assert "immutable" not in asked(files, path, query=query).headers["cache-control"]

    @pytest.mark.parametrize(
        "asked_for, status, body",
        [
            ("bytes=0-3", 206, b"0123"),
            ("bytes=8-", 206, b"89"),
            ("bytes=-2", 206, b"89"),
            ("bytes=8-99", 206, b"89"),
            ("bytes=99-", 200, b"0123456789"),
            ("bytes=5-2", 200, b"0123456789"),
            ("bytes=-0", 200, b"0123456789"),
            ("bytes=0-1,3-4", 200, b"0123456789"),
            ("words", 200, b"0123456789"),
        ],
    )
    def test_parts_are_sent_on_request(self, files, asked_for, status, body):
        answer = asked(files, "/files/a.csv", range=asked_for)
        assert (answer.status, answer.body) == (status, body)
        assert answer.headers["content-length"] == str(len(body))

    def test_nothing_that_a_browser_would_run_is_sent_as_such(self, files):
        assert asked(files, "/files/sub/page.html").headers["content-type"].startswith("text/plain")

    @pytest.mark.parametrize(
        "path",
        [
            *("../secret", "%2e%2e/secret", "..%2fsecret", "sub/../../secret", "link", ".hidden", "sub", "", "%00"),
            *("a.csv/x", "a" * 1_900, "%ff", "/etc/passwd", "sub//../.hidden", "%252e%252e/secret"),
        ],
    )
    def test_nothing_else_is_served(self, files, path):
        assert asked(files, f"/files/{path}").body == b"elsewhere"

    def test_the_database_is_a_file_to_keep(self, get, root):
        answer = get("/csea.db")
        assert hashlib.sha256(answer.content).digest() == hashlib.sha256((root / "build/csea.db").read_bytes()).digest()
        assert answer.headers["content-disposition"] == 'attachment; filename="csea.db"'


class TestRate:
    def test_a_client_waits_until_its_minute_is_over(self):
        rate = Rate(answering(), 2)
        assert [rate.counted("a", now) for now in (0, 1, 2)] == [0, 0, 58]
        assert rate.counted("b", 2) == 0
        assert rate.counted("a", 61) == 0

    def test_is_told_in_words(self):
        rate = Rate(answering(), 1)
        assert asked(rate).status == 200
        answer = asked(rate)
        assert answer.status == 429 and b"Try again in" in answer.body
        assert int(answer.headers["retry-after"]) <= 60

    def test_styles_and_health_are_free(self):
        rate = Rate(answering(), 1)
        assert [asked(rate, path).status for path in ("/assets/csea.css", "/-/health") * 3] == [200] * 6

    def test_only_health_itself_and_files_that_there_are_are_free(self):
        rate = Rate(answering(status=404), 1)
        assert [asked(rate, f"/assets/{n}.css").status for n in range(2)] == [404, 429]
        assert asked(rate, "/-/health1").status == asked(rate, "/-/health.json").status == 429

    @pytest.mark.parametrize(
        "named", ["198.51.100.7", "198.51.100.7:443", "[2001:db8::1]", "[2001:db8::1]:443", "2001:db8::1"]
    )
    def test_a_port_is_no_part_of_the_client(self, named):
        rate = Rate(answering(), 1, behind_proxy=True)
        asked(rate, x_forwarded_for=named)
        assert set(rate.seen) <= {"198.51.100.7", "2001:db8::/64"}

    def test_the_client_behind_a_proxy_is_whom_the_proxy_names(self):
        rate = Rate(answering(), 1, behind_proxy=True)
        statuses = [asked(rate, x_forwarded_for=f"203.0.113.{n}, 198.51.100.7").status for n in range(2)]
        assert statuses == [200, 429]  # what stands before the last address is the client's own invention
        assert asked(rate, x_forwarded_for="198.51.100.8").status == 200

    def test_no_client_can_name_itself_where_there_is_no_proxy(self):
        rate = Rate(answering(), 1)
        assert [asked(rate, x_forwarded_for=f"203.0.113.{n}").status for n in range(2)] == [200, 429]

    def test_one_ipv6_network_is_one_client(self):
        rate = Rate(answering(), 1)
        assert [asked(rate, client=f"2001:db8::{n}").status for n in (1, 2)] == [200, 429]
        assert asked(rate, client="2001:db8:1::1").status == 200

    def test_memory_is_bounded(self):
        rate = Rate(answering(), 1)
        for number in range(MOST_CLIENTS + 10):
            rate.counted(str(number), 0)
        assert len(rate.seen) == MOST_CLIENTS


class TestHashed:
    HASH = "0123456789abcdef"

    def test_plain_addresses_lead_to_hashed_ones(self):
        hashed = Hashed(answering(), self.HASH)
        for path, to in (("/csea/cases", "/csea-0123456789ab/cases"), ("/csea.json", "/csea-0123456789ab.json")):
            answer = asked(hashed, path, query="a=1")
            assert (answer.status, answer.headers["location"]) == (302, f"{to}?a=1")

    def test_an_earlier_hash_leads_to_the_present_one(self):
        answer = asked(Hashed(answering(), self.HASH), "/csea-ffffffffffff/cases")
        assert answer.headers["location"] == "/csea-0123456789ab/cases"

    def test_hashed_addresses_may_be_kept_for_a_year(self):
        seen = []
        answer = asked(Hashed(answering(seen=seen), self.HASH), "/csea-0123456789ab/cases")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (seen[0]["path"], seen[0]["raw_path"]) == ("/csea/cases", b"/csea/cases")

    def test_errors_are_not_kept_for_a_year(self):
        answer = asked(Hashed(answering(status=404), self.HASH), "/csea-0123456789ab/nope")
        assert "cache-control" not in answer.headers

    @pytest.mark.parametrize("path", ["/", "/files/cases.csv", "/cseax", "/-/health"])
    def test_other_addresses_stay(self, path):
        assert asked(Hashed(answering(), self.HASH), path).status == 200

    def test_the_whole_site_works_under_them(self, served):
        site = served(hashed_urls=True, pages_sha256=self.HASH)

        async def followed():
            return await site.client.get("/csea/cases/c000001?a=1", follow_redirects=True)

        answer = asyncio.run(followed())
        assert (answer.status_code, str(answer.url)) == (200, "http://localhost/csea-0123456789ab/cases/c000001?a=1")
