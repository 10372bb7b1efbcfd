"""`tenure appeal`: objects to what a review has given notice of. The action then waits for the committee."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from rich.console import Console

from tenure.api import Review
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.reading import MEMBERS, every, named, parsed
from tenure.cli.tenant import choose
from tenure.cli.tenant.duties import said
from tenure.cli.writing import change


@dataclass(frozen=True)
class Wanted:
    """Which review, and why its figures or outcome are wrong."""

    project: str
    allocation: str
    review: str
    reason: str


def run(wanted: Wanted, output: str) -> int:
    """Write the appeal, print what follows and return the exit code. Raises Problem."""
    write(asyncio.run(_appeal(wanted)), output, show, report)
    return 0


async def _appeal(wanted: Wanted) -> Review:
    async with connection() as (kube, namespace):
        project = named(wanted.project or namespace, "appeal")
        reviews = await every(kube, Review, project, may_not=f"You may not read the reviews of {project}. {MEMBERS}")
        nothing = (
            f"There is nothing to appeal against in {project}: an appeal is open from the notice until the decision. "
            f"tenure status {project} shows what is going on."
        )
        review = choose.review(reviews, project, wanted.allocation, wanted.review, fits=noticed, nothing=nothing)
        may_not = f"You may look at the reviews of {project}, but not appeal. {MEMBERS}"
        return parsed(Review, await change(kube, review, {"appeal": {"reason": wanted.reason}}, may_not=may_not))


def noticed(review: Review) -> bool:
    """Whether notice was given."""
    return said(review.status.conditions, "Noticed")[0] == "Given"


def show(review: Review, console: Console) -> None:
    """What the appeal stops, and who answers it."""
    for text in (
        f"{review.spec.allocation}, review {review.spec.review}: your appeal against {review.status.notice} is in.",
        "Nothing is taken until the committee has answered it. You may change it until then.",
    ):
        say(console, text)


def report(review: Review) -> Value:
    """For programs."""
    appeal = review.spec.appeal
    return {
        "name": review.name,
        "allocation": review.spec.allocation,
        "review": review.spec.review,
        "notice": review.status.notice,
        "appeal": appeal.wire() if appeal is not None else None,
    }
