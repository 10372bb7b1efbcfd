"""A day of chaos, worked out by hand (in Python, sample by sample) and compared with what the queries answer.

Twelve devices; each quarter of a minute each may be held by any of three namespaces' pods, by several, by nobody,
or not be sampled at all, seen by one exporter or by two that disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import mean

import pytest
from harness.exposition import PROF, Series
from tenure.telemetry.readings import NOBODY

from .conftest import History
from .days import DAY, chaos

DEVICES = 12

Amounts = dict[str, float]


def by_hand(series: list[Series]) -> tuple[Amounts, Amounts]:
    """Busy and measured device-seconds by tenant, by the definition in words, as promql states it."""
    samples: dict[tuple[str, float], dict[str, dict[int, list[float]]]] = defaultdict(lambda: defaultdict(dict))
    for number, one in enumerate(series):
        if one.metric == PROF:
            tenant = one.labels.get("exported_namespace", NOBODY)
            for second, value in one.samples:
                samples[one.labels["UUID"], second // 60][tenant].setdefault(number, []).append(value)
    busy: Amounts = defaultdict(float)
    measured: Amounts = defaultdict(float)
    for holders in samples.values():
        named = {tenant: seen for tenant, seen in holders.items() if tenant != NOBODY} or holders
        for tenant, seen in named.items():
            busy[tenant] += 60 * max(map(mean, seen.values())) / len(named)
            measured[tenant] += 60 / len(named)
    return busy, measured


@pytest.fixture(scope="module")
def expected(history: History) -> tuple[Amounts, Amounts]:
    return by_hand(chaos(round(history.window("chaos").start.timestamp())))


def near(amounts: Mapping[str, float]) -> object:
    return pytest.approx(dict(amounts), abs=1)  # a reading is in whole seconds


def test_the_queries_and_the_definition_agree(history: History, expected: tuple[Amounts, Amounts]) -> None:
    reading = history.read("chaos")
    busy, measured = expected
    assert {"team-a", "team-b", "team-c", NOBODY} == set(busy)
    assert reading.busy == near(busy)
    assert reading.measured == near(measured)


def test_the_sum_never_exceeds_the_card(history: History) -> None:
    reading = history.read("chaos")
    assert sum(reading.busy.values()) < sum(reading.measured.values()) < DEVICES * DAY
    assert all(reading.busy[tenant] <= reading.measured[tenant] for tenant in reading.measured)
