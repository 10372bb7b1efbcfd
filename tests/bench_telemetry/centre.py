"""The centre whose quarter is caught up with: one accelerator, scraped every five minutes, and tenants in use since day one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.story import Quarter

from bench_telemetry.bulk import MATCH
from bench_telemetry.history import ZONE, History

Manifest = dict[str, Any]
ACCELERATOR = "bench"


def catalogue(history: History) -> list[Manifest]:
    """The accelerator, with room for all."""
    count = history.devices
    spec = {
        "resourceName": "nvidia.com/gpu",
        "nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-A100-SXM4-40GB"},
        "capacity": history.tenants * count,
        "maxDevicesPerOrganization": count,
        "ladder": [{"devices": count, "cpu": str(12 * count), "memory": f"{225 * count}G"}],
        "telemetry": {"profile": "dcgm", "match": MATCH, "scrapeIntervalSeconds": history.step},
    }
    return [_body("Accelerator", ACCELERATOR, spec)]


def awards(history: History, quarter: Quarter) -> list[Manifest]:
    """Organization, Project and Allocation of every tenant."""
    return [body for number, name in enumerate(history.namespaces()) for body in _award(number, name, history, quarter)]


def _award(number: int, name: str, history: History, quarter: Quarter) -> list[Manifest]:
    term = {"start": quarter.start.isoformat(), "end": quarter.next_end.isoformat()}
    allocation = {
        "project": name,
        "accelerator": ACCELERATOR,
        "devices": history.devices,
        "storage": "10T",
        "term": term,
    }
    return [
        _body("Organization", name, {"registration": str(number)}),
        _body("Project", name, {"organization": name, "members": [{"name": f"lead@{name}.example"}]}),
        _body("Allocation", name, {**allocation, "inUseSince": term["start"]}),
    ]


def clock_offset(quarter: Quarter) -> float:
    """Seconds that take the operator to noon after the quarter's last day, when all of its days are due."""
    end = quarter.end + timedelta(days=1)
    noon = datetime(end.year, end.month, end.day, 12, tzinfo=ZoneInfo(ZONE))
    return (noon - datetime.now(UTC)).total_seconds()


def _body(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
