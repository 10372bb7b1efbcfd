"""Which past quarters should have a record, so that a restore without status gives nobody a device back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tenure.api.allocation import Term
from tenure.api.programme import ProgrammeSpec
from tenure.rules import calendar


def reviewed_windows(
    programme: ProgrammeSpec, term: Term, in_use_from: date | None, today: date
) -> tuple[calendar.Window, ...]:
    """The reviews in whose window an allocation has run so far, in order."""
    if in_use_from is None:
        return ()
    first, last = max(in_use_from, term.start), min(today, term.end)
    return calendar.windows(programme.calendar, first, last) if first <= last else ()


def quarters_without_record(
    programme: ProgrammeSpec, term: Term, in_use_from: date | None, recorded: Collection[str], today: date
) -> tuple[str, ...]:
    """Names of the reviews whose window is over and that have neither Review nor Decision."""
    past = (w for w in reviewed_windows(programme, term, in_use_from, today) if w.end < today)
    return tuple(w.review for w in past if w.review not in recorded)
