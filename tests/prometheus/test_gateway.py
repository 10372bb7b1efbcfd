"""The gateway answers completely or raises a sentence: a stand-in server plays what goes wrong in the field."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tenure.telemetry.errors import PartialAnswer, QueryFailed, TooManySamples
from tenure.telemetry.gateway import Gateway, Sample

from .conftest import History

NOON = datetime(2026, 7, 7, 12, tzinfo=UTC)


@dataclass
class StandIn:
    """Answers every request alike and keeps what was asked."""

    url: str = ""
    status: int = 200
    body: str = ""
    delay: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[BaseHTTPRequestHandler] = field(default_factory=list)

    def says(self, *rows: Any, **more: Any) -> None:
        data = {"resultType": "vector", "result": list(rows)}
        self.body = json.dumps({"status": "success", "data": data} | more)


def serve(played: StandIn, certificate: Path | None = None) -> Iterator[StandIn]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.requests.append(self)
            time.sleep(played.delay)
            self.send_response(played.status)
            for name, value in played.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(played.body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    played.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    yield played
    server.shutdown()
    server.server_close()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    yield from serve(StandIn())


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate, and it is not there")
    made = tmp_path / "certificate.pem"
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stand-in -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", *request.split(), "-keyout", str(tmp_path / "key.pem"), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    made.write_text(made.read_text() + (tmp_path / "key.pem").read_text())
    return made


@pytest.fixture
def secure_stand_in(certificate: Path) -> Iterator[StandIn]:
    yield from serve(StandIn(), certificate)


def row(value: str) -> dict[str, Any]:
    return {"metric": {"tenant": "team-a"}, "value": [NOON.timestamp(), value]}


def test_an_answer_is_rows_of_labels_value_and_time(stand_in: StandIn) -> None:
    stand_in.says(row("1.5"))
    answer = Gateway(stand_in.url + "/").query("up", NOON)
    assert answer == [Sample({"tenant": "team-a"}, 1.5, NOON.timestamp())]
    asked = urlsplit(stand_in.requests[0].path)
    assert asked.path == "/api/v1/query"
    assert parse_qs(asked.query) == {"query": ["up"], "time": [str(NOON.timestamp())]}


@pytest.mark.parametrize("more", [{"warnings": ["store-1 is away"]}, {"isPartial": True}])
def test_a_warning_is_a_partial_answer(stand_in: StandIn, more: dict[str, Any]) -> None:
    stand_in.says(row("1"), **more)
    with pytest.raises(PartialAnswer, match=r"answered only in part: (store-1 is away|isPartial)") as raised:
        Gateway(stand_in.url).query("up", NOON)
    assert raised.value.reason == "PartialAnswer"


def test_no_warnings_and_remarks_on_style_are_a_whole_answer(stand_in: StandIn) -> None:
    stand_in.says(row("1"), warnings=[], infos=["metric might not be a counter"], isPartial=False)
    assert len(Gateway(stand_in.url).query("up", NOON)) == 1


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "many"])
def test_what_is_no_number_is_no_result(stand_in: StandIn, value: str) -> None:
    stand_in.says(row("1"), row(value))
    with pytest.raises(QueryFailed, match="no query result"):
        Gateway(stand_in.url).query("up", NOON)


@pytest.mark.parametrize(
    "body",
    [
        "<html>Please log in</html>",
        "",
        "null",
        "[]",
        "{}",
        '{"data": null}',
        '{"data": {"result": null}}',
        '{"data": {"result": [1, "2"]}}',
        '{"data": {"result": [{"metric": {}, "values": [[1, "2"]]}]}}',
        '{"data": {"result": [{"metric": null, "value": [1, "2"]}]}}',
    ],
)
def test_what_is_no_vector_is_no_result(stand_in: StandIn, body: str) -> None:
    stand_in.body = body
    with pytest.raises(QueryFailed, match="no query result"):
        Gateway(stand_in.url).query("up", NOON)


def test_a_refusal_says_what_the_server_said(stand_in: StandIn) -> None:
    stand_in.status, stand_in.body = 400, '{"status": "error", "errorType": "bad_data", "error": "no such label"}'
    with pytest.raises(QueryFailed, match=r"refused the query .no such label.*Check its log"):
        Gateway(stand_in.url).query("up", NOON)


def test_a_proxy_s_page_is_a_refusal_too(stand_in: StandIn) -> None:
    stand_in.status, stand_in.body = 403, "<html>Forbidden</html>"
    with pytest.raises(QueryFailed, match="403"):
        Gateway(stand_in.url).query("up", NOON)


def test_an_overloaded_server_is_asked_three_times(stand_in: StandIn) -> None:
    stand_in.status, stand_in.body = 503, '{"status": "error", "error": "query timed out"}'
    stand_in.headers = {"Retry-After": "3600"}
    with pytest.raises(QueryFailed, match="query timed out"):
        Gateway(stand_in.url).query("up", NOON)
    assert len(stand_in.requests) == 3


def test_a_slow_server_is_asked_once(stand_in: StandIn) -> None:
    stand_in.says(row("1"))
    stand_in.delay = 1
    with pytest.raises(QueryFailed, match=r"did not answer within 0\.2 seconds"):
        Gateway(stand_in.url, timeout_seconds=0.2).query("up", NOON)
    assert len(stand_in.requests) == 1


@pytest.mark.parametrize("url", ["localhost", "http://", "ftp://prometheus", "http://prometheus.invalid"])
def test_a_wrong_address_is_a_sentence(url: str) -> None:
    with pytest.raises(QueryFailed, match=r"(could not be asked|cannot be reached)"):
        Gateway(url).query("up", NOON)


def test_the_token_is_read_for_each_query_and_headers_are_sent(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.says()
    token = tmp_path / "token"
    gateway = Gateway(stand_in.url, token_file=token, headers={"X-Scope-OrgID": "centre"})
    for written in ("first\n", "second\n"):
        token.write_text(written)
        assert gateway.query("up", NOON) == []
    assert [sent.headers["Authorization"] for sent in stand_in.requests] == ["Bearer first", "Bearer second"]
    assert stand_in.requests[0].headers["X-Scope-OrgID"] == "centre"


def test_a_missing_token_file_is_a_sentence_without_the_token(stand_in: StandIn, tmp_path: Path) -> None:
    with pytest.raises(QueryFailed, match=r"could not be asked .*No such file.*Check the address, the token file"):
        Gateway(stand_in.url, token_file=tmp_path / "token").query("up", NOON)
    assert stand_in.requests == []


def test_tls_takes_the_given_ca_and_no_stranger(secure_stand_in: StandIn, certificate: Path) -> None:
    secure_stand_in.says(row("1"))
    assert len(Gateway(secure_stand_in.url, verify=str(certificate)).query("up", NOON)) == 1
    with pytest.raises(QueryFailed, match=r"cannot be reached .*self-signed certificate"):
        Gateway(secure_stand_in.url).query("up", NOON)
    with pytest.raises(QueryFailed, match=r"could not be asked .*Check .* the CA file"):
        Gateway(secure_stand_in.url, verify="/no/such/ca.pem").query("up", NOON)


def test_one_gateway_serves_many_threads(stand_in: StandIn) -> None:
    stand_in.says(row("1"))
    gateway = Gateway(stand_in.url)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gateway.query("up", NOON), range(16)))
    assert answers == [answers[0]] * 16


def test_the_real_server_refuses_nonsense_in_its_own_words(history: History) -> None:
    with pytest.raises(QueryFailed, match=r"refused the query .*parse error"):
        Gateway(history.server.url).query("sum by", NOON)


def test_too_many_samples_is_an_error_of_its_own(stand_in: StandIn) -> None:
    said = "query processing would load too many samples into memory in query execution"
    stand_in.status, stand_in.body = 422, json.dumps({"status": "error", "errorType": "execution", "error": said})
    with pytest.raises(TooManySamples, match=r"query\.max-samples") as raised:
        Gateway(stand_in.url).query("up", NOON)
    assert raised.value.reason == "QueryFailed"
