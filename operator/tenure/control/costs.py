"""R5: what the running month has cost so far, for the metrics. An allocation's is worked out again only when it can differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, Review
from tenure.control.assess import zone_day
from tenure.control.cache import Cache
from tenure.rules.billing import Account, bill
from tenure.rules.pricing import Cost, Month


def accounts(cache: Cache) -> Iterator[Account]:
    """Every allocation that can be priced. It takes references and works nothing out."""
    for allocation in cache.all(Allocation):
        spec = allocation.spec
        programme, accelerator = cache.one(Programme, spec.programme), cache.one(Accelerator, spec.accelerator)
        if programme is not None and accelerator is not None:
            project = cache.one(Project, spec.project)
            organization = cache.one(Organization, project.spec.organization) if project is not None else None
            decisions = tuple(sorted(cache.group(Decision, allocation.name), key=lambda d: d.spec.decided_at))
            reviews = tuple(cache.group(Review, allocation.name))
            yield Account(allocation, programme, accelerator, organization, decisions, reviews)


class Bills:
    """The running month's costs, kept from one scrape to the next."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Account, date, Cost]] = {}

    def to_date(self, every: Iterable[Account], now: datetime) -> Counter[tuple[str, str, str]]:
        """KRW by programme, project and what it is, as in the metric. What is over for months has no part in it."""
        known, sums = {}, Counter[tuple[str, str, str]]()
        for account in every:
            today, term = zone_day(now, account.programme.spec.time_zone), account.allocation.spec.term
            if today is None or not (term.start <= today and term.end >= today.replace(day=1)):
                continue
            entry = known[account.allocation.name] = self._priced(account, today, now)
            for what, krw in _parts(entry[2]):
                sums[account.programme.name, account.allocation.spec.project, what] += krw
        self._known = known
        return sums

    def _priced(self, account: Account, today: date, now: datetime) -> tuple[Account, date, Cost]:
        name = account.allocation.name
        before = self._known.get(name)
        if before is not None and before[1] == today and _same(before[0], account):
            return before
        found = self._known[name] = account, today, bill(account, Month(today.replace(day=1)), now)
        return found


def _same(one: Account, other: Account) -> bool:
    """Whether nothing was written in between. Objects in the cache are never changed, only replaced."""
    mine, theirs = _objects(one), _objects(other)
    return len(mine) == len(theirs) and all(a is b for a, b in zip(mine, theirs, strict=True))


def _objects(of: Account) -> Sequence[object]:
    return (of.allocation, of.programme, of.accelerator, of.organization, *of.decisions, *of.reviews)


def _parts(cost: Cost) -> Iterator[tuple[str, int]]:
    yield "granted", cost.worth
    yield "busy", cost.busy_worth
    yield "idle", cost.idle_worth
    yield "unknown", cost.unknown_worth
    yield "amount", cost.amount
