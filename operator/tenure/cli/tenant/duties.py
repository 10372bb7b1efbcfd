"""What a tenant has to do, by when, how, and what happens otherwise: whole sentences from what stands in the namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tenure.api import Relocation, Report, Review
from tenure.api.conditions import Condition, find
from tenure.api.names import READER
from tenure.cli.tenant.workspace import Workspace
from tenure.rules.utilization import HOURS, Ratio
from tenure.rules.verdict import band
from tenure.tenancy.reader import FOLDER
from tenure.tenancy.summary import Held, Summary


@dataclass(frozen=True)
class Duty:
    """One thing to do. `by` is the last day on which it counts; None where no day is set."""

    allocation: str
    what: str
    how: str
    otherwise: str
    by: date | None
    late: bool = False


def duties(found: Workspace) -> tuple[Duty, ...]:
    """All of them, what is due first at the top."""
    every = [
        *(duty for review in found.reviews for duty in _of_review(found, review)),
        *(duty for report in found.reports for duty in _of_report(found, report)),
        *(duty for one in found.relocations for duty in _of_relocation(found, one)),
        *_of_data(found),
    ]
    return tuple(sorted(every, key=lambda duty: (duty.by or date.max, duty.allocation, duty.what)))


def said(conditions: tuple[Condition, ...], type_: str) -> tuple[str, str]:
    """Reason and message of a condition; both empty where it is not there."""
    one = find(conditions, type_)
    return (one.reason, one.message) if one is not None else ("", "")


def command(found: Workspace, name: str, allocation: str, options: str, review: Review | None = None) -> str:
    """What to type, with what the command could not tell by itself: which allocation, which review."""
    which = [f"--allocation {allocation}"] if len(found.allocations) > 1 else []
    running = [one for one in found.reviews if one.spec.allocation == allocation and not concluded(one)]
    which += [f"--review {review.spec.review}"] if review is not None and len(running) > 1 else []
    return " ".join(["tenure", name, found.project, *which, options]).rstrip()


def concluded(review: Review) -> bool:
    """Whether nothing of a review is to be decided any more."""
    return bool(review.status.outcome) or said(review.status.conditions, "Recommended")[0] == "NoTermLeft"


def answered(review: Review) -> str:
    """What the committee has said to an appeal: Upheld or Dismissed; empty before."""
    appeal, verdict = review.spec.appeal, review.spec.verdict
    return (verdict.appeal or "") if appeal is not None and verdict is not None else ""


def _of_review(found: Workspace, review: Review) -> Iterator[Duty]:
    if concluded(review) or review.status.dates is None:
        return
    name, dates, conditions = review.spec.allocation, review.status.dates, review.status.conditions
    if said(conditions, "PlanSubmitted")[0] == "Awaited":
        yield Duty(
            name,
            f"Hand in the plan for the quarter after {review.spec.review}, with its evidence.",
            command(found, "plan", name, '--summary "..." --evidence LINK', review),
            _without_plan(review, found.summary),
            dates.plan_due,
        )
    course, leads = said(conditions, "OnCourse")
    if course in ("InDanger", "InDangerOfRevocation"):
        yield Duty(
            name,
            "Use the devices more, or justify less use by your plan: some of them are at stake."
            if course == "InDanger"
            else "Use the devices more: all of them are at stake.",
            command(found, "use", name, ""),
            leads,
            dates.window_end,
        )
    answer = answered(review)
    if said(conditions, "Noticed")[0] == "Given" and (review.spec.appeal is None or answer == "Dismissed"):
        yield Duty(
            name,
            "Bring your work down to what stays."
            if answer
            else "Appeal, if the figures or the outcome are wrong; else bring your work down to what stays.",
            "" if answer else command(found, "appeal", name, '--reason "..."', review),
            f"{review.status.notice} takes effect on {dates.effective}. Pods above what stays are ended after a grace "
            "period, lowest priority and newest first. Volumes stay.",
            dates.effective - timedelta(days=1),
        )


def _without_plan(review: Review, rules: Summary | None) -> str:
    """What R17 makes of a missing plan, as things stand."""
    figures = review.status.utilization
    missing = "A plan that is missing counts as inadequate (R17)"
    if rules is None or not rules.bands or not figures.counted_days:
        return f"{missing}."
    row = band(rules.bands, Ratio(figures.busy_seconds * HOURS, figures.base_seconds * HOURS))
    if row.adequate == row.inadequate:
        return f"{missing}. At {figures.percent}, as things stand, the table says {row.adequate} either way."
    return (
        f"{missing}. At {figures.percent}, as things stand, the table then says {row.inadequate}; with an adequate plan it "
        f"says {row.adequate}."
    )


def _of_report(found: Workspace, report: Report) -> Iterator[Duty]:
    state = said(report.status.conditions, "Submitted")[0]
    if state not in ("Awaited", "Overdue"):
        return
    late = state == "Overdue"
    yield Duty(
        report.spec.allocation,
        "Hand in the performance report (R23)." + (" It is overdue; a late one is still taken." if late else ""),
        command(found, "report", report.spec.allocation, "--template > report.yaml"),
        "A report that is missing is remembered and counts in later calls (R23). Nothing is taken back for it.",
        report.status.due,
        late,
    )


def _of_relocation(found: Workspace, relocation: Relocation) -> Iterator[Duty]:
    status = relocation.status
    if said(status.conditions, "Proven")[0] not in ("NotYet", "NotAccepted"):
        return
    finding = relocation.spec.finding
    better = finding is not None and not finding.accepted
    again = f" The committee has not accepted what is there: {finding.reason}" if better and finding else ""
    given, notice = said(status.conditions, "Noticed")
    yield Duty(
        relocation.spec.allocation,
        f"Prove the promised relocation or founding (R21).{again}",
        command(found, "relocation", relocation.spec.allocation, "--evidence LINK"),
        (f"{notice} " if given == "Given" else "Without evidence the grant ends after notice. ")
        + "Whose grant ends so ranks last in the next call (R21).",
        status.due,
        status.noticed_on is not None,
    )


def amount_of(held: Held) -> str:
    """How much is kept, in brackets; nothing where all storage was given back, for the volume stays all the same."""
    return f" ({held.storage})" if held.storage != "0" else ""


def _of_data(found: Workspace) -> Iterator[Duty]:
    """After the end of a grant: what is in the volumes has to be taken away in time."""
    held = found.summary.allocations if found.summary is not None else {}
    for name, one in held.items():
        if one.stopped and one.kept_until is not None:
            how = "" if found.readable else " No new pods start, so ask the centre's admin how it is exported."
            yield Duty(
                name,
                f"Take your data away{amount_of(one)}.{how}",
                f"kubectl cp -n {found.project} {READER}:{FOLDER} ./data" if found.readable else "",
                f"After {one.kept_until} the centre may delete it; before it does, you are told once more.",
                one.kept_until,
                one.kept_until < found.today,
            )
