"""What gets lost while no operator runs, and how to see whether anybody gained by it."""

from __future__ import annotations

import json

from controlplane.target import ControlPlane
from tenure.api.model import API_VERSION

from ..awards import GPU, core
from ..client import Client, Manifest, eventually, gone
from .cast import TENANTS, tenant
from .snapshot import Snapshot

NOTHING = {"status": None}


def lose(account: Client, seen: Snapshot) -> None:
    """Reviews, Decisions, a namespace and the status of some, as a careless admin loses them."""
    for name in ("q3-no-review", "q3-no-record"):
        account.delete(tenant(name).review)
    for decision in seen.objects["Decision"]:
        if decision["spec"]["allocation"] in ("q3-no-record", "q3-no-decision"):
            account.delete({**decision, "apiVersion": API_VERSION, "kind": "Decision"})
    account.merge(tenant("q3-no-status").review, NOTHING, "status")
    for name in ("q3-no-status", "q3-no-record"):
        account.merge(tenant(name).awards()[0], NOTHING, "status")
    namespace = core("Namespace", "q3-no-namespace")
    account.delete(namespace)
    eventually(lambda: gone(account, namespace), "the namespace is gone", 60)


def change_awards(account: Client) -> None:
    """One award is applied again as it was, and the term of another is made longer."""
    account.apply(tenant("q3-reapplied").awards()[0])
    (edited,) = tenant("q3-edited").awards()
    edited["spec"]["term"]["end"] = "2027-03-31"
    account.apply(edited)


def lose_all_status(account: Client, seen: Snapshot) -> None:
    """As after a restore from a backup that has no status."""
    for kind in ("Allocation", "Review", "Project"):
        for one in seen.objects[kind]:
            account.merge({"apiVersion": API_VERSION, "kind": kind, "metadata": one["metadata"]}, NOTHING, "status")


def quotas_version(account: Client) -> str:
    """From where `most_devices` looks."""
    version: str = account.list({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {}})["metadata"][
        "resourceVersion"
    ]
    return version


def most_devices(plane: ControlPlane, since: str) -> dict[str, int]:
    """The most devices that any quota of a namespace gave since then, also for a moment; 0 where none was written."""
    query = f"watch=true&timeoutSeconds=1&resourceVersion={since}"
    lines = plane.kubectl("get", "--raw", f"/api/v1/resourcequotas?{query}").splitlines()
    most = {one.name: 0 for one in TENANTS}
    for quota in (json.loads(line)["object"] for line in lines):
        namespace = quota["metadata"]["namespace"]
        most[namespace] = max(most.get(namespace, 0), *(_devices(quota, part) for part in ("spec", "status")))
    return most


def _devices(quota: Manifest, part: str) -> int:
    return int(quota.get(part, {}).get("hard", {}).get(f"requests.{GPU}", 0))
