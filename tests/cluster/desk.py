"""The admin's desk: applies manifests, looks at what became of them, and clears up after the test."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from controlplane import nodes
from controlplane.target import ControlPlane
from harness.centre import condition

from .awards import GPU, Tenant, body, core
from .client import ADMINS, Client, Manifest, RefusedError, eventually, gone
from .scene import OPERATOR

CLEARED_FIRST = ("Allocation", "Project", "Organization", "Accelerator", "Programme")


@dataclass
class Desk:
    """An admin of the cluster at work. Whatever is applied here is deleted by `clear`."""

    plane: ControlPlane
    admin: Client
    operator: Client
    """The operator's account, with all rights: it writes what the policies let nobody else write."""
    _made: dict[tuple[str, str, str], Manifest] = field(default_factory=dict)

    @classmethod
    def at(cls, plane: ControlPlane) -> Desk:
        """A desk at a control plane."""
        admin = Client(plane.kubeconfig, plane.context)
        return cls(plane, admin, Client(plane.kubeconfig, plane.context, OPERATOR, ADMINS))

    def person(self, user: str) -> Client:
        """The API server as a user sees it."""
        return Client(self.plane.kubeconfig, self.plane.context, user)

    def name(self, word: str) -> str:
        """A name that no other test has."""
        return f"{word}-{uuid.uuid4().hex[:5]}"

    def apply(self, *manifests: Manifest) -> None:
        """Server-side apply, one after the other."""
        self.expect(*manifests)
        for manifest in manifests:
            self.admin.apply(manifest)

    def record(self, manifest: Manifest) -> None:
        """Create something that only the operator may write."""
        self.expect(manifest)
        self.operator.create(manifest)

    def create_nodes(self, *manifests: Manifest) -> None:
        """Fake nodes, once they are ready."""
        self.expect(*manifests)
        nodes.create(self.plane, manifests)

    def expect(self, *manifests: Manifest) -> None:
        """These are made by somebody else and have to be deleted as well."""
        for manifest in manifests:
            meta = manifest["metadata"]
            self._made[manifest["kind"], meta.get("namespace", ""), meta["name"]] = manifest

    def decide(self, allocation: Manifest, kind: str, devices: int, effective: str, review: str = "2026-Q1") -> None:
        """A Decision on the award as it stands, as Tenure writes one."""
        live = self.admin.read(allocation)
        before, name = live["status"]["grant"], live["metadata"]["name"]
        spec = {
            "allocation": name,
            "project": live["spec"]["project"],
            "review": review,
            "awardDigest": live["status"]["awardDigest"],
            "kind": kind,
            "before": before,
            "after": {**before, "devices": devices, "cpu": str(4 * devices), "memory": f"{10 * devices}G"},
            "effective": effective,
            "decidedAt": f"{effective}T00:00:00Z",
            "message": f"{kind}: {devices} devices from {effective}; data is kept.",
        }
        self.record(body("Decision", f"{name}-{review.lower()}", **spec))

    def live(self, manifest: Manifest) -> Manifest | None:
        """The object as it is now, or None."""
        try:
            return self.admin.read(manifest)
        except RefusedError as refusal:
            if refusal.status == 404:
                return None
            raise

    def says(self, manifest: Manifest, type_: str) -> Manifest:
        """A condition of the object that was worked out for what is in its spec now; empty until then."""
        live = self.live(manifest) or {"metadata": {"generation": 0}}
        said = condition(live, type_)
        return said if said.get("observedGeneration") == live["metadata"]["generation"] else {}

    def await_reason(self, manifest: Manifest, type_: str, reason: str, seconds: float = 20) -> Manifest:
        """The condition once it has that reason."""

        def look() -> Manifest | None:
            said = self.says(manifest, type_)
            return said if said.get("reason") == reason else None

        name = f"{manifest['kind']} {manifest['metadata']['name']}"
        try:
            return eventually(look, reason, seconds) or {}
        except AssertionError:
            told = (self.live(manifest) or {}).get("status")
            raise AssertionError(f"{name} does not come to {type_} {reason}; it says {told}") from None

    def await_ready(self, *tenants: Tenant) -> None:
        """All their awards are Ready."""
        for tenant in tenants:
            self.await_reason(tenant.allocation, "Ready", "Ready")

    def hard(self, tenant: Tenant) -> dict[str, str]:
        """What the API server enforces in the tenant's namespace."""
        live = self.live(tenant.quota()) or {}
        hard: dict[str, str] = live.get("status", {}).get("hard", {})
        return hard

    def devices(self, tenant: Tenant) -> int:
        """Devices that the API server lets the tenant use."""
        return int(self.hard(tenant).get(f"requests.{GPU}", 0))

    def grants(self, tenant: Tenant) -> dict[str, int]:
        """Devices of each award as the quota's annotation records them."""
        live = self.live(tenant.quota()) or {"metadata": {}}
        grants: dict[str, int] = json.loads(live["metadata"].get("annotations", {}).get("tenure.dev/grants", "{}"))
        return grants

    def pods(self, tenant: Tenant) -> dict[str, Manifest]:
        """The pods that were not told to end, by name."""
        found = self.admin.list(core("Pod", "", tenant.name))["items"]
        return {pod["metadata"]["name"]: pod for pod in found if "deletionTimestamp" not in pod["metadata"]}

    def start(self, tenant: Tenant, *pods: Manifest) -> None:
        """Create pods as the tenant, one after the other. Admission may know of the quota and placement a moment later."""
        member = self.person(tenant.member)
        for pod in pods:
            eventually(lambda pod=pod: _created(member, pod), f"{pod['metadata']['name']} is let in", 10)  # type: ignore[misc]

    def run(self, tenant: Tenant, *pods: Manifest) -> None:
        """Start pods and wait until they run."""
        self.start(tenant, *pods)
        names = {pod["metadata"]["name"] for pod in pods}
        eventually(lambda: names <= self._ready_pods(tenant), f"{names} run", 30)

    def _ready_pods(self, tenant: Tenant) -> set[str]:
        return {name for name, pod in self.pods(tenant).items() if condition(pod, "Ready").get("status") == "True"}

    def events(self, namespace: str, reason: str = "") -> list[Manifest]:
        """Tenure's Events in a namespace, oldest first."""
        found = self.admin.list(core("Event", "", namespace))["items"]
        ours = [e for e in found if e["source"].get("component") == "tenure" and reason in ("", e["reason"])]
        return sorted(ours, key=lambda event: str(event["metadata"]["creationTimestamp"]))

    def refused(self, client: Client, manifest: Manifest) -> str:
        """What the API server says against creating it; empty if it would let it through."""
        try:
            client.create(manifest, dry_run=True)
        except RefusedError as refusal:
            return str(refusal)
        return ""

    def clear(self) -> None:
        """Delete everything that was made here, with the namespaces of the projects."""
        made = self._made.values()
        namespaces = [core("Namespace", m["metadata"]["name"]) for m in made if m["kind"] in ("Project", "Namespace")]
        pods = {m["metadata"]["name"]: core("Pod", "", m["metadata"]["name"]) for m in namespaces}
        ordered = sorted(made, key=_order)
        for manifest in ordered:
            with suppress(RefusedError):
                self.admin.delete(manifest)
        for name, address in pods.items():
            self._end_pods(name, address)
        for namespace in namespaces:
            with suppress(RefusedError):
                self.admin.delete(namespace)
        for manifest in (m for m in ordered if m["kind"] != "Namespace"):
            eventually(lambda m=manifest: gone(self.admin, m), f"{manifest['metadata']['name']} is gone", 30)  # type: ignore[misc]
        self._made.clear()

    def _end_pods(self, namespace: str, address: Manifest) -> None:
        with suppress(RefusedError):
            for pod in self.admin.list(address)["items"]:
                self.admin.delete({**address, "metadata": pod["metadata"]}, "gracePeriodSeconds=0")


def _order(manifest: Manifest) -> int:
    kinds: Sequence[str] = CLEARED_FIRST
    return kinds.index(manifest["kind"]) if manifest["kind"] in kinds else -1


def _created(member: Client, pod: Manifest) -> bool:
    try:
        member.create(pod)
    except RefusedError as refusal:
        if refusal.status == 409:
            return True
        if refusal.status == 403:
            return False
        raise
    return True
