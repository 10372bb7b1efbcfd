"""A Decision and what it was made under, read from its own evidence and the Decisions before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import AllocationSpec
from tenure.api.decision import REVIEWED, DecisionSpec
from tenure.api.programme import ProgrammeSpec
from tenure.rules import bundles, calendar
from tenure.rules.grant import Entitlement, entitled


@dataclass(frozen=True)
class Made:
    """A Decision with what it was made under."""

    spec: DecisionSpec
    earlier: Sequence[DecisionSpec]
    """Of the same allocation, without evidence, in order; all of the same award are among them."""

    @cached_property
    def award(self) -> AllocationSpec:
        """The award it was decided for."""
        return AllocationSpec.model_validate(self.spec.evidence.award)

    @cached_property
    def rules(self) -> ProgrammeSpec:
        """The rules in force. Decisions are made by a programme that enforces."""
        return ProgrammeSpec.model_validate({**self.spec.evidence.rules, "mode": "Enforce"})

    @cached_property
    def accelerator(self) -> AcceleratorSpec | None:
        """Of the accelerator, the ladder is all that a rule asks for."""
        ladder = self.spec.evidence.rules.get("ladder")
        if ladder is None:
            return None
        return AcceleratorSpec(resource_name="tenure.dev/any", node_selector={"any": ""}, ladder=ladder)

    @cached_property
    def today(self) -> date:
        """The day on which it was decided."""
        return calendar.today(self.spec.decided_at, self.rules.time_zone)

    @cached_property
    def entitlement(self) -> Entitlement:
        """What award and earlier Decisions gave then. A review looks at the term's last day at most."""
        term, mine = self.award.term, self.spec.award_digest
        day = min(self.today, term.end) if self.spec.kind in REVIEWED else self.today
        base = bundles.award(self.award, self.accelerator, self.rules.tenancy)
        return entitled(base, term, self.earlier, mine, day)
