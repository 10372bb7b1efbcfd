"""A quarter of dcgm-exporter and kube-state-metrics for the story, made once and kept as Prometheus blocks."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from controlplane.paths import cache_root, say
from controlplane.prometheus import Prometheus
from harness.centre import PRODUCTS
from harness.exposition import Device, Pod, Series, load, pod_requests, system_pod, up, write

from demo.story import FLEET, SCRAPE_SECONDS, TENANTS, ZONE, Quarter, Tenant

DAY = 86400
DEVICES_PER_NODE = 8
SOURCES = ("story.py", "telemetry.py", "../harness/exposition.py", "../harness/families.py")


def install(prometheus: Prometheus, quarter: Quarter) -> None:
    """Fill the Prometheus with the story's quarter."""
    blocks = _cached(prometheus, quarter)
    prometheus.install_blocks(blocks)


def _cached(prometheus: Prometheus, quarter: Quarter) -> Path:
    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join((here / name).read_bytes() for name in SOURCES)).hexdigest()[:12]
    folder = cache_root() / "demo" / f"{quarter.review}-{digest}"
    if not (folder / "complete").exists():
        say(f"Writing the telemetry of {quarter.review} for {len(TENANTS)} tenants (once; then it is kept).")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        text = write(folder / "quarter.om", _series(quarter))
        prometheus.create_blocks(text, folder)
        text.unlink()
        (folder / "complete").touch()
    return folder


def _midnight(day: date) -> datetime:
    """The first instant of a day in the programme's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))


def _times(quarter: Quarter) -> range:
    first, last = _midnight(quarter.start), _midnight(quarter.end + timedelta(days=1))
    return range(int(first.timestamp()), int(last.timestamp()), SCRAPE_SECONDS)


def _series(quarter: Quarter) -> Iterator[Series]:
    """Every device of the fleet all quarter: held by a tenant's pod, or by nobody and idle."""
    times = _times(quarter)
    yield from system_pod(times)
    for accelerator, count in FLEET.items():
        devices = [_device(accelerator, node, index) for node in range(count) for index in range(DEVICES_PER_NODE)]
        for node in range(count):
            yield up(f"{accelerator}-{node}", times)
        for tenant in (t for t in TENANTS if t.accelerator == accelerator):
            mine = [devices.pop(0) for _ in range(tenant.devices)]
            yield from _tenant(tenant, mine, times, quarter)
        for idle in devices:
            yield load(idle, ((second, 0.0) for second in times))


def _device(accelerator: str, node: int, index: int) -> Device:
    name = f"{accelerator}-{node}"
    uuid = hashlib.md5(f"{name}/{index}".encode(), usedforsecurity=False).hexdigest()
    dashed = "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]))
    return Device(f"GPU-{dashed}", node=name, index=index, model=PRODUCTS[accelerator][1])


def _tenant(tenant: Tenant, devices: list[Device], times: range, quarter: Quarter) -> Iterator[Series]:
    """A pod with the devices that it keeps, and one with those that it gives back: they are idle from that day on."""
    yield from _pod(tenant, Pod(tenant.name, "train-0", "train"), devices[: tenant.kept], times)
    if tenant.returns:
        given, day = devices[tenant.kept :], int(_midnight(quarter.middle).timestamp())
        yield from _pod(tenant, Pod(tenant.name, "train-1", "train"), given, range(times.start, day, SCRAPE_SECONDS))
        for device in given:
            yield load(device, ((second, 0.0) for second in range(day, times.stop, SCRAPE_SECONDS)))


def _pod(tenant: Tenant, pod: Pod, devices: list[Device], times: range) -> Iterator[Series]:
    """One pod that holds devices; in a gap its exporters say nothing while the pod goes on."""
    yield from pod_requests(pod, len(devices), times, node=devices[0].node)
    gap = range(times.start + 20 * DAY, times.start + (20 + tenant.gap_days) * DAY)
    measured = [second for second in times if second not in gap]
    for device in devices:
        yield load(device, [(second, _activity(tenant, second)) for second in measured], pod)


def _activity(tenant: Tenant, second: int) -> float:
    """Engine activity 0..1: busy at one level through the eight hours after 10:00, so that R16 gives the percentage."""
    hour = datetime.fromtimestamp(second, ZoneInfo(ZONE)).hour
    if tenant.percent > 90:
        return tenant.percent / 300
    return tenant.percent / 100 if 10 <= hour < 18 else 0.0
