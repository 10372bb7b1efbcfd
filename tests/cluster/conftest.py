"""The centre that these tests run against: one control plane for the whole run, and at most one operator at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from controlplane.target import ControlPlane, bring_down, bring_up
from harness.centre import Centre
from harness.operator_process import OperatorProcess

from .desk import Desk
from .quarter.story import Quarter
from .quarter.telemetry import install


@dataclass(frozen=True)
class Cluster:
    """A running cluster with Tenure's CRDs."""

    kubeconfig: Path
    context: str | None = None


@contextmanager
def control_plane(name: str) -> Iterator[ControlPlane]:
    """A fresh control plane; it is ended after the run unless KEEP is set."""
    bring_down(name)
    yield bring_up(name)
    if not os.environ.get("KEEP"):
        bring_down(name)


@pytest.fixture(scope="session")
def plane() -> Iterator[ControlPlane]:
    """A fresh control plane named by TENURE_PLANE, by default `test`."""
    with control_plane(os.environ.get("TENURE_PLANE", "test")) as plane:
        yield plane


@pytest.fixture(scope="session")
def centre(plane: ControlPlane) -> Centre:
    """Tenure installed on it, without a running operator."""
    centre = Centre(plane)
    centre.install()
    return centre


@pytest.fixture(scope="session")
def cluster(centre: Centre) -> Cluster:
    """The same cluster, for tests that only talk to the API server."""
    return Cluster(centre.plane.kubeconfig, centre.plane.context)


@dataclass
class Operators:
    """Starts the operator at a given time; the one before is stopped, so that one runs at most."""

    plane: ControlPlane
    running: OperatorProcess | None = None
    _how: tuple[object, ...] = field(default=())

    def now(self) -> OperatorProcess:
        """The operator at the real time. One that runs so already is left running."""
        return self._run(0.0)

    def at(self, instant: datetime, prometheus_url: str | None = None) -> OperatorProcess:
        """A new operator that takes it to be the instant (with zone) at which it starts."""
        return self._run((instant - datetime.now(UTC)).total_seconds(), prometheus_url)

    def killed(self) -> OperatorProcess:
        """The operator dies without a word, and another one begins at the real time."""
        assert self.running is not None
        self.running.kill()
        self.stop()
        return self.now()

    def stop(self) -> None:
        """No operator runs."""
        if self.running is not None:
            self.running.stop()
        self.running, self._how = None, ()

    def _run(self, offset: float, prometheus_url: str | None = None) -> OperatorProcess:
        url = self.plane.prometheus.url if prometheus_url is None else prometheus_url
        how = (round(offset), url)
        if self.running is None or self._how != how or self.running.process is None:
            self.stop()
            self.running = OperatorProcess(self.plane, url, offset).start()
            self._how = how
        return self.running


@pytest.fixture(scope="session")
def operators(centre: Centre) -> Iterator[Operators]:
    """Starts and stops the operator for tests."""
    found = Operators(centre.plane)
    yield found
    found.stop()


@pytest.fixture
def desk(centre: Centre) -> Iterator[Desk]:
    """An admin of the cluster, whose work is deleted after the test."""
    found = Desk.at(centre.plane)
    yield found
    found.clear()


@pytest.fixture(scope="session")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quarter]:
    """A quarter of a small centre on a control plane of its own. It is played once, as far as the tests ask for."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-quarter") as plane:
        Centre(plane).install()
        install(plane.prometheus, tmp_path_factory.mktemp("quarter"))
        operators = Operators(plane)
        yield Quarter(plane, operators)
        operators.stop()
