"""A project as its tenant sees it: everything is read from the own namespace."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from tenure.api import Relocation, Report, Return, Review, names
from tenure.cli.cluster import refused
from tenure.cli.problem import Problem
from tenure.cli.reading import ASK, every, now
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED
from tenure.rules import calendar
from tenure.tenancy.summary import Summary, read


@dataclass(frozen=True)
class Workspace:
    """What is in the namespace of a project. `quota` is None where Tenure has written none (yet)."""

    project: str
    quota: Manifest | None
    reviews: tuple[Review, ...]
    reports: tuple[Report, ...]
    relocations: tuple[Relocation, ...]
    returns: tuple[Return, ...]
    now: datetime
    readable: bool = False
    """Tenure keeps a pod in which the data of grants that are over is read."""

    @property
    def notes(self) -> dict[str, str]:
        """The annotations of the ResourceQuota."""
        found: dict[str, str] = (self.quota or {}).get("metadata", {}).get("annotations", {})
        return found

    @property
    def hard(self) -> dict[str, str]:
        """What the API server enforces."""
        found: dict[str, str] = (self.quota or {}).get("status", {}).get("hard", {})
        return found

    @property
    def summary(self) -> Summary | None:
        """Holdings and rules, where Tenure has written them."""
        return read(self.notes)

    @property
    def today(self) -> date:
        """The day in the programme's zone; in this machine's where the zone is not known."""
        summary = self.summary
        return calendar.today(self.now, summary.time_zone) if summary is not None else self.now.astimezone().date()

    @property
    def allocations(self) -> list[str]:
        """Names of all allocations that anything here is about, in order."""
        of_objects: tuple[Review | Report | Relocation | Return, ...] = (
            *self.reviews,
            *self.reports,
            *self.relocations,
            *self.returns,
        )
        held = self.summary.allocations if self.summary is not None else {}
        return sorted({*held, *(one.spec.allocation for one in of_objects)})


async def workspace(kube: Kube, project: str) -> Workspace:
    """All of it. Raises Problem where it may not be read, or where there is nothing of Tenure."""
    may_not = f"You may not look into the project {project}, or there is no such project. {ASK}"
    reviews, reports, relocations, returns, quota, readable = await asyncio.gather(
        every(kube, Review, project, may_not=may_not),
        every(kube, Report, project, may_not=may_not),
        every(kube, Relocation, project, may_not=may_not),
        every(kube, Return, project, may_not=may_not),
        _quota(kube, project, may_not),
        _readable(kube, project),
    )
    if quota is None and not (reviews or reports or relocations or returns):
        raise Problem(
            f"{project} is no project that holds anything. Check the name and the context (kubectl config current-context); "
            "an award is in the namespace from the first day of its term on."
        )
    return Workspace(project, quota, reviews, reports, relocations, returns, now(), readable)


async def _readable(kube: Kube, project: str) -> bool:
    """Whether the reader runs. Who may not see pods is told nothing of it."""
    try:
        pod = await kube.get(SERVED["Pod"], project, names.READER)
    except ApiError:
        return False
    return pod is not None and pod.get("status", {}).get("phase") == "Running"


async def _quota(kube: Kube, project: str, may_not: str) -> Manifest | None:
    try:
        return await kube.get(SERVED["ResourceQuota"], project, names.QUOTA)
    except ApiError as error:
        raise refused(error, may_not) from error
