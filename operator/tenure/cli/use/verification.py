"""`tenure use --verify`: works the days out anew, as the operator does, and compares them with the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from tenure.cli.cluster import refused
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.use.days import Shown
from tenure.control.assess import Assessor
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.days import Measuring, counted_by, profile_name
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.meter import Meter
from tenure.control.operator import Settings
from tenure.control.paths import SERVED
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.ledger import Ledger
from tenure.telemetry.verify import Difference, compare

NEEDED = (
    "Programme",
    "Accelerator",
    "TelemetryProfile",
    "Outage",
    "Organization",
    "Project",
    "Allocation",
    "Decision",
)
"""Kinds that a day is worked out from, beside what Prometheus says."""


async def verify(kube: Kube, project: str, shown: Sequence[Shown], env: Mapping[str, str]) -> list[Shown]:
    """The same with what was found. Raises Problem where the user may not look or there is no Prometheus."""
    cache = await _load(kube, project)
    try:
        settings = Settings.from_environment(env)
    except ValueError as error:
        raise Problem(str(error), BAD_USAGE) from error
    if not settings.prometheus_url:
        raise Problem("Say which Prometheus is to be asked: --prometheus URL, or TENURE_PROMETHEUS_URL.", BAD_USAGE)
    meter = Meter(settings.gateway())
    assessor = Assessor(cache, Clock(timedelta(seconds=settings.clock_offset)))
    return [replace(one, found=await _found(one, cache, meter, assessor)) for one in shown]


async def _load(kube: Kube, project: str) -> Cache:
    cache = Cache()
    for kind in NEEDED:
        try:
            async for body in kube.list(SERVED[kind]):
                cache.put({**_counted(kind, body), "kind": kind}, watched=True)
        except ApiError as error:
            raise refused(
                error,
                f"--verify reads the {SERVED[kind].plural} of the whole centre, which you may not. The centre's admin and the "
                f"committee may; ask one of them to run: kubectl tenure use {project} --verify",
            ) from error
    return cache


def _counted(kind: str, body: Manifest) -> Manifest:
    """An Accelerator's capacity as the operator counted it, so that nobody needs the right to read nodes."""
    counted = body.get("status", {}).get("capacity")
    if kind != "Accelerator" or counted is None:
        return body
    return {**body, "spec": {**body["spec"], "capacity": counted}}


async def _found(one: Shown, cache: Cache, meter: Meter, assessor: Assessor) -> Mapping[date, Difference]:
    review = one.review
    group = assessor.holders(review.metadata.namespace)
    assessed = next((a for a in group if a.allocation.name == review.spec.allocation), None)
    if assessed is None:
        raise Problem(
            f"The days of {review.name} cannot be worked out anew: the Allocation {review.spec.allocation} is not accepted or "
            f"not there any more. See kubectl describe allocation {review.spec.allocation}; --allocation chooses another."
        )
    stored = review.status.ledger
    assert stored is not None
    measuring = Measuring(cache, meter, assessed, group, profile_name(assessed, stored), counted_by(stored))
    known = Ledger.from_status(stored).days
    differences = await asyncio.gather(*(_day(measuring, day, known) for day in one.days))
    return {day: found for day, found in zip(one.days, differences, strict=True) if found is not None}


async def _day(measuring: Measuring, day: date, known: Mapping[date, DayFacts]) -> Difference | None:
    ledger = known[day]
    now, reading = await measuring.day(day)
    if reading.problem is not None or now.measured >= ledger.measured:
        return compare(ledger, now, reading, edge=False)
    earlier = (other for other, facts in known.items() if other < day and facts.measured)
    before = await measuring.reading(max(earlier, default=day - timedelta(days=1)))
    return compare(ledger, now, before if before.problem is not None else reading, edge=not before.devices_seen)
