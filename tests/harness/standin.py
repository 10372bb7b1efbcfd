"""HTTP servers that play Prometheus' part: one says what it is told, one stands before a real server."""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit


@dataclass
class StandIn:
    """Answers every request alike and keeps what was asked."""

    url: str = ""
    status: int = 200
    body: str = ""
    delay: float = 0
    """Seconds before each answer."""
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[BaseHTTPRequestHandler] = field(default_factory=list)

    def says(self, *rows: Any, **more: Any) -> None:
        """Answer with an instant vector, and what else the body should have."""
        data = {"resultType": "vector", "result": list(rows)}
        self.body = json.dumps({"status": "success", "data": data} | more)

    def refuses(self, status: int, error: str, kind: str = "execution") -> None:
        """Refuse in JSON, as Prometheus does; or in plain text with an empty `kind`, as proxies and Mimir do."""
        said = json.dumps({"status": "error", "errorType": kind, "error": error}) if kind else error
        self.status, self.body = status, said

    def answer(self, path: str) -> tuple[int, str]:
        """Status and body for a request of this path with its query."""
        return self.status, self.body

    def asked(self) -> list[dict[str, str]]:
        """The parameters of every request."""
        queries = [parse_qs(urlsplit(request.path).query) for request in self.requests]
        return [{name: values[-1] for name, values in query.items()} for query in queries]


@dataclass
class Doorkeeper(StandIn):
    """Refuses, in the words it was given, what covers more than so many seconds; a real server answers the rest."""

    behind: str = ""
    widest_seconds: int = 0

    def answer(self, path: str) -> tuple[int, str]:
        """The refusal, or what the real server says."""
        [query] = parse_qs(urlsplit(path).query)["query"]
        if max(map(int, re.findall(r"\[(\d+)s", query))) > self.widest_seconds:
            return super().answer(path)
        return passed_on(self.behind, path)


@dataclass
class Warner(StandIn):
    """Passes everything on to a real server and adds a warning to each answer, as if a store behind it were away."""

    behind: str = ""
    warning: str = ""

    def answer(self, path: str) -> tuple[int, str]:
        """What the real server says, with the warning."""
        status, body = passed_on(self.behind, path)
        return status, json.dumps(json.loads(body) | {"warnings": [self.warning]})


def passed_on(behind: str, path: str) -> tuple[int, str]:
    """Status and body of a real server's answer."""
    without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with without_proxy.open(behind + path) as answer:
        return answer.status, answer.read().decode()


Played = TypeVar("Played", bound=StandIn)


@contextmanager
def serving(played: Played, certificate: Path | None = None) -> Iterator[Played]:
    """Serve it on a loopback port, over TLS if there is a certificate with its key."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.requests.append(self)
            time.sleep(played.delay)
            with suppress(ConnectionError):  # Who asked may not have waited.
                self.reply(*played.answer(self.path))

        def reply(self, status: int, body: str) -> None:
            self.send_response(status)
            for name, value in played.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    played.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
