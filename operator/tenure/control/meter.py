"""Days of accelerators from Prometheus, each read once for all tenants, without blocking the event loop."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tenure.api import Accelerator
from tenure.control.metrics import DAYS
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.profile import PROFILES
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, Problem, read_day
from tenure.telemetry.window import Window, day_bounds

LATE = timedelta(minutes=10)
"""How long after its end a day is read, so that late samples are in."""
KEPT = 400
"""Accelerator-days kept in memory; a quarter of four accelerators fits."""
FRESH_SECONDS = 3600.0
"""How long a reading serves; later it is asked for again, since Prometheus may have been mended."""
PAUSE_SECONDS = 30.0
"""How long nobody asks again after Prometheus failed or answered in part."""

DayKey = tuple[str, int, str, date]


@dataclass
class Meter:
    """Readings by accelerator and day. Several reviews that want the same day share one reading."""

    gateway: Gateway | None
    _readings: OrderedDict[DayKey, tuple[float, asyncio.Task[DayReading]]] = field(default_factory=OrderedDict)
    _failed: tuple[float, Problem] | None = None
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def day(self, accelerator: Accelerator, zone: str, day: date) -> DayReading:
        """What Prometheus says of a finished day. Never raises for Prometheus; the reading has the problem."""
        key = (accelerator.name, accelerator.metadata.generation, zone, day)
        known = self._readings.get(key)
        if known is None or known[0] < time.monotonic():
            task = asyncio.create_task(self._read(accelerator, Window(*day_bounds(day, zone))))
            known = self._readings[key] = (time.monotonic() + FRESH_SECONDS, task)
            while len(self._readings) > KEPT:
                self._readings.popitem(last=False)
        reading = await known[1]
        soon = time.monotonic() + PAUSE_SECONDS
        if reading.problem is not None and known[0] > soon:
            self._readings[key] = (soon, known[1])
        return reading

    async def _read(self, accelerator: Accelerator, window: Window) -> DayReading:
        telemetry = accelerator.spec.telemetry
        profile = PROFILES.get(telemetry.profile)
        if self.gateway is None:
            return _failed(window, "No Prometheus is set. Start the operator with TENURE_PROMETHEUS_URL.")
        if profile is None:
            listed = ", ".join(sorted(PROFILES))
            return _failed(
                window, f"{telemetry.profile} is no telemetry profile. Write one of {listed} in {accelerator.name}."
            )
        scope = Scope(
            profile,
            telemetry.match,
            resource_name=accelerator.spec.resource_name,
            scrape_interval_seconds=telemetry.scrape_interval_seconds,
        )
        async with self._slots:
            if self._failed is not None and self._failed[0] > time.monotonic():
                return DayReading(window, problem=self._failed[1])
            reading = await asyncio.to_thread(read_day, self.gateway, scope, window)
        DAYS.labels(reading.problem.reason if reading.problem else "ok").inc()
        if reading.problem is not None and reading.problem.reason == "QueryFailed":
            self._failed = (time.monotonic() + PAUSE_SECONDS, reading.problem)
        return reading


def _failed(window: Window, message: str) -> DayReading:
    return DayReading(window, problem=Problem("QueryFailed", message))


def readable(day: date, zone: str, now: datetime) -> bool:
    """Whether a day is over for long enough to be read."""
    return now >= day_bounds(day, zone)[1] + LATE
