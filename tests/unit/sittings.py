"""Reviews as the committee finds them in its sheet, with the objects they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenure.api import Accelerator, Allocation, Decision, Review
from tenure.api.review import LedgerStatus
from tenure.report import sheet
from tenure.report.centre import Centre
from tenure.report.filled_in import Row
from tenure.report.item import Item
from tenure.rules.utilization import status
from unit.build import A100, AICA, allocation_body, autumn, case, decision_body, grant, organization, project
from unit.course import OPENED, live

TODAY = "2026-09-12"
"""In the review of September 2026 of aica-2022: plans were due on the 7th, verdicts are due on the 18th."""
SECRETARY = "secretary@committee.example"


def item(
    name: str = "vision-2026",
    days: LedgerStatus | None = None,
    *,
    held: int = 8,
    writes: Mapping[str, Mapping[str, Any]] | None = None,
    today: str = TODAY,
    award: Mapping[str, Any] | None = None,
    decisions: tuple[Any, ...] = (),
    **more: Any,
) -> Item:
    """A review under aica-2022 that was lived through up to a day. `writes` as in unit.course."""
    days = days or autumn(3.1)
    course = live(case(days, OPENED, rules=AICA, held=held, decisions=decisions), today, writes)
    assert course.last is not None
    found = {"dates": course.last.dates, "ledger": days, "utilization": status(course.case.counts), **more}
    body = allocation_body(name, devices=8, programme=AICA.name, **(award or {}))
    body["status"] = {"entitled": grant(held).wire(), "awardDigest": "award"}
    review = Review.parse(
        {
            "metadata": {"name": f"{name}-2026-september", "namespace": "vision"},
            "spec": {**course.case.spec.wire(), "allocation": name},
            "status": course.case.status.model_copy(update=found).wire(),
        }
    )
    ladder = [{**bundle.wire(), "offered": True} for bundle in A100.spec.ladder]
    accelerator = Accelerator.parse({**A100.wire(), "spec": {**A100.spec.wire(), "ladder": ladder}})
    made = [Decision.parse(decision_body(one, f"d{number}")) for number, one in enumerate(decisions)]
    things = [AICA, accelerator, organization(), project(title="Vision"), Allocation.parse(body), review, *made]
    return Item.of(Centre.of(things), review)


def row(of: Item, number: int = 2, **filled: object) -> Row:
    """The row of a review with some of its columns filled in; underscores stand for spaces."""
    return Row(number, {**sheet.row(of), **{title.replace("_", " "): value for title, value in filled.items()}})
