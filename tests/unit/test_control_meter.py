"""Days of accelerators: each is read once, and what goes wrong with one accelerator is no other's trouble."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any, cast

import pytest
from harness.profiles import SHIPPED, bodies
from tenure.api import Accelerator, TelemetryProfile
from tenure.control import meter as module
from tenure.control.meter import Meter
from tenure.telemetry.errors import QueryFailed
from tenure.telemetry.gateway import Gateway, Sample
from tenure.telemetry.readings import DayReading
from unit.build import A100

DCGM = TelemetryProfile.parse(next(one for one in bodies(SHIPPED) if one["metadata"]["name"] == "dcgm"))
FIRST = date(2026, 7, 1)


class Picky:
    """Refuses every query about a T4, as Prometheus refuses an expression that is wrong."""

    def __init__(self) -> None:
        self.asked = 0

    def query(self, promql: str, at: datetime) -> list[Sample]:
        self.asked += 1
        if "T4" in promql:
            raise QueryFailed("Prometheus refused the query (HTTP 400: parse error).")
        return []


def accelerator(name: str, model: str) -> Accelerator:
    body: dict[str, Any] = A100.wire()
    body["metadata"]["name"], body["spec"]["telemetry"]["match"] = name, {"modelName": model}
    return Accelerator.parse(body)


def read(meter: Meter, one: Accelerator, day: date = FIRST) -> DayReading:
    return asyncio.run(meter.day(one, DCGM, "Asia/Seoul", day))


def test_a_query_that_is_wrong_for_one_accelerator_keeps_no_other_from_being_read() -> None:
    meter = Meter(cast("Gateway", Picky()))
    assert read(meter, accelerator("t4", "T4")).problem is not None
    assert read(meter, accelerator("a100", "A100")).problem is None


def test_after_a_failure_the_same_accelerator_is_left_alone_for_a_while() -> None:
    picky = Picky()
    meter = Meter(cast("Gateway", picky))
    days = [read(meter, accelerator("t4", "T4"), FIRST + timedelta(days=number)) for number in range(3)]
    assert all(day.problem is not None for day in days)
    assert picky.asked == 1


def test_readings_that_serve_nobody_any_more_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter(cast("Gateway", Picky()))
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    for number in range(3):
        read(meter, accelerator("a100", "A100"), FIRST + timedelta(days=number))
    assert len(meter._readings) == 1
