"""Reading one accelerator's day from Prometheus: a handful of queries, whatever the number of tenants."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from tenure.telemetry import promql, weights
from tenure.telemetry.errors import QueryFailed, TooMuch
from tenure.telemetry.gateway import Sample
from tenure.telemetry.promql import Query, Scope, Shape
from tenure.telemetry.window import Window

NOBODY = ""
"""Key of what no tenant holds."""

SHORTEST_WINDOW = timedelta(minutes=30)

_NOISE = 1e-4
"""Seconds by which the server's sums of thousands of floats may be short of a whole number."""

Span = tuple[datetime, datetime]
Amounts = Mapping[str, int]
"""Namespace -> seconds of granted devices. What is zero may be left out."""


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
    """What Prometheus says of one accelerator and window, in seconds of granted devices by namespace."""

    window: Window
    seconds: int = 0
    """Length of what was read: the window without the time in which the whole accelerator was out."""
    devices_seen: float = 0
    """Devices with any sample."""
    exporters: frozenset[str] = frozenset()
    """The exporters' own namespaces. They are nobody's use."""
    busy: Amounts = field(default_factory=dict)
    measured: Amounts = field(default_factory=dict)
    second: Amounts | None = None
    """The second signal; None where the profile has none or no device told it. Who is not in it was not told of: the
    one amount of which zero is said."""
    stuck: Amounts = field(default_factory=dict)
    """Load that only the witness shows, while the load itself reads zero."""
    estimated: Amounts = field(default_factory=dict)
    """Load of shared devices beyond a tenant's part, where no process was read."""
    requested: Amounts = field(default_factory=dict)
    """Of all devices with this resource name, other accelerators' included."""
    requests_known_seconds: int = 0
    """Seconds of what was read in which kube-state-metrics was there to be asked."""
    problem: Problem | None = None
    """If set, nothing else is."""

    @property
    def size(self) -> int:
        """How many amounts it has."""
        parts = (self.busy, self.measured, self.second or {}, self.stuck, self.estimated, self.requested)
        return sum(map(len, parts))

    def digest(self, tenant: str) -> str:
        """12 letters that stand for all that was answered about a tenant; another answer has other letters."""
        parts = (self.busy, self.measured, self.second or {}, self.stuck, self.estimated, self.requested)
        told = [[part.get(name, 0) for name in (tenant, NOBODY)] for part in parts]
        whole = [self.window.start.isoformat(), self.seconds, sorted(self.exporters), self.requests_known_seconds, told]
        return "" if self.problem else hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:12]


def read_day(gateway: Prometheus, scope: Scope, window: Window, out: Sequence[Span] = ()) -> DayReading:
    """Read the whole window but for the spans in which the accelerator was out, or say in `problem` why not.

    Never returns a part, never raises for Prometheus.
    """
    try:
        return _read(gateway, scope, window, window.without(out))
    except QueryFailed as error:
        return DayReading(window, problem=Problem(error.reason, error.message))


def _read(gateway: Prometheus, scope: Scope, window: Window, parts: Sequence[Window]) -> DayReading:
    def ask(query: Query) -> list[Sample]:
        return [row for part in parts for row in _ask(gateway, query, part)]

    plain = scope.profile.namespace_labels[-1]
    named = ask(partial(promql.exporter_namespaces, scope))
    exporters = frozenset(sample.labels[plain] for sample in named if plain in sample.labels)
    shape = _shape(scope, ask)
    found = {name: ask(query) for name, query in promql.amounts(scope, exporters, shape).items()}
    sums = {name: _by_tenant(rows, scope) for name, rows in found.items() if name != "requested"}
    return DayReading(
        window,
        seconds=sum(part.seconds for part in parts),
        devices_seen=_devices(ask(partial(promql.devices_seen, scope)), scope),
        exporters=exporters,
        busy=sums["busy"],
        measured=sums["measured"],
        second=_told(found["second"], sums["second"]) if found.get("second") else None,
        stuck=sums.get("stuck", {}),
        estimated=sums.get("estimated", {}),
        requested=_by_tenant(found["requested"]),
        requests_known_seconds=round(sum(row.value for row in ask(partial(promql.requests_known, scope)))),
    )


def _shape(scope: Scope, ask: Callable[[Query], list[Sample]]) -> Shape:
    """How the samples lie. Both are asked of the whole window before anything is summed."""
    if not promql.plain(scope) or ask(partial(promql.odd, scope)):
        return Shape()
    return Shape(clean=True, single=promql.summable(scope) and not ask(partial(promql.crowded, scope)))


def _ask(gateway: Prometheus, query: Query, window: Window) -> list[Sample]:
    """Rows of the whole window; where that is too much for the server, of its two halves."""
    try:
        return gateway.query(query(window), window.end)
    except TooMuch:
        if window.end - window.start <= SHORTEST_WINDOW:
            raise
        return [row for half in window.halves() for row in _ask(gateway, query, half)]


def _by_tenant(rows: Iterable[Sample], scope: Scope | None = None) -> dict[str, int]:
    """Sums by tenant in whole seconds. Rows of series are weighed, rows of requests are devices already."""
    sums: dict[str, float] = {}
    for row in rows:
        tenant = row.labels.get(promql.TENANT, NOBODY)
        sums[tenant] = sums.get(tenant, 0) + row.value * (1.0 if scope is None else _weight(scope, row.labels))
    return {sys.intern(tenant): amount for tenant, amount in _whole(sums).items() if amount}


def _told(rows: Iterable[Sample], sums: Mapping[str, int]) -> dict[str, int]:
    """The sums of all that have a row, also where they are zero."""
    return {row.labels.get(promql.TENANT, NOBODY): sums.get(row.labels.get(promql.TENANT, NOBODY), 0) for row in rows}


def _whole(sums: Mapping[str, float]) -> dict[str, int]:
    """Whole seconds that add up to no more than the sums do: what is left of the total goes to the largest fractions."""
    whole = {tenant: math.floor(seconds + _NOISE) for tenant, seconds in sums.items()}
    left = math.floor(sum(sums.values()) + _NOISE) - sum(whole.values())
    for tenant in sorted(sums, key=lambda one: (whole[one] - sums[one], one))[: max(0, left)]:
        whole[tenant] += 1
    return whole


def _devices(rows: Iterable[Sample], scope: Scope) -> float:
    return sum(
        _weight(scope, labels) for labels in {tuple(sorted(row.labels.items())): row.labels for row in rows}.values()
    )


def _weight(scope: Scope, labels: Mapping[str, str]) -> float:
    """Granted devices that one series stands for."""
    return float(weights.part_of_card(scope.profile, labels) / scope.card_share)
