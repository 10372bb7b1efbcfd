"""A small centre in memory: an API server, its watch, and the operator's own reconcilers. Only time stands still."""

from __future__ import annotations

import asyncio
import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, names
from tenure.api.decision import DecisionSpec
from tenure.control.admission import Book
from tenure.control.assess import Assessment, Assessor
from tenure.control.cache import Cache
from tenure.control.catalogue import CatalogueReconciler
from tenure.control.causes import CauseReconciler
from tenure.control.changes import Changes
from tenure.control.clock import Clock
from tenure.control.elsewhere import ForeignPods
from tenure.control.events import Recorder
from tenure.control.kube import Kube, Manifest
from tenure.control.meter import Meter
from tenure.control.notify import Notifier
from tenure.control.outages import OutageReconciler
from tenure.control.paths import SERVED
from tenure.control.post import Post
from tenure.control.project import ProjectReconciler
from tenure.control.queue import Key, WorkQueue
from tenure.control.reviews import ReviewReconciler
from tenure.control.services import Services
from tenure.control.sight import Sight
from tenure.control.told import Wanted
from tenure.rules.grant import digest
from unit.api_server import ApiServer, Place, place
from unit.build import A100, DEFAULT, allocation_body, at, decision, decision_body, organization, project

GPU = "requests.nvidia.com/gpu"
SOON = 5.0
"""Keys that are to run within so many seconds run at once; later ones wait for a time that never comes here."""
ROUNDS = 300


