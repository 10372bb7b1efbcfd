"""Pods that wait for devices their tenant was granted: looked at once a minute, recorded in the status of the Project.

The record says up to when pods were looked at, so that another replica goes on from there and nothing counts twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tenure.api import Project
from tenure.api.project import Waiting
from tenure.control.assess import Assessment
from tenure.control.kube import ApiError, Manifest
from tenure.control.nodes import Nodes
from tenure.control.paths import SERVED
from tenure.control.queue import Key
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.rules.calendar import today
from tenure.rules.waiting import Cause, Wait, account, cause, choosy, devices, scheduled

LOG = logging.getLogger("tenure.waiting")
LOOK = Key("waiting", "pods")
"""The key of one look at all pods. There is one of it."""
EVERY = 60.0
"""Seconds between two looks."""
WRITTEN_EVERY = timedelta(minutes=5)
"""How often the record of a project is written while its pods go on waiting."""
AT_ONCE = timedelta(seconds=1)
"""A pod that was placed so soon after it was made did not wait. Kubernetes writes instants down in whole seconds."""
POD = SERVED["Pod"]
CLAIM = "PersistentVolumeClaim"


@dataclass(frozen=True)
class _Known:
    """What the last look found of a project whose pods wait, whatever for."""

    uid: str
    record: Waiting
    written: datetime
    """Up to when the record was that is written."""
    pods: frozenset[str]


class WaitingPods:
    """Looks at the pods that no node has taken, and keeps account of the time for which that is the centre's fault."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._known: dict[str, _Known] = {}
        self._began = False

    async def look(self, _: str) -> None:
        """One look. What cannot be written is in the next look. Raises ApiError where pods cannot be listed."""
        now = self._s.clock.now().replace(microsecond=0)
        pending = await self._pending()
        placed = await self._placed(pending)
        nodes = Nodes(self._s.kube, self._s.cache)
        for name in sorted({*pending, *placed, *self._known}):
            waits = [*placed.get(name, ())]
            for pod, assessed in pending.get(name, ()):
                waits += await self._wait(pod, assessed, nodes, now)
                await asyncio.sleep(0)  # thousands of pods may wait, and the watch must not
            try:
                await self._record(name, waits, frozenset(p["metadata"]["uid"] for p, _ in pending.get(name, ())), now)
            except ApiError as error:
                LOG.info("The waiting pods of %s are written at the next look: %s", name, error)
        self._began = True
        self._s.queue.add(LOOK, EVERY)

    async def _pending(self) -> Mapping[str, list[tuple[Manifest, Assessment]]]:
        """The pods with devices that are not scheduled, by project."""
        found: dict[str, list[tuple[Manifest, Assessment]]] = defaultdict(list)
        async for pod in self._s.kube.list(POD, fields="status.phase=Pending"):
            if scheduled(pod).get("status") == "False" and (assessed := self._award(pod)) is not None:
                found[assessed.allocation.spec.project].append((pod, assessed))
        return found

    async def _placed(self, pending: Mapping[str, list[tuple[Manifest, Assessment]]]) -> Mapping[str, list[Wait]]:
        """The waits that have ended: of all pods at the first look, later where pods that waited no longer do."""
        still = {pod["metadata"]["uid"] for pods in pending.values() for pod, _ in pods}
        ended = sorted(name for name, known in self._known.items() if known.pods - still)
        found: dict[str, list[Wait]] = defaultdict(list)
        for namespace in ended if self._began else [""]:
            async for pod in self._s.kube.list(POD, namespace):
                if scheduled(pod).get("status") == "True" and (assessed := self._award(pod)) is not None:
                    found[assessed.allocation.spec.project] += self._waited(pod, assessed)
        return found

    def _award(self, pod: Manifest) -> Assessment | None:
        """The allocation whose devices a pod requests; None where it requests none that its project was granted."""
        if self._s.cache.one(Project, pod["metadata"]["namespace"]) is None:
            return None
        group = self._s.assessor.project(pod["metadata"]["namespace"])
        return next((one for one in group if _runs(one) and devices(pod, _resource(one))), None)

    async def _wait(self, pod: Manifest, assessed: Assessment, nodes: Nodes, now: datetime) -> Sequence[Wait]:
        """That of a pod that is not scheduled, if it is the centre's fault."""
        assert assessed.accelerator is not None
        there = nodes.of(assessed.accelerator)
        used = await nodes.used() if choosy(pod, there) else {}
        ours = self._claims(pod["metadata"]["namespace"])
        if cause(pod, there, _resource(assessed), used, ours) is not Cause.CENTRE:
            return ()
        since = self._instant(scheduled(pod)["lastTransitionTime"])
        return (Wait(devices(pod, _resource(assessed)), since, now),)

    def _waited(self, pod: Manifest, assessed: Assessment) -> Sequence[Wait]:
        """That of a pod that is scheduled. A pod that was placed in the end was never the tenant's mistake."""
        since = self._instant(pod["metadata"]["creationTimestamp"])
        until = self._instant(scheduled(pod)["lastTransitionTime"])
        return (Wait(devices(pod, _resource(assessed)), since, until),) if until - since > AT_ONCE else ()

    def _instant(self, text: str) -> datetime:
        return self._s.clock.of(datetime.fromisoformat(text))

    def _claims(self, namespace: str) -> dict[str, bool]:
        """The volume claims that Tenure made in a namespace, and whether they have a volume."""
        claims = [self._s.cache.body(CLAIM, *ref) or {} for ref in self._s.cache.refs_in(CLAIM, namespace)]
        return {one["metadata"]["name"]: one.get("status", {}).get("phase") == "Bound" for one in claims}

    async def _record(self, name: str, waits: Sequence[Wait], pods: frozenset[str], now: datetime) -> None:
        """Bring the record of a project up to date, and write it where that is due. Raises ApiError."""
        project, zone = self._s.cache.one(Project, name), self._zone(name)
        known = self._known.get(name)
        if project is None or zone is None or (known is not None and known.uid != project.metadata.uid):
            self._known.pop(name, None)
            return
        record = account(known.record if known else project.status.waiting, waits, now, zone)
        written = known.written if known else None
        if not pods or written is None or _due(written, now, zone):
            if pods or known is not None or _days(record) != _days(project.status.waiting):
                await self._write(project, record, today(now, zone))
            written = now
        self._known.pop(name, None)
        if pods:
            self._known[name] = _Known(project.metadata.uid, record, written, pods)

    async def _write(self, project: Project, record: Waiting, day: date) -> None:
        """Write a record. Where a day that is over has more in it, its reviews look at it again."""
        before, after = (_days(one, day) for one in (project.status.waiting, record))
        status = project.status.model_copy(update={"waiting": record})
        await write_status(self._s.kube, self._s.cache, project, project.status, status)
        if before != after:
            self._s.review(project.name)

    def _zone(self, project: str) -> str | None:
        """The time zone in which a project's days are counted."""
        accepted = (one.programme for one in self._s.assessor.project(project) if one.refusal is None)
        return next((programme.spec.time_zone for programme in accepted if programme is not None), None)


def _runs(assessed: Assessment) -> bool:
    """Whether an allocation holds devices, or would hold them if its programme did not only observe."""
    return assessed.refusal is None and assessed.accelerator is not None and assessed.entitlement.state == "Running"


def _resource(assessed: Assessment) -> str:
    assert assessed.accelerator is not None
    return assessed.accelerator.spec.resource_name


def _due(written: datetime, now: datetime, zone: str) -> bool:
    """Whether the record is to be written although pods go on waiting: after a while, and when the day turns."""
    return now - written >= WRITTEN_EVERY or today(now, zone) != today(written, zone)


def _days(record: Waiting | None, before: date = date.max) -> Mapping[str, int]:
    """Day -> device-seconds, of the days before one."""
    found = record.device_seconds if record is not None else {}
    return {day: seconds for day, seconds in found.items() if day < before.isoformat()}
