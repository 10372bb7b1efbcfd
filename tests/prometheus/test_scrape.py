"""Prometheus scrapes what each exporter serves, with honorLabels and without: the text parses, and the labels it stores are
those that the backfilled days have."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from controlplane.processes import wait_until
from controlplane.prometheus import Prometheus
from harness import exporters
from harness.exporters import Card, Gaudi, Gpu, Instinct, Rbln, RngdCore, X330Core, mig, page
from harness.exposition import DCGM, Job, Pod
from harness.families import (
    AMD_LOAD,
    AMD_PREFIXED,
    FAMILIES,
    GAUDI_LOAD,
    GPU_UTIL,
    PROF,
    RBLN_NEW,
    RBLN_OLD,
    RNGD_CYCLES,
    RNGD_LOAD,
    X330_LOAD,
    X330_MEMORY,
)
from harness.profiles import profile
from harness.standin import StandIn, serving
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import NOBODY, read_day
from tenure.telemetry.window import Window

from .days import ONE, TWO, A, B
from .vendors import A100, OLD_POD

Line = tuple[str, Card, Pod | None, float]

SERVED: dict[Job, list[Line]] = {
    DCGM: [
        (PROF, Gpu(ONE), A, 0.381124),
        (PROF, Gpu(TWO, renamed=True), None, 0),
        (PROF, Gpu(mig(A100, "3g.20gb", 1)), B, 0.5),
        (PROF, Gpu(mig(A100, "1g.5gb+me", 9)), OLD_POD, 0),
        (GPU_UTIL, Gpu(ONE), None, 40),
        (GPU_UTIL, Gpu(ONE, vgpu="0"), A, 25),
    ],
    exporters.FURIOSA: [
        *((RNGD_LOAD, RngdCore("0951", core), A if core < 4 else None, 99.68 * (core < 4)) for core in range(8)),
        *((RNGD_CYCLES, RngdCore("0951", core), A if core < 4 else None, 123456789012345) for core in range(8)),
    ],
    exporters.RBLN: [(RBLN_OLD, Rbln("5566"), A, 71), (RBLN_NEW, Rbln("7788", 1), None, 0)],
    exporters.AMD: [
        (AMD_LOAD, Instinct("69240"), A, 100),
        (AMD_PREFIXED, Instinct("69241", 1), None, 0),
        (AMD_LOAD, Instinct("69242", 2, partitioning="cpx"), B, 90),
    ],
    exporters.GAUDI: [(GAUDI_LOAD, Gaudi("01P0"), A, 25), (GAUDI_LOAD, Gaudi("01P1"), None, 0)],
    exporters.X330: [
        *((X330_LOAD, X330Core("X330-00417", core), A, 71.5) for core in range(4)),
        *((X330_MEMORY, X330Core("X330-00417", core), A, 81422.5) for core in range(4)),
    ],
}
PLAIN = {job.name: replace(job, honor_labels=False) for job in SERVED}
HONOURED = {job.name: replace(job, name=f"{job.name}-honoured", honor_labels=True) for job in SERVED}
NODE = "n1"


def jobs() -> list[tuple[Job, list[Line]]]:
    """Each exporter twice, by two jobs."""
    return [(as_scraped[job.name], lines) for job, lines in SERVED.items() for as_scraped in (PLAIN, HONOURED)]


def scrape_config(job: Job, address: str) -> dict[str, object]:
    """A target with the labels that service discovery gives to an exporter's pod."""
    relabel = {"target_label": "__address__", "replacement": address}
    return {
        "job_name": job.name,
        "honor_labels": job.honor_labels,
        "static_configs": [{"targets": [address], "labels": job.target(NODE)}],
        "relabel_configs": [relabel],
    }


@pytest.fixture(scope="module")
def scraped(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A Prometheus that has scraped every exporter."""
    server = Prometheus(tmp_path_factory.mktemp("scraped"), programs)
    with ExitStack() as stack:
        addresses = {}
        for job, lines in SERVED.items():
            text = page([(metric, card.labels(pod), value) for metric, card, pod, value in lines])
            told = StandIn(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
            addresses[job.port] = stack.enter_context(serving(told)).url.removeprefix("http://")
        server.start(scrape=["127.0.0.1:1"])
        configs = [scrape_config(job, addresses[job.port]) for job, _ in jobs()]
        text = yaml.safe_dump({"global": {"scrape_interval": "1s"}, "scrape_configs": configs})
        (server.folder / "prometheus.yaml").write_text(text)
        server.restart()
        stack.callback(server.stop)
        gateway = Gateway(server.url)
        scrapes = f"count(up == 1) == {len(configs)}"
        assert wait_until(lambda: bool(gateway.query(scrapes, datetime.now(UTC))), 60, 0.5), "Not all targets are up."
        yield gateway


@pytest.mark.parametrize(("job", "lines"), jobs(), ids=lambda part: part.name if isinstance(part, Job) else "")
def test_prometheus_stores_the_labels_of_the_backfilled_days(scraped: Gateway, job: Job, lines: list[Line]) -> None:
    names = "|".join(FAMILIES)
    stored = scraped.query(f'{{__name__=~"{names}",__name__!="up",job="{job.name}"}}', datetime.now(UTC))
    expected = {
        frozenset({"__name__": metric, **job.stored(card.labels(pod), NODE)}.items()) for metric, card, pod, _ in lines
    }
    assert {frozenset(row.labels.items()) for row in stored} == expected
    assert {row.value for row in stored} == {float(FAMILIES[metric].format % value) for metric, _, _, value in lines}


def this_minute() -> Window:
    """The minute that runs, once each target was scraped in it, and the one before."""
    while time.time() % 60 < 3:
        time.sleep(0.5)
    minute = time.time() // 60 * 60
    return Window(*(datetime.fromtimestamp(minute + seconds, UTC) for seconds in (-60, 60)))


@pytest.mark.parametrize("as_scraped", [PLAIN, HONOURED], ids=["honorLabels off", "honorLabels on"])
@pytest.mark.parametrize(
    ("exporter", "name", "load", "nobody"),
    [
        (DCGM, "dcgm", {"team-a": 0.381124}, 1),
        (DCGM, "dcgm-mig", {"team-b": 0.5}, 1 / 7),
        (DCGM, "dcgm-gpu-util", {"team-a": 0.25}, 0),
        (DCGM, "dcgm-gpu-util-shared", {"team-a": 0.25}, 0),
        (exporters.FURIOSA, "furiosa-rngd", {"team-a": 0.9968}, 0.5),
        (exporters.RBLN, "rebellions", {"team-a": 0.71}, 1),
        (exporters.AMD, "amd", {"team-a": 1}, 1),
        (exporters.GAUDI, "gaudi", {"team-a": 0.25}, 1),
        (exporters.X330, "sapeon-x330", {"team-a": 0.715}, 0),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_was_scraped_is_read(
    scraped: Gateway, exporter: Job, name: str, load: dict[str, float], nobody: float, as_scraped: dict[str, Job]
) -> None:
    reading = read_day(scraped, Scope(profile(name), {"job": as_scraped[exporter.name].name}), this_minute())
    assert reading.problem is None
    assert reading.exporters == {exporter.namespace}
    assert reading.measured.keys() == {*load, *([NOBODY] if nobody else [])}
    assert reading.busy == pytest.approx(
        {tenant: part * reading.measured[tenant] for tenant, part in load.items()}, abs=1
    )
    assert reading.measured.get(NOBODY, 0) in [int(nobody * minutes * 60) for minutes in (1, 2)]
