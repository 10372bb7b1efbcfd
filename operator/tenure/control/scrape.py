"""A look at the operator at the moment of a scrape: the cache, the queues and the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tenure.api import Accelerator, Allocation, Organization, Programme, Project, Review
from tenure.api.conditions import find
from tenure.control import figures, metrics
from tenure.control.cache import Cache
from tenure.control.costs import Bills, accounts
from tenure.control.figures import Holder
from tenure.control.queue import Depth
from tenure.control.services import Services
from tenure.rules.billing import Account


@dataclass(frozen=True)
class Look(Collector):
    """Nothing in it changes any more, so that the text may be made in another thread."""

    accelerators: tuple[Accelerator, ...]
    holders: tuple[Holder, ...]
    queues: Mapping[str, Depth]
    now: datetime
    accounts: tuple[Account, ...] = ()
    bills: Bills = field(default_factory=Bills)
    not_told: int = 0
    organizations: tuple[Organization, ...] = ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every metric of the table that is worked out at a scrape."""
        yield from figures.of_queues(self.queues)
        yield from figures.of_catalogue(self.accelerators)
        yield from figures.of_accelerators(self.holders, self.now)
        yield from figures.of_committee(self.holders, self.now)
        yield from figures.of_organizations(self.organizations)
        yield from figures.of_projects(self.bills.to_date(self.accounts, self.now), self.not_told)
        yield from figures.of_allocations(self.holders)
        yield from figures.of_reviews(self.holders)


def look(services: Services) -> Look:
    """What is known now. It takes references and works nothing out, so that the event loop is held up for little."""
    cache, working = services.cache, (services.queue, services.reviews, services.tellings)
    return Look(
        accelerators=tuple(cache.all(Accelerator)),
        holders=tuple(holders(cache)),
        queues=dict(zip(metrics.QUEUES, (queue.depth for queue in working), strict=True)),
        now=services.clock.now(),
        accounts=tuple(accounts(cache)),
        bills=services.bills,
        not_told=sum(_not_told(project) for project in cache.all(Project)),
        organizations=tuple(cache.all(Organization)),
    )


def holders(cache: Cache) -> Iterator[Holder]:
    """Every allocation of devices."""
    zones = {programme.name: programme.spec.time_zone for programme in cache.all(Programme)}
    for allocation in cache.all(Allocation):
        if allocation.spec.accelerator:
            reviews = sorted(cache.group(Review, allocation.name), key=_window)
            yield Holder(allocation, tuple(reviews), zones.get(allocation.spec.programme, "UTC"))


def _not_told(project: Project) -> bool:
    said = find(project.status.conditions, "Told")
    return said is not None and said.status == "False"


def _window(review: Review) -> date:
    """A review that was just opened has no dates yet; until then the one before it is the latest."""
    return review.status.dates.window_start if review.status.dates is not None else date.min
