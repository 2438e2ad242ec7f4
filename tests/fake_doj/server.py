"""Answers over HTTP on loopback, with connections kept alive. What the answers are is decided elsewhere."""

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .wire import Answer

HOST = "127.0.0.1"
LINGER_NOT = struct.pack("ii", 1, 0)  # close() then resets the connection
NOTICE_STOP = 0.02  # seconds between two looks whether to stop

AnswerRequest = Callable[[str, Mapping[str, str], Mapping[str, str]], Answer]


class Server(ThreadingHTTPServer):
    """One thread a connection; it knows its open connections, so that none outlives it."""

    request_queue_size = 128

    def __init__(self, answer: AnswerRequest, port: int) -> None:
        self.answer = answer
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), Handler)

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the host's name that HTTPServer makes."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        """Close a connection; one that is to be reset is not shut down first, or the client would see a plain end."""
        self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(LINGER_NOT)) == LINGER_NOT:
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave in the middle of an answer are no error here; all else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        for request in list(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """GET requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave together
    server: Server

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        params = dict(parse_qsl(target.query, keep_blank_values=True))
        answer = self.server.answer(target.path, params, dict(self.headers))
        if answer.delay:
            time.sleep(answer.delay)
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            self.close_connection = True
            return
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the fake keeps its own log."""


@contextmanager
def serve(answer: AnswerRequest, port: int = 0) -> Iterator[str]:
    """Serve until the context ends; it gives the base URL."""
    server = Server(answer, port)
    thread = threading.Thread(target=server.serve_forever, args=(NOTICE_STOP,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/api/v1/"
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()
