"""Small builders of what the rules work on, from the shipped programmes and accelerators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project
from tenure.api.allocation import Grant, Term
from tenure.api.decision import DecisionSpec
from tenure.api.model import API_VERSION
from tenure.api.review import Appeal, LedgerStatus, Plan, ReviewSpec, ReviewStatus, Verdict
from tenure.rules import bundles, calendar, record
from tenure.rules.case import Case
from tenure.rules.increases import Answer, Wish
from tenure.rules.utilization import Ratio, counts

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("Asia/Seoul")
DAY = 24 * 3600
Body = dict[str, Any]
DATES = {
    "windowStart": "2026-07-01",
    "windowEnd": "2026-09-30",
    "planDue": "2026-10-08",
    "verdictDue": "2026-10-15",
    "effective": "2026-10-22",
}
"""Of a Review of the third quarter, on the wire."""


def documents(path: str) -> list[Body]:
    """The objects of a YAML file of the repository."""
    return [body for body in yaml.safe_load_all((ROOT / path).read_text()) if body]


PROGRAMMES = {
    name: Programme.parse(documents(f"manifests/programme-{name}.yaml")[0]) for name in ("default", "aica-2022")
}
ACCELERATORS = {body["metadata"]["name"]: Accelerator.parse(body) for body in documents("manifests/accelerators.yaml")}
DEFAULT, AICA = PROGRAMMES["default"], PROGRAMMES["aica-2022"]
A100 = ACCELERATORS["a100-40gb"]


def programme(base: Programme = DEFAULT, **spec: Any) -> Programme:
    """A shipped programme with parts of its spec replaced, by their names on the wire."""
    body = base.wire()
    for part, value in spec.items():
        body["spec"][part] = {**body["spec"].get(part, {}), **value} if isinstance(value, dict) else value
    return Programme.parse(body)


def organization(name: str = "hanbit", **spec: Any) -> Organization:
    """A company."""
    return Organization.parse({"metadata": {"name": name}, "spec": {"registration": "123-45", **spec}})


def project(name: str = "vision", of: str = "hanbit", **spec: Any) -> Project:
    """Its workspace."""
    return Project.parse({"metadata": {"name": name}, "spec": {"organization": of, **spec}})


def allocation_body(
    name: str = "vision-2026", term: str = "2026-07-01 2026-12-31", created: int = 0, **spec: Any
) -> Body:
    """An award as the API server sends it: eight A100 for half a year."""
    start, end = term.split()
    born = datetime(2026, 6, 20, tzinfo=ZONE) + timedelta(minutes=created)
    return {
        "apiVersion": API_VERSION,
        "kind": "Allocation",
        "metadata": {"name": name, "uid": name, "creationTimestamp": born.isoformat(), "resourceVersion": "1"},
        "spec": {
            "project": "vision",
            "accelerator": "a100-40gb",
            "devices": 8,
            "term": {"start": start, "end": end},
            **spec,
        },
    }


def allocation(
    name: str = "vision-2026", term: str = "2026-07-01 2026-12-31", created: int = 0, **spec: Any
) -> Allocation:
    """The same, parsed."""
    return Allocation.parse(allocation_body(name, term, created, **spec))


def grant(devices: int, accelerator: Accelerator = A100, storage: str = "0") -> Grant:
    """A rung of the ladder."""
    return bundles.with_devices(Grant(storage=storage), accelerator.spec, devices)


def at(day: str | date, hour: int = 12) -> datetime:
    """An instant of a day in the programmes' zone."""
    when = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(when, time(hour), ZONE)


def decision(review: str, kind: str, after: int, effective: str, before: int = 8, **more: Any) -> DecisionSpec:
    """A Decision with its hash. It was made on the day it takes effect."""
    spec = DecisionSpec(
        allocation="vision-2026",
        project="vision",
        review=review,
        award_digest=more.pop("digest", "award"),
        kind=kind,
        before=grant(before),
        after=grant(after),
        effective=date.fromisoformat(effective),
        decided_at=more.pop("decided_at", at(effective)),
        **more,
    )
    return spec.model_copy(update={"hash": record.digest(spec.wire())})


def decision_body(spec: DecisionSpec, name: str) -> Body:
    """A Decision as the API server sends it."""
    return Decision(metadata={"name": name}, spec=spec).wire() | {"apiVersion": API_VERSION, "kind": "Decision"}


