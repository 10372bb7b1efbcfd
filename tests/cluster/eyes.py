"""A centre that is watched: a running quarter of four tenants, an operator, an exporter, and a Prometheus that scrapes both."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from controlplane.prometheus import Prometheus
from demo.story import Quarter
from harness.centre import condition
from harness.exposition import Device, Pod, Series, constant, load, pod_requests, system_pod, up, write
from harness.operator_process import OperatorProcess
from harness.standin import StandIn, serving
from tenure.api.model import API_VERSION
from tenure.rules.calendar import midnight

from .awards import Tenant, accelerator, programme, tenant, today
from .client import Manifest, eventually
from .desk import Desk

NAME, MODEL, ZONE = "eyes", "NVIDIA Eyes", "Asia/Seoul"
SCRAPE_SECONDS = 300
BASE, DEVICES = 8 / 24, 2
PERCENT = {"eyes-busy": 62.0, "eyes-idle": 3.1, "eyes-gap": 31.0}
"""Utilization of the tenants that hold devices; eyes-more waits for some."""
GAP_DAYS = 6
SEEN_FOR_A_WHILE = "count_over_time(tenure_review_in_danger[30s]) > 4"
QUARTER = Quarter.before(today())
FIRST, NOW = QUARTER.end - timedelta(days=40), QUARTER.end - timedelta(days=5)


@dataclass(frozen=True)
class Eyes:
    """The Prometheus that watches."""

    prometheus: Prometheus
    operator: OperatorProcess

    def ask(self, expression: str, *, instant: bool) -> list[Manifest]:
        """The series of an expression now, or over the last minute."""
        now = datetime.now(UTC).timestamp()
        when = {"time": now} if instant else {"start": now - 60, "end": now, "step": 5}
        query = urllib.parse.urlencode({"query": expression, **when})
        url = f"{self.prometheus.url}/api/v1/{'query' if instant else 'query_range'}?{query}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            found: list[Manifest] = json.load(answer)["data"]["result"]
        return found

    def value(self, expression: str) -> float:
        """The value of the one series of an expression."""
        (series,) = self.ask(expression, instant=True)
        return float(series["value"][1])


def telemetry() -> Iterator[Series]:
    """What the exporters said of the days until the operator's present, and of the rest of that day."""
    first, present, end = (round(midnight(day, ZONE).timestamp()) for day in (FIRST, NOW, NOW + timedelta(days=1)))
    times, gap = range(first, end, SCRAPE_SECONDS), range(present - GAP_DAYS * 86400, present)
    yield from system_pod(times)
    yield up("node-0", times)
    for name, percent in PERCENT.items():
        known = [second for second in times if name != "eyes-gap" or second not in gap]
        yield from pod_requests(Pod(name, "train-0"), DEVICES, times)
        for number in range(DEVICES):
            yield load(_device(name, number), constant(percent / 100 * BASE, known), Pod(name, "train-0"))


def _device(name: str, number: int) -> Device:
    return Device(f"GPU-{name}-{number}", index=number, model=MODEL)


def exposition() -> str:
    """What an exporter answers to a scrape now."""
    lines = (line for name in PERCENT for line in load(_device(name, 0), [(0, 0.5)], Pod(name, "train-0")).lines())
    return "".join(line.rpartition(" ")[0] + "\n" for line in lines)


@contextmanager
def history(folder: Path, programs: Path) -> Iterator[Prometheus]:
    """A Prometheus that has the telemetry; it scrapes nobody yet."""
    prometheus = Prometheus(folder / "prometheus", programs)
    prometheus.backfill(write(folder / "eyes.om", telemetry()))
    try:
        yield prometheus
    finally:
        prometheus.stop()


def tenants() -> list[Tenant]:
    """Three that hold two devices each, and one for which there are none left."""
    award: Manifest = {
        "programme": NAME,
        "term": {"start": QUARTER.start.isoformat(), "end": QUARTER.next_end.isoformat()},
        "inUseSince": FIRST.isoformat(),
    }
    return [tenant(name, accelerator=NAME, devices=DEVICES, **award) for name in (*PERCENT, "eyes-more")]


def measured(desk: Desk, one: Tenant) -> bool:
    """Whether its running review has been read up to now."""
    name = f"{one.name}-{QUARTER.review.lower()}"
    review = desk.live({"apiVersion": API_VERSION, "kind": "Review", "metadata": {"name": name, "namespace": one.name}})
    return condition(review, "Measured").get("reason") not in (None, "NotStarted", "QueryFailed")


@contextmanager
def watched(desk: Desk, folder: Path) -> Iterator[Eyes]:
    """The centre at work, once Prometheus has seen it for a while."""
    offset = midnight(NOW, ZONE) + timedelta(hours=12) - datetime.now(UTC)
    operator = OperatorProcess(desk.plane, clock_offset=offset.total_seconds(), name="eyes")
    exporter = StandIn(body=exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})
    with serving(exporter), history(folder, desk.plane.prometheus.programs) as prometheus:
        prometheus.start(scrape=[f"127.0.0.1:{operator.port}", exporter.url.removeprefix("http://")])
        operator.prometheus_url = prometheus.url
        eyes, everyone = Eyes(prometheus, operator), tenants()
        desk.apply(programme(NAME, measurement={"minimumCountedDays": 10}))
        desk.apply(accelerator(NAME, capacity=3 * DEVICES, telemetry=_telemetry()))
        with operator:
            for one in everyone:
                desk.apply(*one.all)
            eventually(lambda: all(measured(desk, one) for one in everyone[:-1]), "all are measured", 60)
            eventually(lambda: eyes.ask(SEEN_FOR_A_WHILE, instant=True), "it is scraped", 60)
            yield eyes


def _telemetry() -> Manifest:
    return {"profile": "dcgm", "match": {"modelName": MODEL}, "scrapeIntervalSeconds": SCRAPE_SECONDS}
