"""The story: eight tenants over the last full quarter, and what the rules say must come of each.

One tenant for each cell of R17's table, one short-term user, one whose telemetry has a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from harness.centre import ROOT

ZONE = "Asia/Seoul"
SCRAPE_SECONDS = 300
"""The demo's exporters are scraped every five minutes, so that a quarter of them fits into a short first run."""
CHAIR = "chair@committee.example"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Tenant:
    """One tenant: what it holds, how much it uses, what it hands in, and what must come of it."""

    name: str
    cell: str
    accelerator: str
    devices: int
    percent: float
    """Utilization in percent of base time (R16)."""
    plan: Literal["adequate", "missing"]
    outcome: str
    after: int
    increase_to: int = 0
    short_term: bool = False
    gap_days: int = 0
    """Days without any series in the middle of the quarter."""

    @property
    def allocation(self) -> str:
        """Name of its Allocation."""
        return f"{self.name}-award"

    @property
    def member(self) -> str:
        """The user who works in its namespace."""
        return f"lead@{self.name}.example"


TENANTS = (
    Tenant("protein", "R17: 50 % or more, plan adequate", "t4-16gb", 2, 62.0, "adequate", "Increase", 4, increase_to=4),
    Tenant("speech", "R17: 50 % or more, plan missing", "t4-16gb", 2, 71.5, "missing", "Continue", 2),
    Tenant("traffic", "R17: 5 to 50 %, plan adequate", "v100-32gb", 4, 31.0, "adequate", "Continue", 4),
    Tenant("vision", "R17: 5 to 50 %, plan missing", "a100-40gb", 8, 18.4, "missing", "Reduce", 4),
    Tenant("weather", "R17: below 5 %, plan adequate", "v100-32gb", 4, 3.9, "adequate", "Reduce", 2),
    Tenant("drone", "R17: below 5 %, plan missing", "a100-40gb", 4, 3.1, "missing", "Revoke", 0),
    Tenant("pilot", "R17: short-term, exempt", "t4-16gb", 4, 2.0, "missing", "Exempt", 0, short_term=True),
    Tenant("genome", "telemetry gap", "t4-16gb", 2, 2.5, "missing", "Inconclusive", 2, gap_days=40),
)
FLEET = {"a100-40gb": 2, "t4-16gb": 2, "v100-32gb": 1}
"""Nodes of eight devices each."""


@dataclass(frozen=True)
class Quarter:
    """The last full quarter before a day, in the programme's zone."""

    start: date
    end: date

    @classmethod
    def before(cls, day: date) -> Quarter:
        """The quarter that ended last before the day."""
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        end = first - timedelta(days=1)
        return cls(date(end.year, end.month - 2, 1), end)

    @property
    def review(self) -> str:
        """As the default programme names it: 2026-Q3."""
        return f"{self.end.year}-Q{self.end.month // 3}"

    @property
    def next_end(self) -> date:
        """The last day of the quarter after it."""
        later = self.end + timedelta(days=95)
        return date(later.year, later.month, 1) - timedelta(days=1)

    def noon_of_last_day(self) -> datetime:
        """The instant of the story's first part."""
        return datetime(self.end.year, self.end.month, self.end.day, 12, tzinfo=ZoneInfo(ZONE))


def shipped(name: str) -> list[Manifest]:
    """Objects of a file in manifests/."""
    return [one for one in yaml.safe_load_all((ROOT / "manifests" / name).read_text()) if one]


def programme() -> Manifest:
    """The default programme with due dates, minimums and notice of zero days, and no grace for running pods."""
    (body,) = shipped("programme-default.yaml")
    spec = body["spec"]
    for dates in spec["calendar"]:
        dates |= {"planDue": dates["to"], "verdictDue": dates["to"], "effective": dates["to"]}
    spec["review"] |= {"planDays": 0, "verdictDays": 0, "noticeDays": 0}
    spec["measurement"] = {"minimumCountedDays": 0}
    spec["convergence"] = {"graceSeconds": 0}
    return body


def catalogue() -> list[Manifest]:
    """The shipped accelerators, scraped every five minutes."""
    bodies = shipped("accelerators.yaml")
    for body in bodies:
        body["spec"]["telemetry"]["scrapeIntervalSeconds"] = SCRAPE_SECONDS
    return bodies


def awards(quarter: Quarter) -> list[Manifest]:
    """Organization, Project and Allocation of every tenant, as an admin writes them."""
    return [body for tenant in TENANTS for body in _award(tenant, quarter)]


def _award(tenant: Tenant, quarter: Quarter) -> list[Manifest]:
    end = quarter.end if tenant.short_term else quarter.next_end
    organization = {"registration": f"000-00-{tenant.name}", "title": tenant.name.capitalize()}
    project = {"organization": tenant.name, "title": tenant.cell, "members": [{"name": tenant.member}]}
    allocation = {
        "project": tenant.name,
        "accelerator": tenant.accelerator,
        "devices": tenant.devices,
        "storage": "10T",
        "term": {"start": quarter.start.isoformat(), "end": end.isoformat()},
        "inUseSince": quarter.start.isoformat(),
    }
    return [
        _body("Organization", tenant.name, organization),
        _body("Project", tenant.name, project),
        _body("Allocation", tenant.allocation, allocation),
    ]


def _body(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def committee() -> list[Manifest]:
    """The chair's right to judge and override everywhere."""
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "tenure-committee-chair"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": CHAIR}
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "demo-committee-chair"},
            "roleRef": role,
            "subjects": [subject],
        }
    ]


def workload(tenant: Tenant) -> Manifest:
    """What the tenant runs: one pod per device, kept up by a Deployment."""
    container = {"name": "train", "image": "train:1", "resources": {"limits": {"nvidia.com/gpu": "1"}}}
    toleration = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "train", "namespace": tenant.name},
        "spec": {
            "replicas": tenant.devices,
            "selector": {"matchLabels": {"app": "train"}},
            "template": {
                "metadata": {"labels": {"app": "train"}},
                "spec": {"containers": [container], "tolerations": [toleration]},
            },
        },
    }
