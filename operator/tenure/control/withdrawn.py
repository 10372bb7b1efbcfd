"""A namespace whose Project and Allocations are all gone. It and its data stay; what it was given is taken back."""

from __future__ import annotations

from datetime import datetime

from tenure.api import Programme
from tenure.api.names import GRANTS, PROGRAMME, QUOTA, WITHDRAWN
from tenure.control.cache import Cache
from tenure.control.children import Children
from tenure.control.converge import converge
from tenure.control.kube import Manifest
from tenure.control.services import Services


def last_programme(cache: Cache, namespace: str) -> Programme | None:
    """The Programme whose rules held last in a namespace; None where it is gone or only observes."""
    quota = cache.body("ResourceQuota", namespace, QUOTA) or {"metadata": {}}
    found = cache.one(Programme, quota["metadata"].get("annotations", {}).get(PROGRAMME, ""))
    return found if found is not None and found.spec.mode == "Enforce" else None


async def withdraw(services: Services, children: Children, namespace: str) -> None:
    """Bring the quota to nothing, and by the rules that held last the pods under it. Raises ApiError."""
    quota, programme = services.cache.body("ResourceQuota", namespace, QUOTA), last_programme(services.cache, namespace)
    if quota is None or programme is None:
        return
    now, notes = services.clock.now(), quota["metadata"]["annotations"]
    since = notes[WITHDRAWN] if notes.get(GRANTS) == "{}" and WITHDRAWN in notes else now.isoformat(timespec="seconds")
    await children.put_quota(_nothing(quota, since))
    live = services.cache.body("ResourceQuota", namespace, QUOTA)
    rules = programme.spec.convergence
    converged = await converge(services.kube, live, rules, datetime.fromisoformat(since), now)
    if converged.again is not None:
        services.project(namespace, max(0.5, converged.again))


def _nothing(quota: Manifest, since: str) -> Manifest:
    """The quota with nothing in it but the storage that is there."""
    meta, hard = quota["metadata"], quota["spec"]["hard"]
    kept = {"pods": "0", "requests.storage": hard.get("requests.storage", "0")}
    return {
        "kind": "ResourceQuota",
        "metadata": {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "labels": meta["labels"],
            "annotations": {GRANTS: "{}", WITHDRAWN: since},
        },
        "spec": {"hard": {**dict.fromkeys(hard, "0"), **kept}},
    }
