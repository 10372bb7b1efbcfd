"""`make replay TRACE=file.csv.gz DEVICES=4 OUT=file.json`: a real trace through the real measuring chain.

Each project's devices go into Prometheus as dcgm-exporter would have written them, second 0 being midnight of the day
before yesterday in Asia/Seoul; the operator measures the day, and OUT has what its ledger says.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from controlplane.paths import say
from controlplane.target import bring_down, bring_up
from harness.centre import Centre, Manifest, wait_for
from harness.exposition import Device, Pod, Series, load, pod_requests, system_pod, up, write
from harness.operator_process import OperatorProcess
from tenure.rules.utilization import Ratio

from replay.trace import Group, Samples, TraceError, groups, read, scrape_interval

NAME = "replay"
ZONE = ZoneInfo("Asia/Seoul")
ACCELERATOR = "replay-gpu"
MODEL = "Replayed GPU"
DAY_SECONDS = 86400
STATES = {"C": "Counted", "S": "Setup", "A": "Unavailable", "U": "Unknown"}
BASE_HOURS = 8


def quarter_end(day: date) -> date:
    """The last day of the quarter a day lies in."""
    month = (day.month - 1) // 3 * 3 + 3
    return (date(day.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def manifests(found: Sequence[Group], day: date, interval: int) -> list[Manifest]:
    """An accelerator with a bundle of each size that is needed, and an award for every project."""
    sizes = sorted({len(group.devices) for group in found}, reverse=True)
    accelerator = {
        "resourceName": "nvidia.com/gpu",
        "nodeSelector": {"nvidia.com/gpu.product": "Replayed-GPU"},
        "capacity": sum(len(group.devices) for group in found),
        "maxDevicesPerOrganization": max(sizes),
        "ladder": [{"devices": size, "cpu": str(8 * size), "memory": f"{64 * size}G"} for size in sizes],
        "telemetry": {"profile": "dcgm", "match": {"modelName": MODEL}, "scrapeIntervalSeconds": interval},
    }
    return [_body("Accelerator", ACCELERATOR, accelerator), *(body for group in found for body in _award(group, day))]


def _award(group: Group, day: date) -> Iterator[Manifest]:
    term = {"start": day.isoformat(), "end": quarter_end(quarter_end(day) + timedelta(days=1)).isoformat()}
    yield _body("Organization", group.project, {"registration": group.project})
    yield _body("Project", group.project, {"organization": group.project})
    spec = {
        "project": group.project,
        "accelerator": ACCELERATOR,
        "devices": len(group.devices),
        "term": term,
        "inUseSince": day.isoformat(),
    }
    yield _body("Allocation", group.project, spec)


def _body(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def telemetry(found: Sequence[Group], midnight: int) -> Iterator[Series]:
    """The devices' series with their gaps, and pods that hold them all day."""
    times = range(midnight, midnight + DAY_SECONDS, 60)
    yield from system_pod(times)
    for number, group in enumerate(found):
        node, pod = f"node-{number}", Pod(group.project, "train-0", "train")
        yield up(node, times)
        yield from pod_requests(pod, len(group.devices), times, node=node)
        for index, samples in enumerate(group.devices):
            device = Device(f"GPU-{number:04d}-{index:04d}", node=node, index=index, model=MODEL)
            yield load(device, _shifted(samples, midnight), pod)


def _shifted(samples: Samples, midnight: int) -> list[tuple[float, float]]:
    return [(midnight + second, percent / 100) for second, percent in sorted(samples.items())]


def measured(centre: Centre, group: Group, day: date) -> dict[str, Any] | None:
    """The project's day as its ledger has it; None while it was not read."""
    for review in centre.list("reviews", group.project):
        ledger = review.get("status", {}).get("ledger") or {}
        if ledger.get("from") == day.isoformat() and ledger.get("states", ".")[:1] in STATES:
            return _row(group, day, ledger)
    return None


def _row(group: Group, day: date, ledger: dict[str, Any]) -> dict[str, Any]:
    state, busy, granted = STATES[ledger["states"][0]], ledger["busySeconds"][0], ledger["grantedSeconds"][0]
    base = Ratio(busy * 24, granted * BASE_HOURS)
    return {
        "project": group.project,
        "devices": len(group.devices),
        "date": day.isoformat(),
        "busySeconds": busy,
        "measuredSeconds": ledger["measuredSeconds"][0],
        "grantedSeconds": granted,
        # An Unknown day has no utilization: no data is never zero, and part of the data is not the day.
        "utilizationPercent": None if state == "Unknown" else round(base.busy * 100 / base.base, 2),
        "state": state,
    }


def _wait(centre: Centre, group: Group, day: date) -> dict[str, Any]:
    found = wait_for(f"the day of {group.project}", partial(measured, centre, group, day), 300, every=1)
    assert found is not None
    return found


def replay(trace: Path, devices: int) -> list[dict[str, Any]]:
    """Replay a trace on a control plane of its own and return one object per project."""
    pods = read(trace)
    found, interval = groups(pods, devices), scrape_interval(pods)
    day = datetime.now(ZONE).date() - timedelta(days=2)
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())
    say(f"{len(pods)} pods are {len(found)} projects of up to {devices} devices on {day}.")
    bring_down(NAME)
    plane = bring_up(NAME)
    try:
        with tempfile.TemporaryDirectory() as folder:
            plane.prometheus.backfill(write(Path(folder) / "trace.om", telemetry(found, midnight)))
        centre = Centre(plane)
        centre.install()
        centre.apply(manifests(found, day, interval))
        with OperatorProcess(plane, plane.prometheus.url):
            return [_wait(centre, group, day) for group in found]
    finally:
        bring_down(NAME)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 2 for a file that is not of that form."""
    parser = argparse.ArgumentParser(prog="replay", description=__doc__)
    parser.add_argument("trace", type=Path)
    parser.add_argument("devices", type=int)
    parser.add_argument("out", type=Path)
    args = parser.parse_args(argv)
    if args.devices < 1:
        parser.error("DEVICES must be 1 or more.")
    try:
        rows = replay(args.trace, args.devices)
    except TraceError as error:
        print(error, file=sys.stderr)
        return 2
    args.out.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"{len(rows)} projects written to {args.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
