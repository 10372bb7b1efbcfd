"""A real Prometheus that has lived through every story of `days`, each on a day of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from controlplane import binaries
from controlplane.prometheus import Prometheus
from harness.exposition import Series, write
from harness.profiles import profile as shipped
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.promql import Scope
from tenure.telemetry.readings import DayReading, read_day
from tenure.telemetry.window import Window, day_bounds

from .days import STORIES

ZONE = "Asia/Seoul"
FIRST = date.today() - timedelta(days=100)


@dataclass(frozen=True)
class History:
    """The server and on which day each story happened."""

    server: Prometheus

    def window(self, story: str, later: int = 0) -> Window:
        """The day of a story, or one some days later."""
        return Window(*day_bounds(FIRST + timedelta(days=2 * list(STORIES).index(story) + later), ZONE))

    def read(self, story: str, profile: str = "dcgm", interval: int = 60, later: int = 0) -> DayReading:
        """The day as Tenure reads it."""
        scope = Scope(
            shipped(profile),
            {"modelName": "NVIDIA A100.*40GB", "job": "nvidia-dcgm-.+"},
            scrape_interval_seconds=interval,
        )
        return read_day(Gateway(self.server.url), scope, self.window(story, later))


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder with prometheus and promtool."""
    given = os.environ.get("TENURE_BIN")
    return Path(given) if given else binaries.ensure(binaries.TELEMETRY)


@pytest.fixture(scope="session")
def history(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Backfilled once for all tests."""
    folder = tmp_path_factory.mktemp("prometheus")
    history = History(Prometheus(folder, programs))
    series: list[Series] = []
    for name, story in STORIES.items():
        series += story(round(history.window(name).start.timestamp()))
    history.server.backfill(write(folder / "history.om", series))
    history.server.start()
    yield history
    history.server.stop()
