"""Telemetry as Prometheus stores it after scraping dcgm-exporter and kube-state-metrics, for backfilling.

The text is OpenMetrics with a timestamp per sample, for `promtool tsdb create-blocks-from openmetrics`. Labels,
their order and the number format are dcgm-exporter's; labels of pods are absent when no pod holds the device.
Other exporters are in `exporters`.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from .families import DRAM, FAMILIES, GPU_UTIL, PHASE, PROF, REQUESTS

__all__ = [
    "DCGM",
    "DRAM",
    "GPU_UTIL",
    "KUBE_STATE_METRICS",
    "PHASE",
    "PROF",
    "REQUESTS",
    "Device",
    "Job",
    "Pod",
    "Series",
    "constant",
    "load",
    "pod_requests",
    "stream",
    "system_pod",
    "up",
    "write",
]

Samples = Iterable[tuple[float, float]]
"""(unix seconds, value), ascending."""


@dataclass(frozen=True)
class Device:
    """A GPU, or a MIG instance of one if `mig_profile` and `mig_id` are set."""

    uuid: str
    node: str = "node-0"
    index: int = 0
    model: str = "NVIDIA A100-SXM4-40GB"
    mig_profile: str = ""
    mig_id: str = ""

    def labels(self) -> dict[str, str]:
        """The exporter's labels, in its order."""
        mig = {"GPU_I_PROFILE": self.mig_profile, "GPU_I_ID": self.mig_id} if self.mig_id else {}
        return {
            "gpu": str(self.index),
            "UUID": self.uuid,
            "pci_bus_id": f"00000000:{0x1A + self.index:02X}:00.0",
            "device": f"nvidia{self.index}",
            "modelName": self.model,
            **mig,
            "Hostname": self.node,
            "DCGM_FI_DRIVER_VERSION": "535.129.03",
        }


@dataclass(frozen=True)
class Pod:
    """A pod of a tenant."""

    namespace: str
    name: str
    container: str = "main"

    def labels(self) -> dict[str, str]:
        """What dcgm-exporter adds for the pod that holds a device."""
        return {"container": self.container, "namespace": self.namespace, "pod": self.name}

    @property
    def uid(self) -> str:
        """Stable for a namespace and name."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.namespace}/{self.name}"))


@dataclass(frozen=True)
class Job:
    """A scrape job and the labels Prometheus gives to its targets."""

    name: str
    namespace: str
    port: int
    honor_labels: bool = False
    replica: str = ""

    def target(self, node: str) -> dict[str, str]:
        """Target labels of the pod on `node`."""
        suffix = f"{zlib.crc32((node + self.replica).encode()):08x}"[:5]
        return {
            "container": self.name,
            "instance": f"{node}{self.replica}:{self.port}",
            "job": self.name,
            "namespace": self.namespace,
            "pod": f"{self.name}-{suffix}",
        }

    def stored(self, exposed: Mapping[str, str], node: str) -> dict[str, str]:
        """Exposed and target labels, merged by Prometheus' rule for honorLabels.

        What is exposed as empty is never stored; with honorLabels it keeps the target's label away as well.
        """
        target = self.target(node)
        if self.honor_labels:
            merged = target | dict(exposed)
        else:
            merged = {f"exported_{key}" if key in target else key: value for key, value in exposed.items()} | target
        return {key: value for key, value in merged.items() if value}


DCGM = Job("nvidia-dcgm-exporter", "gpu-operator", 9400)
KUBE_STATE_METRICS = Job("kube-state-metrics", "monitoring", 8080, honor_labels=True)


@dataclass(frozen=True)
class Series:
    """One time series."""

    metric: str
    labels: Mapping[str, str] = field(hash=False)
    samples: Samples = field(hash=False)

    def lines(self) -> Iterator[str]:
        """Its lines, without the end of line."""
        labels = ",".join(f'{name}="{_escape(value)}"' for name, value in self.labels.items())
        line = f"{self.metric}{{{labels}}} ".replace("%", "%%") + FAMILIES[self.metric].format + " %s"
        return (line % (value, second) for second, value in self.samples)


def load(device: Device, samples: Samples, pod: Pod | None = None, metric: str = PROF, job: Job = DCGM) -> Series:
    """The device's load while `pod` holds it (or nobody): 0..1 for PROF, 0..100 for GPU_UTIL."""
    exposed = device.labels() | (pod.labels() if pod else {})
    return Series(metric, job.stored(exposed, device.node), samples)


def up(node: str, seconds: Iterable[float], job: Job = DCGM) -> Series:
    """The exporter on `node` answered its scrapes at these times."""
    return Series("up", job.target(node), constant(1, seconds))


def pod_requests(
    pod: Pod,
    devices: int,
    seconds: Iterable[float],
    *,
    node: str = "node-0",
    running: bool = True,
    job: Job = KUBE_STATE_METRICS,
    resource: str = "nvidia_com_gpu",
) -> list[Series]:
    """What kube-state-metrics tells of a pod that requests one CPU and `devices` devices."""
    times = tuple(seconds)
    who = {"namespace": pod.namespace, "pod": pod.name, "uid": pod.uid}
    amounts = {"cpu": ("core", 1), resource: ("integer", devices)}
    exposed = [
        (who | {"container": pod.container, "node": node, "resource": name, "unit": unit}, amount)
        for name, (unit, amount) in amounts.items()
        if amount
    ]
    series = [Series(REQUESTS, job.stored(labels, "monitor"), constant(amount, times)) for labels, amount in exposed]
    phase = job.stored(who | {"phase": "Running"}, "monitor")
    return [*series, Series(PHASE, phase, constant(int(running), times))]


def system_pod(seconds: Iterable[float], job: Job = KUBE_STATE_METRICS) -> list[Series]:
    """A pod without devices, as every cluster has; it shows that kube-state-metrics is alive."""
    return pod_requests(Pod("kube-system", "coredns-0", "coredns"), 0, seconds, job=job)


def constant(value: float, seconds: Iterable[float]) -> list[tuple[float, float]]:
    """The same value at each time."""
    return [(second, value) for second in seconds]


def write(path: Path, series: Iterable[Series]) -> Path:
    """Write all series to `path`, family by family, and return it."""
    return stream(path, sorted(series, key=lambda one: one.metric))


def stream(path: Path, series: Iterable[Series]) -> Path:
    """Write series that come family by family to `path`, one at a time, and return it."""
    with path.open("w", encoding="utf-8") as file:
        for metric, family in groupby(series, key=lambda one: one.metric):
            file.write(f"# HELP {metric} {FAMILIES[metric].help}\n# TYPE {metric} {FAMILIES[metric].backfilled_type}\n")
            for one in family:
                file.writelines(f"{line}\n" for line in one.lines())
        file.write("# EOF\n")
    return path


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
