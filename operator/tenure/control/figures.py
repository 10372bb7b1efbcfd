"""The metrics that are worked out at each scrape, as functions of what the cache had. Nothing of them is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from prometheus_client.core import GaugeMetricFamily

from tenure.api import Accelerator, Allocation, Organization, Review
from tenure.api.conditions import find, is_true
from tenure.api.review import LedgerStatus, ReviewStatus
from tenure.control import metrics
from tenure.control.assess import zone_day
from tenure.control.queue import Depth
from tenure.rules.calendar import midnight
from tenure.rules.utilization import UNASKED

Families = Iterator[GaugeMetricFamily]
DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Holder:
    """An allocation of devices with its reviews, latest window last, in the zone of its programme."""

    allocation: Allocation
    reviews: tuple[Review, ...]
    zone: str

    @property
    def labels(self) -> tuple[str, ...]:
        """Project, allocation, accelerator."""
        spec = self.allocation.spec
        return spec.project, self.allocation.name, spec.accelerator


def of_queues(queues: Mapping[str, Depth]) -> Families:
    """How much work waits, and for how long."""
    states = ("ready", "running", "delayed")
    keys = (((name, state), getattr(depth, state)) for name, depth in queues.items() for state in states)
    yield metrics.QUEUE_KEYS.family(keys)
    yield metrics.QUEUE_OLDEST.family(((name,), depth.oldest) for name, depth in queues.items())


def of_catalogue(accelerators: Iterable[Accelerator]) -> Families:
    """What the centre has of each accelerator, and whether Prometheus can see it.

    Where nobody holds a device the latter cannot be told, and nothing is wrong.
    """
    catalogue = tuple(accelerators)
    amounts = (
        ((one.name, what), getattr(one.status, what)) for one in catalogue for what in metrics.DEVICES.labels["what"]
    )
    yield metrics.DEVICES.family(amounts)
    found = ((one.name, find(one.status.conditions, "TelemetryFound")) for one in catalogue)
    yield metrics.TELEMETRY_FOUND.family(((name,), said.status != "False") for name, said in found if said is not None)


def of_accelerators(holders: Iterable[Holder], now: datetime) -> Families:
    """How old the telemetry is, and how many days of the latest reviews are Unknown for which reason."""
    ages: dict[str, float] = {}
    unknown: Counter[tuple[str, ...]] = Counter()
    read: Counter[tuple[str, ...]] = Counter()
    for holder in holders:
        accelerator = holder.allocation.spec.accelerator
        unknown.update(dict.fromkeys(((accelerator, reason) for reason in metrics.UNKNOWN), 0))
        ledgers = (review.status.ledger for review in holder.reviews[-1:])
        for ledger in (one for one in ledgers if one is not None):
            read[accelerator,] += len(ledger.states) - ledger.states.count(".")
            unknown.update((accelerator, reason) for reason in _unknown(ledger))
        for age in _ages(holder, now):
            ages[accelerator] = max(age, ages.get(accelerator, 0.0))
    yield metrics.TELEMETRY_AGE.family(((accelerator,), age) for accelerator, age in ages.items())
    yield metrics.UNKNOWN_DATES.family(unknown.items())
    yield metrics.READ_DATES.family(read.items())


def _unknown(ledger: LedgerStatus) -> Iterator[str]:
    """The reason of each Unknown day."""
    for number, state in enumerate(ledger.states):
        if state == "U":
            yield ledger.reasons.get((ledger.from_ + timedelta(days=number)).isoformat(), "Unknown")


def _ages(holder: Holder, now: datetime) -> Iterator[float]:
    """Seconds since the end of the latest day read, of each review that has days to read; none of one that is refused."""
    if not is_true(holder.allocation.status.conditions, "Accepted") or zone_day(now, holder.zone) is None:
        return
    for status in (review.status for review in holder.reviews):
        if status.ledger is None or status.dates is None or status.outcome:
            continue
        following = _last_told(status.ledger) + timedelta(days=1)
        if following <= min(status.dates.window_end, holder.allocation.spec.term.end):
            yield max(0.0, (now - midnight(following, holder.zone)).total_seconds())


def _last_told(ledger: LedgerStatus) -> date:
    """The latest day of which Prometheus told something, or the day before the ledger begins."""
    days = ((ledger.from_ + timedelta(days=number), state) for number, state in enumerate(ledger.states))
    told = [day for day, state in days if state != "." and ledger.reasons.get(day.isoformat()) not in UNASKED]
    return told[-1] if told else ledger.from_ - timedelta(days=1)


def of_committee(holders: Iterable[Holder], now: datetime) -> Families:
    """Reviews that wait for the committee, and those of them that are overdue."""
    waiting, overdue = (Counter(dict.fromkeys(metrics.COMMITTEE, 0)) for _ in range(2))
    for holder in holders:
        today = zone_day(now, holder.zone)
        for status in (review.status for review in holder.reviews if not review.status.outcome):
            said = find(status.conditions, "Recommended")
            if said is not None and said.reason in metrics.COMMITTEE:
                waiting[said.reason] += 1
                overdue[said.reason] += (
                    today is not None and status.dates is not None and status.dates.verdict_due < today
                )
    yield metrics.REVIEWS_WAITING.family(((reason,), count) for reason, count in waiting.items())
    yield metrics.REVIEWS_OVERDUE.family(((reason,), count) for reason, count in overdue.items())


def of_organizations(organizations: Iterable[Organization]) -> Families:
    """How many are remembered for what."""
    count = Counter(dict.fromkeys(metrics.MEMORY, 0))
    said = (find(one.status.conditions, "Remembered") for one in organizations)
    count.update(one.reason for one in said if one is not None)
    yield metrics.REMEMBERED.family(((reason,), number) for reason, number in count.items())


def of_projects(costs: Mapping[tuple[str, str, str], int], not_told: int) -> Families:
    """What each project's month has cost so far, in KRW, and how many projects have a message that was not taken."""
    yield metrics.COST.family(costs.items())
    yield metrics.NOT_TOLD.family([((), not_told)])


