"""The one way to ask Prometheus. It answers completely or raises; nothing partial passes as data.

Synchronous and stateless: each query has its own session, so threads may share a gateway and a rotated
token is used at once. Any server with the Prometheus HTTP API serves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import requests
from prometheus_api_client.exceptions import PrometheusApiClientException
from prometheus_api_client.prometheus_connect import PrometheusConnect
from requests.auth import AuthBase
from urllib3.util.retry import Retry

from tenure.telemetry.errors import PartialAnswer, QueryFailed, TooManySamples

# No repeat after a slow answer, no day-long Retry-After, and the last refusal is kept for the message.
_RETRY = Retry(
    total=2,
    read=False,
    backoff_factor=0.5,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
    respect_retry_after_header=False,
)


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
    """Longest wait for an answer; longer than the server's own limit (2 min), so that it can say why."""
    verify: bool | str = True
    """TLS: the system's CAs, a CA file, or False."""
    token_file: Path | None = None
    """Bearer token, read anew for every query."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every query, for example X-Scope-OrgID."""

    def query(self, promql: str, at: datetime) -> list[Sample]:
        """The instant vector of `promql` at `at`; empty if there is nothing. Raises QueryFailed."""
        bodies: list[Any] = []
        with requests.Session() as session:
            session.verify = self.verify
            session.hooks["response"].append(lambda response, *_, **__: bodies.append(_body(response)))
            rows = self._ask(session, promql, at, bodies)
        self._refuse_warnings(bodies[-1])
        try:
            return [_sample(row) for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._no_result() from error

    def _ask(self, session: requests.Session, promql: str, at: datetime, bodies: list[Any]) -> Any:
        try:
            return self._client(session).custom_query(promql, params={"time": at.timestamp()})
        except PrometheusApiClientException as error:
            raise self._refused(bodies[-1], str(error)) from error
        except (requests.JSONDecodeError, KeyError, TypeError) as error:
            raise self._no_result() from error
        except requests.Timeout as error:
            limit = f"did not answer within {self.timeout_seconds:g} seconds"
            raise self._failed(limit, "Check its load, or give it more time") from error
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
            headers=dict(self.headers),
            auth=_Bearer(self.token_file.read_text().strip()) if self.token_file else None,  # type: ignore[arg-type]
        )

    def _refuse_warnings(self, body: Any) -> None:
        """Prometheus and Thanos warn; VictoriaMetrics says isPartial."""
        warnings = list(body.get("warnings") or []) + (["isPartial"] if body.get("isPartial") else [])
        if warnings:
            raise PartialAnswer(
                f"Prometheus at {self.url} answered only in part: {_short('; '.join(map(str, warnings)))}. "
                "Check the stores behind it; the day is read again later."
            )

    def _refused(self, body: Any, text: str) -> QueryFailed:
        said = str(body.get("error", text) if isinstance(body, dict) else text)
        if "too many samples" in said:
            return TooManySamples(
                f"Prometheus at {self.url} refuses to load so many samples at once ({_short(said)}). "
                "Raise its --query.max-samples."
            )
        step = "Check its log, its limits and Tenure's access"
        return self._failed(f"refused the query ({_short(said)})", step)

    def _no_result(self) -> QueryFailed:
        step = "Check the address: a login page or another service may answer there"
        return self._failed("answered with something that is no query result", step)

    def _failed(self, what: str, step: str) -> QueryFailed:
        return QueryFailed(f"Prometheus at {self.url} {what}. {step}; the day is read again later.")


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


def _body(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _root(error: BaseException) -> str:
    """The innermost cause, which says more than the layers around it."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return _short(str(error))


def _short(text: str) -> str:
    return " ".join(text.split())[:200]
