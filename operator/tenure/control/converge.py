"""Convergence: evicting what runs beyond an enforced quota, through the Eviction API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tenure.api.conditions import Said
from tenure.api.model import Model
from tenure.api.programme import Convergence
from tenure.api.quantity import parse
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.live import of_pods, over
from tenure.control.paths import SERVED
from tenure.rules.convergence import RunningPod, Stage, stage, victims
from tenure.rules.fit import finished

Tell = Callable[[Said], Awaitable[None]]
"""Tells the holders of the namespace what is about to be done."""
LOOK_AGAIN = 5.0
"""Seconds until pods that were told to end are looked at again."""
POD = SERVED["Pod"]
HELD = "disruptionbudget"
"""In what the API server says where a PodDisruptionBudget holds a pod. The codes are also those of a busy or broken one."""


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
    kube: Kube, quota: Manifest | None, rules: Convergence, since: datetime | None, *, now: datetime, tell: Tell
) -> Converged:
    """One step towards the quota. `quota` is as the watch has seen it. Raises ApiError.

    `since` is when it was first seen exceeded, as it is on record: before that is written nothing is taken.
    """
    exceeded = over(quota) if quota is not None else {}
    if quota is None or not exceeded:
        return WITHIN
    first, since = since is None, since or now.replace(microsecond=0)
    at = stage(since, rules, now)
    namespace = quota["metadata"]["namespace"]
    words = "; ".join(f"{name}: {used} used of {hard}" for name, (used, hard) in sorted(exceeded.items()))
    if first or at.step == "Wait":
        begins = since + timedelta(seconds=rules.grace_seconds)
        text = f"Pods exceed the quota ({words}). Eviction begins at {begins.isoformat()}; end work before then."
        return Converged(Said("Converged", False, "GracePeriod", text), since, (begins - now).total_seconds())
    chosen = victims(await _running(kube, namespace), _hard(quota))
    if chosen:
        await tell(_begun(since, at))
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


def _begun(since: datetime, at: Stage) -> Said:
    """What is told before a pod goes. The words depend on nothing but the record, so a restart says the same."""
    how = "are evicted" if at.step == "Evict" else "are deleted, since disruption budgets hold no longer"
    text = f"Pods exceed the quota since {since.isoformat()}. They {how}: lowest priority and newest first, until the rest fits."
    return Said("Converged", False, "Evicting", text)


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
        if error.code in (429, 500) and HELD in error.message.replace(" ", "").lower():
            return False
        if error.code not in (404, 409):
            raise
    return True


async def _running(kube: Kube, namespace: str) -> list[RunningPod]:
    """Pods that still count: neither finished nor told to end."""
    found = [pod async for pod in kube.list(POD, namespace)]
    return [running_pod(pod) for pod in found if counts(pod)]


def counts(pod: Manifest) -> bool:
    """Whether a pod counts against a quota: neither finished nor told to end."""
    return not finished(pod) and "deletionTimestamp" not in pod["metadata"]


def running_pod(pod: Manifest) -> RunningPod:
    """The pod with its amounts under the names that a quota has for them."""
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
