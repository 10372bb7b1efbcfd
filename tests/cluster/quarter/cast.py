"""Who takes part in the quarter: one tenant for each thing that can happen to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenure.api.model import API_VERSION

from ..awards import accelerator, body, core, programme
from ..client import Manifest

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
SCRAPE_SECONDS = 900
AICA, OBSERVE = "aica-2022", "q3-observe"
CHAIR = "chair@committee.example"


@dataclass(frozen=True)
class Tenant:
    """One tenant. Where nothing is said it runs under the default programme, without a plan, from the first day on."""

    name: str
    percent: float | None
    """R16. None: it runs no pod at all."""
    devices: int = 2
    plan: bool = False
    programme: str = "default"
    accelerator: str = "q3-main"
    since: date | None = FIRST
    """spec.inUseSince; None counts from the day access is given."""
    start: date = FIRST
    end: date = date(2026, 12, 31)
    gap: tuple[date, date] | None = None
    """First and last day on which the exporters of its node say nothing."""
    seconds_less: int = 0
    """Busy device-seconds by which it stays below its percentage over the whole quarter."""
    twin: int = 0
    """Devices of a second allocation in the same project."""

    @property
    def member(self) -> str:
        """The user who works in its namespace."""
        return f"member@{self.name}.example"

    def allocations(self) -> dict[str, int]:
        """Names of its allocations and their devices."""
        return {self.name: self.devices} | ({f"{self.name}-twin": self.twin} if self.twin else {})

    @property
    def review(self) -> Manifest:
        """The address of its Review of the quarter."""
        name = f"{self.name}-{'2026-september' if self.programme == AICA else '2026-q3'}"
        return {"apiVersion": API_VERSION, "kind": "Review", "metadata": {"name": name, "namespace": self.name}}

    def awards(self) -> list[Manifest]:
        """Its Allocations, as the admin writes them."""
        return [body("Allocation", name, **self._award(devices)) for name, devices in self.allocations().items()]

    def manifests(self) -> Iterator[Manifest]:
        """All that the admin writes for it."""
        adopted = {"adoptNamespace": True} if self.programme == OBSERVE else {}
        yield body("Organization", self.name, registration=f"000-{self.name}")
        yield body("Project", self.name, organization=self.name, members=[{"name": self.member}], **adopted)
        yield from self.awards()

    def _award(self, devices: int) -> dict[str, Any]:
        since = {"inUseSince": self.since.isoformat()} if self.since else {}
        return {
            "project": self.name,
            "programme": self.programme,
            "accelerator": self.accelerator,
            "devices": devices,
            "storage": "10T",
            "term": {"start": self.start.isoformat(), "end": self.end.isoformat()},
            **since,
        }


LATE = date(2026, 9, 21)
USERS = (
    Tenant("q3-idle", None),
    Tenant("q3-new", 40.0, since=None, start=date(2026, 6, 20)),
    Tenant("q3-twins", 10.01, twin=1),
    Tenant("q3-silent", 31.0, accelerator="q3-silent", since=LATE, end=LAST),
    Tenant("q3-unnamed", 31.0, accelerator="q3-unnamed", since=LATE, end=LAST),
    Tenant("q3-gap", 3.1, gap=(date(2026, 8, 1), date(2026, 9, 9))),
    Tenant("q3-bounds", 3.1, gap=(date(2026, 8, 1), date(2026, 8, 10))),
)
"""Whose days tell measured, idle and unknown apart."""
AUTOMATIC = (
    Tenant("q3-revoked", 3.1),
    Tenant("q3-reduced", 18.4),
    Tenant("q3-edge-5", 5.0),
    Tenant("q3-below-5", 5.0, seconds_less=1),
    Tenant("q3-edge-50", 50.0),
    Tenant("q3-below-50", 50.0, seconds_less=1),
    Tenant("q3-lowest", 18.4, devices=1),
    Tenant("q3-waiting", 18.4, plan=True),
    Tenant("q3-appealed", 3.1),
    Tenant("q3-upheld", 3.1),
    Tenant("q3-dismissed", 3.1),
    Tenant("q3-overridden", 3.1),
    Tenant("q3-short", 2.0, end=LAST),
    Tenant("q3-few", 3.1, since=date(2026, 9, 10)),
    Tenant("q3-grower", 62.0, plan=True, accelerator="q3-tight"),
    Tenant("q3-giver", 3.1, accelerator="q3-tight"),
    Tenant("q3-observed", 3.1, programme=OBSERVE),
    Tenant("q3-second", 18.4, end=date(2027, 3, 31)),
)
"""Under the default programme: the table is applied unattended, after notice."""
COMMITTEE = (
    Tenant("q3-unconfirmed", 3.1, programme=AICA),
    Tenant("q3-confirmed", 3.1, programme=AICA),
    Tenant("q3-unjudged", 18.4, programme=AICA, plan=True),
    Tenant("q3-judged", 18.4, programme=AICA, plan=True),
    Tenant("q3-adequate", 3.1, programme=AICA, plan=True),
    Tenant("q3-well-used", 62.0, programme=AICA, plan=True),
)
"""Under aica-2022: below 50 % the committee confirms everything. Its review of September measures until 31 August."""
BROKEN = (
    Tenant("q3-reopened", 3.1, accelerator="q3-tight"),
    Tenant("q3-no-review", 18.4),
    Tenant("q3-no-namespace", 18.4),
    Tenant("q3-no-status", 18.4),
    Tenant("q3-no-record", 18.4, accelerator="q3-tight"),
    Tenant("q3-no-decision", 18.4, devices=4),
    Tenant("q3-reapplied", 18.4),
    Tenant("q3-edited", 18.4),
)
"""Somebody deletes, restores, applies again or edits something of theirs."""
TENANTS = USERS + AUTOMATIC + COMMITTEE + BROKEN
MODELS = {"q3-main": "Q3 Main", "q3-tight": "Q3 Tight", "q3-silent": "Q3 Silent", "q3-unnamed": "Q3 Unnamed"}
"""accelerator -> modelName in the series of its exporters."""
TIGHT = 8
"""Capacity of q3-tight: all of it is awarded."""


def tenant(name: str) -> Tenant:
    """The tenant of that name."""
    return next(one for one in TENANTS if one.name == name)


def rules() -> list[Manifest]:
    """Programme, catalogue and the committee's rights."""
    chair = core(
        "ClusterRoleBinding",
        "q3-chair",
        api_version="rbac.authorization.k8s.io/v1",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "tenure-committee-chair"},
        subjects=[{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": CHAIR}],
    )
    return [programme(OBSERVE, mode="Observe"), chair, *(_accelerator(name) for name in MODELS)]


def _accelerator(name: str) -> Manifest:
    """With every rung offered, down to one device."""
    telemetry = {"match": {"modelName": MODELS[name]}, "scrapeIntervalSeconds": SCRAPE_SECONDS}
    made = accelerator(name, capacity=TIGHT if name == "q3-tight" else 1000, telemetry=telemetry)
    for bundle in made["spec"]["ladder"]:
        bundle["offered"] = True
    return made
