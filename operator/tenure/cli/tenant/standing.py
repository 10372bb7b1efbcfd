"""What a tenant holds and how the reviews stand, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tenure.api import Return, Review
from tenure.api.names import NEXT_REVIEW
from tenure.cli.reading import first_day
from tenure.cli.tenant.duties import amount_of, answered, concluded, said
from tenure.cli.tenant.workspace import Workspace
from tenure.rules.words import many, sentence
from tenure.tenancy.summary import Held

IN_DANGER = ("InDanger", "InDangerOfRevocation")


def holds(found: Workspace) -> Iterator[str]:
    """One sentence for each allocation, and one for what they come with."""
    if found.quota is None:
        yield "Nothing is granted by Tenure here: there is no ResourceQuota of it. In mode Observe none is written."
        return
    held = found.summary.allocations if found.summary is not None else {}
    for name, one in held.items():
        yield f"{name}: {_amount(one)}"
    cores, memory = found.hard.get("limits.cpu", "0"), found.hard.get("limits.memory", "0")
    if cores != "0":
        yield f"With it come {cores} CPU cores and {memory} of memory in all."


def _amount(one: Held) -> str:
    storage = f"{one.storage} of storage" if one.storage != "0" else "no storage"
    if one.stopped:
        kept = (
            f" Its data{amount_of(one)} is kept until {one.kept_until}, at least." if one.kept_until is not None else ""
        )
        return f"it has ended; the term is until {one.until}.{kept}"
    what = (
        f"{many(one.devices, 'device')} of {one.accelerator} and {storage}"
        if one.devices
        else f"{storage} and no devices"
    )
    return f"{what} until {one.until}."


def latest(reviews: Iterable[Review]) -> list[Review]:
    """All that are not concluded, and of each allocation the last that was decided, or else the last that is concluded."""
    every = list(reviews)
    past = sorted(filter(concluded, every), key=lambda one: (bool(one.status.outcome), _order(one)))
    last = {one.spec.allocation: one for one in past}
    return sorted([*(one for one in every if not concluded(one)), *last.values()], key=_order)


def _order(review: Review) -> tuple[str, str]:
    return (review.spec.allocation, first_day(review))


def title(review: Review) -> str:
    """Which review, and the days it measures."""
    dates = review.status.dates
    window = f", {dates.window_start} to {dates.window_end}" if dates is not None else ""
    return f"{review.spec.allocation}, review {review.spec.review}{window}"


def figures(review: Review) -> str:
    """The use so far and where it leads."""
    use, ahead = review.status.utilization, review.status.forecast
    if not use.counted_days:
        return "No day counts yet"
    leads = f", {ahead.percent} at the end at the present pace" if ahead is not None and ahead.days_left else ""
    return f"{use.percent} of base time{leads}"


def stands(review: Review) -> Iterator[str]:
    """Days, what is not measured, and what the review has come to. What is a duty is not said twice."""
    use, conditions = review.status.utilization, review.status.conditions
    parts = {"set-up": use.set_up_days, "unknown": use.unknown_days, "lost by the centre": use.unavailable_days}
    others = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    if use.counted_days or others:
        yield f"{many(use.counted_days, 'day counts', 'days count')}{f'; {others}' if others else ''}."
    if use.unknown_days:
        yield f"Unknown days count neither for nor against you. tenure use {review.metadata.namespace} says why they are."
    if review.status.outcome:
        yield said(conditions, "Decided")[1]
        yield from _appeal(review)
        return
    course, leads = said(conditions, "OnCourse")
    if leads and course not in (*IN_DANGER, "Over"):
        yield leads
    recommended, text = said(conditions, "Recommended")
    if recommended not in ("", "Measuring", "Appealed"):
        yield sentence(text)
    if said(conditions, "Noticed")[0] == "Given":
        yield f"Notice was given: {review.status.notice}."
    plan, told = said(conditions, "PlanSubmitted")
    if plan in ("Submitted", "Closed", "Missing") or (plan == "NotNeeded" and review.status.exempt):
        yield told
    yield from _appeal(review)


def _appeal(review: Review) -> Iterator[str]:
    """That it waits, or how it was answered."""
    if review.spec.appeal is None:
        return
    answer, verdict = answered(review), review.spec.verdict
    if verdict is None or not answer:
        yield "Your appeal is in. Nothing is taken until the committee has answered it."
    else:
        yield f"The committee has {answer.lower()} your appeal{f': {verdict.reason}' if verdict.reason else '.'}"


def returned(found: Workspace) -> Iterator[str]:
    """What was given back, and what became of it."""
    for one in sorted(found.returns, key=lambda one: one.name):
        _, text = said(one.status.conditions, "Accepted")
        yield f"{one.name}, {_given(one)}: {text or 'Tenure has not answered yet.'}"


def _given(one: Return) -> str:
    parts = [many(one.spec.devices, "device")] * (one.spec.devices > 0) + [f"{one.spec.storage} of storage"] * (
        one.spec.storage != "0"
    )
    return f"{' and '.join(parts)} of {one.spec.allocation}"


def coming(found: Workspace) -> str:
    """The next review in Tenure's words; empty where none comes any more."""
    text = found.notes.get(NEXT_REVIEW, "")
    return f"Next: {text}." if text else ""
