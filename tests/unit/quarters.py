"""Reviews that were lived through and recorded, as the cluster has them afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenure.api import Allocation, Programme, Review
from tenure.api.decision import DecisionSpec, Telemetry
from tenure.api.review import LedgerStatus
from tenure.rules import bundles, record
from tenure.rules.grant import digest
from tenure.rules.increases import Answer
from tenure.rules.recorded import LeftOut, Sources, put_together
from tenure.rules.simulate import Recorded
from unit.build import A100, DEFAULT, allocation, at, case
from unit.course import Course, Writes, live


@dataclass(frozen=True)
class Lived:
    """A review that was lived through, the Decision if there was one, and what stands in the cluster."""

    course: Course
    allocation: Allocation
    programme: Programme
    review: Review
    decided: DecisionSpec | None

    def sources(self, *, review: bool = True) -> Sources:
        """What is read; without the Review where the tenant's namespace is gone."""
        return Sources(
            self.review.spec.review,
            self.allocation,
            self.programme,
            A100,
            self.review if review else None,
            self.decided,
            [self.decided] if self.decided is not None else [],
        )

    def recorded(self, now: str = "2026-11-20", *, review: bool = True) -> Recorded:
        """Put together again."""
        found = put_together(self.sources(review=review), at(now))
        assert not isinstance(found, LeftOut), found
        return found


def lived(
    days: LedgerStatus,
    writes: Writes | None = None,
    *,
    rules: Programme = DEFAULT,
    start: str = "2026-07-01",
    until: str = "2026-12-31",
    held: int = 8,
    increase: Answer | None = None,
    **award: Any,
) -> Lived:
    """The review of 2026-Q3 (or September), asked day by day until it is decided or the last day is over."""
    awarded = allocation(devices=held, **award)
    term = f"{awarded.spec.term.start} {awarded.spec.term.end}"
    course = live(case(days, start, rules=rules, held=held, term=term, increase=increase), until, writes)
    found = course.case
    review = Review.parse(
        {
            "metadata": {"name": "vision-2026-2026-q3", "namespace": "vision"},
            "spec": found.spec.wire(),
            "status": {**found.status.model_copy(update={"ledger": days}).wire()},
        }
    )
    return Lived(course, awarded, rules, review, _decision(course, awarded, days, rules))


def _decision(course: Course, awarded: Allocation, days: LedgerStatus, rules: Programme) -> DecisionSpec | None:
    ruling, held = course.ruling, course.case.held
    if ruling is None:
        return None
    return record.decision(
        subject=record.Subject(awarded.name, "vision", "hanbit", digest(awarded.spec)),
        circumstances=record.Circumstances(awarded.spec, rules.spec, A100.spec),
        occasion=course.case.spec.review,
        settled=record.Settled(
            ruling.kind,
            held,
            bundles.with_devices(held, A100.spec, ruling.devices),
            ruling.effective,
            ruling.message,
            ruling.data_kept_until,
        ),
        evidence=record.of_review(course.case, days, Telemetry()),
        earlier=(),
        now=course.case.now,
    )
