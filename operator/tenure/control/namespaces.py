"""A namespace of which Project and Allocations are gone. Where the Project said so it goes, once its data had its time (R3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tenure.api import Programme
from tenure.api.names import DELETION_POLICY, MANAGED, PROJECT
from tenure.control.kube import Manifest
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.control.told import deletion_day
from tenure.rules import calendar

NAMESPACE = SERVED["Namespace"]
CLAIM = SERVED["PersistentVolumeClaim"]


async def goes_on(services: Services, quota: Manifest, programme: Programme, since: datetime) -> date | None:
    """The first day on which a namespace goes whose grants were taken back at `since`; None where it stays.

    Its data is kept as long as after any other end, and a day that was announced is never brought forward. Without
    data there is nothing to wait for. Raises ApiError.
    """
    name = quota["metadata"]["namespace"]
    found = services.cache.body(NAMESPACE.kind, "", name)
    if found is None or found["metadata"].get("annotations", {}).get(DELETION_POLICY) != "Delete":
        return None
    announced = deletion_day(quota)
    day = calendar.today(since, programme.spec.time_zone)
    if [claim async for claim in services.kube.list(CLAIM, name)]:
        rules = programme.spec.storage
        day += timedelta(days=1 + max(rules.retention_days, rules.final_notice_days))
    return day if announced is None else max(day, announced)


async def delete_namespace(services: Services, name: str) -> None:
    """Delete the namespace of a Project that is gone. A Project that is back keeps it. Raises ApiError.

    The API server is asked, because the watch may not have shown a Project that was made anew a moment ago.
    """
    namespace = await services.kube.get(NAMESPACE, "", name)
    if namespace is None or await services.kube.get(SERVED["Project"], "", name) is not None:
        return
    meta = namespace["metadata"]
    labels, notes = meta.get("labels", {}), meta.get("annotations", {})
    ours = labels.get(MANAGED) == "true" and labels.get(PROJECT) == name
    if ours and notes.get(DELETION_POLICY) == "Delete" and "deletionTimestamp" not in meta:
        await services.kube.delete(NAMESPACE, "", name)