def ledger(
    states: str,
    busy: int = 0,
    devices: int = 8,
    first: str = "2026-07-01",
    *,
    measured: int | None = None,
    requested: int | None = None,
    outage: Sequence[int] = (),
    no_capacity: Sequence[int] = (),
    estimated: Sequence[int] = (),
    second: Sequence[int] = (),
    reason: str = "CoverageGap",
) -> LedgerStatus:
    """Days in the states that are named, `busy` device-seconds in all, spread over the counted days.

    Pods ran all day unless `requested` (per day, -1 for not known) says otherwise; all of it was measured on counted
    days and nothing on Unknown ones, unless `measured` (per day) says otherwise. The other columns are zero where they
    are not given, and no second signal was read.
    """
    start, whole = date.fromisoformat(first), devices * DAY
    wanted = whole if requested is None else requested
    known = (whole if wanted < 0 else wanted) if measured is None else measured
    days = [(start + timedelta(days=number), state) for number, state in enumerate(states)]
    return LedgerStatus(
        **{"from": start},
        busy_seconds=tuple(_spread(busy, states)),
        measured_seconds=tuple(known if state == "C" or measured is not None else 0 for state in states),
        requested_seconds=(wanted,) * len(states),
        granted_seconds=(whole,) * len(states),
        outage_seconds=_padded(outage, states, 0),
        no_capacity_seconds=_padded(no_capacity, states, 0),
        estimated_seconds=_padded(estimated, states, 0),
        second_seconds=_padded(second, states, -1),
        answers=("",) * len(states),
        states=states,
        reasons={day.isoformat(): reason for day, state in days if state == "U"},
    )


def _padded(column: Sequence[int], states: str, empty: int) -> tuple[int, ...]:
    """A column as long as the states."""
    return (*column, *[empty] * (len(states) - len(column)))


def _spread(busy: int, states: str) -> Iterator[int]:
    """The same on every counted day; what is left over goes to the first ones."""
    each, more = divmod(busy, max(1, states.count("C")))
    for state in states:
        yield (each + (more > 0)) if state == "C" else 0
        more -= state == "C"


def base_seconds(states: str, devices: int = 8) -> int:
    """R16: eight hours of every device for every counted day."""
    return states.count("C") * devices * 8 * 3600


def share(percent: float, states: str, devices: int = 8) -> int:
    """Busy device-seconds that come to a percentage of base time; a whole number at whole percentages."""
    return round(base_seconds(states, devices) * percent / 100)


QUARTER = "C" * 92
"""2026-Q3 with every day counted."""


def used(percent: float, states: str = QUARTER, devices: int = 8, less: int = 0, **days: Any) -> LedgerStatus:
    """A ledger that comes to a percentage, less a number of device-seconds."""
    return ledger(states, share(percent, states, devices) - less, devices, **days)


def review_body(of: str, quarter: str, days: LedgerStatus, verdict: Body | None = None, **status: Any) -> Body:
    """A Review that was opened in time and has its days."""
    spec = {"allocation": of, "review": quarter} | ({"verdict": verdict} if verdict else {})
    return {
        "kind": "Review",
        "metadata": {"name": f"{of}-{quarter.lower()}", "namespace": "vision"},
        "spec": spec,
        "status": {"openedAt": "2026-07-01T00:00:00Z", "ledger": days.wire(), **status},
    }


def autumn(percent: float, **days: Any) -> LedgerStatus:
    """The same for the window of aica-2022's review of September, June to August."""
    return used(percent, first="2026-06-01", **days)


PLAN = Plan(summary="Train the next model.")
APPEAL = Appeal(reason="Our node was down.")


def case(
    days: LedgerStatus,
    today: str | date,
    *,
    rules: Programme = DEFAULT,
    term: str = "2026-07-01 2026-12-31",
    held: int = 8,
    decisions: tuple[DecisionSpec, ...] = (),
    increase: Answer | None = None,
    status: ReviewStatus | None = None,
    **spec: Any,
) -> Case:
    """The review 2026-Q3 (or September) of an award of A100, opened on the window's first day."""
    window = calendar.windows(rules.spec.calendar, date(2026, 8, 1), date(2026, 8, 1))[0]
    start, end = (date.fromisoformat(day) for day in term.split())
    return Case(
        programme=rules.spec,
        accelerator=A100.spec,
        term=Term(start=start, end=end),
        window=window,
        held=grant(held),
        decisions=decisions,
        increase=increase,
        spec=ReviewSpec(allocation="vision-2026", review=window.review, **spec),
        status=status or ReviewStatus(opened_at=at(window.start)),
        counts=counts(days, rules.spec.measurement),
        now=at(today),
    )


def verdict(**what: Any) -> Verdict:
    """What the committee enters."""
    return Verdict(by="chair@committee.example", **what)


def wish(name: str = "vision-2026", approved: int | None = 8, held: int = 2, **more: Any) -> Wish:
    """An increase of an award of A100; alone in an organization whose cap is eight devices, used at 62 %."""
    cap = more.pop("cap", 8)
    given: dict[str, Any] = {"organization": name, "priority_class": 3, "utilization": Ratio(62, 100), "counted": held}
    rungs = tuple(bundle.devices for bundle in A100.spec.ladder)
    return Wish(name=name, approved=approved, held=held, rungs=rungs, **{**given, "room": cap - held, **more})
