"""R17: whether a running quarter leads below an edge of the table. The condition OnCourse, said before it is too late."""

from __future__ import annotations

from tenure.api.conditions import Said, find
from tenure.api.programme import Band
from tenure.api.review import Edge, Forecast
from tenure.rules import bundles
from tenure.rules.case import Case, dates, soonest_effect
from tenure.rules.forecast import forecast, last_day, projected, rest
from tenure.rules.utilization import PACE_DAYS, Ratio
from tenure.rules.verdict import band, is_cut

FEWEST_DAYS = 7
"""Counted days before anybody is warned: a whole week, so that no week-end is taken for the pace."""
MOST_UNREAD_DAYS = 2
"""Finished days that may be missing from the ledger. With more it is being caught up, and what it has is no pace yet."""


def on_course(case: Case) -> Said:
    """The condition OnCourse of a Review. Who is in danger stays so until it is over by a clear margin."""
    seen, end = forecast(case), last_day(case)
    if case.today > end:
        return Said("OnCourse", None, "Over", f"The last day that could count was {end}.")
    if seen is None:
        return Said("OnCourse", None, "TooEarly", "Nothing can count at present.")
    if not _warned(case) and (case.counts.counted < FEWEST_DAYS or _catching_up(case)):
        text = f"{case.counts.counted} days count so far. A forecast is made from {FEWEST_DAYS} on, once all are read."
        return Said("OnCourse", None, "TooEarly", text)
    spared = _spared(case, seen)
    if spared:
        return Said("OnCourse", True, "AboveEdges", f"{_leads_to(case, seen)}. Nothing can be taken for it: {spared}.")
    endangered = _endangered(case, seen)
    if endangered is None:
        row = band(case.programme.review.bands, projected(case))
        reached = "".join(_what_it_takes(case, edge) for edge in seen.edges if edge.percent == row.from_percent)
        return Said("OnCourse", True, "AboveEdges", f"{_leads_to(case, seen)}: {_cells(row)}.{reached}")
    edge, row = endangered
    return Said("OnCourse", False, danger_of(row), _danger(case, seen, edge, row))


def danger_of(row: Band) -> str:
    """What is at stake in a row of the table without an adequate plan: some devices, or all of them."""
    return "InDangerOfRevocation" if row.inadequate == "Revoke" else "InDanger"


def _warned(case: Case, row: Band | None = None) -> bool:
    """Whether the tenant was warned, of this row or of a worse one."""
    before = find(case.status.conditions, "OnCourse")
    reasons = {"InDangerOfRevocation", "InDanger" if row is None else danger_of(row)}
    return before is not None and before.reason in reasons


def _catching_up(case: Case) -> bool:
    read = case.counts.until
    return read is None or case.counts.unread + (case.today - read).days - 1 > MOST_UNREAD_DAYS


def _spared(case: Case, seen: Forecast) -> str:
    """Why nothing can be taken, whatever the use; empty where something can."""
    rules, counts = case.programme, case.counts
    if case.exempt:
        return f"terms of {rules.review.short_term_months} months or fewer are exempt (R17)"
    effective = soonest_effect(case, dates(case))
    if effective > case.term.end:
        return f"the term ends on {case.term.end}, before an outcome could take effect on {effective}"
    days, least = counts.eligible - counts.estimated + seen.days_left, rules.measurement.minimum_counted_days
    if days < least:
        return f"at most {days} days can count that are not estimated, and a cut needs {least}"
    return ""


def _endangered(case: Case, seen: Forecast) -> tuple[Edge, Band] | None:
    """The lowest edge that is not safe, with the row below it; edges below which nothing is taken are no danger."""
    below = zip(seen.edges, case.programme.review.bands[1:], strict=True)
    unsafe = [(edge, row) for edge, row in below if _takes(case, row) and not _safe(case, edge, row)]
    return unsafe[-1] if unsafe else None


def _takes(case: Case, row: Band) -> bool:
    """Whether the row can take something. On the lowest rung a reduction changes nothing (R17)."""
    lowest = bundles.one_down(case.accelerator, case.held.devices) == case.held.devices
    return is_cut(row.inadequate) and not (row.inadequate == "Reduce" and lowest)


def _safe(case: Case, edge: Edge, row: Band) -> bool:
    """Whether the present pace stays above an edge. After a warning by a tenth of it, so that nobody is warned daily."""
    if not edge.busy_seconds_needed or not _warned(case, row):
        return edge.on_course
    end = projected(case)
    return Ratio(end.busy * 10, end.base).at_least(edge.percent * 11)


def _leads_to(case: Case, seen: Forecast) -> str:
    days = min(PACE_DAYS, case.counts.counted)
    pace = f"{seen.pace_percent} over the latest {days} counted days"
    return f"At the present pace ({pace}) {case.window.review} ends at {seen.percent}"


def _cells(row: Band) -> str:
    if row.adequate == row.inadequate:
        return f"{row.adequate}, whatever the plan"
    return f"{row.adequate} with an adequate plan, {row.inadequate} without"


def _danger(case: Case, seen: Forecast, edge: Edge, row: Band) -> str:
    where = "hardly above" if edge.on_course else "below"
    text = f"{_leads_to(case, seen)}, {where} the edge of {edge.percent} %. Below it the table says {_cells(row)}."
    text += _what_it_takes(case, edge)
    if case.spec.plan is None and row.adequate != row.inadequate:
        text += f" A plan counts until {dates(case).plan_due}: write spec.plan of this Review."
    return text


def _what_it_takes(case: Case, edge: Edge) -> str:
    """A sentence with the hours, rounded up, and a space before it."""
    short, left, devices = edge.busy_seconds_needed, rest(case), case.held.devices
    if not short:
        return f" The edge of {edge.percent} % is secured already."
    text = f" To end at {edge.percent} % or more it takes {-(-short // 3600):,} device-hours of load until {last_day(case)}"
    if not edge.within_reach:
        could = f"{left.seconds // 3600:,} that {devices} devices can give in the {left.days} days that are left"
        return f"{text}, more than the {could}."
    tenths = -(-short * 10 // (3600 * devices * left.days))
    return f"{text}: {tenths // 10}.{tenths % 10} of 24 hours per device on each of the {left.days} days that are left."
