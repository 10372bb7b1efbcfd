"""What servers say when they refuse, word for word but for names and numbers: (status, text). Sources are in limits.py."""

from __future__ import annotations

_MIMIR = ". Consider reducing the time range and/or number of series selected by the query."
_THANOS = (
    "expanding series: proxy Series(): rpc error: code = Aborted desc = receive series from Addr: 10.0.0.1:10901 "
    "MinTime: 1786633200000 MaxTime: 1790521140001: rpc error: code = "
)
_LENGTH = "time range exceeds the limit (query length: 24h1m0s, limit: 12h0m0s)"
_POINTS = "too many points for the given start=1, end=9 and step=60000: 1441; the maximum number of points is 9"

TOO_MUCH = [
    (422, "query processing would load too many samples into memory in query execution"),
    (503, "query timed out in expression evaluation"),
    (503, "query timed out in query execution"),
    (504, "context deadline exceeded"),
    (
        422,
        "the query exceeded the maximum number of chunks (limit: 9 chunks) (err-mimir-max-chunks-per-query)" + _MIMIR,
    ),
    (
        422,
        "the estimated number of chunks for the query exceeded the maximum allowed (limit: 9 chunks) "
        "(err-mimir-max-estimated-chunks-per-query)" + _MIMIR,
    ),
    (
        422,
        "the query exceeded the maximum number of series (limit: 9 series) (err-mimir-max-series-per-query)" + _MIMIR,
    ),
    (
        422,
        "the query exceeded the aggregated chunks size limit (limit: 9 bytes) (err-mimir-max-chunks-bytes-per-query)"
        + _MIMIR,
    ),
    (
        422,
        "the query exceeded the maximum allowed estimated amount of memory consumed by a single query (limit: 9 bytes) "
        "(err-mimir-max-estimated-memory-consumption-per-query)" + _MIMIR,
    ),
    (422, f"the query {_LENGTH} (err-mimir-max-query-length). To adjust the related per-tenant limit, configure"),
    (400, f"the total query {_LENGTH} (err-mimir-max-total-query-length). To adjust the related per-tenant limit"),
    (422, f"the query {_LENGTH}"),
    (422, "the query hit the max number of chunks limit (limit: 9 chunks)"),
    (422, "the query hit the max number of series limit (limit: 9 series)"),
    (422, "the query hit the aggregated chunks size limit (limit: 9 bytes)"),
    (422, "the query hit the aggregated data size limit (limit: 9 bytes)"),
    (422, _THANOS + "DeadlineExceeded desc = stream terminated by RST_STREAM with error code: CANCEL"),
    (
        422,
        _THANOS + "Canceled desc = failed to receive any data in 1ms from Addr: 10.0.0.1:10901 MinTime: 1 MaxTime: 9",
    ),
    (422, _THANOS + "ResourceExhausted desc = exceeded chunks limit: limit 8 violated (got 13)"),
    (422, _THANOS + "ResourceExhausted desc = exceeded series limit: limit 2 violated (got 133)"),
    (
        422,
        _THANOS
        + "ResourceExhausted desc = exceeded bytes limit while fetching series: limit 1024 violated (got 16900)",
    ),
    (422, _THANOS + "Unknown desc = failed to send series: limit 9 violated (got 10)"),
    (
        422,
        "search error: cannot select more than -search.maxSamplesPerQuery=9 samples; possible solutions: reduce time range",
    ),
    (
        422,
        "cannot process more than 9 samples per series; either increase -search.maxSamplesPerSeries or reduce time range",
    ),
    (422, _POINTS + "; (see -search.maxPointsSubqueryPerTimeseries command-line flag)"),
    (
        422,
        "the number of matching timeseries exceeds 9; either narrow down the search or increase -search.max* command-line "
        "flag values (the most likely limit is -search.maxUniqueTimeseries)",
    ),
    (422, "not enough memory for processing m, which returns 9 data points according to -search.maxMemoryPerQuery=9"),
    (422, "timeout exceeded during query execution: 30.000 seconds (elapsed 30.012 seconds)"),
    (500, "rpc error: code = ResourceExhausted desc = grpc: received message larger than max (9000000 vs. 4194304)"),
    (413, "response larger than the max message size (9000000 vs 4194304)"),
]
"""A shorter window may fit. In JSON."""

PROXIES = [(413, "<html>Request Entity Too Large</html>"), (504, "<html>504 Gateway Time-out</html>")]
"""A shorter window may fit. As text."""

HOPELESS = [
    (400, 'invalid parameter "query": 1:8: parse error: unexpected end of input', "Check its log"),
    (401, "no org id", 'Name the tenant in TENURE_PROMETHEUS_HEADERS, for example {"X-Scope-OrgID": "centre"}'),
    (401, "Unauthorized", "Check the token file and the headers"),
    (403, "Forbidden", "Check the token file and the headers"),
    (404, "404 page not found", "Mimir answers under /prometheus"),
    (400, 'unsupported path requested: "/api/v1/query"', "under /select/<accountID>/prometheus"),
    (414, "Request-URI Too Large", "Check its log"),
    (422, "too long query; got 20000 bytes; mustn't exceed `-search.maxQueryLen=16384` bytes", "Check its log"),
    (422, "the response contains more than -search.maxResponseSeries=9 time series: 10 series", "Check its log"),
    (422, "expanding series: proxy Series(): No StoreAPIs available", "Check the stores behind it"),
    (
        422,
        "fetch series for {replica=a}: rpc error: code = Unavailable desc = connection error",
        "Check the stores behind it",
    ),
    (422, "cannot fetch query results from vmstorage nodes: cannot dial", "Check the stores behind it"),
    (500, "expanding series: read /data/chunks: input/output error", "Check its log"),
]
"""No window helps; (status, text, next step)."""

BUSY = [
    (
        429,
        "couldn't start executing the request, since -search.maxConcurrentRequests=4; increase -search.maxQueryDuration",
    ),
    (429, "too many outstanding requests"),
    (502, "<html>502 Bad Gateway</html>"),
    (503, "query timed out in query queue"),
    (503, "no healthy upstream"),
]
"""The same window may be answered in a moment."""
