"""The day that docs/measuring.md works out by hand, as Tenure reads it from a real Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from controlplane.prometheus import Prometheus
from harness.exposition import Device, Pod, Series, constant, load, pod_requests, system_pod, up, write
from harness.profiles import profile
from tenure.rules.utilization import Ratio
from tenure.telemetry.classify import classify
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import Span, read_day
from tenure.telemetry.window import Window, day_bounds

PAGE = (Path(__file__).parents[2] / "docs/measuring.md").read_text(encoding="utf-8")
FIRST = date.today() - timedelta(days=90)
WHOLE, GAP, SLICES, SHARED = range(4)
"""One story per day, as the page tells them."""
HOUR = 3600
A, B, OTHER = Pod("vision-lab", "train-0"), Pod("vision-lab", "train-1"), Pod("speech-lab", "train-0")
ZERO, ONE = Device("GPU-0"), Device("GPU-1", index=1)


def window(story: int) -> Window:
    return Window(*day_bounds(FIRST + timedelta(days=2 * story), "Asia/Seoul"))


def span(story: int, first: float = 0, last: float = 24) -> range:
    start = round(window(story).start.timestamp())
    return range(start + round(first * HOUR), start + round(last * HOUR), 30)


def work(story: int, first: float, second: float, until: float = 18) -> list[tuple[float, float]]:
    """From 10:00 on two readings in turn, else idle."""
    busy = span(story, 10, until)
    return [
        *constant(0, span(story, 0, 10)),
        *((second_, (first, second)[number % 2]) for number, second_ in enumerate(busy)),
        *constant(0, span(story, 18)),
    ]


def history() -> Iterator[Series]:
    for story in (WHOLE, GAP, SLICES, SHARED):
        yield up("node-0", span(story))
        yield from system_pod(span(story))
        for pod in (A, B):
            yield from pod_requests(pod, 1, span(story))
    mig = [replace(device, mig_profile="3g.20gb", mig_id=str(n)) for n, device in enumerate((ZERO, ONE), 1)]
    for story, (zero, one) in ((WHOLE, (ZERO, ONE)), (GAP, (ZERO, ONE)), (SLICES, mig)):
        yield load(zero, work(story, 0.8, 0.6), A)
        yield load(one, work(story, 0.65, 0.65, until=16 if story == GAP else 18), B)
    for pod in (A, B, OTHER):
        yield load(ZERO, work(SHARED, 0.6, 0.6), pod)


@pytest.fixture(scope="module")
def gateway(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("measuring")
    server = Prometheus(folder, programs)
    server.backfill(write(folder / "days.om", history()))
    server.start()
    yield Gateway(server.url)
    server.stop()


def day(
    gateway: Gateway, story: int, name: str = "dcgm", share: str = "1", out: tuple[Span, ...] = (), outage: int = 0
) -> DayFacts:
    scope = Scope(profile(name), card_share=Fraction(share))
    reading = read_day(gateway, scope, window(story), out)
    return classify(reading, "vision-lab", 4, min_coverage_percent=90, capacity=4, outage=outage)


def percent(busy: int, facts: DayFacts) -> str:
    return Ratio(busy * 3, facts.granted - facts.outage).text()


def told(*figures: int | str) -> None:
    """The page has the figures, as they are written for people."""
    for figure in figures:
        assert (f"{figure:,}" if isinstance(figure, int) else figure) in PAGE


def test_the_day(gateway: Gateway) -> None:
    facts = day(gateway, WHOLE)
    assert (facts.busy, facts.measured, facts.requested, facts.granted) == (38_880, 172_800, 172_800, 345_600)
    assert (facts.state, facts.reason, percent(facts.busy, facts)) == ("Counted", "Counted", "33.8 %")
    told(facts.busy, facts.measured, facts.granted, "33.8 %")


def test_a_gap(gateway: Gateway) -> None:
    facts = day(gateway, GAP)
    assert (facts.busy, facts.measured, facts.state) == (34_200, 165_600, "Counted")
    assert facts.requested is not None
    missing = facts.requested - facts.measured
    assert (percent(facts.busy, facts), percent(facts.busy + missing, facts)) == ("29.7 %", "35.9 %")
    told(facts.busy, facts.measured, missing, "29.7 %", "35.9 %")


def test_an_outage(gateway: Gateway) -> None:
    start = window(WHOLE).start
    out = ((start + timedelta(hours=16), start + timedelta(hours=18)),)
    facts = day(gateway, WHOLE, out=out, outage=4 * 2 * HOUR)
    assert (facts.busy, facts.measured, facts.outage) == (29_160, 158_400, 28_800)
    assert (facts.state, facts.reason, percent(facts.busy, facts)) == ("Counted", "Outage", "27.6 %")
    told(facts.busy, facts.measured, facts.outage, (facts.granted - facts.outage) // 3, "27.6 %")


def test_slices(gateway: Gateway) -> None:
    own, card = day(gateway, SLICES, "dcgm-mig", "3/7"), day(gateway, SLICES, "dcgm-mig")
    assert (own.busy, own.measured) == (38_880, 172_800)
    assert card.busy == 16_662
    told(card.busy)


def test_sharing(gateway: Gateway) -> None:
    facts = day(gateway, SHARED, "dcgm-shared", "1/4")
    assert (facts.busy, facts.estimated, facts.reason) == (46_080, 23_040, "Estimated")
    told(facts.busy, facts.estimated)
