"""How everything stood at one moment of the quarter, and how to tell that nothing moves any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from controlplane.target import ControlPlane
from harness.centre import condition
from tenure.api.model import API_VERSION

from ..awards import GPU
from ..client import Client, Manifest

KINDS = {
    **dict.fromkeys(("Accelerator", "Project", "Allocation", "Review", "Decision"), API_VERSION),
    **dict.fromkeys(("ResourceQuota", "Event", "PersistentVolumeClaim", "Namespace"), "v1"),
}
QUIET_SECONDS = 2.7
"""The operator puts some work off by two seconds."""
LONGEST_SECONDS = 90


@dataclass(frozen=True)
class Snapshot:
    """All objects by kind, of Events Tenure's own."""

    objects: dict[str, list[Manifest]]
    queries: int
    """Queries that Prometheus has answered so far, by its own count."""

    @classmethod
    def take(cls, plane: ControlPlane, client: Client) -> Snapshot:
        """As it is now."""
        found = {
            kind: client.list({"apiVersion": version, "kind": kind, "metadata": {}})["items"]
            for kind, version in KINDS.items()
        }
        found["Event"] = [event for event in found["Event"] if event["source"].get("component") == "tenure"]
        return cls(found, queries_answered(plane))

    def named(self, kind: str, name: str, namespace: str = "") -> Manifest | None:
        """An object, or None."""
        return next((one for one in self.objects[kind] if place(one) == (namespace, name)), None)

    def allocation(self, name: str) -> Manifest:
        """Its Allocation."""
        return self.named("Allocation", name) or {}

    def review(self, name: str, review: str = "2026-Q3", namespace: str = "") -> Manifest:
        """The allocation's Review, empty if there is none."""
        return self.named("Review", f"{name}-{review.lower()}", namespace or name) or {}

    def said(self, name: str, type_: str, review: str = "2026-Q3") -> Manifest:
        """A condition of the allocation's Review."""
        return condition(self.review(name, review), type_)

    def decisions(self, name: str) -> list[Manifest]:
        """What was decided for the allocation, by effective date."""
        mine = [one["spec"] for one in self.objects["Decision"] if one["spec"]["allocation"] == name]
        return sorted(mine, key=lambda spec: str(spec["effective"]))

    def events(self, namespace: str, about: str) -> list[Manifest]:
        """What was told in a namespace about an object, in order."""
        told = [e for e in self.objects["Event"] if e["metadata"]["namespace"] == namespace]
        mine = [event for event in told if event["involvedObject"]["name"] == about]
        return sorted(mine, key=lambda event: int(event["metadata"]["resourceVersion"]))

    def enforced(self, namespace: str) -> dict[str, str]:
        """What the API server enforces in the namespace; empty without a quota."""
        quota = self.named("ResourceQuota", "tenure", namespace) or {}
        hard: dict[str, str] = quota.get("status", {}).get("hard", {})
        return hard

    def devices(self, namespace: str) -> int:
        """Devices that the API server lets the tenant have."""
        return int(self.enforced(namespace).get(f"requests.{GPU}", 0))

    def versions(self, *kinds: str) -> dict[tuple[str, str, str], str]:
        """resourceVersion of every object of these kinds."""
        return {(kind, *place(one)): one["metadata"]["resourceVersion"] for kind in kinds for one in self.objects[kind]}


def place(body: Manifest) -> tuple[str, str]:
    """Namespace and name."""
    return body["metadata"].get("namespace", ""), body["metadata"]["name"]


def queries_answered(plane: ControlPlane) -> int:
    """Queries over whole days by Prometheus' own log; looking whether series are there at all does not count."""
    with plane.prometheus.queries.open(encoding="utf-8") as lines:
        return sum("86399s" in line or "86400s" in line for line in lines)


def settled(take: Callable[[], Snapshot]) -> Snapshot:
    """A snapshot once nothing was written and nothing asked for a while. Raises TimeoutError with what still moves."""
    until = time.monotonic() + LONGEST_SECONDS
    last, since = take(), time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS:
        time.sleep(0.3)
        seen = take()
        before, now = last.versions(*KINDS), seen.versions(*KINDS)
        if (before, last.queries) != (now, seen.queries):
            if time.monotonic() > until:
                moved = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
                raise TimeoutError(f"The cluster does not come to rest within {LONGEST_SECONDS} s: {moved} change.")
            last, since = seen, time.monotonic()
    return last
