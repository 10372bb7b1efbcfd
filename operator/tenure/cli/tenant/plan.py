"""`tenure plan`: hands in the plan for the next quarter (R18), or shows the one that is in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from tenure.api import Review
from tenure.api.review import Plan
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import MEMBERS, every, first_day, named, parsed
from tenure.cli.tenant import choose
from tenure.cli.tenant.duties import said
from tenure.cli.writing import change


@dataclass(frozen=True)
class Wanted:
    """What is handed in. All empty: the plan is only shown."""

    project: str
    allocation: str
    review: str
    summary: str
    evidence: tuple[str, ...]
    change_of_plan: str

    @property
    def shows(self) -> bool:
        """Whether nothing is to be written."""
        return not (self.summary or self.evidence or self.change_of_plan)


def run(wanted: Wanted, output: str) -> int:
    """Write the plan, print it and return the exit code. Raises Problem."""
    write(asyncio.run(_hand_in(wanted)), output, partial(show, new=not wanted.shows), report)
    return 0


async def _hand_in(wanted: Wanted) -> Review:
    async with connection() as (kube, namespace):
        project = named(wanted.project or namespace, "plan")
        reviews = await every(kube, Review, project, may_not=f"You may not read the reviews of {project}. {MEMBERS}")
        nothing = f"No plan can be handed in for {project} now. {_why(reviews)} tenure status {project} shows what comes next."
        fits = is_looked_at if wanted.shows else is_open
        review = choose.review(reviews, project, wanted.allocation, wanted.review, fits=fits, nothing=nothing)
        if wanted.shows:
            return review
        if not wanted.summary:
            raise Problem("Say what is planned: --summary TEXT, or --file FILE.", BAD_USAGE)
        plan = Plan.model_construct(
            summary=wanted.summary, evidence=wanted.evidence, change_of_plan=wanted.change_of_plan
        )
        may_not = f"You may look at the reviews of {project}, but not write a plan. {MEMBERS}"
        return parsed(Review, await change(kube, review, {"plan": plan.wire()}, may_not=may_not))


def _why(reviews: Sequence[Review]) -> str:
    """What is said of the plan of the latest review that is not decided; in general where there is none."""
    running = sorted((one for one in reviews if not one.status.outcome), key=first_day)
    text = said(running[-1].status.conditions, "PlanSubmitted")[1] if running else ""
    return text or "No review is open whose plan is not due yet."


def is_open(review: Review) -> bool:
    """Whether a plan still counts. That it is closed the API server says; until Tenure has looked nothing is closed."""
    return said(review.status.conditions, "PlanSubmitted")[0] not in ("Closed", "Missing", "NotNeeded")


def is_looked_at(review: Review) -> bool:
    """Whether there is a plan to show, or one to be handed in."""
    return review.spec.plan is not None or is_open(review)


def show(review: Review, console: Console, *, new: bool) -> None:
    """The plan, and what happens to it."""
    where, plan, dates = f"{review.spec.allocation}, review {review.spec.review}", review.spec.plan, review.status.dates
    if plan is None:
        say(console, f"{where}: no plan is in. {said(review.status.conditions, 'PlanSubmitted')[1]}".rstrip())
        say(
            console, f'Hand one in: tenure plan {review.metadata.namespace} --summary "..." --evidence LINK', whole=True
        )
        return
    say(console, f"{where}: the plan is in." if new else f"{where}, the plan that is in:")
    say(console, plan.summary, indent=2)
    for link in plan.evidence:
        say(console, f"Evidence: {link}", indent=2, whole=True)
    if plan.change_of_plan:
        say(console, f"Change of plan (R19): {plan.change_of_plan}", indent=2)
    if not is_open(review):
        say(console, said(review.status.conditions, "PlanSubmitted")[1])
    elif dates is not None and not review.status.outcome:
        say(console, f"It can be changed until {dates.plan_due}. Then the committee judges it, by {dates.verdict_due}.")


def report(review: Review) -> Value:
    """For programs."""
    dates = review.status.dates
    return {
        "name": review.name,
        "allocation": review.spec.allocation,
        "review": review.spec.review,
        "plan": review.spec.plan.wire() if review.spec.plan is not None else None,
        "planDue": dates.plan_due.isoformat() if dates is not None else None,
        "verdictDue": dates.verdict_due.isoformat() if dates is not None else None,
    }
