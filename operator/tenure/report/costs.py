"""R5: what a month costs, allocation by allocation, and in sentences what could not be priced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby

from tenure.api import Accelerator, Allocation, Decision, Programme
from tenure.report.centre import Centre
from tenure.rules.billing import Account, bill
from tenure.rules.calendar import is_zone
from tenure.rules.held import used_days
from tenure.rules.pricing import Cost, Month, in_force


@dataclass(frozen=True)
class Line:
    """One allocation's month."""

    programme: str
    project: str
    organization: str
    allocation: str
    accelerator: str
    cost: Cost


@dataclass(frozen=True)
class Sum:
    """What lines come to, in whole KRW: sums of what stands in them, so that nothing is rounded twice."""

    worth: int
    busy_worth: int
    idle_worth: int
    unknown_worth: int
    amount: int


@dataclass(frozen=True)
class Costs:
    """A month in lines, by programme, project and allocation; and what the lines do not say."""

    month: Month
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    @property
    def of_programmes(self) -> dict[str, Sum]:
        """Programme -> the sum of its lines."""
        return {name: total(group) for name, group in groupby(self.lines, lambda line: line.programme)}

    @property
    def of_projects(self) -> dict[tuple[str, str], Sum]:
        """Programme and project -> the sum of their lines."""
        return {key: total(group) for key, group in groupby(self.lines, lambda line: (line.programme, line.project))}


def total(lines: Iterable[Line]) -> Sum:
    """What some lines come to."""
    costs = [line.cost for line in lines]
    return Sum(**{one.name: sum(getattr(cost, one.name) for cost in costs) for one in fields(Sum)})


def costs(centre: Centre, month: Month, now: datetime, project: str = "") -> Costs:
    """The month of one project, or of all. Days that are not over yet are not in it."""
    chosen = [a for a in centre.allocations.values() if project in ("", a.spec.project) and a.spec.accelerator]
    lines: list[Line] = []
    notes: list[str] = []
    for allocation in chosen:
        programme = centre.programmes.get(allocation.spec.programme)
        accelerator = centre.accelerators.get(allocation.spec.accelerator)
        if programme is None or accelerator is None:
            notes.append(_not_priced(allocation))
            continue
        if not is_zone(programme.spec.time_zone):
            notes.append(_no_days(allocation, programme))
            continue
        line = _line(_account(centre, allocation, programme, accelerator), month, now)
        if line.cost.device_days:
            lines.append(line)
            notes += _doubts(line, allocation, programme)
    notes += _without_allocation(centre, month, project)
    lines.sort(key=lambda line: (line.programme, line.project, line.allocation))
    return Costs(month, tuple(lines), tuple(dict.fromkeys(notes)))


def _line(account: Account, month: Month, now: datetime) -> Line:
    return Line(
        programme=account.programme.name,
        project=account.allocation.spec.project,
        organization=account.organization.name if account.organization is not None else "",
        allocation=account.allocation.name,
        accelerator=account.accelerator.name,
        cost=bill(account, month, now),
    )


def _account(centre: Centre, allocation: Allocation, programme: Programme, accelerator: Accelerator) -> Account:
    return Account(
        allocation=allocation,
        programme=programme,
        accelerator=accelerator,
        organization=centre.organization_of(allocation.spec.project),
        decisions=tuple(centre.decisions.get(allocation.name, ())),
        reviews=tuple(centre.reviews.get(allocation.name, ())),
    )


def _not_priced(allocation: Allocation) -> str:
    spec = allocation.spec
    return (
        f"{allocation.name} is not priced: its Programme {spec.programme} or its Accelerator {spec.accelerator} is not there. "
        "Apply it and ask again."
    )


def _no_days(allocation: Allocation, programme: Programme) -> str:
    return (
        f"{allocation.name} is not priced: the time zone {programme.spec.time_zone} of its Programme {programme.name} does not "
        "exist. Correct spec.timeZone, for example to Asia/Seoul."
    )


def _doubts(line: Line, allocation: Allocation, programme: Programme) -> Iterator[str]:
    """What makes an amount that is there another one than somebody may expect."""
    if not line.cost.book_value:
        yield f"Accelerator {line.accelerator} has no book value, so it costs nothing. Set its spec.bookValue (R5)."
    if programme.spec.mode == "Observe":
        yield f"Programme {programme.name} only observes: its amounts are what would be paid."
    named, discounts = allocation.spec.discount, programme.spec.pricing.discounts
    found = [discount for discount in discounts if discount.name == named]
    if named and not found:
        yield f"{allocation.name} names the discount {named}, which Programme {programme.name} does not have: it is not applied."
    for discount in found:
        if not in_force(discount, line.cost.month):
            yield f"{allocation.name} names the discount {named}, which is not given in {line.cost.month}: it is not applied."


def _without_allocation(centre: Centre, month: Month, project: str) -> Iterable[str]:
    """What was held by allocations that are not there any more: nobody can say of which accelerator it was."""
    for name, decisions in centre.decisions.items():
        if name in centre.allocations or project not in ("", decisions[-1].spec.project):
            continue
        seconds = _granted(decisions, month)
        if seconds:
            yield (
                f"{name} of project {decisions[-1].spec.project} is not priced: its Decisions say that {seconds // 3600:,} "
                f"device-hours were granted in {month}, and its Allocation is not there any more. Keep an Allocation until its "
                "last month is paid."
            )


def _granted(decisions: Iterable[Decision], month: Month) -> int:
    used = used_days(d.spec.evidence.ledger for d in decisions if d.spec.evidence.ledger is not None)
    return sum(used[day].granted for day in month.days if day in used)
