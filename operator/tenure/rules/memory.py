"""R20..R25: what later calls have to know of an organization, told from its Decisions and its overdue reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from tenure.api import Decision, Report
from tenure.api.allocation import AllocationSpec
from tenure.api.conditions import find
from tenure.api.decision import DecisionSpec
from tenure.api.organization import Remembered
from tenure.api.programme import EndRules
from tenure.api.report import ReportSpec
from tenure.rules.grant import ends
from tenure.rules.returns import early

Kind = str
"""A kind of `Remembered`."""
LAST = 9
"""The last priority class there is (R10)."""
REWARDED = frozenset({"Excellent", "EarlyReturn", "DataShared"})
"""R25: one priority class up."""
BARRING = {"OffPurpose": "off-purpose use (R20)", "PromiseBroken": "a promise that was not carried out (R21)"}
NEXT_ROUND = frozenset({"EarlyReturn", "PromiseUnproven", *BARRING})
"""What weighs in the next call, which may be one of the same year (R7, R21, R22). The others weigh in the year after."""


def memory(
    known: Iterable[Remembered], decisions: Iterable[Decision], reports: Iterable[Report]
) -> tuple[Remembered, ...]:
    """All that is to be remembered, oldest first: what is known already, and what Decisions and Reports add to it.

    Nothing that is known is forgotten when its Decision, allocation or namespace is gone. Only a missing report is, once
    it was accepted (R23).
    """
    made, there = list(decisions), list(reports)
    told = [*(entry for one in made for entry in remembered(one)), *_missing(there)]
    accepted = [*_accepted(made), *((r.spec.allocation, date.max) for r in there if _holds(r.spec))]
    every = _with(known, sorted(told, key=_order))
    return tuple(sorted((entry for entry in every if not _made_good(entry, accepted)), key=_order))


def without_audit(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A Decision's spec, as it is on the wire, without the evidence that nothing but an audit reads: nine tenths of it.

    A Return and a judged report are remembered by what their evidence says; of all others the kind is enough.
    """
    bare = {key: value for key, value in spec.items() if key != "evidence"}
    if spec.get("kind") in ("Return", "ReportAssessed"):
        evidence = spec.get("evidence", {})
        bare["evidence"] = {key: evidence[key] for key in ("award", "rules", "course", "cause") if key in evidence}
    return bare


def _with(known: Iterable[Remembered], told: Iterable[Remembered]) -> list[Remembered]:
    """What is known, and what is new. Of one allocation the same is remembered once a year, as it was first told."""
    every = list(known)
    seen = {matter(entry) for entry in every}
    for entry in told:
        if matter(entry) not in seen:
            seen.add(matter(entry))
            every.append(entry)
    return every


def matter(entry: Remembered) -> tuple[str, str, int]:
    """What it is about: two entries alike in it say the same."""
    return (entry.kind, entry.allocation, entry.day.year)


def _accepted(decisions: Iterable[Decision]) -> Iterator[tuple[str, date]]:
    """Allocation and day of every report that was accepted."""
    yield from ((d.spec.allocation, d.spec.effective) for d in decisions if d.spec.kind == "ReportAssessed")


def _holds(report: ReportSpec) -> bool:
    return report.assessment is not None and report.assessment.accepted


def _made_good(entry: Remembered, accepted: Iterable[tuple[str, date]]) -> bool:
    """Whether it is a report that was missing and has been accepted since. One of another year makes nothing good."""
    missing = entry.kind == "ReportMissing"
    return missing and any(name == entry.allocation and day >= entry.day for name, day in accepted)


def _order(entry: Remembered) -> tuple[date, str, str, str]:
    return (entry.day, entry.allocation, entry.kind, entry.decision)


def remembered(decision: Decision) -> tuple[Remembered, ...]:
    """What a Decision leaves to be remembered. What its evidence does not say is nothing to be remembered."""
    spec = decision.spec
    try:
        kinds, day = tuple(_kinds(spec)), _day(spec)
    except (ValidationError, KeyError):
        return ()
    entry = Remembered(kind="EarlyReturn", day=day, allocation=spec.allocation, decision=decision.name)
    return tuple(entry.model_copy(update={"kind": kind}) for kind in kinds)


