"""The objects of a centre that reports are made of, found by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, Review
from tenure.api.model import Resource

KINDS: tuple[type[Resource], ...] = (Programme, Accelerator, Organization, Project, Allocation, Decision, Review)
"""All that a report reads."""
R = TypeVar("R", bound=Resource)


@dataclass(frozen=True)
class Centre:
    """Everything by name; Decisions and Reviews by their allocation, in order of time."""

    programmes: Mapping[str, Programme]
    accelerators: Mapping[str, Accelerator]
    organizations: Mapping[str, Organization]
    projects: Mapping[str, Project]
    allocations: Mapping[str, Allocation]
    decisions: Mapping[str, Sequence[Decision]]
    reviews: Mapping[str, Sequence[Review]]

    @classmethod
    def of(cls, objects: Iterable[Resource]) -> Centre:
        """From objects of KINDS in any order."""
        every = list(objects)
        decisions: dict[str, list[Decision]] = defaultdict(list)
        for decision in sorted(_all(every, Decision), key=lambda d: (d.spec.decided_at, d.name)):
            decisions[decision.spec.allocation].append(decision)
        reviews: dict[str, list[Review]] = defaultdict(list)
        for review in sorted(_all(every, Review), key=lambda r: (r.spec.review, r.metadata.namespace)):
            reviews[review.spec.allocation].append(review)
        return cls(
            _named(every, Programme),
            _named(every, Accelerator),
            _named(every, Organization),
            _named(every, Project),
            _named(every, Allocation),
            decisions,
            reviews,
        )

    def quarter(self, typed: str) -> str:
        """The name of a quarter as reviews and Decisions spell it, in whichever case it was typed; else what was typed."""
        names = {one.spec.review for some in self.reviews.values() for one in some}
        names |= {one.spec.review for some in self.decisions.values() for one in some}
        return next((name for name in sorted(names) if name.casefold() == typed.casefold()), typed)

    def organization_of(self, project: str) -> Organization | None:
        """The organization of a project, as far as both are there."""
        found = self.projects.get(project)
        return self.organizations.get(found.spec.organization) if found is not None else None


def _all(objects: Iterable[Resource], kind: type[R]) -> Iterable[R]:
    return (one for one in objects if isinstance(one, kind))


def _named(objects: Iterable[Resource], kind: type[R]) -> Mapping[str, R]:
    return {one.name: one for one in sorted(_all(objects, kind), key=lambda one: one.name)}
