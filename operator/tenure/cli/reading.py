"""Objects as the person with the kubeconfig may read them; what keeps them from it is one sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from tenure.api import Resource, Review
from tenure.cli.cluster import refused
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.control.clock import Clock
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED

R = TypeVar("R", bound=Resource)
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
"""A namespace."""
MEMBERS = "The centre's admin adds people to the Project's spec.members with the role Member."
"""What somebody is told who may look and not write."""
ASK = "Check the name, or ask the centre's admin to add you to the Project's spec.members."
"""What somebody is told who may not look, or has mistyped a project: to them both look alike."""
OPENED = "Tenure opens one on the first day on which an allocation is in use."
"""What follows where there is no review."""


async def every(kube: Kube, model: type[R], namespace: str = "", *, may_not: str, where: str = "") -> tuple[R, ...]:
    """All objects of a kind in a namespace, or in all of them; `where` is a field selector. Raises Problem.

    `may_not` is what somebody is told who lacks the right to.
    """
    kind = SERVED[model.KIND.kind]
    try:
        return tuple([parsed(model, body) async for body in kube.list(kind, namespace, fields=where)])
    except ApiError as error:
        raise refused(error, may_not) from error


async def one(kube: Kube, model: type[R], name: str, namespace: str = "", *, may_not: str) -> R | None:
    """An object, or None where there is none. Raises Problem."""
    try:
        body = await kube.get(SERVED[model.KIND.kind], namespace, name)
    except ApiError as error:
        raise refused(error, may_not) from error
    return parsed(model, body) if body is not None else None


def parsed(model: type[R], body: Manifest) -> R:
    """The object as a model. Raises Problem."""
    try:
        return model.parse(body)
    except ValidationError as error:
        name = body.get("metadata", {}).get("name", "")
        raise Problem(
            f"{model.KIND.kind} {name} cannot be read; this tenure may be too old. {error.errors()[0]['msg']}"
        ) from error


async def reviews_of(kube: Kube, project: str) -> list[Review]:
    """The reviews of a project, by allocation and date; not empty. Raises Problem."""
    may_not = f"You may not read the reviews of {project}, or there is no such project. {ASK}"
    found = await every(kube, Review, project, may_not=may_not)
    if found:
        return sorted(found, key=lambda review: (review.spec.allocation, first_day(review)))
    try:
        there = await kube.get(SERVED["Namespace"], "", project) is not None
    except ApiError as error:
        raise refused(error, may_not) from error
    if not there:
        raise Problem(
            f"There is no project {project} in this cluster. Check the name and the context: kubectl config current-context"
        )
    raise Problem(f"{project} has no reviews yet. {OPENED}")


def first_day(review: Review) -> str:
    """By which reviews of an allocation are in order of time; the quarter where no dates are written yet."""
    return f"{review.status.dates.window_start}" if review.status.dates is not None else review.spec.review


def named(project: str, command: str) -> str:
    """The project that is named. Raises Problem where there is none, in the context neither, or it can be none."""
    if not project:
        raise Problem(f"Name a project: the current context has no namespace. tenure {command} PROJECT", BAD_USAGE)
    if not NAME.fullmatch(project):
        text = f"{project!r} is no name of a project: small letters, digits and hyphens. tenure {command} PROJECT"
        raise Problem(text, BAD_USAGE)
    return project


def chosen(names: Iterable[str], wanted: str, project: str) -> str:
    """The allocation that is meant: the one that is named, or the only one there is. Raises Problem."""
    there = sorted(set(names))
    listed = ", ".join(there)
    if wanted and wanted not in there:
        raise Problem(f"There is no allocation {wanted} in {project}; there are: {listed}. Check --allocation.")
    if not wanted and len(there) > 1:
        raise Problem(f"{project} has several allocations: {listed}. Name one: --allocation {there[0]}", BAD_USAGE)
    return wanted or there[0]


def now() -> datetime:
    """The time as the operator takes it to be: TENURE_CLOCK_OFFSET shifts it for rehearsals. Raises Problem."""
    offset = os.environ.get("TENURE_CLOCK_OFFSET") or "0"
    try:
        return Clock(timedelta(seconds=float(offset))).now()
    except ValueError as error:
        raise Problem(f"TENURE_CLOCK_OFFSET must be a number of seconds, not {offset!r}.", BAD_USAGE) from error
