"""The gateway answers completely or raises a sentence: a stand-in server plays what goes wrong in the field."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from harness.standin import StandIn, serving
from tenure.telemetry.errors import QueryFailed
from tenure.telemetry.gateway import Gateway, Sample

from .conftest import History

NOON = datetime(2026, 7, 7, 12, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with serving(StandIn()) as played:
        yield played


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
    with serving(StandIn(), certificate) as played:
        yield played


def row(value: str) -> dict[str, Any]:
    return {"metric": {"tenant": "team-a"}, "value": [NOON.timestamp(), value]}


def test_an_answer_is_rows_of_labels_value_and_time(stand_in: StandIn) -> None:
    stand_in.says(row("1.5"))
    answer = Gateway(stand_in.url + "/").query("up", NOON)
    assert answer == [Sample({"tenant": "team-a"}, 1.5, NOON.timestamp())]
    asked = urlsplit(stand_in.requests[0].path)
    assert asked.path == "/api/v1/query"
    assert parse_qs(asked.query) == {"query": ["up"], "time": [str(NOON.timestamp())], "timeout": ["120s"]}


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
    stand_in.refuses(400, "no such label", "bad_data")
    with pytest.raises(QueryFailed, match=r"refused the query .HTTP 400: no such label.*Check its log"):
        Gateway(stand_in.url).query("up", NOON)


def test_a_proxy_s_page_is_a_refusal_too(stand_in: StandIn) -> None:
    stand_in.refuses(403, "<html>Forbidden</html>", "")
    with pytest.raises(QueryFailed, match=r"HTTP 403: <html>Forbidden.*Check the token file"):
        Gateway(stand_in.url).query("up", NOON)


def test_an_overloaded_server_is_asked_three_times(stand_in: StandIn) -> None:
    stand_in.refuses(503, "no healthy upstream", "")
    stand_in.headers = {"Retry-After": "3600"}
    with pytest.raises(QueryFailed, match="no healthy upstream"):
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
