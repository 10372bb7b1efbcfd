"""What every reconciler works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tenure.api import Accelerator
from tenure.api.conditions import Said
from tenure.control.admission import Book
from tenure.control.assess import Assessment, Assessor
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.costs import Bills
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
    """Decisions. Reviews wait for Prometheus and must not hold up access."""
    tellings: WorkQueue
    """Mail and webhooks. An address that does not answer holds up nothing else."""
    telling: dict[str, Said | None] = field(default_factory=dict)
    """Project -> its condition Told, as it was last worked out; None where no channel is set."""
    bills: Bills = field(default_factory=Bills)
    """The running month's costs, for the metrics."""

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

    def organization(self, name: str, after: float = SPREAD) -> None:
        """Write what an organization holds, and what is remembered of it."""
        self.reviews.add(Key("organization", name), after)

    def review(self, project: str, after: float = 0.0) -> None:
        """Reconcile the reviews of a project, and its Returns, Sanctions, Relocations and Reports."""
        self.reviews.add(Key("reviews", project), after)

    def tell(self, project: str, after: float = 0.0) -> None:
        """Send what there is to tell of a project."""
        self.tellings.add(Key("tell", project), after)

    def decided(self, assessed: Assessment) -> None:
        """A Decision was written: the fold gives another grant, and its devices go to others or come from them."""
        if assessed.project is not None:
            self.assessor.forget(assessed.project.spec.organization)
            self.organization(assessed.project.spec.organization)
        self.accelerator(assessed.allocation.spec.accelerator)
        self.project(assessed.allocation.spec.project)
        self.review(assessed.allocation.spec.project, SPREAD)
