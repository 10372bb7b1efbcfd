"""What other exporters than a plain dcgm-exporter write, in their own labels, order and numbers.

Each device gives the labels of one line (`labels`), with or without the pod that holds it. `reading` makes the series that
Prometheus stores of it, for backfilling; `page` the text that an exporter serves, for scraping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from .exposition import DCGM, Device, Job, Pod, Samples, Series
from .families import FAMILIES

FURIOSA = Job("furiosa-metrics-exporter", "furiosa-system", 6254)
RBLN = Job("rbln-metrics-exporter", "rbln-system", 9090)
AMD = Job("gpu-exporter", "kube-amd-gpu", 5000, honor_labels=True)
GAUDI = Job("habana-metric-exporter", "monitoring", 41611)
X330 = Job("x330-exporter", "x330-system", 9200)

Labels = Mapping[str, str]


class Card(Protocol):
    """A device of any vendor."""

    @property
    def node(self) -> str:
        """The node it is in."""

    def labels(self, pod: Pod | None = None) -> Labels:
        """What its exporter writes while the pod holds it."""


@dataclass(frozen=True)
class Gpu:
    """A device of dcgm-exporter. `renamed` writes hostname for Hostname, as versions since 2026 do."""

    device: Device
    renamed: bool = False
    vgpu: str = ""

    @property
    def node(self) -> str:
        """The node it is in."""
        return self.device.node

    def labels(self, pod: Pod | None = None) -> Labels:
        """Fixed order; then what names the pod, which is absent where there is none."""
        own = {
            ("hostname" if self.renamed and key == "Hostname" else key): v for key, v in self.device.labels().items()
        }
        vgpu = {"vgpu": self.vgpu} if self.vgpu else {}
        return own | (pod.labels() | vgpu if pod else {})


@dataclass(frozen=True)
class RngdCore:
    """One of the eight cores of a FuriosaAI RNGD. The pod is absent, not empty, where there is none."""

    uuid: str
    core: int
    node: str = "furiosa-0"

    def labels(self, pod: Pod | None = None) -> Labels:
        """Sorted, as client_golang writes them."""
        return _sorted(
            {
                "arch": "rngd",
                "core": str(self.core),
                "device": "npu0",
                "driver_version": "2025.3.0",
                "firmware_version": "2025.3.0",
                "hostname": self.node,
                "pci_bus_id": "0000:27:00.0",
                "pert_version": "2025.3.0",
                "uuid": self.uuid,
            }
            | (pod.labels() if pod else {})
        )


@dataclass(frozen=True)
class Rbln:
    """A Rebellions card. The labels of the pod are there and empty where there is none."""

    uuid: str
    number: int = 0
    node: str = "rbln-0"

    def labels(self, pod: Pod | None = None) -> Labels:
        """Sorted, as client_golang writes them."""
        return _sorted(
            {
                "card": "RBLN-CA25",
                "deviceID": "1250",
                "driver_version": "2.0.1",
                "firmware_version": "2.0.1",
                "hostname": self.node,
                "name": f"rbln{self.number}",
                "uuid": self.uuid,
            }
            | _held_or_empty(pod)
        )


@dataclass(frozen=True)
class Instinct:
    """An AMD device, or the partition of one that reports. gpu_uuid is optional there and therefore left out."""

    serial: str
    number: int = 0
    partitioning: str = "spx"
    node: str = "amd-0"

    def labels(self, pod: Pod | None = None) -> Labels:
        """Sorted, as client_golang writes them."""
        return _sorted(
            {
                "card_model": "102-G30211-0C",
                "card_series": "AMD Instinct MI300X OAM",
                "card_vendor": "AMD",
                "cluster_name": "",
                "driver_version": "6.12.12",
                "gpu_compute_partition_type": self.partitioning,
                "gpu_id": str(self.number),
                "gpu_memory_partition_type": "nps1",
                "gpu_partition_id": "0",
                "hostname": self.node,
                "serial_number": self.serial,
                "vbios_version": "022.040.003.043.000001",
            }
            | _held_or_empty(pod)
        )


@dataclass(frozen=True)
class Gaudi:
    """An Intel Gaudi card. Its vendor documents no labels: these are supposed."""

    uuid: str
    node: str = "gaudi-0"

    def labels(self, pod: Pod | None = None) -> Labels:
        """Sorted."""
        return _sorted({"UUID": self.uuid, "hostname": self.node} | (pod.labels() if pod else {}))


@dataclass(frozen=True)
class X330Core:
    """A core of a card whose exporter nobody knew: examples/telemetry-profile.yaml."""

    card: str
    core: int
    node: str = "n7"

    def labels(self, pod: Pod | None = None) -> Labels:
        """In the order of the example."""
        return {"card": self.card, "core": str(self.core), "node": self.node} | (pod.labels() if pod else {})


def mig(card: Device, profile: str, number: int) -> Device:
    """A MIG instance of the card."""
    return replace(card, mig_profile=profile, mig_id=str(number))


def reading(metric: str, card: Card, samples: Samples, pod: Pod | None = None, job: Job = DCGM) -> Series:
    """What Prometheus stores of one line."""
    return Series(metric, job.stored(card.labels(pod), card.node), samples)


def page(lines: Iterable[tuple[str, Labels, float]]) -> str:
    """The text an exporter serves: (metric, labels, value), in Prometheus' format 0.0.4, family by family."""
    text = []
    for metric, family in groupby(sorted(lines, key=lambda line: line[0]), key=lambda line: line[0]):
        text.append(f"# HELP {metric} {FAMILIES[metric].help}\n# TYPE {metric} {FAMILIES[metric].type}")
        text += [f"{metric}{{{_written(labels)}}} {FAMILIES[metric].format % value}" for _, labels, value in family]
    return "\n".join(text) + "\n"


def _held_or_empty(pod: Pod | None) -> dict[str, str]:
    return pod.labels() if pod else {"container": "", "namespace": "", "pod": ""}


def _sorted(labels: Labels) -> Labels:
    return dict(sorted(labels.items()))


def _written(labels: Labels) -> str:
    return ",".join(f'{name}="{value}"' for name, value in labels.items())
