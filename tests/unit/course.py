"""A review lived through day by day, with its status carried on as the operator does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tenure.api.conditions import conditions
from tenure.rules.case import Case
from tenure.rules.review import Progress, Ruling, progress
from unit.build import PLAN, at, verdict

Writes = Mapping[str, Mapping[str, Any]]
"""day -> what people write into the Review's spec on it."""
OPENED = "2026-07-01"
HANDED_IN: dict[str, Mapping[str, Any]] = {OPENED: {"plan": PLAN}}
ADEQUATE, INADEQUATE = {"verdict": verdict(plan="Adequate")}, {"verdict": verdict(plan="Inadequate")}


@dataclass
class Course:
    """What a review said on which day, and how it ended."""

    case: Case
    steps: list[tuple[str, str]] = field(default_factory=list)
    """(day, reason of the condition Recommended), whenever the reason changed."""
    ruling: Ruling | None = None
    last: Progress | None = None

    @property
    def reasons(self) -> list[str]:
        """The reasons in order."""
        return [reason for _, reason in self.steps]

    @property
    def noticed(self) -> str:
        """The day of the notice that stands, or nothing."""
        given = self.case.status.noticed_at
        return self.case.day_of(given).isoformat() if given else ""

    @property
    def told(self) -> str:
        """The steps in one line, without the year."""
        return ", ".join(f"{reason} {day[5:]}" for day, reason in self.steps)

    @property
    def end(self) -> str:
        """What was decided, the devices after it and the day; else the reason for which it still waits."""
        if self.ruling is None:
            return self.reasons[-1]
        return f"{self.ruling.kind} {self.ruling.devices} on {self.ruling.effective}"

    def said(self, type_: str) -> tuple[str, str]:
        """Reason and message of a condition as it stood last."""
        return next((c.reason, c.message) for c in self.case.status.conditions if c.type == type_)

    def ask(self, day: date) -> None:
        """Ask the review at noon and write its status."""
        self.case = replace(self.case, now=at(day))
        found = self.last = progress(self.case)
        before = self.case.status
        status = before.model_copy(
            update={
                "opened_at": before.opened_at or self.case.now,
                **found.remembered,
                "conditions": conditions(before.conditions, found.said, generation=1, now=self.case.now),
            }
        )
        self.case, self.ruling = replace(self.case, status=status), found.decide
        reason = self.said("Recommended")[0]
        if self.reasons[-1:] != [reason]:
            self.steps.append((day.isoformat(), reason))


def live(case: Case, until: str, writes: Writes | None = None, *, asleep: bool = False) -> Course:
    """Live through the days from that of the case, until it is decided or the last day is over.

    Every day is asked for twice, since a status that was written is a reason to ask again. `asleep` asks only on days
    that the review itself has named, and on those on which somebody writes.
    """
    course, day, events = Course(case), case.today, {date.fromisoformat(d): what for d, what in (writes or {}).items()}
    while course.ruling is None and day <= date.fromisoformat(until):
        if day in events:
            spec = course.case.spec.model_copy(update=dict(events[day]))
            course.case = replace(course.case, spec=spec)
        named = course.last is None or (course.last.again is not None and day >= course.last.again)
        if not asleep or named or day in events:
            course.ask(day)
            if course.ruling is None:
                course.ask(day)
        day += timedelta(days=1)
    return course
