"""A centre with as many reviews as wanted, in all the states that a packet shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from tenure.api import Allocation, Decision, Review
from tenure.api.model import Resource
from tenure.api.review import LedgerStatus
from tenure.report.centre import Centre
from tenure.report.packet import Packet, packet
from tenure.rules.utilization import counts, status
from unit.build import (
    ACCELERATORS,
    DAY,
    DEFAULT,
    Body,
    allocation_body,
    at,
    decision,
    grant,
    ledger,
    organization,
    project,
)

QUARTER, NOW = "2026-Q3", at("2026-10-09", 14)
HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">\u202e&amp;'\"\x00"
"""What a tenant may type anywhere."""
LINKS = (
    "javascript:document.title='run'",
    "https://lab.example/report?a=1&b=2",
    "HTTP://lab.example",
    "see ftp://lab.example",
)


@dataclass(frozen=True)
class Waiting:
    """A state in which a review waits."""

    reason: str
    """Of the condition Recommended."""
    turn: str
    recommended: str | None
    plan: str
    """Reason of the condition PlanSubmitted."""
    percent: range
    """Utilization, roughly."""
    why: str


WAITS = (
    Waiting(
        *("AwaitingVerdict", "Committee", "Continue", "Submitted", range(8, 48)),
        "Continue with an adequate plan, Reduce otherwise. The plan waits for the committee since 2026-10-08.",
    ),
    Waiting(
        *("AwaitingConfirmation", "Committee", "Reduce", "Missing", range(6, 40)),
        "plan missing: Reduce is recommended and waits for the committee since 2026-10-08.",
    ),
    Waiting(
        *("AwaitingApproval", "Committee", "Increase", "Submitted", range(55, 90)),
        "plan adequate: an increase is offered. The committee approves it by spec.verdict.increaseTo.",
    ),
    Waiting(
        *("AwaitingPlan", "Tenant", None, "Awaited", range(8, 48)),
        "Continue with an adequate plan, Reduce without. The plan is due on 2026-10-12.",
    ),
    Waiting(
        *("AwaitingCapacity", "Capacity", "Increase", "Submitted", range(60, 120)),
        "the increase to 8 devices is approved and waits; 3 devices are free.",
    ),
    Waiting(
        *("Inconclusive", "Committee", None, "Submitted", range(4, 6)),
        "the two bounds do not give the same outcome. Nothing is taken; a person decides by spec.verdict.override.",
    ),
)
STATES = "S" * 14 + "C" * 30 + "UU" + "C" * 20 + "A" + "C" * 24 + "U"
NAMES = ("Hanbit Vision", "Gwangju Institute", "\ud55c\ube5b \ube44\uc804 \uc5f0\uad6c\uc18c", "Mudeung Robotics")


def devices(number: int) -> int:
    """What a tenant holds."""
    return 4 if number % 3 == 2 else 8


def waiting(number: int) -> Waiting:
    """The state that a review is in."""
    return WAITS[number % len(WAITS)]


def days(number: int) -> LedgerStatus:
    """A quarter with every kind of day; it comes to about what its state asks for."""
    percents = waiting(number).percent
    each = percents[number * 37 % len(percents)] * 288 * devices(number)
    found = ledger(STATES, 0, devices(number), second=[each // 3] * len(STATES), requested=devices(number) * DAY // 2)
    busy = [0 if state == "U" else each * (day * 5 % 7 + 1) // 4 for day, state in enumerate(STATES)]
    return found.model_copy(update={"busy_seconds": tuple(busy)})


def said(type_: str, reason: str, message: str) -> Body:
    """A condition."""
    return {
        "type": type_,
        "status": "False",
        "reason": reason,
        "message": message,
        "lastTransitionTime": NOW.isoformat(),
    }


def review_body(number: int, name: str, typed: str) -> Body:
    """A review in one of the states of WAITS; every fifth tenant appeals."""
    state, found = waiting(number), days(number)
    figures = status(counts(found, DEFAULT.spec.measurement))
    message = f"utilization {figures.percent} of {devices(number)} devices in {QUARTER}: {state.why} {typed}".strip()
    plan = {"summary": f"Train the next model {typed}\nand then the one after it.", "evidence": list(LINKS)}
    written = {"plan": plan} if state.plan == "Submitted" else {}
    appeal = {"appeal": {"reason": f"Our node was down. {typed}"}} if number % 5 == 0 else {}
    return {
        "metadata": {"name": f"{name}-2026-q3", "namespace": name},
        "spec": {"allocation": name, "review": QUARTER, **written, **appeal},
        "status": {
            "ledger": found.wire(),
            "utilization": figures.wire(),
            "recommendation": state.recommended,
            "waits": {"for": state.turn, "reason": state.reason, "since": at("2026-10-08").isoformat()},
            "planned": planned(number),
            "conditions": [said("Recommended", state.reason, message), said("PlanSubmitted", state.plan, "")],
        },
    }


def planned(number: int) -> Body:
    """Use against a plan of 800 device-hours."""
    hours = number * 40 % 900
    return {"plannedSeconds": 800 * 3600, "busySeconds": hours * 3600, "percent": f"{Decimal(hours) / 8:.1f} %"}


def objects(count: int, typed: str = "") -> Iterator[Resource]:
    """A tenant for each review. `typed` is put wherever a tenant types something; the last review is decided."""
    yield DEFAULT
    for accelerator in ACCELERATORS.values():
        yield accelerator.model_copy(
            update={"status": accelerator.status.model_copy(update={"capacity": 864, "granted": 860, "free": 4})}
        )
    for number in range(count):
        name = f"tenant-{number:04}"
        yield organization(name, title=f"{NAMES[number % len(NAMES)]} {number} {typed}", traits=["Regional"])
        yield project(name, of=name, title=f"Inspection of welds {typed}")
        held = devices(number)
        body = allocation_body(
            name, project=name, devices=held, usagePlan=[{"month": "2026-07", "deviceHours": 900, "text": typed}]
        )
        yield Allocation.parse({**body, "status": {"entitled": grant(held).wire(), "grant": grant(held).wire()}})
        parsed = Review.parse(review_body(number, name, typed))
        if number and number == count - 1:
            yield from decided(parsed)
        else:
            yield parsed


def decided(review: Review) -> Iterator[Resource]:
    """The same after its Decision, from eight devices to four."""
    name = review.spec.allocation
    spec = decision(
        QUARTER, "Reduce", 4, "2026-10-22", decided_by="chair@committee.example", message="Reduced from 8 to 4."
    )
    spec = spec.model_copy(update={"allocation": name, "project": name, "decided_at": NOW + timedelta(days=13)})
    yield Decision(metadata={"name": f"{name}-2026-q3-1"}, spec=spec)
    told = {"outcome": "Reduce", "decision": f"{name}-2026-q3-1", "waits": None}
    yield review.model_copy(update={"status": review.status.model_copy(update=told)})


def centre(count: int, typed: str = "") -> Centre:
    """All of it."""
    return Centre.of(objects(count, typed))


def made(count: int, typed: str = "") -> Packet:
    """The packet of its quarter."""
    return packet(centre(count, typed), QUARTER, NOW)
