"""What a day costs depends on its minutes and devices, never on how many tenants there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bench_telemetry import bulk, naive
from bench_telemetry.__main__ import faults
from bench_telemetry.history import History
from controlplane.prometheus import Prometheus
from harness.exposition import stream

from .conftest import FIRST

ALONE = History(3, devices=2, first=FIRST, days=1)
FEW = History(3, devices=1, first=FIRST + timedelta(days=4), days=1, step=300)
MANY = History(300, devices=1, first=FIRST + timedelta(days=2), days=1, step=300)


@pytest.fixture(scope="module")
def url(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on which few tenants lived on some days and many on another."""
    folder = tmp_path_factory.mktemp("scale")
    server = Prometheus(folder, programs)
    for history in (ALONE, FEW, MANY):
        server.backfill(stream(folder / "history.om", history.series()))
    server.start()
    yield server.url
    server.stop()


def test_a_hundred_times_the_tenants_take_no_query_more(url: str) -> None:
    few, many = bulk.read(url, FEW), bulk.read(url, MANY)
    assert len(few.days[0].measured) == FEW.tenants
    assert len(many.days[0].measured) == MANY.tenants
    assert len(few.log.asked) == len(many.log.asked)


@pytest.mark.parametrize("queries", [naive.alike, naive.lean])
def test_every_tenant_asked_for_alone_has_the_same_amounts(url: str, queries: naive.Queries) -> None:
    alone = naive.ask(url, ALONE, queries)
    assert len(alone.amounts) == ALONE.tenants
    assert all(amounts["busy"] for amounts in alone.amounts.values())
    assert faults(ALONE, bulk.read(url, ALONE), alone) == []
