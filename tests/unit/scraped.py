"""Allocations and reviews as the cache has them at a scrape, for tests of the operator's own metrics."""

from __future__ import annotations

from datetime import date
from typing import Any

from tenure.api import Accelerator, Allocation, Review
from tenure.api.allocation import Grant
from tenure.api.conditions import Said, conditions
from tenure.api.review import Dates, Edge, Forecast, LedgerStatus, ReviewSpec, ReviewStatus
from tenure.control.figures import Holder
from tenure.control.queue import Depth
from tenure.control.scrape import Look
from tenure.rules import calendar
from tenure.rules.billing import Account
from tenure.rules.utilization import counts, status
from unit.build import A100, DAY, DEFAULT, allocation, at, ledger

QUEUES = {"projects": Depth(3, 2, 1, 4.5), "reviews": Depth(0, 0, 7, 0.0), "tellings": Depth(0, 1, 0, 0.0)}
FORECAST = Forecast(
    days_left=23,
    percent="31.4 %",
    pace_percent="30.0 %",
    edges=(
        Edge(percent=50, busy_seconds_needed=360_000, within_reach=True, on_course=False),
        Edge(percent=5, busy_seconds_needed=0, within_reach=True, on_course=True),
    ),
)
DANGER = Said("OnCourse", False, "InDanger", "At the present pace it ends at 31.4 %.")


def award(name: str = "vision-2026", *said: Said, granted: int = 8, entitled: int = 8, **spec: Any) -> Allocation:
    """An accepted award that holds its devices, and what its conditions say besides."""
    found = allocation(name, **spec)
    accepted = Said("Accepted", True, "Accepted", "It is complete.")
    by_type = {one.type: one for one in (accepted, *said)}
    update = {
        "grant": Grant(devices=granted),
        "entitled": Grant(devices=entitled),
        "conditions": conditions((), by_type.values(), generation=1, now=at("2026-07-01")),
    }
    return found.model_copy(update={"status": found.status.model_copy(update=update)})


def review(days: LedgerStatus | None, *said: Said, year: int = 2026, name: str = "Q3", **more: Any) -> Review:
    """A review of the default programme, and what its conditions say."""
    found = calendar.windows(DEFAULT.spec.calendar, date(year, 1, 1), date(year, 12, 31))
    (window,) = (one for one in found if one.review == f"{year}-{name}")
    return Review(
        metadata={"name": f"vision-2026-{window.review.lower()}", "namespace": "vision"},
        spec=ReviewSpec(allocation="vision-2026", review=window.review),
        status=ReviewStatus(
            dates=Dates(
                window_start=window.start,
                window_end=window.end,
                plan_due=window.plan_due,
                verdict_due=window.verdict_due,
                effective=window.effective,
            ),
            ledger=days,
            utilization=status(counts(days, DEFAULT.spec.measurement)),
            conditions=conditions((), said, generation=1, now=at("2026-07-01")),
            **more,
        ),
    )


def holder(*reviews: Review, of: Allocation | None = None) -> Holder:
    """An allocation with its reviews."""
    return Holder(of or award(), reviews, "Asia/Seoul")


def seen(found: bool | None) -> Accelerator:
    """An accelerator that Prometheus can see or cannot, or that nobody can be seen with."""
    reason = {True: "Found", False: "NoSeries", None: "NobodyHolds"}[found]
    said = conditions((), [Said("TelemetryFound", found, reason, "So it is.")], generation=1, now=at("2026-07-01"))
    return A100.model_copy(update={"status": A100.status.model_copy(update={"conditions": said})})


def centre() -> Look:
    """A centre in which every metric has something to tell: one award whose review runs, one that waits for devices."""
    waits = Said("Admitted", False, "WaitingForCapacity", "It waits.")
    running = review(ledger("C" * 60 + "UUSA.", 8 * DAY), DANGER, forecast=FORECAST)
    late = review(
        ledger("C" * 92, 8 * DAY), Said("Recommended", None, "AwaitingVerdict", "The committee is waited for.")
    )
    other = award("speech-2026", waits, granted=4, project="speech")
    account = Account(award(), DEFAULT, A100, None, (), (running,))
    holders = (holder(running), holder(late, of=other))
    return Look((seen(True),), holders, QUEUES, at("2026-11-02"), accounts=(account,), not_told=1)
