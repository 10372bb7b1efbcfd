"""/metrics in DCGM's names and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tenure.agent import metrics
from tenure.agent.meter import DeviceReading
from tenure.agent.node import State
from tenure.agent.podresources import Holder

STALLED_SECONDS = 15
"""A state older than this is not shown: the driver hangs, and what it said before is no measurement any more."""


class Exposition(Collector):
    """A collector of prometheus_client over the state of a node. Every scrape gets the same until the next second."""

    def __init__(
        self, state: Callable[[], State], clock: Callable[[], float], node: str, window_seconds: float
    ) -> None:
        self._state = state
        self._clock = clock
        self._node = node
        self._window = window_seconds

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Families of DCGM's metrics, then of the agent's own state."""
        state = self._state()
        if self._clock() - state.at > STALLED_SECONDS and state.at:
            state = State(state.at, "Stalled")
        by_metric: dict[str, list[tuple[Mapping[str, str], float]]] = {
            name: [] for name in metrics.MEANS | metrics.LATEST
        }
        for reading in state.readings:
            labels = {**reading.device.labels(), "Hostname": self._node, "DCGM_FI_DRIVER_VERSION": state.driver}
            for name, pod, value in series(reading):
                by_metric[name].append(({**labels, **pod}, value))
        for name, samples in by_metric.items():
            if samples:
                yield self._family(name, samples)
        yield from self._own(state)

    def _own(self, state: State) -> Iterator[GaugeMetricFamily]:
        yield self._family(metrics.AGENT_UP, [({"reason": state.reason}, float(not state.reason))])
        yield self._family(metrics.POD_RESOURCES_UP, [({}, float(state.pod_resources_up))])
        devices = (({**device.labels(), "Hostname": self._node}, float(answers)) for device, answers in state.devices)
        yield self._family(metrics.DEVICE_UP, devices)

    def _family(self, name: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(name, metrics.help_of(name, self._window))
        for labels, value in samples:
            family.add_sample(name, dict(labels), value)
        return family


def series(reading: DeviceReading) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Metric, labels of the pod whose it is (none: the device's, or nobody's) and value."""
    parts = [_labels(*part) for part in reading.holding.parts] or [{}]
    for name, value in reading.values.items():
        if name in metrics.OWN and reading.own is not None:
            yield name, {}, value
            yield from ((name, _labels(holder), own[name]) for holder, own in reading.own.items())
        else:
            yield from ((name, labels, value) for labels in parts)


def _labels(holder: Holder, replica: str = "") -> dict[str, str]:
    return holder._asdict() | ({"vgpu": replica} if replica else {})
