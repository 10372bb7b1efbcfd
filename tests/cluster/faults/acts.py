"""What people do, one after the other, and Tenure then applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..awards import Tenant, body
from .writes import KILLS, Fault

if TYPE_CHECKING:
    from .company import Company


@dataclass(frozen=True)
class Act:
    """One thing that somebody does with each tenant, and the day on which it is done."""

    name: str
    day: date
    begin: Callable[[Company, Tenant], None]
    kills: tuple[Fault, ...]
    """How the operator is killed at every write. Before one is as after the one before, so that either meets every state."""
    away: bool = False
    """Whether the API server goes away in the middle of it as well."""


def _confirm(company: Company, made: Tenant) -> None:
    """The committee confirms the reduction: notice is given."""
    verdict = {"confirms": "Reduce", "reason": "As recommended."}
    company.chair.merge(company.review(made), {"spec": {"verdict": verdict}})


def _dismiss(company: Company, made: Tenant) -> None:
    """The appeal is dismissed after notice is over: decided, eight devices become four, and a pod is evicted."""
    verdict = {"appeal": "Dismissed", "reason": "It was not."}
    company.chair.merge(company.review(made), {"spec": {"verdict": verdict}})


def _give_back(company: Company, made: Tenant) -> None:
    """The tenant gives two devices back: the other pod is evicted."""
    given = body("Return", "early", allocation=made.name, devices=2, reason="The data comes in spring.")
    given["metadata"]["namespace"] = made.name
    company.member(made).create(given)


def _mark(company: Company, made: Tenant) -> None:
    """The chair marks off-purpose use: the grant ends."""
    spec = {"ground": "OffPurpose", "evidence": ["https://committee.example/log"], "reason": "Coins were mined."}
    marked = body("Sanction", made.name, allocation=made.name, **spec)
    company.desk.expect(marked)
    company.chair.create(marked)


NOTICE, EFFECTIVE = date(2031, 4, 9), date(2031, 4, 22)
ACTS = (
    Act("notice", NOTICE, _confirm, KILLS),
    Act("cut", EFFECTIVE, _dismiss, (Fault.KILLED_AFTER,), away=True),
    Act("return", EFFECTIVE, _give_back, (Fault.KILLED_BEFORE,)),
    Act("sanction", EFFECTIVE, _mark, (Fault.KILLED_AFTER,)),
)
