"""What is shown, for programs: plain values with exact device-seconds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tenure.cli.output import Value
from tenure.cli.use import reasons
from tenure.cli.use.days import Shown
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.verify import Difference


def values(project: str, shown: Iterable[Shown]) -> Value:
    """Everything that is shown. Amounts are device-seconds; null where nobody can say."""
    return {"project": project, "reviews": [_review(one) for one in shown]}


def _review(one: Shown) -> Value:
    status, ledger = one.review.status, one.review.status.ledger
    found: Value = {
        "name": one.review.name,
        "allocation": one.review.spec.allocation,
        "review": one.review.spec.review,
        "dates": status.dates.wire() if status.dates else None,
        "outcome": status.outcome,
        "profile": ledger.profile if ledger else "",
        "load": ledger.load if ledger else "",
        "utilization": status.utilization.wire(),
        "forecast": status.forecast.wire() if status.forecast else None,
        "days": [_day(day, facts) for day, facts in one.days.items()],
    }
    if one.found is not None:
        found["verification"] = [_difference(day, difference) for day, difference in one.found.items()]
    return found


def _day(day: date, facts: DayFacts) -> Value:
    return {
        "date": day.isoformat(),
        "state": str(facts.state),
        "reason": str(facts.reason),
        "why": reasons.sentence(facts.reason),
        "grantedSeconds": facts.granted,
        "requestedSeconds": facts.requested,
        "measuredSeconds": facts.measured,
        "busySeconds": facts.busy,
        "estimatedSeconds": facts.estimated,
        "secondSeconds": facts.second,
        "outageSeconds": facts.outage,
        "noCapacitySeconds": facts.no_capacity,
        "answer": facts.answer,
    }


def _difference(day: date, found: Difference) -> Value:
    fields = [{"field": one.name, "ledger": one.ledger, "now": one.now} for one in found.fields]
    return {"date": day.isoformat(), "verdict": str(found.verdict), "why": found.why, "fields": fields}
