"""How servers say that a query is too much at once, so that a shorter window may fit.

Data, with where each text was seen. What a shorter window cannot help is not here: a wrong query, no access,
a queue that is full, too many requests. docs/prometheus.md shows the table to admins.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Limit(NamedTuple):
    """One way to refuse."""

    said: str
    """Regular expression, looked for in "STATUS TEXT" whatever the case."""
    setting: str
    """What the admin can raise if the shortest window is still too much."""
    source: str


PROMETHEUS = "answered by Prometheus 3.11"
THANOS = "answered by Thanos 0.42"
MIMIR = "answered by Mimir's main branch of 2026-04-23"
VICTORIAMETRICS = "answered by VictoriaMetrics 1.135"
UNMET = "in the source of "
"""Read there; the server itself was not made to answer so."""
CORTEX = UNMET + "Cortex 1.20, pkg/util/limiter"

LIMITS = (
    Limit("load too many samples into memory", "--query.max-samples", PROMETHEUS),
    Limit("query timed out in (?!query queue)", "--query.timeout", PROMETHEUS),
    Limit("context deadline exceeded", "--query.timeout (Mimir and Cortex: -querier.timeout)", PROMETHEUS),
    Limit("err-mimir-max-chunks-per-query", "-querier.max-fetched-chunks-per-query", MIMIR),
    Limit(
        "err-mimir-max-estimated-chunks-per-query",
        "-querier.max-estimated-fetched-chunks-per-query-multiplier",
        UNMET + "Mimir, pkg/util/limiter/errors.go",
    ),
    Limit("err-mimir-max-series-per-query", "-querier.max-fetched-series-per-query", MIMIR),
    Limit("err-mimir-max-chunks-bytes-per-query", "-querier.max-fetched-chunk-bytes-per-query", MIMIR),
    Limit(
        "err-mimir-max-estimated-memory-consumption-per-query",
        "-querier.max-estimated-memory-consumption-per-query",
        MIMIR,
    ),
    Limit("err-mimir-max-query-length", "-querier.max-partial-query-length", MIMIR),
    Limit("err-mimir-max-total-query-length", "-query-frontend.max-total-query-length", MIMIR),
    Limit("query time range exceeds the limit", "-store.max-query-length", UNMET + "Cortex 1.20, pkg/util/validation"),
    Limit("query hit the max number of chunks limit", "-querier.max-fetched-chunks-per-query", CORTEX),
    Limit("query hit the max number of series limit", "-querier.max-fetched-series-per-query", CORTEX),
    Limit("query hit the aggregated chunks size limit", "-querier.max-fetched-chunk-bytes-per-query", CORTEX),
    Limit("query hit the aggregated data size limit", "-querier.max-fetched-data-bytes-per-query", CORTEX),
    Limit("code = DeadlineExceeded", "--query.timeout", THANOS),
    Limit("failed to receive any data in", "--store.response-timeout", THANOS),
    Limit("exceeded chunks limit", "--store.limits.request-samples", THANOS),
    Limit("exceeded series limit", "--store.limits.request-series", THANOS),
    Limit("exceeded bytes limit", "--store.grpc.downloaded-bytes-limit", THANOS),
    Limit(r"limit \d+ violated", "--store.limits.request-samples", UNMET + "Thanos 0.42, pkg/store/limiter.go"),
    Limit("search.maxSamplesPerQuery", "-search.maxSamplesPerQuery", VICTORIAMETRICS),
    Limit("search.maxSamplesPerSeries", "-search.maxSamplesPerSeries", VICTORIAMETRICS),
    Limit("search.maxPointsSubqueryPerTimeseries", "-search.maxPointsSubqueryPerTimeseries", VICTORIAMETRICS),
    Limit("search.maxUniqueTimeseries", "-search.maxUniqueTimeseries", VICTORIAMETRICS),
    Limit("not enough memory for processing", "-search.maxMemoryPerQuery", VICTORIAMETRICS),
    Limit("timeout exceeded", "-search.maxQueryDuration", UNMET + "VictoriaMetrics 1.135, app/vmselect/netstorage"),
    Limit(
        "message (after decompression )?larger than max|response larger than the max",
        "the largest gRPC message between its parts",
        UNMET + "grpc-go 1.81, rpc_util.go, and Mimir, pkg/querier/worker",
    ),
    Limit("^413 ", "the largest answer that a proxy before it passes on", "RFC 9110"),
    Limit("^504 ", "the time for which a proxy before it waits", "RFC 9110"),
)


def reached(status: int, said: str) -> Limit | None:
    """The limit that a refusal speaks of, if it speaks of one."""
    text = f"{status} {said}"
    return next((limit for limit in LIMITS if re.search(limit.said, text, re.IGNORECASE)), None)
