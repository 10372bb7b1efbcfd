"""Events: one per step, named after the step, so that the same step is never told twice."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tenure.api import Resource
from tenure.api.conditions import Condition, find
from tenure.api.model import API_VERSION
from tenure.control.clock import Clock
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED

LOG = logging.getLogger("tenure.events")
LOUD = {
    "Revoke",
    "Reduce",
    "Given",
    "Missing",
    "Inconclusive",
    "Evicting",
    "WaitingForCapacity",
    "HeldByDisruptionBudget",
    "InDanger",
    "InDangerOfRevocation",
    "ClassCannotExpand",
    "RetentionOver",
    "DeletionAnnounced",
    "NoRight",
    "Deleted",
    "OffPurpose",
    "PromiseBroken",
    "PromiseUnproven",
    "Overdue",
    "NotAccepted",
    "UnknownAllocation",
    "NothingHeld",
    "MoreThanHeld",
    "NothingPromised",
}
"""Reasons that are worth a Warning."""
QUIET = {"Ready", "QuotaApplied", "QuotaEnforced", "Corroborated"}
"""Conditions whose changes are no step of their own, or nothing to tell the tenant of."""
QUIET_REASONS = {
    "Measuring",
    "NotStarted",
    "NotYet",
    "Pending",
    "NotNeeded",
    "WithinQuota",
    "Complete",
    "Admitted",
    "Accepted",
    "TooEarly",
    "Over",
    "Provided",
    "Kept",
    "Evicting",  # told before the first pod goes
    "NoVolume",
}
RELIEF = {"AboveEdges"}
"""Reasons that are news only after a Warning."""
LONGEST = 1000


@dataclass
class Recorder:
    """Writes Events. They inform: where none may be written, the work goes on."""

    kube: Kube
    clock: Clock
    identity: str

    async def tell(self, about: Resource, namespace: str, reason: str, message: str) -> None:
        """One Event about an object, in a namespace. The same words are not said twice, also not after a restart."""
        kind = about.KIND.kind
        mark = hashlib.sha256(f"{kind}/{about.name}/{reason}/{message}".encode()).hexdigest()[:12]
        stamp = self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        body: Manifest = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{about.name}.{mark}", "namespace": namespace},
            "involvedObject": {
                "apiVersion": API_VERSION,
                "kind": kind,
                "name": about.name,
                "namespace": namespace,  # the API server wants the Event's own, also for what has none
                "uid": about.metadata.uid,
            },
            "reason": reason,
            "message": message[:LONGEST],
            "type": "Warning" if reason in LOUD else "Normal",
            "source": {"component": "tenure", "host": self.identity},
            "firstTimestamp": stamp,
            "lastTimestamp": stamp,
            "count": 1,
        }
        try:
            await self.kube.create(SERVED["Event"], body)
        except ApiError as error:
            if error.code in (403, 404):
                LOG.warning("%s was not told in %s: %s", reason, namespace, error)
            elif not error.exists:
                raise

    async def steps(
        self, about: Resource, namespace: str, before: Sequence[Condition], after: Iterable[Condition]
    ) -> None:
        """An Event for every condition that has taken a step."""
        for condition in after:
            old = find(before, condition.type)
            if _is_step(old, condition):
                await self.tell(about, namespace, condition.reason, condition.message)


def _is_step(old: Condition | None, new: Condition) -> bool:
    """Whether a condition says something new. Figures in its sentence change daily and are no step."""
    if new.type in QUIET or new.reason in QUIET_REASONS:
        return False
    if new.reason in RELIEF and (old is None or old.reason not in LOUD):
        return False
    return old is None or (old.status, old.reason) != (new.status, new.reason)
