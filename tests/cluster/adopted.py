"""A namespace that works without Tenure, and the command that reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from controlplane.target import ControlPlane
from harness.centre import ROOT
from harness.operator_process import kubeconfig_of

from .awards import PRODUCT, core, pod_spec
from .client import Client, Manifest, eventually
from .desk import Desk
from .scene import RBAC

READER = "reads"
UNTIL = "2028-12-31"


def tenure(*arguments: str, kubeconfig: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does."""
    shell = {"KUBECONFIG": str(kubeconfig), "PYTHONPATH": str(ROOT / "operator"), "COLUMNS": "100", **environment}
    command = [sys.executable, "-c", "from tenure.cli import main; main()", *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TENURE_PROMETHEUS")}
    return subprocess.run(command, env=kept | shell, capture_output=True, text=True, timeout=60, check=False)


def reader(plane: ControlPlane, admin: Client, namespace: str, role: str = READER) -> Path:
    """A kubeconfig of somebody who may read everything, or what another ClusterRole lets be read, and write nothing."""
    name = f"{role}-account"
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]
    if role == READER:
        admin.apply(core("ClusterRole", role, api_version=f"{RBAC}/v1", rules=rules))
    admin.apply(core("ServiceAccount", name, namespace))
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    admin.apply(core("ClusterRoleBinding", name, api_version=f"{RBAC}/v1", roleRef=reference, subjects=[subject]))
    return kubeconfig_of(plane, name)


@dataclass(frozen=True)
class House:
    """A namespace in which somebody works: a Deployment, a pod, a quota, a claim, a Service and a RoleBinding of its own."""

    desk: Desk
    name: str
    reader: Path

    def adopt(self, *more: str, accelerator: str = "", programme: str = "") -> subprocess.CompletedProcess[str]:
        """What `tenure adopt` prints, by somebody who may only read."""
        words = ("adopt", self.name, "--organization", self.name, "--accelerator", accelerator or self.name)
        rules = ("--programme", programme or self.name, "--until", UNTIL)
        return tenure(*words, *rules, *more, kubeconfig=self.reader)

    def written(self, *more: str) -> tuple[Manifest, Manifest]:
        """The Project and the Allocation that it prints."""
        done = self.adopt(*more)
        assert done.returncode == 0, done.stdout + done.stderr
        project, award = (body for body in yaml.safe_load_all(done.stdout) if body)
        return project, award

    def work(self) -> dict[str, tuple[str, int]]:
        """Every pod with its identity and how often it was started again."""
        found = self.desk.admin.list(core("Pod", "", self.name))["items"]
        return {
            pod["metadata"]["name"]: (
                pod["metadata"]["uid"],
                sum(one["restartCount"] for one in pod["status"].get("containerStatuses", ())),
            )
            for pod in found
            if "deletionTimestamp" not in pod["metadata"]
        }

    def own(self) -> dict[str, Manifest]:
        """What the namespace's people wrote, as it stands; without what controllers count."""
        kinds = {"ResourceQuota": "v1", "PersistentVolumeClaim": "v1", "Service": "v1", "RoleBinding": f"{RBAC}/v1"}
        kinds |= {"Deployment": "apps/v1"}
        found = {
            f"{kind} {one['metadata']['name']}": {
                key: one[key] for key in ("spec", "roleRef", "subjects") if key in one
            }
            for kind, version in kinds.items()
            for one in self.desk.admin.list(core(kind, "", self.name, api_version=version))["items"]
        }
        return {
            name: body for name, body in found.items() if not name.split()[1].startswith(("tenure", f"{self.name}-2"))
        }


def settle(desk: Desk, reads: Path, name: str, devices: int = 1) -> House:
    """Make the namespace of that name, and wait until all of it runs: three pods with devices."""
    made = House(desk, name, reads)
    desk.apply(core("Namespace", name))
    eventually(lambda: desk.live(core("ServiceAccount", "default", name)), "the namespace is complete")
    labels = {"app": "web"}
    spec = pod_spec(devices, nodeSelector={PRODUCT: name})
    spec["containers"][0]["resources"]["requests"] = {"cpu": "2"}
    deployment = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": spec},
    }
    claim = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "12T"}}}
    subject = {"apiGroup": RBAC, "kind": "User", "name": f"kim@{name}"}
    edit = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"}
    for manifest in (
        core("ResourceQuota", "gpu", name, spec={"hard": {"requests.nvidia.com/gpu": "4", "pods": "10"}}),
        core("PersistentVolumeClaim", "models", name, spec=claim),
        core("Service", "web", name, spec={"selector": labels, "ports": [{"port": 80}]}),
        core("RoleBinding", "staff", name, api_version=f"{RBAC}/v1", roleRef=edit, subjects=[subject]),
        core("Deployment", "web", name, api_version="apps/v1", spec=deployment),
        core("Pod", "train", name, spec=pod_spec(devices, nodeSelector={PRODUCT: name})),
    ):
        desk.admin.create(manifest)
    eventually(lambda: _running(desk, name) == 3, "three pods run", 40)
    return made


def _running(desk: Desk, name: str) -> int:
    found = desk.admin.list(core("Pod", "", name))["items"]
    return sum(pod.get("status", {}).get("phase") == "Running" for pod in found)
