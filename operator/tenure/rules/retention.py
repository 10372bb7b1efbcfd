"""R3: how long data is kept after a grant has ended, and what becomes of it then. Nothing goes without a last notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tenure.api.allocation import Term
from tenure.api.programme import StorageRules
from tenure.rules.grant import Entitlement


def kept_until(entitlement: Entitlement, term: Term, rules: StorageRules) -> date | None:
    """The last day on which the data is there for certain; None while the grant is not over.

    A Decision that ended the grant has promised a day; otherwise it is counted from the last day of the term, also where
    something was recorded after it (R25).
    """
    if not entitlement.stopped:
        return None
    end = entitlement.end
    if end is not None and end.data_kept_until is not None:
        return end.data_kept_until
    over = term.end if end is None else min(term.end, end.effective)
    return over + timedelta(days=rules.retention_days)


@dataclass(frozen=True)
class Retention:
    """What is to be done with a volume on a day."""

    step: Literal["Keep", "Announce", "Wait", "Delete"]
    deletion: date | None = None
    """The first day on which it may be deleted: the one that is to be announced, or was."""


KEEP = Retention("Keep")


def retention(
    until: date | None, rules: StorageRules, announced: date | None, today: date, *, told: bool = True
) -> Retention:
    """What is to be done with a volume whose data is kept until a day; `announced` is the deletion day that was told.

    A notice holds as long as the day it names lies after the retention: where that grew longer, or the grant has come
    back, another notice is given in its time. What was told is never brought forward. While a channel to the tenant has not
    taken the notice (`told`), the day moves on: nothing is taken from who was not told.
    """
    if until is None or rules.after_retention == "Keep":
        return KEEP
    first, soonest = until + timedelta(days=1), today + timedelta(days=rules.final_notice_days)
    if announced is not None and announced >= first and told:
        return Retention("Wait" if today < announced else "Delete", announced)
    return Retention("Announce", soonest) if soonest >= first else KEEP
