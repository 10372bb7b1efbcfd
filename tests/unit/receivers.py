"""A mail server and a webhook on the loopback, as small as they can be and real: what is sent to them is kept."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Received:
    """Where to send to, and what came: title and text of each message."""

    url: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    heads: list[set[str]] = field(default_factory=list)
    """Names of the headers of each mail, in small letters."""
    refuses: bool = False
    sends_on_to: str = ""
    """Where a webhook redirects to."""

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.messages]


@contextmanager
def mail_server() -> Iterator[Received]:
    """An SMTP server. While it refuses it answers 451, as one that wants to be asked again."""
    box = Received()

    class Handler:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's
            if box.refuses:
                return "451 Try again later"
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            part = mail.get_body(("plain",))
            box.heads.append({name.lower() for name in mail.keys()})  # noqa: SIM118 a Message is no mapping
            box.messages.append((str(mail["Subject"]), part.get_content() if part is not None else ""))
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]  # aiosmtpd cannot choose one itself
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"mailto://127.0.0.1:{port}?from=tenure@centre.example&to=kim@hanbit.example"
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def webhook() -> Iterator[Received]:
    """An HTTP server that takes JSON. While it refuses it answers 503."""
    box = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not box.refuses and not box.sends_on_to:
                box.messages.append((body["title"], body["message"]))
            self.send_response(503 if box.refuses else 307 if box.sends_on_to else 200)
            if box.sends_on_to:
                self.send_header("Location", box.sends_on_to)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 http.server's
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    box.url = f"json://127.0.0.1:{server.server_port}/tenure"
    try:
        yield box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
