"""Applies the shipped roles and policies and waits until each one acts."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from .client import Client, Manifest, RefusedError, eventually
from .scene import GPU, PRODUCT, ROOT, T4, Scene

FILES = ("tenant-roles.yaml", "policies.yaml")


def shipped(file: str) -> list[Manifest]:
    """The objects in a file of manifests/."""
    return list(yaml.safe_load_all((ROOT / "manifests" / file).read_text()))


def install(admin: Client) -> None:
    """Applies them; an equal one stays as it is."""
    for file in FILES:
        for manifest in shipped(file):
            admin.apply(manifest)


def wait_until_active(scene: Scene) -> None:
    """A policy acts about a second after it was created: asks each for something it answers, as a dry run."""
    for name, acts in _probes(scene).items():
        eventually(acts, f"policy {name} acts", 30)


def _probes(scene: Scene) -> dict[str, Callable[[], bool]]:
    review = scene.object("Review", "tenure.dev/v1alpha1", spec={"allocation": "a", "review": "2026-Q3"})
    size = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1G"}}}
    report = scene.object("Report", "tenure.dev/v1alpha1", spec={"allocation": "a"})
    bare = {"allocation": "a", "ground": "OffPurpose", "evidence": ["x"], "reason": "x"}
    sanction = {**report, "kind": "Sanction", "metadata": {"name": "probe"}, "spec": bare}
    owned = {**sanction, "metadata": {"name": "probe", "finalizers": ["example.com/x"]}}
    labelled = scene.object("PersistentVolumeClaim", spec=size)
    labelled["metadata"]["labels"] = {"tenure.dev/managed": "true"}
    token = scene.object("Secret", type="kubernetes.io/service-account-token")
    token["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "default"}
    opened = scene.review()
    caught = scene.object("Service", spec={"ports": [{"port": 80}], "externalIPs": ["192.0.2.1"]})
    return {
        "tenure-placement (what is added)": lambda: _pinned(scene),
        "tenure-placement (what is refused)": lambda: _refused(scene.admin, scene.pod(nodeName="x"), "spec.nodeName"),
        "tenure-reviews": lambda: _refused(scene.admin, review, "opened by Tenure"),
        "tenure-verdict-by": lambda: _stamped(scene, opened),
        "tenure-causes": lambda: _refused(scene.admin, report, "opened by Tenure"),
        "tenure-sanctions": lambda: _refused(scene.admin, owned, "neither owners nor finalizers"),
        "tenure-causes-by": lambda: _signed(scene, sanction),
        "tenure-decisions": lambda: _refused(scene.admin, scene.decision(), "written by Tenure alone"),
        "tenure-storage": lambda: _refused(scene.member, labelled, "begin with tenure.dev/"),
        "tenure-services": lambda: _refused(scene.admin, caught, "External IPs"),
        "tenure-tokens": lambda: _refused(scene.member, token, "never expires"),
    }


def _refused(client: Client, manifest: Manifest, says: str) -> bool:
    try:
        client.create(manifest, dry_run=True)
    except RefusedError as refusal:
        return says in str(refusal)
    return False


def _pinned(scene: Scene) -> bool:
    made = scene.admin.create(scene.pod(1), dry_run=True)
    tolerated = any(t.get("key") == GPU for t in made["spec"].get("tolerations", []))
    return bool(made["spec"].get("nodeSelector", {}).get(PRODUCT) == T4) and tolerated


def _signed(scene: Scene, sanction: Manifest) -> bool:
    try:
        return bool(scene.admin.create(sanction, dry_run=True)["spec"].get("by"))
    except RefusedError:
        return False


def _stamped(scene: Scene, review: Manifest) -> bool:
    try:
        made = scene.person("committee").merge(review, {"spec": {"verdict": {"confirms": "Revoke", "by": ""}}})
    except RefusedError:
        return False
    return bool(made["spec"]["verdict"]["by"])
