"""One review with all that belongs to it, as the committee needs it. Whatever is not there any more is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tenure.api import Accelerator, Allocation, Organization, Programme, Project, Review
from tenure.api.allocation import Grant
from tenure.api.conditions import Condition, find
from tenure.api.decision import DecisionSpec
from tenure.api.programme import Measurement, ReviewRules
from tenure.report.centre import Centre
from tenure.report.effects import Effect, Stand, effects
from tenure.rules.acceptance import organization_cap
from tenure.rules.steps import held_before_returns


@dataclass(frozen=True)
class Item:
    """A review and the objects it names, as far as they are there."""

    review: Review
    allocation: Allocation | None
    project: Project | None
    organization: Organization | None
    programme: Programme | None
    accelerator: Accelerator | None
    history: Sequence[DecisionSpec]
    """The Decisions on the allocation, oldest first."""
    decided: DecisionSpec | None
    """The Decision of this review."""

    @classmethod
    def of(cls, centre: Centre, review: Review) -> Item:
        """The review among the objects of its centre."""
        allocation = centre.allocations.get(review.spec.allocation)
        decisions = centre.decisions.get(review.spec.allocation, ())
        project = review.metadata.namespace
        return cls(
            review=review,
            allocation=allocation,
            project=centre.projects.get(project),
            organization=centre.organization_of(project),
            programme=centre.programmes.get(allocation.spec.programme) if allocation else None,
            accelerator=centre.accelerators.get(allocation.spec.accelerator) if allocation else None,
            history=[d.spec for d in decisions],
            decided=next((d.spec for d in decisions if d.name == review.status.decision), None),
        )

    @property
    def held(self) -> Grant:
        """The grant that is decided about; after the Decision, the one before it."""
        if self.decided is not None:
            return self.decided.before
        return self.allocation.status.entitled if self.allocation else Grant()

    @property
    def holder(self) -> str:
        """The organization, by its name for people."""
        if self.organization is None:
            return "not known"
        return self.organization.spec.title or self.organization.name

    @property
    def title(self) -> str:
        """The project, by its name for people."""
        return (self.project.spec.title if self.project else "") or self.review.metadata.namespace

    @property
    def rules(self) -> tuple[Measurement, ReviewRules] | None:
        """How use is counted and judged: as it was when it was decided, else as the programme has it now."""
        kept = self.decided.evidence.rules if self.decided else {}
        if {"measurement", "review"} <= kept.keys():
            return Measurement.model_validate(kept["measurement"]), ReviewRules.model_validate(kept["review"])
        return (self.programme.spec.measurement, self.programme.spec.review) if self.programme else None

    def said(self, type_: str) -> Condition | None:
        """A condition of the review."""
        return find(self.review.status.conditions, type_)

    @property
    def plan(self) -> str:
        """How the plan stands, in a word or two: handed in or not, and how it was judged."""
        said, verdict = self.said("PlanSubmitted"), self.review.spec.verdict
        state = {"Awaited": "awaited", "Missing": "missing", "NotNeeded": "not needed"}
        word = "handed in" if self.review.spec.plan else "awaited"
        word = state.get(said.reason if said else "", word)
        return f"{word}, {verdict.plan.lower()}" if verdict and verdict.plan else word

    @property
    def leads_to(self) -> str:
        """What was decided, else what is recommended, else nothing."""
        return self.review.status.outcome or self.review.status.recommendation or ""

    @property
    def waits_for(self) -> str:
        """Whose turn it is."""
        waits = self.review.status.waits
        return waits.for_ if waits and not self.review.status.outcome else ""

    @cached_property
    def effects(self) -> Sequence[Effect]:
        """What each outcome would do; nothing where it is decided, or where nobody can say what is held."""
        if self.decided or self.review.status.outcome or not (self.allocation and self.accelerator and self.programme):
            return ()
        return effects(
            Stand(
                accelerator=self.accelerator.spec,
                held=self.held,
                cap=self._cap(self.accelerator),
                free=self.accelerator.status.free,
                reserved=self.accelerator.spec.reserved,
                retention_days=self.programme.spec.storage.retention_days,
                before_returns=self._before_returns(self.allocation),
            )
        )

    def _before_returns(self, allocation: Allocation) -> int:
        dates, digest = self.review.status.dates, allocation.status.award_digest
        mine = [one for one in self.history if one.award_digest == digest]
        return held_before_returns(self.held.devices, mine, dates.window_start) if dates else self.held.devices

    def _cap(self, accelerator: Accelerator) -> int:
        """R1: what the organization's cap leaves to this allocation beside what else it holds."""
        if self.organization is None:
            return self.held.devices
        elsewhere = max(0, self.organization.status.devices - self.held.devices)
        return organization_cap(self.organization, accelerator) - elsewhere
