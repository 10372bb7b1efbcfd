"""The days of a review: read from Prometheus, split among the allocations of a namespace, kept in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api import Review
from tenure.api.conditions import Said
from tenure.api.review import LedgerStatus
from tenure.control.admission import capacity
from tenure.control.assess import Assessment
from tenure.control.meter import readable
from tenure.control.services import Services
from tenure.rules import calendar
from tenure.rules.grant import entitled, held_during
from tenure.telemetry.classify import classify
from tenure.telemetry.facts import RETRIABLE, DayFacts, Reason, split
from tenure.telemetry.ledger import Ledger
from tenure.telemetry.window import day_bounds

ASK_AGAIN_SECONDS = 60.0
"""After Prometheus did not answer."""
MENDED_SECONDS = 3600.0
"""For days whose reason may go away when a setting is mended."""

PAST = {
    Reason.COVERAGE_GAP: "Too little of what the pods requested was measured: check the exporters on their nodes.",
    Reason.ATTRIBUTION_LOST: "Devices were busy for nobody: check that exporters may read the kubelet's pod-resources.",
}
"""What to say of days that are not read again."""


@dataclass(frozen=True)
class Days:
    """A ledger brought up to date, what the condition Measured says, and when to ask Prometheus again."""

    ledger: LedgerStatus
    said: Said
    again: float | None


def devices_on(assessed: Assessment, day: date) -> int:
    """Devices an allocation was granted on a day: its fold on that day, but no more than it really held (R16).

    What was entitled and waited for capacity is not counted against the tenant. Nothing counts before it was in use.
    """
    if assessed.programme is None or assessed.in_use_from is None or day < assessed.in_use_from:
        return 0
    term = assessed.allocation.spec.term
    devices = entitled(assessed.award, term, assessed.decisions, assessed.award_digest, day).grant.devices
    bounds = day_bounds(day, assessed.programme.spec.time_zone)
    return min([devices, *held_during(assessed.allocation.status.held, *bounds)])


def _in_set_up(assessed: Assessment, day: date) -> bool:
    """R14: the first days after access was given. One that ran before Tenure knew it has them behind it."""
    assert assessed.programme is not None
    since = assessed.in_use_from
    if assessed.allocation.spec.in_use_since is not None or since is None:
        return False
    return day < since + timedelta(days=assessed.programme.spec.measurement.set_up_days)


async def bring_up_to_date(
    services: Services, assessed: Assessment, group: Sequence[Assessment], review: Review, window: calendar.Window
) -> Days:
    """Read every finished day of the window that is not in the ledger yet. Idempotent by date, in any order."""
    assert assessed.programme is not None
    assert assessed.in_use_from is not None
    zone, now = assessed.programme.spec.time_zone, services.clock.now()
    first = max(window.start, assessed.in_use_from, assessed.allocation.spec.term.start)
    last = min(window.end, assessed.allocation.spec.term.end, calendar.today(now, zone) - timedelta(days=1))
    if not readable(last, zone, now):
        last -= timedelta(days=1)
    stored = review.status.ledger
    known = Ledger.from_dict(stored.wire()).days if stored is not None else {}
    ledger = Ledger(first, {day: facts for day, facts in known.items() if first <= day})
    latest: dict[str, str] = {}
    for day in ledger.missing_days(first, last):
        facts = await _facts(services, assessed, group, day)
        ledger = ledger.with_day(day, facts)
        if facts.reason in RETRIABLE:
            latest[facts.reason] = facts.message
    kept = LedgerStatus.model_validate(ledger.to_dict())
    return Days(kept, _said(kept, latest), _again(kept))


async def _facts(services: Services, assessed: Assessment, group: Sequence[Assessment], day: date) -> DayFacts:
    """One day of an allocation: its share of what its namespace was measured for."""
    assert assessed.accelerator is not None
    assert assessed.programme is not None
    rules = assessed.programme.spec
    reading = await services.meter.day(assessed.accelerator, rules.time_zone, day)
    shares = [(a.allocation.name, devices_on(a, day)) for a in group]
    mine = devices_on(assessed, day)
    before = sum(devices for name, devices in shares if name < assessed.allocation.name)
    total = sum(devices for _, devices in shares)
    whole = classify(
        reading,
        assessed.allocation.spec.project,
        total,
        min_coverage_percent=rules.measurement.minimum_day_coverage_percent,
        capacity=capacity(services.cache, assessed.accelerator),
        setup=_in_set_up(assessed, day),
    )
    return split(whole, mine, total, before) if total else whole


def _said(ledger: LedgerStatus, latest: dict[str, str]) -> Said:
    """The most frequent reason of Unknown days, with the sentence of its latest day."""
    read = len(ledger.states) - ledger.states.count(".")
    if read == 0:
        return Said("Measured", None, "NotStarted", "No day of the window is over yet.")
    reasons = list(ledger.reasons.values())
    if not reasons:
        return Said("Measured", True, "Counted", f"All {read} finished days of the window are measured.")
    reason = max(sorted(set(reasons)), key=reasons.count)
    days = sorted(day for day, one in ledger.reasons.items() if one == reason)
    why = latest.get(reason) or PAST.get(Reason(reason), "")
    text = (
        f"{len(reasons)} of {read} days are Unknown and count neither for nor against, {days[0]} to {days[-1]}. {why}"
    )
    return Said("Measured", False, reason, text)


def _again(ledger: LedgerStatus) -> float | None:
    reasons = set(ledger.reasons.values())
    if reasons & {"QueryFailed", "PartialAnswer"}:
        return ASK_AGAIN_SECONDS
    return MENDED_SECONDS if reasons & set(RETRIABLE) else None
