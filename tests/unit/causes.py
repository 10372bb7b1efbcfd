"""A holder for the rules of Returns, Sanctions, Relocations and Reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from tenure.api import Programme
from tenure.api.accelerator import AcceleratorSpec
from tenure.api.allocation import Grant
from tenure.api.conditions import conditions
from tenure.api.decision import DecisionSpec
from tenure.api.model import Resource
from tenure.rules.cause import Holder, Step
from tenure.rules.grant import entitled
from unit.build import A100, DEFAULT, allocation, at, grant


def holder(
    held: Grant | None = None,
    today: str = "2026-11-22",
    *decisions: DecisionSpec,
    rules: Programme = DEFAULT,
    accelerator: AcceleratorSpec = A100.spec,
    since: str = "2026-07-01",
    **spec: Any,
) -> Holder:
    """An award of 1 July to 31 December 2026, with access since its first day."""
    award = allocation(**spec)
    day = date.fromisoformat(today)
    return Holder(
        spec=award.spec,
        programme=rules.spec,
        accelerator=accelerator,
        entitlement=entitled(held or grant(8, storage="20T"), award.spec.term, decisions, "award", day),
        in_use_from=date.fromisoformat(since) if since else None,
        now=at(today),
    )


def after(about: Resource, step: Step, today: str) -> Any:
    """The object with its status as a step leaves it."""
    status = about.status  # type: ignore[attr-defined]
    said = conditions(status.conditions, step.said, generation=1, now=at(today))
    return about.model_copy(update={"status": status.model_copy(update={**step.facts, "conditions": said})})


def reasons(step: Step) -> dict[str, str]:
    """Condition -> reason."""
    return {said.type: said.reason for said in step.said}
