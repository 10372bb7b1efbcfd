"""A stand-in that passes every query on to the real Prometheus and adds a warning to its answer.

A Prometheus warns when a remote store behind it fails, a Thanos when one of its stores is away. Neither can be had in a
test on one machine at the moment it is wanted; what matters is that an answer with a warning is not taken for data.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WARNING = "store 10.0.0.7:10901 is away"


@contextmanager
def warning_prometheus(behind: str) -> Iterator[str]:
    """The address of a stand-in for the Prometheus at `behind`, for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{behind}{self.path}") as answer:
                body = json.loads(answer.read()) | {"warnings": [WARNING]}
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
