"""What the bench makes: N projects with an allocation each, and the same children for the bare loop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tenure.api import Accelerator, Programme, Project
from tenure.api.allocation import Grant
from tenure.control.kube import served
from tenure.tenancy.contents import desired
from tenure.tenancy.holding import Holding

Manifest = dict[str, Any]
PER_ORGANIZATION = 1
DEVICES, CUT_TO = 8, 4


def _body(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def term() -> tuple[date, date]:
    """This year, as far as a term may go."""
    year = datetime.now(UTC).year
    return date(year, 1, 1), date(year + 1, 12, 31)


def catalogue(count: int) -> list[Manifest]:
    """One accelerator with room for all, and the organizations."""
    ladder = [{"devices": n, "cpu": str(12 * n), "memory": f"{225 * n}G"} for n in (DEVICES, CUT_TO)]
    accelerator = {
        "resourceName": "nvidia.com/gpu",
        "nodeSelector": {"nvidia.com/gpu.product": "Bench"},
        "capacity": DEVICES * count,
        "maxDevicesPerOrganization": DEVICES * PER_ORGANIZATION,
        "ladder": ladder,
    }
    organizations = range((count - 1) // PER_ORGANIZATION + 1)
    return [
        _body("Accelerator", "bench", accelerator),
        *(_body("Organization", f"org-{number}", {"registration": str(number)}) for number in organizations),
    ]


def project(number: int) -> Manifest:
    """One project with a member."""
    spec = {"organization": f"org-{number // PER_ORGANIZATION}", "members": [{"name": f"user-{number}"}]}
    return _body("Project", f"bench-{number:05d}", spec)


def allocation(number: int) -> Manifest:
    """Its award: 8 devices and 10 TB."""
    start, end = term()
    spec = {
        "project": f"bench-{number:05d}",
        "accelerator": "bench",
        "devices": DEVICES,
        "storage": "10T",
        "term": {"start": start.isoformat(), "end": end.isoformat()},
    }
    return _body("Allocation", f"bench-{number:05d}", spec)


def children(number: int, programme: Manifest, accelerator: Manifest) -> list[tuple[str, Manifest]]:
    """(path, manifest) of the namespace's contents, in order: what the operator makes, made by the same functions."""
    award = allocation(number)["spec"]
    grant = Grant(devices=DEVICES, cpu=str(12 * DEVICES), memory=f"{225 * DEVICES}G", storage=award["storage"])
    kind = Accelerator.parse(accelerator)
    holding = Holding(f"bench-{number:05d}", kind, grant, term()[1], stopped=False)
    contents = desired(Project.parse(project(number)), [holding], Programme.parse(programme), [kind], {})
    return [(served(body).path(body["metadata"].get("namespace", "")), body) for body in contents.in_order()]
