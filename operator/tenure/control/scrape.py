"""A look at the operator at the moment of a scrape: the cache, the queues and the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tenure.api import Accelerator, Allocation, Programme, Review
from tenure.control import figures, metrics
from tenure.control.cache import Cache
from tenure.control.figures import Holder
from tenure.control.queue import Depth
from tenure.control.services import Services


@dataclass(frozen=True)
class Look(Collector):
    """Nothing in it changes any more, so that the text may be made in another thread."""

    accelerators: tuple[Accelerator, ...]
    holders: tuple[Holder, ...]
    queues: Mapping[str, Depth]
    now: datetime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every metric of the table that is worked out at a scrape."""
        yield from figures.of_queues(self.queues)
        yield from figures.of_catalogue(self.accelerators)
        yield from figures.of_accelerators(self.holders, self.now)
        yield from figures.of_committee(self.holders, self.now)
        yield from figures.of_allocations(self.holders)
        yield from figures.of_reviews(self.holders)


def look(services: Services) -> Look:
    """What is known now. It takes references and works nothing out, so that the event loop is held up for little."""
    queues = dict(zip(metrics.QUEUES, (services.queue.depth, services.reviews.depth), strict=True))
    accelerators = tuple(services.cache.all(Accelerator))
    return Look(accelerators, tuple(holders(services.cache)), queues, services.clock.now())


def holders(cache: Cache) -> Iterator[Holder]:
    """Every allocation of devices."""
    zones = {programme.name: programme.spec.time_zone for programme in cache.all(Programme)}
    for allocation in cache.all(Allocation):
        if allocation.spec.accelerator:
            reviews = sorted(cache.group(Review, allocation.name), key=_window)
            yield Holder(allocation, tuple(reviews), zones.get(allocation.spec.programme, "UTC"))


def _window(review: Review) -> date:
    """A review that was just opened has no dates yet; until then the one before it is the latest."""
    return review.status.dates.window_start if review.status.dates is not None else date.min
