"""Kinds of servers with the Prometheus HTTP API: what each must be sent so that its answer is complete.

Data, by the servers' documentation; docs/prometheus.md has the sources. Tokens and tenants are the admin's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Dialect:
    """What is sent with every query beside the query itself."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


DIALECTS: Mapping[str, Dialect] = {
    "prometheus": Dialect(),
    # An error instead of a warning, replicas as one series, and raw samples instead of downsampled ones.
    "thanos": Dialect({"partial_response": "false", "dedup": "true", "max_source_resolution": "0s"}),
    # Not from the results cache, which may be older than late samples.
    "mimir": Dialect(headers={"Cache-Control": "no-store"}),
    # An error where a storage node is away, and nothing from the cache.
    "victoriametrics": Dialect({"deny_partial_response": "1", "nocache": "1"}),
}

_ADVICE = (
    ("no org id", 'Name the tenant in TENURE_PROMETHEUS_HEADERS, for example {"X-Scope-OrgID": "centre"}'),
    ("^40[13] ", "Check the token file and the headers: the server does not let Tenure in"),
    (
        "^404 |unsupported path",
        "Check the path of the address: Mimir answers under /prometheus, a VictoriaMetrics cluster under "
        "/select/<accountID>/prometheus",
    ),
    ("No StoreAPIs|code = Unavailable|vmstorage node", "Check the stores behind it"),
    ("", "Check its log, its limits and Tenure's access"),
)
"""(regular expression, looked for in "STATUS TEXT"; the next step). The first that fits."""


def dialect(kind: str) -> Dialect:
    """The dialect of a kind of server. Raises ValueError with a sentence."""
    try:
        return DIALECTS[kind]
    except KeyError:
        known = ", ".join(DIALECTS)
        raise ValueError(
            f"TENURE_PROMETHEUS_KIND is {kind!r}, which Tenure does not know. Set one of {known}."
        ) from None


def advice(status: int, said: str) -> str:
    """What to do about a refusal, without the full stop."""
    return next(step for pattern, step in _ADVICE if re.search(pattern, f"{status} {said}"))
