"""A centre on a control plane: Tenure installed as the README says, nodes, people, and what they look at."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from controlplane import ControlPlaneError, nodes
from controlplane.target import ControlPlane

ROOT = Path(__file__).resolve().parents[2]
Manifest = dict[str, Any]
T = TypeVar("T")
PRODUCTS = {
    "a100-40gb": ("NVIDIA-A100-SXM4-40GB", "NVIDIA A100-SXM4-40GB"),
    "t4-16gb": ("Tesla-T4", "Tesla T4"),
    "v100-32gb": ("Tesla-V100-SXM2-32GB", "Tesla V100-SXM2-32GB"),
}
"""accelerator -> (value of the node label nvidia.com/gpu.product, modelName in dcgm-exporter's series)."""


STAMPED = ("Review", "Return", "Sanction", "Report", "Relocation")
"""Kinds in which a mutating policy writes down whose request it was."""


def node(accelerator: str, number: int, devices: int = 8) -> Manifest:
    """A fake node of an accelerator type, tainted as accelerator nodes are."""
    labels = {"nvidia.com/gpu.product": PRODUCTS[accelerator][0]}
    taint = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
    return nodes.accelerator_node(
        f"{accelerator}-{number}", "nvidia.com/gpu", devices, labels=labels, taints=[taint], cpu="128", memory="2000G"
    )


@dataclass(frozen=True)
class Centre:
    """A control plane with Tenure's CRDs, roles, policies, programmes and catalogue."""

    plane: ControlPlane

    def install(self) -> None:
        """`kubectl apply -k crds/` and `-k manifests/`; the operator itself is run as a process of this machine."""
        self.plane.kubectl("apply", "--server-side", "-k", str(ROOT / "crds"))
        crds = [f"crd/{path.stem}.tenure.dev" for path in (ROOT / "crds").glob("*s.yaml")]
        self.plane.kubectl("wait", "--for=condition=Established", "--timeout=60s", *crds)
        everything = yaml.safe_load_all(self.plane.kubectl("kustomize", str(ROOT / "manifests")))
        self.apply([one for one in everything if one and one["kind"] != "Deployment"])
        wait_for("the policies know the CRDs", self._stamps)

    def _stamps(self) -> bool:
        """Whether the policies hold and the mutating ones know the new CRDs, of which the API server asks every 10 s."""
        spec = {"allocation": "first", "review": "first", "verdict": {}}
        every = [
            {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": "first"}, "spec": spec}
            for kind in STAMPED
        ]
        try:
            self.plane.kubectl(
                "create", "--dry-run=server", "--validate=false", "-f", "-", stdin=yaml.safe_dump_all(every)
            )
        except ControlPlaneError as refused:
            return "Reviews are opened by Tenure" in str(refused) and "There can be a delay" not in str(refused)
        return False

    def apply(self, manifests: Sequence[Manifest], user: str = "", groups: Sequence[str] = ()) -> None:
        """Server-side apply, as the cluster's admin or as somebody else."""
        self.plane.kubectl(
            "apply",
            "--server-side",
            "--force-conflicts",
            "-f",
            "-",
            *_as(user, groups),
            stdin=yaml.safe_dump_all(manifests),
        )

    def patch(self, kind: str, name: str, change: Manifest, namespace: str = "", user: str = "") -> None:
        """A JSON merge patch."""
        where = ["--namespace", namespace] if namespace else []
        self.plane.kubectl("patch", kind, name, *where, *_as(user, ()), "--type=merge", "--patch", json.dumps(change))

    def get(self, kind: str, name: str, namespace: str = "") -> Manifest | None:
        """An object, or None."""
        found = self.list(kind, namespace, f"metadata.name={name}")
        return found[0] if found else None

    def list(self, kind: str, namespace: str = "", field: str = "") -> list[Manifest]:
        """Objects of a kind, in one namespace or in all."""
        where = ["--namespace", namespace] if namespace else ["--all-namespaces"]
        chosen = ["--field-selector", field] if field else []
        items: list[Manifest] = json.loads(self.plane.kubectl("get", kind, *where, *chosen, "-o", "json"))["items"]
        return items


def _as(user: str, groups: Sequence[str]) -> list[str]:
    return ([f"--as={user}"] if user else []) + [f"--as-group={group}" for group in groups]


def condition(body: Manifest | None, type_: str) -> Manifest:
    """A condition of an object; empty if it is not there."""
    found = (body or {}).get("status", {}).get("conditions", [])
    return next((one for one in found if one["type"] == type_), {})


def wait_for(what: str, ask: Callable[[], T], seconds: float = 60, every: float = 0.3) -> T:
    """Ask until the answer is true. Raises TimeoutError with what was waited for and the last answer."""
    until = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s; the last answer was {answer!r}.")
        time.sleep(every)
