"""A node: the stand-in library loaded into this process, a kubelet, and the agent with a clock that a test turns."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

import pynvml
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from tenure.agent.exposition import Exposition
from tenure.agent.meter import Moment
from tenure.agent.node import Node
from tenure.agent.settings import Settings

from .kubelet import Kubelet
from .machine import Machine, compile_library

START = 1_700_000_000.0

Labels = dict[str, str]


class Bench:
    """The agent on its node. Time goes on only by `seconds`."""

    def __init__(self, machine: Machine, kubelet: Kubelet) -> None:
        self.machine = machine
        self.kubelet = kubelet
        self.node = Node(
            Settings(node="n1", pod_resources=kubelet.socket, proc=kubelet.proc, pod_logs=kubelet.pod_logs)
        )
        self.steady = 1000.0
        machine.now = START
        registry = CollectorRegistry()
        registry.register(Exposition(lambda: self.node.state, lambda: self.steady, "n1", 60))
        self.registry = registry

    def seconds(self, count: int, step: float = 1.0) -> None:
        """Let time pass, with a reading after each step."""
        for _ in range(count):
            self.steady += step
            self.machine.now += step
            self.node.tick(Moment(self.steady, self.machine.now))

    def text(self) -> str:
        """What a scrape gets."""
        return generate_latest(self.registry).decode()

    def series(self, metric: str) -> list[tuple[Labels, float]]:
        """Labels and values of a metric."""
        families = text_string_to_metric_families(self.text())
        return [(dict(one.labels), one.value) for family in families for one in family.samples if one.name == metric]

    def by_pod(self, metric: str) -> dict[str, float]:
        """Pod -> value; "" for the series without one."""
        return {labels.get("pod", ""): value for labels, value in self.series(metric)}

    def only(self, metric: str) -> float:
        """The value of the one series of a metric."""
        [(_, value)] = self.series(metric)
        return value


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in, compiled."""
    return compile_library(tmp_path_factory.mktemp("nvml"))


@pytest.fixture
def machine(library: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine without cards, seen by this process."""
    # A library that is loaded already serves whoever asks for its soname: the binding finds it by name as on a node.
    ctypes.CDLL(str(library))
    yield Machine(tmp_path / "machine")
    os.environ.pop("TENURE_NVML_STANDIN")
    pynvml.nvmlShutdown()


@pytest.fixture
def kubelet(tmp_path: Path) -> Iterator[Kubelet]:
    """A kubelet that answers."""
    kubelet = Kubelet(tmp_path)
    kubelet.start()
    yield kubelet
    kubelet.stop()


@pytest.fixture
def bench(machine: Machine, kubelet: Kubelet) -> Bench:
    """The agent before its first reading."""
    return Bench(machine, kubelet)
