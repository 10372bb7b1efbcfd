"""R3: the data of a grant that is over. It is kept; where the Programme says so it goes, after a last notice, and only then.

No other module deletes a volume claim. The operator has the right to only where the admin gave it one of its own.
"""

from __future__ import annotations

from datetime import date

from tenure.api import Allocation, Programme, Project, names
from tenure.api.conditions import Said, find
from tenure.control.assess import Assessment
from tenure.control.cache import Entry
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.control.told import deletion_day, told_of_deletion
from tenure.rules import calendar
from tenure.rules.retention import kept_until, retention

CLAIM = SERVED["PersistentVolumeClaim"]
MAY_DELETE = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
AGAIN_SECONDS = 5.0
"""Until a volume is looked at again of which something was edited that the cache does not have yet."""


async def retain(services: Services, one: Assessment, readable: str = "") -> Said | None:
    """One step with the volume of an accepted allocation. Returns DataKept; None while the grant is not over.

    `readable` says how the data is read meanwhile.

    Raises ApiError.
    """
    assert one.programme is not None
    rules, term = one.programme.spec.storage, one.allocation.spec.term
    until = kept_until(one.entitlement, term, rules)
    found = services.cache.entry(CLAIM.kind, one.allocation.spec.project, names.claim(one.allocation.name))
    if found is None or found.body["metadata"].get("deletionTimestamp"):
        return _gone(one) if until is not None else None
    today = calendar.today(services.clock.now(), one.programme.spec.time_zone)
    noted = found.body["metadata"].get("annotations", {}).get(names.DELETION)
    announced = deletion_day(found.body)
    told = announced is None or told_of_deletion(services, one, until, announced)
    due = retention(until, rules, announced, today, told=told)
    if due.step == "Keep" and noted is not None:
        await _note(services, found, None)
    if until is None:
        return None
    if due.deletion is None:
        return _kept(one, until, today, readable)
    if due.step != "Wait" and not await _may_delete(services, found):
        return _no_right(one, until)
    if due.step == "Delete":
        return await _delete(services, one, found, due.deletion)
    said = _announced(found, due.deletion)
    if due.step == "Announce" and due.deletion != announced:
        # Told first, then noted: a process that dies in between tells it again, and the days begin to count anew.
        await services.recorder.tell(one.allocation, one.allocation.spec.project, said.reason, said.message)
        await _note(services, found, due.deletion)
    return said


async def _note(services: Services, claim: Entry, day: date | None) -> None:
    """Write onto the claim when it is deleted, or take that back."""
    meta = claim.body["metadata"]
    change = {"metadata": {"annotations": {names.DELETION: day.isoformat() if day is not None else None}}}
    answer = await services.kube.merge(CLAIM, meta["namespace"], meta["name"], change)
    services.cache.put(answer, watched=False)


async def _may_delete(services: Services, claim: Entry) -> bool:
    """Whether the API server lets the operator delete claims there. It is asked, nothing is tried."""
    attributes = {"verb": "delete", "resource": CLAIM.plural, "namespace": claim.body["metadata"]["namespace"]}
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    try:
        answer = await services.kube.request("POST", MAY_DELETE, body)
    except ApiError as error:
        if error.code != 403:
            raise
        return False  # who may not even ask may not delete
    return bool(answer["status"].get("allowed"))


async def _delete(services: Services, one: Assessment, claim: Entry, day: date) -> Said:
    """Delete the claim, unless anything that could keep it was edited and the cache does not know yet."""
    meta = claim.body["metadata"]
    if not await _as_assessed(services, one):
        services.project(meta["namespace"], AGAIN_SECONDS)
        return _announced(claim, day)
    options: Manifest = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": {"uid": meta["uid"], "resourceVersion": str(claim.version)},
    }
    await services.kube.delete(CLAIM, meta["namespace"], meta["name"], options)
    text = (
        f"The volume claim {meta['name']} was deleted, as it was announced for {day}. A "
        "PersistentVolume with the policy Retain stays and is the admin's to clear."
    )
    return Said("DataKept", False, "Deleted", text)


async def _as_assessed(services: Services, one: Assessment) -> bool:
    """Whether allocation, project and programme are at the API server what they were when this was worked out."""
    for known in (one.allocation, one.project, one.programme):
        assert isinstance(known, Allocation | Project | Programme)
        live = await services.kube.get(SERVED[known.KIND.kind], "", known.name)
        if live is None or _identity(live["metadata"]) != (known.metadata.uid, known.metadata.generation):
            return False
    return True


def _identity(meta: Manifest) -> tuple[str, int]:
    """Which object it is, and which edit of it: one that was deleted and made anew begins to count its edits again."""
    return meta.get("uid", ""), meta.get("generation", 0)


def _kept(one: Assessment, until: date, today: date, readable: str) -> Said:
    assert one.programme is not None
    rules, claim = one.programme.spec.storage, names.claim(one.allocation.name)
    if today > until:
        text = (
            f"The data was kept until {until}, which is over. Programme {one.programme.name} deletes no volume, so the "
            f"admin decides: delete the claim {claim}, or leave it."
        )
        return Said("DataKept", True, "RetentionOver", text)
    then = (
        f"After that the claim {claim} is deleted; a last notice comes at least {rules.final_notice_days} days before."
        if rules.after_retention == "Delete"
        else "After that the admin decides what becomes of it."
    )
    return Said(
        "DataKept", True, "Kept", " ".join(filter(None, (f"The data is kept until {until}, at least.", then, readable)))
    )


def _announced(claim: Entry, deletion: date) -> Said:
    text = (
        f"The volume claim {claim.body['metadata']['name']} and its data are deleted on {deletion}. Ask the centre before "
        "then for a copy, or for a longer term."
    )
    return Said("DataKept", True, "DeletionAnnounced", text)


def _no_right(one: Assessment, until: date) -> Said:
    assert one.programme is not None
    text = (
        f"The data was to be kept until {until}, and programme {one.programme.name} deletes volumes then. Tenure has no "
        "right to, so the data stays. Apply manifests/optional/delete-after-retention.yaml, or set spec.storage.afterRetention "
        "of the programme to Keep."
    )
    return Said("DataKept", True, "NoRight", text)


def _gone(one: Assessment) -> Said | None:
    """What was said of a deletion goes on being said. What never ran has nothing to say."""
    if one.allocation.status.access_since is None:
        return None
    claim, before = names.claim(one.allocation.name), find(one.allocation.status.conditions, "DataKept")
    if before is not None and before.reason == "Deleted":
        return Said("DataKept", False, "Deleted", before.message)
    if before is not None and before.reason == "DeletionAnnounced":
        return Said("DataKept", False, "Deleted", f"The volume claim {claim} was deleted.")
    return Said("DataKept", False, "NoVolume", f"Tenure made no volume claim {claim}, so there is none to keep.")
