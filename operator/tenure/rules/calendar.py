"""R7, R13, R17: days, terms and review windows in a programme's time zone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.api.allocation import Term
from tenure.api.programme import ReviewDates, TermRules


@dataclass(frozen=True)
class Window:
    """One review of one year: what it measures and when it is decided. All days are inclusive."""

    review: str
    start: date
    end: date
    plan_due: date
    verdict_due: date
    effective: date


def today(now: datetime, zone: str) -> date:
    """The day it is in the zone. Raises ZoneInfoNotFoundError."""
    return now.astimezone(ZoneInfo(zone)).date()


def is_zone(zone: str) -> bool:
    """Whether a time zone of that name exists."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins in the zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def month_day(text: str, year: int) -> date:
    """`MM-DD` in a year. A day past the end of its month, such as 02-29, is the month's last day."""
    month, day = int(text[:2]), int(text[3:])
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    return month_day(f"{month + 1:02}-{day.day:02}", day.year + year)


def _not_before(text: str, day: date) -> date:
    """The first `MM-DD` that is not before the day."""
    this_year = month_day(text, day.year)
    return this_year if this_year >= day else month_day(text, day.year + 1)


def window(dates: ReviewDates, year: int) -> Window:
    """The review whose window begins in that year. Its name carries the year in which the window ends."""
    start = month_day(dates.from_, year)
    end = _not_before(dates.to, start)
    plan_due = _not_before(dates.plan_due, end)
    verdict_due = _not_before(dates.verdict_due, plan_due)
    effective = _not_before(dates.effective, verdict_due)
    return Window(f"{end.year}-{dates.name}", start, end, plan_due, verdict_due, effective)


def named(dates: Iterable[ReviewDates], review: str) -> Window | None:
    """The review of that name, for example 2026-Q3; None where the calendar has none."""
    year, _, name = review.partition("-")
    if not re.fullmatch(r"[0-9]{4}", year) or year == "0000":
        return None
    windows = (window(one, start) for one in dates if one.name == name for start in (int(year) - 1, int(year)))
    return next((window for window in windows if window.review == review), None)


@lru_cache(maxsize=1024)
def windows(dates: tuple[ReviewDates, ...], first: date, last: date) -> tuple[Window, ...]:
    """Every review whose window meets the days from first to last, in order of their windows."""
    found = [window(d, year) for d in dates for year in range(first.year - 1, last.year + 1)]
    return tuple(sorted((w for w in found if w.start <= last and w.end >= first), key=lambda w: (w.start, w.review)))


def inclusive_months(term: Term) -> int:
    """Calendar months that a term touches: 10 July to 30 September are three (R13, R17)."""
    return (term.end.year - term.start.year) * 12 + term.end.month - term.start.month + 1


def short_term(term: Term, months: int) -> bool:
    """R17: users of three months (as data) or fewer are short-term."""
    return inclusive_months(term) <= months


def end_allowed(term: Term, rules: TermRules) -> bool:
    """R13: the term ends on one of the programme's end dates."""
    return any(month_day(text, term.end.year) == term.end for text in rules.end_dates)


def next_ends(rules: TermRules, after: date) -> list[date]:
    """The next end dates of R13 from a day on, for a sentence that helps."""
    days = (month_day(text, year) for year in (after.year, after.year + 1) for text in rules.end_dates)
    return sorted(day for day in days if day >= after)[: len(rules.end_dates)]
