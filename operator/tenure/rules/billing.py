"""R5: an allocation's month, from the objects that say what it held, at what price, and how it was used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Review
from tenure.api.review import LedgerStatus
from tenure.rules import bundles, calendar
from tenure.rules.held import Holding, used_days
from tenure.rules.pricing import Cost, Month, cost, price


@dataclass(frozen=True)
class Account:
    """An allocation of devices with all that its cost depends on, beside the day."""

    allocation: Allocation
    programme: Programme
    accelerator: Accelerator
    organization: Organization | None
    decisions: tuple[Decision, ...]
    """In order of time."""
    reviews: tuple[Review, ...]

    @property
    def traits(self) -> Collection[str]:
        """For which there may be a discount."""
        return self.organization.spec.traits if self.organization is not None else ()


def bill(account: Account, month: Month, now: datetime) -> Cost:
    """What a month comes to by now. Raises ZoneInfoNotFoundError."""
    programme, spec = account.programme.spec, account.allocation.spec
    paid = price(programme.pricing, spec.discount, account.traits, month)
    before = calendar.today(now, programme.time_zone)
    return cost(_holding(account, month), account.accelerator.spec.book_value, paid, month, before)


def _holding(account: Account, month: Month) -> Holding:
    programme, allocation = account.programme.spec, account.allocation
    decisions = [decision.spec for decision in account.decisions]
    ledgers = [*(one.evidence.ledger for one in decisions), *(review.status.ledger for review in account.reviews)]
    used = used_days(ledger for ledger in ledgers if ledger is not None and _meets(ledger, month))
    award = bundles.award(allocation.spec, account.accelerator.spec, programme.tenancy)
    return Holding(allocation, award, decisions, used, programme.time_zone)


def _meets(ledger: LedgerStatus, month: Month) -> bool:
    """Whether it has days of the month. Those of years of Decisions need not be read for one."""
    return ledger.from_ <= month.days[-1] and ledger.from_ + timedelta(days=len(ledger.states)) > month.first
