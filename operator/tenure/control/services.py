"""What every reconciler works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.api import Accelerator
from tenure.control.admission import Book
from tenure.control.assess import Assessment, Assessor
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.events import Recorder
from tenure.control.kube import Kube
from tenure.control.queue import Key, WorkQueue

if TYPE_CHECKING:
    from tenure.control.meter import Meter

SPREAD = 2.0
"""Seconds by which work that nobody waits for stands back behind giving access."""


@dataclass
class Services:
    """Connections and state shared by all reconcilers of one replica."""

    kube: Kube
    cache: Cache
    clock: Clock
    assessor: Assessor
    book: Book
    recorder: Recorder
    meter: Meter
    queue: WorkQueue
    """Projects, accelerators, organizations, programmes."""
    reviews: WorkQueue
    """Reviews, which wait for Prometheus and must not hold up access."""

    def project(self, name: str, after: float = 0.0) -> None:
        """Reconcile a project's namespace and the standing of its allocations."""
        self.queue.add(Key("project", name), after)

    def accelerator(self, name: str, after: float = 0.2) -> None:
        """Work out admission anew; several causes at once are one run."""
        if name:
            self.queue.add(Key("accelerator", name), after)

    def freed(self) -> None:
        """Devices may have become free: work admission out anew for every accelerator."""
        for accelerator in self.cache.all(Accelerator):
            self.accelerator(accelerator.name)

    def organization(self, name: str) -> None:
        """Write what an organization holds."""
        self.reviews.add(Key("organization", name), SPREAD)

    def review(self, project: str, after: float = 0.0) -> None:
        """Reconcile the reviews of a project."""
        self.reviews.add(Key("reviews", project), after)

    def decided(self, assessed: Assessment) -> None:
        """A Decision was written: the fold gives another grant, and its devices go to others or come from them."""
        if assessed.project is not None:
            self.assessor.forget(assessed.project.spec.organization)
        self.accelerator(assessed.allocation.spec.accelerator)
        self.project(assessed.allocation.spec.project)
        self.review(assessed.allocation.spec.project, SPREAD)
