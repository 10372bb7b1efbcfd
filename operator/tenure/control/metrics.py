"""The operator's own metrics, served on /metrics of the probe port. The table in docs/operations.md is made from these."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "tenure_api_requests_total",
    "Requests to the API server by verb and HTTP status; code 0 means no answer came.",
    ["verb", "code"],
    registry=REGISTRY,
)
RECONCILES = Histogram(
    "tenure_reconcile_seconds",
    "Duration of one run of a key, by the kind of work.",
    ["work"],
    registry=REGISTRY,
)
FAILURES = Counter(
    "tenure_reconcile_failures_total",
    "Runs that failed and are tried again, by the kind of work.",
    ["work"],
    registry=REGISTRY,
)
LEADING = Gauge("tenure_leading", "1 on the replica that leads, 0 on the others.", registry=REGISTRY)
CLOCK_OFFSET = Gauge(
    "tenure_clock_offset_seconds", "Offset of Tenure's clock; anything but 0 is a rehearsal.", registry=REGISTRY
)
DAYS = Counter(
    "tenure_accelerator_days_read_total",
    "Accelerator-days read from Prometheus, by what came of it: ok or the reason they are Unknown.",
    ["result"],
    registry=REGISTRY,
)
DEVICES = Gauge(
    "tenure_devices",
    "Devices of an accelerator: capacity, granted, free and waiting.",
    ["accelerator", "what"],
    registry=REGISTRY,
)
