"""Reading one accelerator's day from Prometheus: a handful of queries, whatever the number of tenants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from tenure.telemetry import promql
from tenure.telemetry.errors import QueryFailed, TooManySamples
from tenure.telemetry.gateway import Sample
from tenure.telemetry.promql import Scope
from tenure.telemetry.window import Window

NOBODY = ""
"""Key of what no tenant holds."""

SHORTEST_WINDOW = timedelta(minutes=30)


class Prometheus(Protocol):
    """What is needed of a gateway."""

    def query(self, promql: str, at: datetime) -> list[Sample]:
        """The complete answer, or QueryFailed."""


@dataclass(frozen=True)
class Problem:
    """Why a day could not be read: a reason for programs and a sentence for people."""

    reason: str
    message: str


@dataclass(frozen=True)
class DayReading:
    """What Prometheus says of one accelerator and window. All amounts are device-seconds by namespace."""

    window: Window
    devices_seen: int = 0
    """Devices with any sample."""
    exporters: frozenset[str] = frozenset()
    """The exporters' own namespaces. They are nobody's use."""
    busy: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    requested: Mapping[str, float] = field(default_factory=dict)
    """Of all devices with this resource name, other accelerators' included."""
    requests_known_seconds: float = 0
    """Seconds of the window in which kube-state-metrics was there to be asked."""
    problem: Problem | None = None
    """If set, nothing else is."""


def read_day(gateway: Prometheus, scope: Scope, window: Window) -> DayReading:
    """Read the whole window, or say in `problem` why not. Never returns a part, never raises for Prometheus."""
    try:
        return _read(gateway, scope, window)
    except QueryFailed as error:
        return DayReading(window, problem=Problem(error.reason, error.message))


def _read(gateway: Prometheus, scope: Scope, window: Window) -> DayReading:
    def ask(query: Callable[[Window], str]) -> list[Sample]:
        return _ask(gateway, query, window)

    plain = scope.profile.namespaces[-1]
    named = ask(lambda part: promql.exporter_namespaces(scope, part))
    exporters = frozenset(sample.labels[plain] for sample in named if plain in sample.labels)
    return DayReading(
        window,
        devices_seen=len(
            {tuple(sorted(row.labels.items())) for row in ask(lambda part: promql.devices_seen(scope, part))}
        ),
        exporters=exporters,
        busy=_by_tenant(ask(lambda part: promql.busy(scope, part, exporters))),
        measured=_by_tenant(ask(lambda part: promql.measured(scope, part, exporters))),
        requested=_by_tenant(ask(lambda part: promql.requested(scope, part))),
        requests_known_seconds=sum(row.value for row in ask(lambda part: promql.requests_known(scope, part))),
    )


def _ask(gateway: Prometheus, query: Callable[[Window], str], window: Window) -> list[Sample]:
    """Rows of the whole window; where that is too much for the server, of its two halves."""
    try:
        return gateway.query(query(window), window.end)
    except TooManySamples:
        if window.end - window.start <= SHORTEST_WINDOW:
            raise
        return [row for half in window.halves() for row in _ask(gateway, query, half)]


def _by_tenant(rows: Iterable[Sample]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for row in rows:
        tenant = row.labels.get(promql.TENANT, NOBODY)
        sums[tenant] = sums.get(tenant, 0) + row.value
    return sums
