"""R14, R16, R17: what a quarter would have come to under other rules. From what was recorded, by the review itself.

People stay as they were: a plan that was judged keeps its judgement, an override stays one, a silent committee stays
silent. Who confirmed what was recommended is taken to confirm what would have been. Nobody approves an increase that
nobody approved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tenure.api.conditions import conditions
from tenure.api.decision import DecisionKind, DecisionSpec
from tenure.api.programme import Band, Outcome, ProgrammeSpec
from tenure.api.review import LedgerStatus
from tenure.rules import calendar
from tenure.rules.case import Case
from tenure.rules.rejudged import first_access, with_set_up
from tenure.rules.review import Progress, progress
from tenure.rules.turns import WHOSE_TURN
from tenure.rules.utilization import counts

FOR_PEOPLE = WHOSE_TURN.keys() - {"AwaitingPlan"}
"""Reasons that no time changes once the verdict was due: they wait for a person, or for devices."""
NOON = timedelta(hours=12)


@dataclass(frozen=True)
class Changes:
    """Rules that are put in the place of those in force; None leaves them."""

    bands: tuple[Band, ...] | None = None
    set_up_days: int | None = None
    base_hours: int | None = None
    minimum_coverage_percent: int | None = None

    def of(self, rules: ProgrammeSpec) -> ProgrammeSpec:
        """The programme with them. It enforces, so that one that only observes comes to outcomes as well."""
        measured = {
            "set_up_days": self.set_up_days,
            "base_hours_per_day": self.base_hours,
            "minimum_review_coverage_percent": self.minimum_coverage_percent,
        }
        measurement = rules.measurement.model_copy(update={k: v for k, v in measured.items() if v is not None})
        review = rules.review.model_copy(update={"bands": self.bands} if self.bands is not None else {})
        return rules.model_copy(update={"mode": "Enforce", "measurement": measurement, "review": review})


NO_CHANGES = Changes()


@dataclass(frozen=True)
class Recorded:
    """One allocation's review as the records have it."""

    allocation: str
    project: str
    accelerator: str
    case: Case
    """At the instant of its Decision, or now; with the rules in force then."""
    ledger: LedgerStatus
    decided: DecisionSpec | None = None
    access: date | None = None
    """R14: the day on which access was given, where it is known and set-up days follow it."""


@dataclass(frozen=True)
class End:
    """What a review comes to."""

    kind: DecisionKind | None
    """None where nothing is decided."""
    devices: int
    percent: str
    reason: str
    """Of the condition Recommended: what it waits for where nothing is decided."""
    recommendation: Outcome | None = None

    @property
    def words(self) -> str:
        """For a table: the outcome, or what it waits for."""
        return self.kind or self.reason


def conclude(recorded: Recorded, changes: Changes = NO_CHANGES) -> End:
    """What the review comes to under changed rules; under its own without any."""
    case, rules = recorded.case, changes.of(recorded.case.programme)
    before, after = case.programme.measurement.set_up_days, rules.measurement.set_up_days
    ledger = recorded.ledger
    if after != before:
        access = recorded.access or first_access(ledger, case.window.start, before)
        ledger = with_set_up(ledger, access, after, rules.measurement)
    return _lived(replace(case, programme=rules, counts=counts(ledger, rules.measurement)))


def _lived(case: Case) -> End:
    """The review asked again on each day that it names, as the operator asks it, until it is decided or waits for people."""
    while True:
        found = progress(case)
        reason, percent = _recommended(found), case.counts.measured.text()
        if found.decide is not None:
            return End(found.decide.kind, found.decide.devices, percent, reason, found.recommendation)
        confirmed = _confirming(case, found, reason)
        if confirmed is not None:
            case = confirmed
            continue
        lasting = reason in FOR_PEOPLE and case.today > found.dates.verdict_due
        if found.again is None or lasting or not case.measured:
            return End(None, case.held.devices, percent, reason, found.recommendation)
        case = _later(case, found, found.again)


def _recommended(found: Progress) -> str:
    return next(said.reason for said in found.said if said.type == "Recommended")


def _confirming(case: Case, found: Progress, reason: str) -> Case | None:
    """The committee confirmed what was recommended then, so it confirms what is recommended now."""
    verdict = case.spec.verdict
    if reason != "AwaitingConfirmation" or verdict is None or verdict.confirms in (None, found.recommendation):
        return None
    confirming = verdict.model_copy(update={"confirms": found.recommendation})
    return replace(case, spec=case.spec.model_copy(update={"verdict": confirming}))


def _later(case: Case, found: Progress, day: date) -> Case:
    """The same review at noon of a later day, with what was written of it."""
    said = conditions(case.status.conditions, found.said, generation=0, now=case.now)
    now = calendar.midnight(day, case.programme.time_zone) + NOON
    return replace(case, now=now, status=case.status.model_copy(update={**found.remembered, "conditions": said}))


@dataclass(frozen=True)
class Outcomes:
    """A review as it came out, and as it would have."""

    recorded: Recorded
    was: End
    would: End
    reproduced: bool
    """Whether its own rules give what was decided; else something went into it that the records do not have."""

    @property
    def differs(self) -> bool:
        """Whether other rules change what it comes to."""
        return (self.was.kind, self.was.devices, self.was.words) != (
            self.would.kind,
            self.would.devices,
            self.would.words,
        )

    def freed(self, end: End) -> int:
        """Devices that an end takes back; less than 0 where it gives more."""
        return self.recorded.case.held.devices - end.devices


def compare(records: Iterable[Recorded], changes: Changes) -> list[Outcomes]:
    """Each review as it came out and as it would have, by project and allocation."""
    found = [_compared(one, changes) for one in records]
    return sorted(found, key=lambda one: (one.recorded.project, one.recorded.allocation))


def _compared(recorded: Recorded, changes: Changes) -> Outcomes:
    same, would, decided = conclude(recorded), conclude(recorded, changes), recorded.decided
    if decided is None:
        return Outcomes(recorded, same, would, reproduced=True)
    was = replace(same, kind=decided.kind, devices=decided.after.devices)
    reproduced = (same.kind, same.devices) == (was.kind, was.devices)
    return Outcomes(recorded, was, would, reproduced)


def freed(outcomes: Iterable[Outcomes]) -> Mapping[str, tuple[int, int]]:
    """Accelerator -> devices that were freed, and that would have been, less those that increases took."""
    was: Counter[str] = Counter()
    would: Counter[str] = Counter()
    for one in outcomes:
        was[one.recorded.accelerator] += one.freed(one.was)
        would[one.recorded.accelerator] += one.freed(one.would)
    return {name: (was[name], would[name]) for name in sorted(was.keys() | would.keys())}