def _kinds(spec: DecisionSpec) -> Iterator[Kind]:
    if spec.kind in ("OffPurpose", "PromiseUnproven", "PromiseBroken"):
        yield spec.kind
    elif spec.kind == "Return" and ends(spec) and _early(spec):
        yield "EarlyReturn"
    elif spec.kind == "ReportAssessed":
        yield from _merits(spec)


def _early(spec: DecisionSpec) -> bool:
    """R22: all of it was given back so many days before the end of the award, or more."""
    rules = EndRules.model_validate(spec.evidence.rules["ends"])
    return early(spec.effective, _award(spec).term.end, rules.early_return_days)


def _award(spec: DecisionSpec) -> AllocationSpec:
    return AllocationSpec.model_validate(spec.evidence.award)


def _day(spec: DecisionSpec) -> date:
    """The day it is of. R25 rewards last year's users, so a report is of the time of use, when it is judged in January as well:

    of the end of the term, or of the day on which it was opened because the grant had ended before. One that was judged
    later than in the year after, perhaps because data was shared then, is of the day on which it was judged.
    """
    if spec.kind != "ReportAssessed":
        return spec.effective
    used = min(spec.effective, _award(spec).term.end, spec.evidence.course.opened_on or spec.effective)
    return used if spec.effective.year <= used.year + 1 else spec.effective


def _merits(spec: DecisionSpec) -> Iterator[Kind]:
    """R23, R24, R25: of a report that the committee has accepted."""
    report = ReportSpec.model_validate({"allocation": spec.allocation, **spec.evidence.cause})
    found = report.assessment
    if found is None or not found.accepted:
        return
    if found.excellent:
        yield "Excellent"
    if found.shared:
        yield "DataShared"
    if report.unfinished.strip():
        yield "Unfinished"


def _missing(reports: Sequence[Report]) -> Iterator[Remembered]:
    """R23: reports that were due and were not handed in. The day is the one on which each was due.

    Whether its day is over depends on its programme's zone, and it says so itself.
    """
    for report in reports:
        due, said = report.status.due, find(report.status.conditions, "Submitted")
        if due is not None and said is not None and said.reason == "Overdue" and not report.spec.submitted:
            yield Remembered(kind="ReportMissing", day=due, allocation=report.spec.allocation)


def priority_class(base: int, memory: Iterable[Remembered], year: int) -> int:
    """R10, R21, R22, R25: the class in a call of a year, from the one that the applicant itself comes to.

    One class up, never more: 1 becomes 0, and 0 stays. Whose promise was not proven is ranked last, whatever its merits.
    """
    kinds = {entry.kind for entry in memory if weighs(entry, year)}
    if "PromiseUnproven" in kinds:
        return max(base, LAST)
    return max(base - 1, 0) if kinds & REWARDED else base


def barred(memory: Iterable[Remembered], year: int) -> str | None:
    """R20, R21, R25: why the organization is barred from the calls of a year; None where it is not."""
    found = sorted((e for e in memory if e.kind in BARRING and weighs(e, year)), key=_order)
    if not found:
        return None
    reasons = " and ".join(
        f"{BARRING[entry.kind]} of {entry.allocation} on {entry.day}{_named(entry)}" for entry in found
    )
    return f"Barred from the calls of {year} (R25) for {reasons}. If that is wrong, ask the committee and name the Decision."


def _named(entry: Remembered) -> str:
    return f", Decision {entry.decision}" if entry.decision else ""


def continuous_support(memory: Iterable[Remembered]) -> str | None:
    """R24, R25: why support may be continued: unfinished development by an accepted report, or shared data; else None."""
    why = {"Unfinished": "its development is unfinished (R25)", "DataShared": "it shares its data (R24)"}
    found = sorted((entry for entry in memory if entry.kind in why), key=_order)
    if not found:
        return None
    latest = found[-1]
    text = why[latest.kind]
    return f"Support may be continued: by the report of {latest.allocation} of {latest.day}, {text}."


def weighs(entry: Remembered, year: int) -> bool:
    """Whether it counts in the calls of a year: what was last year, and what weighs in the very next call already."""
    return entry.day.year == year - 1 or (entry.day.year == year and entry.kind in NEXT_ROUND)
