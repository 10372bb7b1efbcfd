"""What the exporters wrote about the quarter's tenants, and a little of what followed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from controlplane.prometheus import Prometheus
from harness.exposition import Device, Pod, Series, constant, load, pod_requests, system_pod, up, write
from tenure.rules.calendar import midnight

from .cast import FIRST, MODELS, SCRAPE_SECONDS, TENANTS, Tenant, tenant

ZONE = "Asia/Seoul"
BASE_HOURS = 8
KNOWN_UNTIL = date(2026, 10, 8)
"""Last day of which there is telemetry of everybody."""
CUT = date(2026, 10, 22)
NEXT_QUARTER_ENDS = date(2026, 12, 31)


def install(prometheus: Prometheus, folder: Path) -> None:
    """Fill the Prometheus with it."""
    prometheus.backfill(write(folder / "quarter.om", series()))


def times(first: date, last: date) -> range:
    """Sample times of all days from first to last."""
    start, end = midnight(first, ZONE), midnight(last + timedelta(days=1), ZONE)
    return range(round(start.timestamp()), round(end.timestamp()), SCRAPE_SECONDS)


def series() -> Iterator[Series]:
    """All of it. The accelerator q3-silent has no exporter; that of q3-unnamed names no tenant."""
    yield from system_pod(times(FIRST, NEXT_QUARTER_ENDS))
    yield up("node-0", times(FIRST, NEXT_QUARTER_ENDS))
    for one in TENANTS:
        known = times(one.since or FIRST, KNOWN_UNTIL)
        if one.percent is not None:
            yield from pod_requests(_pod(one), 1, known)
        if one.accelerator != "q3-silent":
            yield _load(one, known)
    yield from _next_quarter()


def _pod(tenant: Tenant) -> Pod:
    return Pod(tenant.name, "train-0", "train")


def _device(tenant: Tenant) -> Device:
    return Device(f"GPU-{tenant.name}", model=MODELS[tenant.accelerator])


def _load(tenant: Tenant, known: range) -> Series:
    """The one device that the tenant's pod holds. Of the others that are granted it asks for none."""
    named = tenant.percent is not None and tenant.accelerator != "q3-unnamed"
    samples = [(second, _level(tenant, second)) for second in known if not _silent(tenant, second)]
    return load(_device(tenant), samples, _pod(tenant) if named else None)


def _level(tenant: Tenant, second: int) -> float:
    """Engine activity at one level day and night, so that R16 gives the percentage of all that is granted."""
    if tenant.percent is None:
        return 0.0
    level = tenant.percent / 100 * BASE_HOURS / 24 * (tenant.devices + tenant.twin)
    return level - (tenant.seconds_less / SCRAPE_SECONDS if second == times(FIRST, FIRST).start else 0)


def _silent(tenant: Tenant, second: int) -> bool:
    return tenant.gap is not None and second in times(*tenant.gap)


def _next_quarter() -> Iterator[Series]:
    """q3-second after KNOWN_UNTIL: idle until the day of its cut, and then at 100 % of the one device that is left."""
    second = tenant("q3-second")
    before, after = times(KNOWN_UNTIL + timedelta(days=1), CUT - timedelta(days=1)), times(CUT, NEXT_QUARTER_ENDS)
    samples = [*constant(0, before), *constant(BASE_HOURS / 24, after)]
    yield from pod_requests(_pod(second), 1, [instant for instant, _ in samples])
    yield load(_device(second), samples, _pod(second))
