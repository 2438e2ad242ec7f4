"""Those who ask a site for pages, for bench/site.py: with as little work as can be, since they share the cores with it.

Plain sockets that are kept open, a thread for each visitor, answers not looked at beyond status and end.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

HOST = "127.0.0.1"
TIMEOUT = 60.0  # seconds until an answer is given up
A_READ = 1 << 18
Found = dict[str, Any]


class Visitor:
    """One connection, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and the raw answer from its first byte, chunk marks included."""
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self._port), timeout=TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\nAccept: text/html,*/*\r\n\r\n"
        self._socket.sendall(request.encode())
        answer = bytearray()
        while b"\r\n\r\n" not in answer:
            answer += self._read()
        end = answer.index(b"\r\n\r\n") + 4
        head = bytes(answer[:end]).lower()
        if b"\r\ncontent-length:" in head:
            whole = end + int(head.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
            while len(answer) < whole:
                answer += self._read()
        elif b"\r\ntransfer-encoding: chunked" in head:
            while not answer.endswith(b"\r\n0\r\n\r\n"):
                answer += self._read()
        if b"\r\nconnection: close" in head:
            self.close()
        return int(head[9:12]), bytes(answer)

    def close(self) -> None:
        """Let go of the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(A_READ)
        if not data:
            raise ConnectionError("the server hung up within an answer")
        return data


def ask(port: int, path: str) -> Found:
    """One answer over a connection of its own: status, seconds, and how many bytes and lines its body has."""
    visitor = Visitor(port)
    start = time.perf_counter()
    with contextlib.closing(visitor):
        status, answer = visitor.ask(path)
    seconds = time.perf_counter() - start
    body = _body(answer)
    return {"status": status, "seconds": seconds, "bytes": len(body), "lines": body.count(b"\n")}


def _body(answer: bytes) -> bytes:
    """The body of a raw answer, without chunk marks."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" not in head.lower():
        return body
    parts, start = [], 0
    while (end := body.index(b"\r\n", start)) and (size := int(body[start:end], 16)):
        parts.append(body[end + 2 : end + 2 + size])
        start = end + 2 + size + 2
    return b"".join(parts)


def visit(port: int, paths: Sequence[str], users: int, seconds: float) -> Found:
    """What ``users`` meet who ask for the paths in turn, each from another one on, for so many seconds."""
    starts = [user * len(paths) // users for user in range(users)]
    return _together(port, [itertools.chain(paths[at:], itertools.cycle(paths)) for at in starts], seconds)


def once(port: int, paths: Sequence[str], users: int, seconds: float) -> Found:
    """What ``users`` meet who share the paths among them, each asked once, for so many seconds at most."""
    return _together(port, [paths[user::users] for user in range(users)], seconds)


def _together(port: int, lists: Sequence[Iterable[str]], seconds: float) -> Found:
    cpu, start = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(len(lists)) as pool:
        asked = [pool.submit(_one, port, paths, start + seconds) for paths in lists]
        found = [one.result() for one in asked]
    took = time.perf_counter() - start
    times = np.array([seconds for own, _ in found for seconds in own]) * 1000
    p50, p95, p99 = np.percentile(times, [50, 95, 99]) if len(times) else (np.nan,) * 3
    rate, n = len(times) / took, len(times)
    cost = (time.process_time() - cpu) / max(n, 1) * 1e6
    refused = sum(own for _, own in found)
    return {"rate": rate, "p50": p50, "p95": p95, "p99": p99, "refused": refused, "n": n, "client_us": cost}


def _one(port: int, paths: Iterable[str], until: float) -> tuple[list[float], int]:
    """Seconds of each answer of 200, and how many were others or none."""
    visitor, times, refused = Visitor(port), [], 0
    for path in paths:
        if (start := time.perf_counter()) >= until:
            break
        try:
            status, _ = visitor.ask(path)
        except OSError:
            status = 0
            visitor.close()
        if status == 200:
            times.append(time.perf_counter() - start)
        else:
            refused += 1
    visitor.close()
    return times, refused


def floor(port: int, size: int) -> None:
    """Serve one and the same answer of ``size`` bytes until the process ends: what asking alone costs."""
    head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size
    answer = head + bytes(size)

    class Same(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self._transport = transport

        def data_received(self, data: bytes) -> None:
            self._transport.write(answer)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Same, HOST, port)
        await server.serve_forever()

    asyncio.run(serve())
