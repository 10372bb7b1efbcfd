"""The one way to ask Prometheus. It answers completely or raises; nothing partial passes as data.

Synchronous and stateless: each query has its own session, so threads may share a gateway and a rotated
token is used at once. Any server with the Prometheus HTTP API serves; `dialect` has what some must be told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import requests
from prometheus_api_client.exceptions import PrometheusApiClientException
from prometheus_api_client.prometheus_connect import PrometheusConnect
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from tenure.telemetry import limits
from tenure.telemetry.dialect import DIALECTS, Dialect, advice
from tenure.telemetry.errors import Busy, PartialAnswer, QueryFailed, TooMuch

# A connection is tried again, an answer is not: whether to ask again depends on its text.
_RETRY = Retry(total=2, read=False, backoff_factor=0.5, respect_retry_after_header=False)
_PAUSES = (0.5, 1.0)
"""Seconds before a busy server is asked again; it may send Retry-After: 3600, which nobody waits for."""
_BUSY = (429, 502, 503)
_EVALUATION = 0.8
"""Share of the wait that the server may spend, so that a server which works says itself that it took too long."""
_REMARK = "PromQL info"
"""How the engine marks remarks on style, which Prometheus 2 and Thanos send among the warnings."""


class Sample(NamedTuple):
    """One row of an instant vector."""

    labels: Mapping[str, str]
    value: float
    timestamp: float


@dataclass(frozen=True)
class Gateway:
    """Where Prometheus is and how to get in."""

    url: str
    timeout_seconds: float = 150
    """Longest wait for an answer. The server is asked to give up before, after its own default of 2 minutes."""
    verify: bool | str = True
    """TLS: the system's CAs, a CA file, or False."""
    token_file: Path | None = None
    """Bearer token, read anew for every query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every query, for example X-Scope-OrgID; they go before those of the dialect."""
    dialect: Dialect = DIALECTS["prometheus"]

    def query(self, promql: str, at: datetime) -> list[Sample]:
        """The instant vector of `promql` at `at`; empty if there is nothing. Raises QueryFailed, TooMuch if a
        shorter window may fit."""
        for pause in _PAUSES:
            with suppress(Busy):
                return self._query(promql, at)
            time.sleep(pause)
        return self._query(promql, at)

    def status(self, name: str) -> Mapping[str, Any] | None:
        """What /api/v1/status/<name> tells of the server; None where it does not serve that."""
        with suppress(OSError, ValueError, KeyError), requests.Session() as session:
            answer = session.get(
                f"{self.url.rstrip('/')}/api/v1/status/{name}",
                headers={**self.dialect.headers, **self.headers},
                auth=self._auth(),
                verify=self.verify,
                timeout=self.timeout_seconds,
            )
            found: Mapping[str, Any] = answer.json()["data"]
            return found
        return None

    def _query(self, promql: str, at: datetime) -> list[Sample]:
        answers: list[requests.Response] = []
        with requests.Session() as session:
            session.verify = self.verify
            session.hooks["response"].append(lambda answer, *_, **__: answers.append(answer))
            rows = self._ask(session, promql, at, answers)
        self._refuse_parts(answers[-1].json())
        try:
            return [_sample(row) for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._no_result() from error

    def _ask(self, session: requests.Session, promql: str, at: datetime, answers: list[requests.Response]) -> Any:
        evaluation = f"{_EVALUATION * self.timeout_seconds:g}s"
        parameters = {**self.dialect.parameters, "time": at.timestamp(), "timeout": evaluation}
        try:
            return self._client(session).custom_query(promql, params=parameters)
        except PrometheusApiClientException as error:
            raise self._refused(answers[-1]) from error
        except (requests.JSONDecodeError, KeyError, TypeError) as error:
            raise self._no_result() from error
        except requests.Timeout as error:
            limit = f"did not answer within {self.timeout_seconds:g} seconds"
            raise self._failed(limit, "Check its load and the network") from error
        except requests.ConnectionError as error:
            step = "Check that it runs and that Tenure may reach it"
            raise self._failed(f"cannot be reached ({_root(error)})", step) from error
        except (OSError, ValueError) as error:
            step = "Check the address, the token file and the CA file"
            raise self._failed(f"could not be asked ({_root(error)})", step) from error

    def _client(self, session: requests.Session) -> PrometheusConnect:
        return PrometheusConnect(
            self.url.rstrip("/"),
            session=session,
            retry=_RETRY,
            timeout=self.timeout_seconds,  # type: ignore[arg-type] # requests takes fractions
            headers={**self.dialect.headers, **self.headers},
            auth=self._auth(),  # type: ignore[arg-type]
        )

    def _auth(self) -> AuthBase | None:
        return _Bearer(self.token_file.read_text().strip()) if self.token_file else None

    def _refuse_parts(self, body: Any) -> None:
        """Prometheus and Thanos warn, a VictoriaMetrics cluster says isPartial."""
        warnings = [text for text in map(str, body.get("warnings") or []) if not text.startswith(_REMARK)]
        if body.get("isPartial"):
            warnings.append("isPartial")
        if warnings:
            raise PartialAnswer(
                f"Prometheus at {self.url} answered only in part: {_short('; '.join(warnings))}. "
                "Check the stores behind it; the day is read again later."
            )

    def _refused(self, answer: requests.Response) -> QueryFailed:
        said = _said(answer)
        shown = f"(HTTP {answer.status_code}: {_short(said)})"
        if limit := limits.reached(answer.status_code, said):
            return self._failed(f"refuses so much at once {shown}", f"Raise {limit.setting}", TooMuch)
        kind = Busy if answer.status_code in _BUSY else QueryFailed
        return self._failed(f"refused the query {shown}", advice(answer.status_code, said), kind)

    def _no_result(self) -> QueryFailed:
        step = "Check the address: a login page or another service may answer there"
        return self._failed("answered with something that is no query result", step)

    def _failed(self, what: str, step: str, kind: type[QueryFailed] = QueryFailed) -> QueryFailed:
        return kind(f"Prometheus at {self.url} {what}. {step}; the day is read again later.")


class _Bearer(AuthBase):
    """As an auth object, because a netrc file would replace a plain Authorization header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _sample(row: Any) -> Sample:
    timestamp, text = row["value"]
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is not a finite number")
    return Sample(dict(row["metric"]), value, float(timestamp))


def _said(answer: requests.Response) -> str:
    """The error of the JSON body, else the body, else what the status means."""
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return answer.text or answer.reason


def _root(error: BaseException) -> str:
    """The innermost cause, which says more than the layers around it."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return _short(str(error))


def _short(text: str) -> str:
    """In one line; of a long text the ends, because some servers put the cause first and some last."""
    line = " ".join(text.split())
    return line if len(line) <= 400 else f"{line[:200]} ... {line[-200:]}"
