"""Which object a command is about, where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from tenure.api import Relocation, Report, Review
from tenure.cli.problem import Problem
from tenure.cli.reading import OPENED, chosen, first_day

Opened = TypeVar("Opened", Report, Relocation)


def review(
    reviews: Sequence[Review],
    project: str,
    allocation: str,
    quarter: str,
    *,
    fits: Callable[[Review], bool],
    nothing: str,
) -> Review:
    """The review that is named, or the earliest undecided one that fits; of the one allocation that is meant.

    Raises Problem: with `nothing` where no review fits.
    """
    if not reviews:
        raise Problem(f"{project} has no reviews yet. {OPENED}")
    name = chosen((one.spec.allocation for one in reviews), allocation, project)
    mine = sorted((one for one in reviews if one.spec.allocation == name), key=first_day)
    if quarter:
        found = [one for one in mine if one.spec.review.lower() == quarter.lower()]
        if not found:
            listed = ", ".join(one.spec.review for one in mine)
            raise Problem(f"{name} has no review {quarter}; there are: {listed}. Check --review.")
        return found[0]
    fitting = [one for one in mine if not one.status.outcome and fits(one)]
    if not fitting:
        raise Problem(nothing)
    return fitting[0]


def opened(found: Sequence[Opened], project: str, allocation: str, nothing: str) -> Opened:
    """The Report or Relocation of the one allocation that is meant. Raises Problem."""
    if not found:
        raise Problem(nothing)
    name = chosen((one.spec.allocation for one in found), allocation, project)
    return next(one for one in found if one.spec.allocation == name)
