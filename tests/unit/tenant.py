"""A tenant's namespace as the command reads it: a quota with its annotations, reviews and what was handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any, TypeVar

from rich.console import Console
from tenure.api import Relocation, Report, Return, Review, names
from tenure.api.allocation import Grant
from tenure.api.conditions import TABLE
from tenure.cli.tenant.workspace import Workspace
from tenure.tenancy.contents import desired
from tenure.tenancy.holding import Holding
from unit.build import A100, DATES, DEFAULT, Body, at, project

T = TypeVar("T")


def quota(devices: int = 8, until: str = "2026-12-31", *, stopped: bool = False, **more: int) -> Body:
    """The ResourceQuota as Tenure writes it, enforced. More allocations by name and devices."""
    holdings = [_holding("vision-2026", devices, until, stopped=stopped)]
    holdings += [_holding(name, count, until, stopped=False) for name, count in more.items()]
    notes = {names.NEXT_REVIEW: "2026-Q3 measures 2026-07-01 to 2026-09-30, plan due 2026-10-08"}
    found: Body = desired(project(), holdings, DEFAULT, [A100], notes).quota
    return {**found, "status": {"hard": found["spec"]["hard"]}}


def _holding(name: str, devices: int, until: str, *, stopped: bool) -> Holding:
    grant = Grant(devices=devices, cpu="92", memory="1800G", storage="30T")
    return Holding(name, A100, grant, date.fromisoformat(until), stopped)


def said(**conditions: str) -> list[Body]:
    """Conditions as type="Reason: message". Raises KeyError for a reason that nobody writes."""
    return [_condition(type_, *text.split(": ", 1)) for type_, text in conditions.items()]


def _condition(type_: str, reason: str, message: str = "") -> Body:
    TABLE[type_][reason]
    since = "2026-10-09T00:00:00Z"
    return {"type": type_, "status": "Unknown", "reason": reason, "message": message, "lastTransitionTime": since}


def review(quarter: str = "2026-Q3", *, of: str = "vision-2026", spec: Body | None = None, **status: Any) -> Review:
    """A Review; conditions as `said` takes them, in `says`."""
    says = said(**status.pop("says", {}))
    return Review.parse(
        {
            "metadata": {"name": names.review(of, quarter), "namespace": "vision"},
            "spec": {"allocation": of, "review": quarter, **(spec or {})},
            "status": {"dates": DATES, "conditions": says, **status},
        }
    )


def report(spec: Body | None = None, says: dict[str, str] | None = None, **status: Any) -> Report:
    """A Report that Tenure has opened."""
    return Report.parse(
        {
            "metadata": {"name": "vision-2026-report", "namespace": "vision"},
            "spec": {"allocation": "vision-2026", **(spec or {})},
            "status": {"due": "2026-12-01", "conditions": said(**(says or {})), **status},
        }
    )


def relocation(spec: Body | None = None, says: dict[str, str] | None = None, **status: Any) -> Relocation:
    """A Relocation that Tenure has opened."""
    return Relocation.parse(
        {
            "metadata": {"name": "vision-2026-relocation", "namespace": "vision"},
            "spec": {"allocation": "vision-2026", **(spec or {})},
            "status": {"due": "2026-10-01", "conditions": said(**(says or {})), **status},
        }
    )


def given_back(says: dict[str, str] | None = None, **spec: Any) -> Return:
    """A Return."""
    return Return.parse(
        {
            "metadata": {"name": "vision-2026-return-x7k2p", "namespace": "vision"},
            "spec": {"allocation": "vision-2026", "reason": "We need less.", **spec},
            "status": {"conditions": said(**(says or {}))},
        }
    )


def workspace(
    *objects: Review | Report | Relocation | Return, quota: Body | None = None, now: str | datetime = "2026-09-26"
) -> Workspace:
    """All of it, looked at on a day."""

    def of(kind: type[T]) -> tuple[T, ...]:
        return tuple(one for one in objects if isinstance(one, kind))

    when = at(now) if isinstance(now, str) else now
    return Workspace("vision", quota, of(Review), of(Report), of(Relocation), of(Return), when)


def printed(show: Callable[[T, Console], None], found: T, width: int = 80) -> str:
    """What `show` prints where nobody looks at a terminal."""
    file = StringIO()
    show(found, Console(file=file, width=width, highlight=False))
    return file.getvalue()


def lines(text: str) -> Sequence[str]:
    """Without what Rich pads at the ends."""
    return [line.rstrip() for line in text.splitlines()]
