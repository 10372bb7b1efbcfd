"""Which days of which reviews are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tenure.api import Review
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.ledger import Ledger
from tenure.telemetry.verify import Difference


@dataclass(frozen=True)
class Shown:
    """The days of one review that are shown, in order, and what verifying them has found."""

    review: Review
    days: Mapping[date, DayFacts]
    found: Mapping[date, Difference] | None = field(default=None)
    """Days that do not agree with Prometheus; None where it was not asked."""


def select(reviews: Sequence[Review], allocation: str, since: date | None, until: date | None) -> list[Shown]:
    """The days from `since` to `until`; without either, those of each allocation's latest review that has days.

    Raises Problem where there is nothing to show.
    """
    mine = [review for review in reviews if allocation in ("", review.spec.allocation)]
    if not mine:
        names = ", ".join(sorted({review.spec.allocation for review in reviews}))
        raise Problem(f"There is no review of an allocation {allocation} here, but there are of {names}.")
    first, last = since or date.min, until or date.max
    if first > last:
        raise Problem(f"--since {first} is after --until {last}. Exchange them.", BAD_USAGE)
    found = [Shown(one, days) for one in mine if (days := _between(_days(one), first, last))]
    if not found:
        raise Problem("No day of that time was read yet. A day is read ten minutes after it is over.")
    if since is None and until is None:
        latest = {one.review.spec.allocation: one for one in sorted(found, key=lambda one: max(one.days))}
        found = [latest[name] for name in sorted(latest)]
    return found


def _days(review: Review) -> Mapping[date, DayFacts]:
    if review.status.ledger is None:
        return {}
    try:
        return Ledger.from_status(review.status.ledger).days
    except ValueError as error:
        raise Problem(
            f"The ledger of {review.name} is damaged: its columns differ in length. Tell the centre's admin."
        ) from error


def _between(days: Mapping[date, DayFacts], first: date, last: date) -> Mapping[date, DayFacts]:
    return {day: facts for day, facts in sorted(days.items()) if first <= day <= last}
