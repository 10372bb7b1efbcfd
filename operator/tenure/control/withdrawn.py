"""A namespace whose Project and Allocations are all gone. What it was given is taken back; its data stays, as after any end."""

from __future__ import annotations

from datetime import date, datetime

from tenure.api import Programme
from tenure.api.conditions import Said
from tenure.api.names import DELETION, GRANTS, LEAVER_ROLE, LEAVERS, LEFT_ALONE, MEMBERS, PROGRAMME, QUOTA, WITHDRAWN
from tenure.control.cache import Cache
from tenure.control.children import Children
from tenure.control.clock import until_midnight
from tenure.control.converge import converge
from tenure.control.kube import ApiError, Manifest
from tenure.control.namespaces import delete_namespace, goes_on
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.rules import calendar
from tenure.tenancy.quota import OVER


def last_programme(cache: Cache, namespace: str) -> Programme | None:
    """The Programme whose rules held last in a namespace; None where it is gone or only observes."""
    quota = cache.body("ResourceQuota", namespace, QUOTA) or {"metadata": {}}
    found = cache.one(Programme, quota["metadata"].get("annotations", {}).get(PROGRAMME, ""))
    return found if found is not None and found.spec.mode == "Enforce" else None


async def withdraw(services: Services, children: Children, namespace: str) -> None:
    """Bring the quota to nothing, and by the rules that held last the pods under it. Raises ApiError.

    One that its Project had left alone is nobody's any more and stays as it is.
    """
    quota, programme = services.cache.body("ResourceQuota", namespace, QUOTA), last_programme(services.cache, namespace)
    if quota is None or programme is None or LEFT_ALONE in quota["metadata"]["annotations"]:
        return
    now, notes = services.clock.now(), quota["metadata"]["annotations"]
    since = notes[WITHDRAWN] if notes.get(GRANTS) == "{}" and WITHDRAWN in notes else now.isoformat(timespec="seconds")
    exceeded_since = datetime.fromisoformat(since)
    goes = await goes_on(services, quota, programme, exceeded_since)
    await children.put_quota(_nothing(quota, since, goes))
    await _narrow(services, namespace)
    live = services.cache.body("ResourceQuota", namespace, QUOTA)
    rules = programme.spec.convergence
    converged = await converge(services.kube, live, rules, exceeded_since, now=now, tell=_nobody)
    if converged.again is not None:
        services.project(namespace, max(0.5, converged.again))
    if goes is not None:
        if calendar.today(now, programme.spec.time_zone) >= goes:
            await delete_namespace(services, namespace)
        else:
            services.project(namespace, until_midnight(now, programme.spec.time_zone))


async def _narrow(services: Services, namespace: str) -> None:
    """Who were members read from now on, as after any end. They are known by their RoleBinding alone."""
    served = SERVED["RoleBinding"]
    members = services.cache.body(served.kind, namespace, MEMBERS)
    if members is None:
        return
    meta = {"name": LEAVERS, "namespace": namespace, "labels": members["metadata"]["labels"]}
    role = {**members["roleRef"], "name": LEAVER_ROLE}
    body = {"apiVersion": served.api_version, "kind": served.kind, "metadata": meta, "roleRef": role}
    try:
        await services.kube.create(served, {**body, "subjects": members.get("subjects", [])})
    except ApiError as error:
        if not error.exists:
            raise
    await services.kube.delete(served, namespace, MEMBERS)
    services.cache.drop(served.kind, namespace, MEMBERS)


async def _nobody(_: Said) -> None:
    """Whom an Event could be about is gone."""


def _nothing(quota: Manifest, since: str, goes: date | None) -> Manifest:
    """The quota with nothing in it but the storage that is there."""
    meta, hard = quota["metadata"], quota["spec"]["hard"]
    announced = {DELETION: goes.isoformat()} if goes is not None else {}
    kept = {**OVER, "requests.storage": hard.get("requests.storage", "0")}
    return {
        "kind": "ResourceQuota",
        "metadata": {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "labels": meta["labels"],
            "annotations": {**meta["annotations"], GRANTS: "{}", WITHDRAWN: since, **announced},
        },
        "spec": {"hard": {**dict.fromkeys(hard, "0"), **kept}},
    }
