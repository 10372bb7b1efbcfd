"""Tenure's way: a day of one accelerator is read at once for all tenants, through the operator's own code."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bench.process import peak_mib
from harness.profiles import profile
from tenure.telemetry.classify import classify
from tenure.telemetry.dialect import DIALECTS
from tenure.telemetry.errors import TooMuch
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.gateway import Gateway, Sample
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, read_day

from bench_telemetry.history import History

MATCH = {"modelName": "NVIDIA A100.*40GB", "job": "nvidia-dcgm-.+"}
WITH_STATISTICS = replace(DIALECTS["prometheus"], parameters={"stats": "all"})
COVERAGE_PERCENT = 90


@dataclass
class Log:
    """What a gateway was asked and what Prometheus told of it."""

    asked: list[str] = field(default_factory=list)
    halved: int = 0
    peak_samples: int = 0


@dataclass(frozen=True)
class Watched(Gateway):
    """A gateway that keeps a log."""

    log: Log = field(default_factory=Log)

    def query(self, promql: str, at: datetime) -> list[Sample]:
        """As any gateway."""
        self.log.asked.append(promql)
        try:
            return super().query(promql, at)
        except TooMuch:
            self.log.halved += 1
            raise

    def _refuse_parts(self, body: Any) -> None:
        peak = body["data"]["stats"]["samples"]["peakSamples"]
        self.log.peak_samples = max(self.log.peak_samples, peak)
        super()._refuse_parts(body)


@dataclass(frozen=True)
class Read:
    """All days of all tenants and what it took to read them."""

    days: tuple[DayReading, ...]
    facts: Mapping[str, tuple[DayFacts, ...]]
    """tenant -> its days."""
    log: Log
    seconds: float
    peak_mib: float
    """Of the process that read."""


def read(url: str, history: History) -> Read:
    """Read and classify. Meant for a process of its own, whose memory is told. Raises RuntimeError for what is not read."""
    gateway = Watched(url, dialect=WITH_STATISTICS)
    scope = Scope(profile("dcgm"), MATCH, scrape_interval_seconds=history.step)
    begun = time.monotonic()
    days = tuple(read_day(gateway, scope, window) for window in history.windows())
    facts = {tenant: tuple(_facts(history, day, tenant) for day in days) for tenant in history.namespaces()}
    seconds = time.monotonic() - begun
    for day in days:
        if day.problem is not None:
            raise RuntimeError(day.problem.message)
    return Read(days, facts, gateway.log, seconds, peak_mib(os.getpid()))


def _facts(history: History, day: DayReading, tenant: str) -> DayFacts:
    capacity = history.tenants * history.devices
    return classify(day, tenant, history.devices, min_coverage_percent=COVERAGE_PERCENT, capacity=capacity)
