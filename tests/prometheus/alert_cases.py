"""What Prometheus has seen, and which alert comes of it: for each rule when it fires, and when it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass

AGENT = 'instance="node-1:9400", job="agent"'
DEVICE = f'{AGENT}, Hostname="node-1", UUID="GPU-1"'
US = 'project="vision", allocation="vision-2026", accelerator="a100-40gb", review="2026-Q3"'


@dataclass(frozen=True)
class Case:
    """What Prometheus has seen each minute, and what comes of it after some minutes."""

    name: str
    alert: str
    minutes: int
    series: dict[str, str]
    fires: dict[str, str] | None = None
    """The labels of the one alert that fires, besides its severity; None if none does."""
    says: str = ""
    """The value as its words have it."""


def series(labels: str) -> dict[str, str]:
    """The labels of a selector."""
    return dict(re.findall(r'(\w+)="([^"]*)"', labels))


def calls(verb: str, code: int) -> str:
    """Requests to the API server."""
    return f'tenure_api_requests_total{{verb="{verb}", code="{code}"}}'


LED, WAITS = 'tenure_leading{pod="a"}', 'tenure_leading{pod="b"}'
FAILED = 'tenure_reconcile_failures_total{work="project"}'
READ_OK = 'tenure_telemetry_reads_total{result="ok"}'
READ_FAILED = 'tenure_telemetry_reads_total{result="QueryFailed"}'
A100 = 'accelerator="a100-40gb"'
GAP = f'{A100}, reason="CoverageGap"'
AGE, UNKNOWN = f"tenure_telemetry_age_seconds{{{A100}}}", f"tenure_accelerator_unknown_dates{{{GAP}}}"
FOUND = f"tenure_telemetry_found{{{A100}}}"
READ = f"tenure_accelerator_read_dates{{{A100}}}"
DANGER, FORECAST = f"tenure_review_in_danger{{{US}}}", f"tenure_review_forecast_ratio{{{US}}}"
PROJECTS, REVIEWS = 'tenure_queue_oldest_seconds{queue="projects"}', 'tenure_queue_oldest_seconds{queue="reviews"}'
DEVICE_UP, NEXT_DEVICE_UP = (f"tenure_agent_device_up{{{one}}}" for one in (DEVICE, DEVICE.replace("9400", "9401")))
HOLDERS_UP = f"tenure_agent_pod_resources_up{{{AGENT}}}"
DRIVER_UP, NO_DRIVER = f'tenure_agent_up{{{AGENT}, reason=""}}', f'{AGENT}, reason="NoDriver"'
NOT_TOLD = "tenure_projects_not_told"
OVERDUE = 'tenure_reviews_overdue{reason="AwaitingVerdict"}'

CASES = [
    Case("one of two leads", "TenureNotLed", 30, {LED: "1x30", WAITS: "0x30"}),
    Case("another takes over within a minute", "TenureNotLed", 30, {LED: "1x9 0 _x20", WAITS: "0x10 1x20"}),
    Case("nobody leads", "TenureNotLed", 30, {LED: "0x30", WAITS: "0x30"}, {}, "0"),
    Case("no replica is there", "TenureNotLed", 30, {"up": "1x30"}, {}, "0"),
    Case("two lead", "TenureNotLed", 30, {LED: "1x30", WAITS: "1x30"}, {}, "2"),
    Case("a few failures that come right", "TenureReconcilesFail", 60, {FAILED: "0x9 5x51"}),
    Case("a burst that is over", "TenureReconcilesFail", 60, {FAILED: "0x9 50x51"}),
    Case("one object fails twice a minute", "TenureReconcilesFail", 60, {FAILED: "0+2x60"}, {"work": "project"}, "30"),
    Case("work that waits for four minutes", "TenureQueueStuck", 30, {PROJECTS: "240x30"}),
    Case("reviews that catch up on a quarter", "TenureQueueStuck", 30, {REVIEWS: "0+60x30"}),
    Case("a project that never runs", "TenureQueueStuck", 30, {PROJECTS: "0+60x30"}, {"queue": "projects"}, "30m 0s"),
    Case("reviews that never run", "TenureQueueStuck", 90, {REVIEWS: "0+60x90"}, {"queue": "reviews"}, "1h 30m 0s"),
    Case(
        "conflicts and missing objects",
        "TenureApiErrors",
        60,
        {calls("PATCH", code): "0+9x60" for code in (200, 404, 409)},
    ),
    Case("a right is missing", "TenureApiErrors", 60, {calls("PATCH", 403): "0+2x60"}, {"code": "403"}, "30"),
    Case(
        "no answer, over all verbs",
        "TenureApiErrors",
        60,
        {calls(verb, 0): "0+1x60" for verb in ("GET", "PATCH")},
        {"code": "0"},
        "30",
    ),
    Case("the real time", "TenureClockOffset", 5, {"tenure_clock_offset_seconds": "0x5"}),
    Case("a rehearsal", "TenureClockOffset", 5, {"tenure_clock_offset_seconds": "86400x5"}, {}, "1d 0h 0m 0s"),
    Case(
        "a rehearsal in the past", "TenureClockOffset", 5, {"tenure_clock_offset_seconds": "-3600x5"}, {}, "-1h 0m 0s"
    ),
    Case("days are read", "TenurePrometheusUnreachable", 60, {READ_OK: "0+1x60", READ_FAILED: "0x60"}),
    Case("some readings fail", "TenurePrometheusUnreachable", 60, {READ_OK: "0+1x60", READ_FAILED: "0+1x60"}),
    Case("nothing is to be read", "TenurePrometheusUnreachable", 60, {READ_OK: "9x60", READ_FAILED: "0x60"}),
    Case("no reading succeeds", "TenurePrometheusUnreachable", 60, {READ_OK: "9x60", READ_FAILED: "0+1x60"}, {}, "30"),
    Case("an accelerator in sight", "TenureTelemetryMissing", 60, {FOUND: "1x60"}),
    Case("not probed yet", "TenureTelemetryMissing", 60, {"up": "1x60"}),
    Case("an accelerator out of sight", "TenureTelemetryMissing", 60, {FOUND: "0x60"}, series(A100)),
    Case("just before the day is read", "TenureTelemetryOld", 60, {AGE: "87000x60"}),
    Case("a day is missing", "TenureTelemetryOld", 60, {AGE: "129660x60"}, series(A100), "1d 12h 1m 0s"),
    Case("a tenth of the days", "TenureDaysUnknown", 90, {UNKNOWN: "2x90", READ: "20x90"}),
    Case("more than a tenth", "TenureDaysUnknown", 90, {UNKNOWN: "5x90", READ: "20x90"}, series(GAP), "25%"),
    Case("no day was read yet", "TenureDaysUnknown", 90, {UNKNOWN: "0x90", READ: "0x90"}),
    Case("the driver answers", "TenureAgentDown", 30, {DRIVER_UP: "1x30"}),
    Case(
        "the driver is not there", "TenureAgentDown", 30, {f"tenure_agent_up{{{NO_DRIVER}}}": "0x30"}, series(NO_DRIVER)
    ),
    Case(
        "a pod replaced by another on its node",
        "TenureAgentGone",
        40,
        {DEVICE_UP: "1x9 stale", NEXT_DEVICE_UP: "_x12 1x30"},
    ),
    Case("a pod that is gone", "TenureAgentGone", 40, {DEVICE_UP: "1x9 stale"}, {"Hostname": "node-1"}),
    Case("a node that is gone for good", "TenureAgentGone", 120, {DEVICE_UP: "1x9 stale"}),
    Case("the kubelet tells", "TenureAgentBlind", 30, {HOLDERS_UP: "1x30"}),
    Case("the kubelet does not tell", "TenureAgentBlind", 30, {HOLDERS_UP: "0x30"}, series(AGENT)),
    Case("a device that answers", "TenureDeviceSilent", 30, {DEVICE_UP: "1x30"}),
    Case("a device that fell silent", "TenureDeviceSilent", 30, {DEVICE_UP: "1x5 0x25"}, series(DEVICE)),
    Case("verdicts in time", "TenureReviewsOverdue", 90, {OVERDUE: "0x90"}),
    Case("verdicts overdue", "TenureReviewsOverdue", 90, {OVERDUE: "3x90"}, {"reason": "AwaitingVerdict"}, "3"),
    Case("mail that was down overnight", "TenureNotTold", 1500, {NOT_TOLD: "2x720 0x780"}),
    Case("mail that is down for a day", "TenureNotTold", 1500, {NOT_TOLD: "2x1500"}, {}, "2"),
    Case("on course", "TenureTenantInDanger", 90, {DANGER: "0x90", FORECAST: "0.624x90"}),
    Case("in danger", "TenureTenantInDanger", 90, {DANGER: "1x90", FORECAST: "0.031x90"}, series(US), "3.1%"),
]