@dataclass
class StandingClock:
    """It is always the same time, until a test says otherwise."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def of(self, instant: datetime) -> datetime:
        return instant


@dataclass
class Keys:
    """The keys that are to run soon, in order."""

    keys: list[Key] = field(default_factory=list)
    later: set[Key] = field(default_factory=set)
    """Those that were put off."""

    def add(self, key: Key, after: float = 0.0) -> None:
        if after >= SOON:
            self.later.add(key)
        if after < SOON and key not in self.keys:
            self.keys.append(key)


class World:
    """A centre with eight A100, a company and its project vision."""

    def __init__(self, today: str, *bodies: Manifest, channels: Path | None = None) -> None:
        self.channels = channels
        self.server = ApiServer()
        self.clock = StandingClock(at(today))
        self.server.now = at(today).isoformat()
        eight = A100.wire()
        eight["spec"]["capacity"] = 8
        self.start()
        self.put({"kind": "Accelerator", **eight})
        self.put(*(body_of(one) for one in (DEFAULT, organization(), project())), *bodies)

    def start(self) -> None:
        """A replica begins to lead and knows nothing but what the API server tells it."""
        cache, clock, kube = Cache(), cast("Clock", self.clock), cast("Kube", self.server)
        self.queue, self.reviews, self.tellings = Keys(), Keys(), Keys()
        assessor = Assessor(cache, clock)
        self.services = Services(
            kube=kube,
            cache=cache,
            clock=clock,
            assessor=assessor,
            book=Book(cache, assessor),
            recorder=Recorder(kube, clock, "world"),
            meter=Meter(None),
            queue=cast("WorkQueue", self.queue),
            reviews=cast("WorkQueue", self.reviews),
            tellings=cast("WorkQueue", self.tellings),
        )
        self._changes = Changes(self.services)
        self._projects = ProjectReconciler(self.services)
        self._sight = Sight(self.services)
        self._catalogue = CatalogueReconciler(self.services, self._sight.said)
        self._outages = OutageReconciler(self.services)
        self._foreign = ForeignPods(self.services)
        self._causes = CauseReconciler(self.services)
        self._reviewing = ReviewReconciler(self.services)
        self._notifier = Notifier(self.services, Post(clock, self.channels))
        self._seen: dict[Place, str] = {}
        self._watch()
        self._changes.everything()

    def put(self, *bodies: Manifest) -> None:
        """People apply objects; the status of those that are there stays."""
        for body in bodies:
            before = self.server.objects.get(place(body["kind"], body), {})
            meta = {**body["metadata"], "generation": self.server.version + 1}
            self.server.put({"status": before.get("status", {}), **body, "metadata": meta})
        self._watch()

    def remove(self, kind: str, name: str, namespace: str = "") -> None:
        """Somebody deletes an object."""
        del self.server.objects[kind, namespace, name]
        self._watch()

    def turn_to(self, day: str) -> None:
        """It is noon of that day, and everything is looked at."""
        self.clock.instant = at(day)
        self.server.now = at(day).isoformat()
        self._changes.everything()

    def settle(self) -> None:
        """Grants and namespaces are brought to rest."""
        asyncio.run(self._settle(self.queue))

    def hold_reviews(self) -> None:
        """So are reviews and all that follows from them."""
        asyncio.run(self._settle(self.queue, self.reviews))

    def tell(self) -> None:
        """So is what people are told by mail and webhook."""
        asyncio.run(self._settle(self.queue, self.reviews, self.tellings))

    async def look_at(self, project: str) -> None:
        """Another worker looks at what there is to tell of a project."""
        await self._notifier.reconcile(project)

    def gather(self) -> None:
        """So is what committee and admin are told: everything, and then what was gathered of it."""
        self.tell()
        for key in sorted(self.tellings.later, key=lambda key: key.name):
            if key.work == "digest":
                self.services.tellings.add(key)
        self.tell()

    def digest(self, address: str) -> dict[str, dict[str, Wanted]]:
        """What waits for an address."""
        return self._notifier.digests.of(address)

    async def _settle(self, *queues: Keys) -> None:
        for _ in range(ROUNDS):
            ready = next((queue for queue in queues if queue.keys), None)
            if ready is None:
                return
            await self._work(ready.keys.pop(0))
            self._watch()
        raise AssertionError(f"It does not come to rest: {self.queue.keys + self.reviews.keys}")

    async def _work(self, key: Key) -> None:
        run = {
            "accelerator": self._catalogue.accelerator,
            "organization": self._catalogue.organization,
            "programme": self._catalogue.programme,
            "outage": self._outages.reconcile,
            "sight": self._sight.reconcile,
            "elsewhere": self._foreign.look,
            "project": self._projects.reconcile,
            "reviews": self._decide,
            "tell": self._notifier.reconcile,
            "digest": self._notifier.digests.reconcile,
            "sanction": self._causes.sanction,
        }[key.work]
        await run(key.name)

    async def _decide(self, project: str) -> None:
        await self._causes.reconcile(project)
        await self._reviewing.reconcile(project)
        self.services.tell(project)

    def _watch(self) -> None:
        """The watch tells what is new, what has changed and what is gone."""
        for found, body in list(self.server.objects.items()):
            version, served = body["metadata"]["resourceVersion"], SERVED[found[0]]
            chosen = not served.selector or body["metadata"].get("labels", {}).get(names.MANAGED) == "true"
            if served.watched and chosen and self._seen.get(found) != version:
                self._seen[found] = version
                self._changes.seen(found[0], deepcopy(body))
        for gone in self._seen.keys() - self.server.objects.keys():
            del self._seen[gone]
            self._changes.gone(*gone)

    def live(self, kind: str, name: str, namespace: str = "") -> Manifest:
        """A copy of an object of the API server."""
        return deepcopy(self.server.objects[kind, namespace, name])

    def quota(self, namespace: str = "vision") -> int:
        """Devices that the API server enforces in a namespace; 0 without a quota."""
        found = self.server.objects.get(("ResourceQuota", namespace, names.QUOTA))
        return int(found["status"]["hard"].get(GPU, "0")) if found else 0

    def write_quota(self, devices: int, grants: dict[str, int] | None) -> None:
        """Somebody writes the quota of vision, with a record of grants or without one."""
        quota = self.live("ResourceQuota", names.QUOTA, "vision")
        quota["spec"]["hard"][GPU] = quota["status"]["hard"][GPU] = str(devices)
        quota["metadata"]["annotations"].pop(names.GRANTS)
        if grants is not None:
            quota["metadata"]["annotations"][names.GRANTS] = json.dumps(grants)
        self.put(quota)

    def decided(self, review: str, kind: str, after: int, effective: str, *, of: str, before: int = 8) -> None:
        """A Decision on an allocation is there."""
        award = Allocation.parse(self.live("Allocation", of)).spec
        spec = decision(review, kind, after, effective, before, digest=digest(award))
        self.put(decision_body(spec.model_copy(update={"allocation": of}), f"{of}-{review.lower()}"))

    @property
    def decisions(self) -> dict[str, DecisionSpec]:
        """All Decisions, by review, as the API server has them: the operator keeps no evidence."""
        stored = (body for (kind, _, _), body in self.server.objects.items() if kind == "Decision")
        found = (Decision.parse(body).spec for body in stored)
        return {spec.review: spec for spec in found}

    def assessed(self, name: str = "vision-2026", of: str = "vision") -> Assessment:
        """What an allocation is entitled to, as the operator sees it."""
        return next(a for a in self.services.assessor.project(of) if a.allocation.name == name)

    def refusals(self) -> dict[str, str]:
        """Allocation -> the reason for which it is refused; accepted ones are left out."""
        every = self.services.assessor.everyone()
        return {a.allocation.name: a.refusal.reason for a in every if a.refusal is not None}

    def condition(self, type_: str, name: str = "vision-2026", kind: str = "Allocation") -> Manifest:
        """A condition of an object without a namespace."""
        found: list[Manifest] = self.live(kind, name)["status"]["conditions"]
        return next(one for one in found if one["type"] == type_)


def body_of(resource: Accelerator | Organization | Programme | Project) -> Manifest:
    """An object as people apply it."""
    return {"kind": resource.KIND.kind, **resource.wire()}


def rival() -> tuple[Manifest, ...]:
    """Another company that was awarded eight A100 as well, a little earlier."""
    award = allocation_body("speech-2026", project="speech", created=-5)
    return body_of(organization("rival")), body_of(project("speech", "rival")), award
