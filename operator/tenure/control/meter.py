"""Days of accelerators from Prometheus, each read once for all tenants, without blocking the event loop."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from tenure.api import Accelerator, TelemetryProfile
from tenure.control.metrics import DAYS
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, Problem, Span, read_day
from tenure.telemetry.window import Window, day_bounds

LATE = timedelta(minutes=10)
"""How long after its end a day is read, so that late samples are in."""
KEPT = 400
"""Accelerator-days kept in memory; a quarter of four accelerators fits."""
KEPT_AMOUNTS = 1_000_000
"""Amounts of tenants in them, some 100 bytes each: with thousands of tenants fewer days are kept."""
FRESH_SECONDS = 3600.0
"""How long a reading serves; later it is asked for again, since Prometheus may have been mended."""
PAUSE_SECONDS = 30.0
"""How long nobody asks again after Prometheus failed or answered in part."""

DayKey = tuple[str, int, str, str, date, tuple[Span, ...]]


@dataclass
class Meter:
    """Readings by accelerator and day. Several reviews that want the same day share one reading."""

    gateway: Gateway | None
    _readings: OrderedDict[DayKey, tuple[float, asyncio.Task[DayReading]]] = field(default_factory=OrderedDict)
    _failed: dict[str, tuple[float, Problem]] = field(default_factory=dict)
    """By accelerator, because a query that one profile makes wrong must not keep the others from being read."""
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def day(
        self, accelerator: Accelerator, profile: TelemetryProfile, zone: str, day: date, out: Sequence[Span] = ()
    ) -> DayReading:
        """What Prometheus says of a finished day, without the spans in which the whole accelerator was out.

        Never raises for Prometheus; the reading has the problem.
        """
        key = (accelerator.name, accelerator.metadata.generation, profile.metadata.uid, zone, day, tuple(out))
        known = self._readings.get(key)
        if known is None or known[0] < time.monotonic():
            window = Window(*day_bounds(day, zone))
            task = asyncio.create_task(self._read(accelerator, profile, window, out))
            self._forget()
            known = self._readings[key] = (time.monotonic() + FRESH_SECONDS, task)
        reading = await known[1]
        soon = time.monotonic() + PAUSE_SECONDS
        if reading.problem is not None and known[0] > soon:
            self._readings[key] = (soon, known[1])
        return reading

    def _forget(self) -> None:
        """Make room: with thousands of tenants a reading takes megabytes."""
        now = time.monotonic()
        for key in [key for key, (until, _) in self._readings.items() if until < now]:
            del self._readings[key]
        left = KEPT_AMOUNTS - sum(_size(task) for _, task in self._readings.values())
        while self._readings and (len(self._readings) >= KEPT or left < 0):
            _, (_, task) = self._readings.popitem(last=False)
            left += _size(task)

    async def _read(
        self, accelerator: Accelerator, profile: TelemetryProfile, window: Window, out: Sequence[Span]
    ) -> DayReading:
        if self.gateway is None:
            text = "No Prometheus is set. Start the operator with TENURE_PROMETHEUS_URL."
            return DayReading(window, problem=Problem("QueryFailed", text))
        async with self._slots:
            until, problem = self._failed.get(accelerator.name, (0.0, None))
            if until > time.monotonic():
                return DayReading(window, problem=problem)
            reading = await asyncio.to_thread(read_day, self.gateway, scope(accelerator, profile), window, out)
        DAYS.labels(reading.problem.reason if reading.problem else "ok").inc()
        if reading.problem is not None and reading.problem.reason == "QueryFailed":
            self._failed[accelerator.name] = (time.monotonic() + PAUSE_SECONDS, reading.problem)
        return reading


def _size(task: asyncio.Task[DayReading]) -> int:
    """Amounts in a reading; none while it is under way."""
    return task.result().size if task.done() and not task.cancelled() and task.exception() is None else 0


def scope(accelerator: Accelerator, profile: TelemetryProfile) -> Scope:
    """Which series are the accelerator's."""
    telemetry = accelerator.spec.telemetry
    return Scope(
        profile.spec,
        telemetry.match,
        resource_name=accelerator.spec.resource_name,
        scrape_interval_seconds=telemetry.scrape_interval_seconds,
        card_share=Fraction(telemetry.card_share),
        kube_state_metrics=telemetry.kube_state_metrics,
    )


def readable(day: date, zone: str, now: datetime, after: timedelta = LATE) -> bool:
    """Whether a day is over for long enough to be read."""
    return now >= day_bounds(day, zone)[1] + after
