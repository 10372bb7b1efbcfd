"""One replica of the operator: connections, cache, election, queues, and their end."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import kopf

from tenure.api.names import OPERATOR_NAMESPACE
from tenure.control import probe, watch
from tenure.control.admission import Book
from tenure.control.assess import Assessor
from tenure.control.cache import Cache
from tenure.control.catalogue import CatalogueReconciler
from tenure.control.causes import CauseReconciler
from tenure.control.changes import Changes
from tenure.control.clock import Clock
from tenure.control.elsewhere import ForeignPods
from tenure.control.events import Recorder
from tenure.control.kube import Kube
from tenure.control.lead import Election, LostLease
from tenure.control.meter import Meter
from tenure.control.metrics import CLOCK_OFFSET, LEADING
from tenure.control.notify import Notifier
from tenure.control.outages import OutageReconciler
from tenure.control.post import SENDERS, Post
from tenure.control.project import ProjectReconciler
from tenure.control.queue import Key, WorkQueue
from tenure.control.reviews import ReviewReconciler
from tenure.control.scrape import look
from tenure.control.services import Services
from tenure.control.sight import Sight
from tenure.control.waiting import LOOK, WaitingPods
from tenure.telemetry.dialect import DIALECTS, Dialect, dialect
from tenure.telemetry.gateway import Gateway

LOG = logging.getLogger("tenure")
REVIEW_WORKERS = 4


@dataclass(frozen=True)
class Settings:
    """How the operator was started. Every field is an environment variable; docs/operations.md lists them."""

    prometheus_url: str = ""
    prometheus_dialect: Dialect = DIALECTS["prometheus"]
    prometheus_token_file: str = ""
    prometheus_ca_file: str = ""
    prometheus_headers: Mapping[str, str] = field(default_factory=dict)
    channels: str = ""
    lease_namespace: str = OPERATOR_NAMESPACE
    identity: str = ""
    clock_offset: float = 0.0
    workers: int = 32
    probe_port: int = probe.PORT

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """From TENURE_PROMETHEUS_URL and so on. Raises ValueError with a sentence."""
        prometheus_dialect = dialect(env.get("TENURE_PROMETHEUS_KIND") or "prometheus")
        try:
            return cls(
                prometheus_url=env.get("TENURE_PROMETHEUS_URL", ""),
                prometheus_dialect=prometheus_dialect,
                prometheus_token_file=env.get("TENURE_PROMETHEUS_TOKEN_FILE", ""),
                prometheus_ca_file=env.get("TENURE_PROMETHEUS_CA_FILE", ""),
                prometheus_headers=dict(json.loads(env.get("TENURE_PROMETHEUS_HEADERS") or "{}")),
                channels=env.get("TENURE_CHANNELS", ""),
                lease_namespace=env.get("TENURE_LEASE_NAMESPACE") or OPERATOR_NAMESPACE,
                identity=env.get("TENURE_IDENTITY") or f"{socket.gethostname()}-{os.getpid()}",
                clock_offset=float(env.get("TENURE_CLOCK_OFFSET") or 0),
                workers=int(env.get("TENURE_WORKERS") or 32),
                probe_port=int(env.get("TENURE_PROBE_PORT") or probe.PORT),
            )
        except (TypeError, ValueError) as error:
            raise ValueError(
                "TENURE_CLOCK_OFFSET, TENURE_WORKERS and TENURE_PROBE_PORT must be numbers (seconds, a count, a port): "
                f"{error}. TENURE_PROMETHEUS_HEADERS must be a JSON object."
            ) from None

    def gateway(self) -> Gateway | None:
        """The Prometheus to ask, if one is set."""
        if not self.prometheus_url:
            return None
        return Gateway(
            self.prometheus_url,
            verify=self.prometheus_ca_file or True,
            token_file=Path(self.prometheus_token_file) if self.prometheus_token_file else None,
            headers=self.prometheus_headers,
            dialect=self.prometheus_dialect,
        )


class Stopped(Exception):
    """The process was told to stop: kopf takes SIGTERM and SIGINT and ends its watch."""


class Operator:
    """One replica: it watches at once, and works while it leads."""

    def __init__(self, settings: Settings, kube: Kube, lease_kube: Kube) -> None:
        clock, cache = Clock(timedelta(seconds=settings.clock_offset)), Cache()
        assessor = Assessor(cache, clock)
        self.settings = settings
        self._lease_kube = lease_kube
        self._stopping = asyncio.Event()
        queue = WorkQueue(self._work, settings.workers)
        self.services = Services(
            kube=kube,
            cache=cache,
            clock=clock,
            assessor=assessor,
            book=Book(cache, assessor),
            recorder=Recorder(kube, clock, settings.identity),
            meter=Meter(settings.gateway()),
            queue=queue,
            reviews=WorkQueue(self._work, REVIEW_WORKERS, behind=queue),
            tellings=WorkQueue(self._work, SENDERS),
        )
        self.changes = Changes(self.services)
        self._projects = ProjectReconciler(self.services)
        self._causes = CauseReconciler(self.services)
        self._reviews = ReviewReconciler(self.services)
        self._sight = Sight(self.services)
        self._catalogue = CatalogueReconciler(self.services, self._sight.said)
        self._outages = OutageReconciler(self.services)
        self._waiting = WaitingPods(self.services)
        self._foreign = ForeignPods(self.services)
        post = Post(clock, Path(settings.channels) if settings.channels else None)
        self._notifier = Notifier(self.services, post)

    async def run(self) -> None:
        """Until the process is told to stop. Raises LostLease."""
        self._announce()
        kube, cache = self.services.kube, self.services.cache
        leading = asyncio.Event()
        answering = await probe.serve(
            self.settings.probe_port, lambda: look(self.services) if leading.is_set() else None
        )
        await watch.load(kube, cache)
        election = Election(
            self._lease_kube, self.settings.lease_namespace, self.settings.identity, on_lead=leading.set
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                group.create_task(election.run())
                group.create_task(watch.sweep(kube, cache, self.changes))
                group.create_task(self._lead(leading))
        finally:
            await election.release()
            await answering.cleanup()

    def _announce(self) -> None:
        CLOCK_OFFSET.set(self.settings.clock_offset)
        if self.settings.clock_offset:
            now = self.services.clock.now().isoformat(timespec="seconds")
            LOG.warning("THE CLOCK IS OFFSET by %.0f s: Tenure takes it to be %s.", self.settings.clock_offset, now)
        if self.services.meter.gateway is None:
            LOG.warning("TENURE_PROMETHEUS_URL is not set: every day will be Unknown, and nothing can be cut.")

    async def _watch(self) -> None:
        registry = watch.registry(self.changes)
        kopf.on.cleanup(registry=registry)(self._stop)
        await kopf.operator(registry=registry, settings=watch.settings(), standalone=True, clusterwide=True)
        raise Stopped

    async def _stop(self, **_: object) -> None:
        """kopf would wait five seconds for the workers, which it takes for its own, before the Lease is given up."""
        self._stopping.set()

    async def _lead(self, leading: asyncio.Event) -> None:
        await leading.wait()
        LEADING.set(1)
        self.changes.everything()
        self.services.queue.add(LOOK)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.services.queue.run())
            group.create_task(self.services.reviews.run())
            group.create_task(self.services.tellings.run())
            await self._stopping.wait()
            raise Stopped

    async def _work(self, key: Key) -> None:
        run = {
            "project": self._projects.reconcile,
            "reviews": self._decide,
            "tell": self._notifier.reconcile,
            "digest": self._notifier.digests.reconcile,
            "sanction": self._causes.sanction,
            "accelerator": self._catalogue.accelerator,
            "organization": self._catalogue.organization,
            "programme": self._catalogue.programme,
            "sight": self._sight.reconcile,
            "outage": self._outages.reconcile,
            "waiting": self._waiting.look,
            "elsewhere": self._foreign.look,
        }[key.work]
        await run(key.name)

    async def _decide(self, project: str) -> None:
        """All Decisions of a project are written by one key, so that each follows on the one before."""
        try:
            await self._causes.reconcile(project)
        finally:
            await self._reviews.reconcile(project)
            self.services.tell(project)


async def main(settings: Settings) -> int:
    """Run one replica until SIGTERM or SIGINT. Returns the exit status: 1 once the Lease is lost."""
    code = 0
    kube, lease_kube = await Kube.connect(), await Kube.connect(connections=2, timeout=5.0)
    try:
        await Operator(settings, kube, lease_kube).run()
    except* Stopped:
        LOG.info("Stopped.")
    except* LostLease as lost:
        LOG.warning("%s", lost.exceptions[0])
        code = 1
    finally:
        await kube.close()
        await lease_kube.close()
    return code
