"""Convergence: evicting what runs beyond an enforced quota, through the Eviction API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tenure.api.conditions import Said
from tenure.api.model import Model
from tenure.api.programme import Convergence
from tenure.api.quantity import parse
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.live import of_pods, over
from tenure.control.paths import SERVED
from tenure.rules.convergence import RunningPod, stage, victims

LOOK_AGAIN = 5.0
"""Seconds until pods that were told to end are looked at again."""
POD = SERVED["Pod"]
HELD = (429, 500)
"""How the API server says that a PodDisruptionBudget holds a pod; with 500 where several budgets select it."""


class _Meta(Model):
    name: str
    uid: str
    creation_timestamp: datetime
    deletion_timestamp: datetime | None = None


@dataclass(frozen=True)
class Converged:
    """What convergence has to say, since when the quota is exceeded, and when to look again (seconds)."""

    said: Said
    over_since: datetime | None = None
    again: float | None = None


WITHIN = Converged(Said("Converged", True, "WithinQuota", "Running pods fit into the quota."))


async def converge(
    kube: Kube, quota: Manifest | None, rules: Convergence, since: datetime | None, now: datetime
) -> Converged:
    """One step towards the quota. `quota` is as the watch has seen it. Raises ApiError."""
    exceeded = over(quota) if quota is not None else {}
    if quota is None or not exceeded:
        return WITHIN
    since = since or now.replace(microsecond=0)
    at = stage(since, rules, now)
    namespace = quota["metadata"]["namespace"]
    words = "; ".join(f"{name}: {used} used of {hard}" for name, (used, hard) in sorted(exceeded.items()))
    if at.step == "Wait":
        text = f"Pods exceed the quota ({words}). Eviction begins at {at.until.isoformat()}; end work before then."
        return Converged(Said("Converged", False, "GracePeriod", text), since, (at.until - now).total_seconds())
    chosen = victims(await _running(kube, namespace), _hard(quota))
    held = [pod.name for pod in chosen if not await _remove(kube, namespace, pod, rules, force=at.step == "Delete")]
    if held:
        text = (
            f"Pods exceed the quota ({words}). A PodDisruptionBudget holds {', '.join(held)}; "
            f"they are deleted at {at.until.isoformat()}."
        )
        return Converged(Said("Converged", False, "HeldByDisruptionBudget", text), since, LOOK_AGAIN)
    names = ", ".join(pod.name for pod in chosen) or "no more"
    how = "Evicted" if at.step == "Evict" else "Disruption budgets hold no longer. Deleted"
    text = f"Pods exceed the quota ({words}). {how}, lowest priority and newest first: {names}."
    return Converged(Said("Converged", False, "Evicting", text), since, LOOK_AGAIN)


async def _remove(kube: Kube, namespace: str, pod: RunningPod, rules: Convergence, *, force: bool) -> bool:
    """Evict a pod, or delete it once the deadline has passed. False where a budget holds it."""
    options: Manifest = {
        "gracePeriodSeconds": rules.termination_grace_seconds,
        "preconditions": {"uid": pod.uid},
    }
    if force:
        await kube.delete(POD, namespace, pod.name, {"apiVersion": "v1", "kind": "DeleteOptions", **options})
        return True
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod.name, "namespace": namespace},
        "deleteOptions": options,
    }
    try:
        await kube.request("POST", POD.path(namespace, pod.name, "eviction"), body)
    except ApiError as error:
        if error.code in HELD:
            return False
        if error.code not in (404, 409):
            raise
    return True


async def _running(kube: Kube, namespace: str) -> list[RunningPod]:
    """Pods that still count: neither finished nor told to end."""
    found = [pod async for pod in kube.list(POD, namespace)]
    return [_pod(pod) for pod in found if _counts(pod)]


def _counts(pod: Manifest) -> bool:
    finished = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    return not finished and "deletionTimestamp" not in pod["metadata"]


def _pod(pod: Manifest) -> RunningPod:
    meta = _Meta.model_validate(pod["metadata"])
    uses = {"pods": Decimal(1)}
    for part in ("requests", "limits"):
        for name, amount in _amounts(pod["spec"], part).items():
            uses[f"{part}.{name}"] = amount
    return RunningPod(meta.name, meta.uid, pod["spec"].get("priority", 0), meta.creation_timestamp, uses)


def _amounts(spec: Manifest, part: str) -> dict[str, Decimal]:
    """As the scheduler counts: all containers together, or the largest init container if that is more."""
    total: dict[str, Decimal] = {}
    for container in spec["containers"]:
        for name, text in _resources(container, part).items():
            total[name] = total.get(name, Decimal(0)) + parse(text)
    for container in spec.get("initContainers", []):
        for name, text in _resources(container, part).items():
            total[name] = max(total.get(name, Decimal(0)), parse(text))
    return total


def _resources(container: dict[str, Any], part: str) -> dict[str, str]:
    amounts: dict[str, str] = container.get("resources", {}).get(part, {})
    return amounts


def _hard(quota: Manifest) -> dict[str, Decimal]:
    return {name: parse(text) for name, text in of_pods(quota).items()}
