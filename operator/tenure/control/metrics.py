"""Every metric of the operator, in one table with its type, labels and meaning; docs/metrics.md is made from it.

Counters and gauges that are kept are made here. The others are figures, worked out from the cache at each scrape
(`figures.py`), so that nothing is left behind of an object that is gone. Numbers of days are called dates: they are counted
and not a time, for which Prometheus' unit would be the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which Prometheus does not need

REGISTRY = CollectorRegistry()
Kept = TypeVar("Kept", Counter, Gauge, Histogram)
Labels = Mapping[str, tuple[str, ...]]
Samples = Iterable[tuple[tuple[str, ...], float]]
"""(values of the labels, value)."""


@dataclass(frozen=True)
class Row:
    """One metric. `labels` has the values of each label where they are known beforehand."""

    name: str
    type: str
    labels: Labels
    help: str
    leader_only: bool = False

    def family(self, samples: Samples) -> GaugeMetricFamily:
        """The metric with these values."""
        family = GaugeMetricFamily(self.name, self.help, labels=tuple(self.labels))
        for values, value in samples:
            family.add_metric(values, value)
        return family


TABLE: list[Row] = []
"""In the order of docs/metrics.md."""


def _kept(make: type[Kept], name: str, text: str, **labels: tuple[str, ...]) -> Kept:
    """A metric that is kept. With one label of known values all of them are there from the start, at 0."""
    metric = make(name, text, tuple(labels), registry=REGISTRY)
    TABLE.append(Row(name, make.__name__.lower(), labels, text))
    if len(labels) == 1:
        for value in next(iter(labels.values())):
            metric.labels(value)
    return metric


def _figure(name: str, text: str, **labels: tuple[str, ...]) -> Row:
    """A gauge that is worked out at each scrape, on the replica that leads."""
    row = Row(name, "gauge", labels, text, leader_only=True)
    TABLE.append(row)
    return row


WORK = (
    "project",
    "reviews",
    "tell",
    "digest",
    "sanction",
    "accelerator",
    "organization",
    "programme",
    "sight",
    "outage",
    "waiting",
    "elsewhere",
)
QUEUES = ("projects", "reviews", "tellings")
UNKNOWN = (
    "QueryFailed",
    "PartialAnswer",
    "NoExporterData",
    "LabelsMismatch",
    "CoverageGap",
    "AttributionLost",
    "SignalStuckAtZero",
)
"""Reasons of Unknown days, as in the condition Measured."""
COMMITTEE = ("AwaitingVerdict", "AwaitingConfirmation", "AwaitingApproval", "Appealed")
"""Reasons of the condition Recommended for which the committee is waited for."""
MEMORY = ("Nothing", "Barred", "RankedLast", "ClassUp", "ReportMissing", "MayContinue")
"""Reasons of the condition Remembered."""
HOLDER: dict[str, Any] = {"project": (), "allocation": (), "accelerator": ()}
REVIEW: dict[str, Any] = {**HOLDER, "review": ()}

LEADING = _kept(Gauge, "tenure_leading", "1 on the replica that leads, 0 on the others.")
CLOCK_OFFSET = _kept(Gauge, "tenure_clock_offset_seconds", "Offset of Tenure's clock; anything but 0 is a rehearsal.")
REQUESTS = _kept(
    Counter,
    "tenure_api_requests_total",
    "Requests to the API server by verb and HTTP status; code 0 means that no answer came.",
    verb=(),
    code=(),
)
RECONCILES = _kept(
    Histogram, "tenure_reconcile_seconds", "Duration of one run of a key, by the kind of work.", work=WORK
)
FAILURES = _kept(
    Counter,
    "tenure_reconcile_failures_total",
    "Runs that failed and are tried again, by the kind of work.",
    work=WORK,
)
DAYS = _kept(
    Counter,
    "tenure_telemetry_reads_total",
    "Accelerator-days read from Prometheus by what came of it: ok, or the reason for which they are Unknown.",
    result=("ok", "QueryFailed", "PartialAnswer"),
)
QUEUE_KEYS = _figure(
    "tenure_queue_keys",
    "Keys in a work queue: ready to run, running, or delayed until a time (retries, dates, Prometheus).",
    queue=QUEUES,
    state=("ready", "running", "delayed"),
)
QUEUE_OLDEST = _figure(
    "tenure_queue_oldest_seconds",
    "How long the key that is ready for longest waits to run; 0 if none waits.",
    queue=QUEUES,
)
DEVICES = _figure(
    "tenure_devices",
    "Devices of an accelerator by what they are: capacity, granted, held by pods elsewhere, free or waited for.",
    accelerator=(),
    what=("capacity", "granted", "elsewhere", "free", "waiting"),
)
TELEMETRY_FOUND = _figure(
    "tenure_telemetry_found",
    "1 while Prometheus can see the accelerator, 0 while its condition TelemetryFound is False. None until it was probed.",
    accelerator=(),
)
TELEMETRY_AGE = _figure(
    "tenure_telemetry_age_seconds",
    "Time since the end of the latest day that every running review has read; up to 24 hours and some minutes are normal.",
    accelerator=(),
)
UNKNOWN_DATES = _figure(
    "tenure_accelerator_unknown_dates",
    "Unknown days of the latest reviews, summed over the allocations of the accelerator, by reason.",
    accelerator=(),
    reason=UNKNOWN,
)
READ_DATES = _figure(
    "tenure_accelerator_read_dates",
    "Days of the latest reviews that were read, Unknown ones included, summed over the allocations of the accelerator.",
    accelerator=(),
)
REVIEWS_WAITING = _figure(
    "tenure_reviews_waiting", "Reviews that wait for the committee, by the reason of Recommended.", reason=COMMITTEE
)
REVIEWS_OVERDUE = _figure(
    "tenure_reviews_overdue",
    "Those of them whose verdict was due before today, by the reason of Recommended.",
    reason=COMMITTEE,
)
REMEMBERED = _figure(
    "tenure_organizations_remembered",
    "Organizations by what weighs in the calls of this year and the next, by the reason of Remembered.",
    reason=MEMORY,
)

COST = _figure(
    "tenure_cost_krw",
    "Book value (R5) of the devices granted in the month so far, on days that are over, and its parts: busy, idle and unknown "
    "time; amount is what is to be paid. The same as tenure costs.",
    programme=(),
    project=(),
    what=("granted", "busy", "idle", "unknown", "amount"),
)
NOT_TOLD = _figure(
    "tenure_projects_not_told",
    "Projects for which a channel has not taken a message: their condition Told is False.",
)

GRANTED = _figure("tenure_allocation_granted_devices", "Devices granted to an allocation now.", **HOLDER)
WAITING = _figure(
    "tenure_allocation_waiting_devices", "Devices that an allocation is entitled to and waits for.", **HOLDER
)
GRANTED_SECONDS = _figure(
    "tenure_review_granted_device_seconds", "Device-seconds granted on the counted days of the latest review.", **REVIEW
)
REQUESTED_SECONDS = _figure(
    "tenure_review_requested_device_seconds",
    "Device-seconds requested by running pods on the counted days; days on which that is not known are left out.",
    **REVIEW,
)
MEASURED_SECONDS = _figure(
    "tenure_review_measured_device_seconds", "Device-seconds measured on the counted days.", **REVIEW
)
BUSY_SECONDS = _figure("tenure_review_busy_device_seconds", "Busy device-seconds on the counted days (R16).", **REVIEW)
UTILIZATION = _figure(
    "tenure_review_utilization_ratio",
    "Utilization so far (R16): busy time by base time of the counted days. 0.31 is 31 %; it may exceed 1.",
    **REVIEW,
)
FORECAST = _figure(
    "tenure_review_forecast_ratio", "Utilization at the end of the window if the present pace goes on.", **REVIEW
)
DANGER = _figure(
    "tenure_review_in_danger",
    "1 while the condition OnCourse is False: the pace leads to where something can be taken. Else 0.",
    **REVIEW,
)
REVIEW_UNKNOWN_DATES = _figure("tenure_review_unknown_dates", "Unknown days of the latest review.", **REVIEW)
REMAINING = _figure(
    "tenure_review_remaining_seconds",
    "Time of the window that is not in the ledger yet: 86,400 seconds for each of its days.",
    **REVIEW,
)
EDGE = _figure(
    "tenure_review_edge_ratio",
    "An edge of the decision table (R17) while the window runs; the label has it in percent.",
    **REVIEW,
    edge=(),
)
NEEDED = _figure(
    "tenure_review_edge_needed_device_seconds",
    "Busy device-seconds still needed by the end of the window to reach the edge; 0 if it is reached.",
    **REVIEW,
    edge=(),
)
