"""R3: until the retention is over, members read the data of a project in which every grant is over in one small pod.

Only where the Programme names an image, and only with the right that manifests/optional/read-after-end.yaml gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tenure.api import Project, names
from tenure.api.conditions import find
from tenure.api.programme import Reader
from tenure.control.assess import Assessment
from tenure.control.kube import ApiError, Manifest
from tenure.control.live import over
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.rules import calendar
from tenure.rules.fit import finished
from tenure.rules.retention import kept_until
from tenure.tenancy.contents import Reading
from tenure.tenancy.reader import FOLDER, reader

POD = SERVED["Pod"]
CLAIM = SERVED["PersistentVolumeClaim"]
AGAIN_SECONDS = 5.0
"""Until it is looked at again whether the tenant's own pods have ended, or the larger quota is known everywhere."""
REFUSED_SECONDS = 300.0
"""Until it is tried again where the API server has another reason."""


async def reading(services: Services, project: Project, assessed: Sequence[Assessment]) -> Reading:
    """How the data is read now, in a namespace in which no grant is running. Raises ApiError."""
    rules, live = _rules(services, assessed), services.cache.body(POD.kind, project.name, names.READER)
    if rules is None:
        return Reading(only=live is not None, ending=live)
    quota = services.cache.body("ResourceQuota", project.name, names.QUOTA)
    if quota is not None and over(quota):
        return Reading(only=True)  # its watch tells when they have ended
    if not _closed(services, project.name, quota) or await _in_use(services, project.name):
        services.project(project.name, AGAIN_SECONDS)
        return Reading(only=True)
    claims = await _claims(services, project.name)
    return Reading(only=True, pod=reader(project, claims, rules)) if claims else Reading(only=True, ending=live)


def _rules(services: Services, assessed: Sequence[Assessment]) -> Reader | None:
    """Of the first programme that names an image and under which data is still kept; None where nothing is to be read."""
    for one in assessed:
        if one.programme is None or one.refusal is not None:
            continue
        rules = one.programme.spec.storage
        until = kept_until(one.entitlement, one.allocation.spec.term, rules)
        today: date = calendar.today(services.clock.now(), one.programme.spec.time_zone)
        if rules.reader is not None and until is not None and today <= until:
            return rules.reader
    return None


def _closed(services: Services, namespace: str, quota: Manifest | None) -> bool:
    """Whether the API server lets nobody else start a pod there already: by the policy and by the quota."""
    found = services.cache.body("Namespace", "", namespace)
    notes = found["metadata"].get("annotations", {}) if found is not None else {}
    hard = quota.get("status", {}).get("hard", {}) if quota is not None else {}
    return notes.get(names.READER_ONLY) == "true" and "pods" in hard


async def _in_use(services: Services, namespace: str) -> bool:
    """Whether another pod is left, also one that is told to end: it may hold a volume that one node alone can have."""
    pods = [pod async for pod in services.kube.list(POD, namespace)]
    left = [pod["metadata"] for pod in pods if not finished(pod)]
    return any(meta["name"] != names.READER or not _ours(meta) for meta in left)


def _ours(meta: Manifest) -> bool:
    """Tenants cannot write this label."""
    return bool(meta.get("labels", {}).get(names.MANAGED) == "true")


async def _claims(services: Services, namespace: str) -> list[str]:
    """All claims that have a volume with files, the tenant's own ones too. To read one without would make it a volume."""
    found = [claim async for claim in services.kube.list(CLAIM, namespace)]
    return [
        claim["metadata"]["name"]
        for claim in found
        if claim.get("status", {}).get("phase") == "Bound"
        and claim["spec"].get("volumeMode", "Filesystem") == "Filesystem"
        and "deletionTimestamp" not in claim["metadata"]
    ]


async def keep(services: Services, project: Project, assessed: Sequence[Assessment], wanted: Manifest | None) -> str:
    """Start the reader, end it, or make another one in its place. Returns how the data is read, or why it is not.

    Raises ApiError.
    """
    live = services.cache.body(POD.kind, project.name, names.READER)
    if live is not None and not _same(live, wanted):
        if "deletionTimestamp" not in live["metadata"]:
            which = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": live["metadata"]["uid"]}}
            await services.kube.delete(POD, project.name, names.READER, which)
        return ""
    if live is not None:
        return await _readable(services, project, assessed, live)
    return await _start(services, project.name, wanted) if wanted is not None else ""


async def _readable(services: Services, project: Project, assessed: Sequence[Assessment], live: Manifest) -> str:
    """Said once it runs, and told before it is noted: a process that dies in between tells it again, in the same words."""
    if live.get("status", {}).get("phase") != "Running":
        return f"The pod {names.READER}, in which it is read, is starting."
    text = f"Copy it out of the pod {names.READER}: kubectl cp -n {project.name} {names.READER}:{FOLDER} ./data"
    said = (find(one.allocation.status.conditions, "DataKept") for one in assessed)
    if not any(one is not None and one.message.endswith(text) for one in said):
        await services.recorder.tell(project, project.name, "Readable", f"The data here can be taken away. {text}")
    return text


async def _start(services: Services, namespace: str, wanted: Manifest) -> str:
    """What the API server says against it; empty where it has nothing against it."""
    try:
        services.cache.put({**await services.kube.create(POD, wanted), "kind": POD.kind}, watched=False)
    except ApiError as error:
        if not error.refused and not error.exists:
            raise
        soon = error.exists or "exceeded quota" in error.message
        services.project(namespace, AGAIN_SECONDS if soon else REFUSED_SECONDS)
        return f"The pod in which it is read cannot start: {error.message}"
    return ""


def _same(live: Manifest, wanted: Manifest | None) -> bool:
    """Whether the live pod reads what is to be read. One that has failed, on a node that is gone, does not."""
    if wanted is None or live["metadata"].get("deletionTimestamp") or finished(live):
        return False
    marks: list[str | None] = [pod["metadata"].get("annotations", {}).get(names.READS) for pod in (live, wanted)]
    return marks[0] == marks[1]