def of_allocations(holders: Iterable[Holder]) -> Families:
    """Devices that each allocation has and waits for."""
    found = [(holder.labels, holder.allocation) for holder in holders]
    yield metrics.GRANTED.family((labels, allocation.status.grant.devices) for labels, allocation in found)
    yield metrics.WAITING.family((labels, _waiting(allocation)) for labels, allocation in found)


def _waiting(allocation: Allocation) -> int:
    status = allocation.status
    admitted = find(status.conditions, "Admitted")
    if admitted is None or admitted.reason != "WaitingForCapacity":
        return 0
    return max(0, status.entitled.devices - status.grant.devices)


def of_reviews(holders: Iterable[Holder]) -> Families:
    """The latest review of each allocation. What is not known yet has no value."""
    latest = [((*h.labels, h.reviews[-1].spec.review), h.reviews[-1].status) for h in holders if h.reviews]
    for row, value in VALUES:
        values = ((labels, value(status)) for labels, status in latest)
        yield row.family((labels, number) for labels, number in values if number is not None)
    ahead = [(labels, status.forecast) for labels, status in latest if status.forecast is not None]
    edges = [((*labels, str(edge.percent)), edge) for labels, forecast in ahead for edge in forecast.edges]
    yield metrics.EDGE.family((labels, edge.percent / 100) for labels, edge in edges)
    yield metrics.NEEDED.family((labels, edge.busy_seconds_needed) for labels, edge in edges)


Value = Callable[[ReviewStatus], float | None]


def _on_counted_days(column: str) -> Value:
    """The sum of a column of the ledger over the counted days; -1 stands for a day on which it is not known."""

    def value(status: ReviewStatus) -> float | None:
        if status.ledger is None:
            return None
        seconds: tuple[int, ...] = getattr(status.ledger, column)
        days = zip(seconds, status.ledger.states, strict=False)  # one odd review must not spoil the scrape of all
        return sum(amount for amount, state in days if state == "C" and amount >= 0)

    return value


def _utilization(status: ReviewStatus) -> float | None:
    found = status.utilization
    return found.busy_seconds / found.base_seconds if found.base_seconds > 0 else None


def _forecast(status: ReviewStatus) -> float | None:
    """From the words for people: 31.4 %. Empty or `unknown` has no value."""
    figure, _, unit = (status.forecast.percent if status.forecast else "").partition(" ")
    return float(figure) / 100 if unit == "%" else None


def _in_danger(status: ReviewStatus) -> int:
    course = find(status.conditions, "OnCourse")
    return int(course is not None and course.status == "False")


VALUES: tuple[tuple[metrics.Row, Value], ...] = (
    (metrics.GRANTED_SECONDS, _on_counted_days("granted_seconds")),
    (metrics.REQUESTED_SECONDS, _on_counted_days("requested_seconds")),
    (metrics.MEASURED_SECONDS, _on_counted_days("measured_seconds")),
    (metrics.BUSY_SECONDS, _on_counted_days("busy_seconds")),
    (metrics.UTILIZATION, _utilization),
    (metrics.FORECAST, _forecast),
    (metrics.DANGER, _in_danger),
    (metrics.REVIEW_UNKNOWN_DATES, lambda status: status.utilization.unknown_days),
    (metrics.REMAINING, lambda status: status.forecast.days_left * DAY_SECONDS if status.forecast else 0),
)
"""What is told of a review, from its status."""
