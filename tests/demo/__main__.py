"""`make demo`: a quarter of a small centre, from an applied award to an enforced cut. Exits with 1 if a rule is broken."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from controlplane import nodes
from controlplane.paths import say
from controlplane.target import ControlPlane, bring_down, bring_up, find
from harness.centre import Centre, Manifest, condition, node, wait_for
from harness.operator_process import OperatorProcess, end_left_running

from demo import telemetry
from demo.story import CHAIR, FLEET, TENANTS, ZONE, Quarter, Tenant, awards, catalogue, committee, programme, workload

NAME = "demo"


@dataclass
class Row:
    """What was seen of one tenant."""

    tenant: Tenant
    before: int = 0
    pods_before: int = 0
    utilization: str = ""
    coverage: int = 0
    plan: str = ""
    outcome: str = ""
    after: int = 0
    pods_after: int = 0

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        pods = f"{self.pods_before}/{self.pods_after}"
        use, coverage = self.utilization, f"{self.coverage} %"
        return (self.tenant.name, str(self.before), use, coverage, self.plan, self.outcome, str(self.after), pods)

    def faults(self) -> list[str]:
        """Where it is not what the rules say."""
        wanted = {
            "granted before": (self.before, self.tenant.devices),
            "outcome": (self.outcome, self.tenant.outcome),
            "granted after": (self.after, self.tenant.after),
            "pods before": (self.pods_before, self.tenant.devices),
            "pods after": (self.pods_after, min(self.tenant.after, self.tenant.devices)),
            "utilization": (self.utilization, f"{self.tenant.percent:.1f} %"),
            "full coverage": (self.coverage == 100, self.tenant.gap_days == 0),
        }
        return [
            f"{self.tenant.name}: {what} is {is_}, the rules say {must}"
            for what, (is_, must) in wanted.items()
            if is_ != must
        ]


@dataclass
class Demo:
    """The story on a control plane of its own."""

    centre: Centre
    quarter: Quarter

    def prepare(self) -> None:
        """Nodes, Tenure, the programme, the catalogue, the tenants' awards."""
        self.centre.install()
        nodes.create(self.centre.plane, [node(kind, n) for kind, count in FLEET.items() for n in range(count)])
        self.centre.apply([programme(), *catalogue(), *committee(), *awards(self.quarter)])

    def operator(self, clock_offset: float) -> OperatorProcess:
        """The operator, at the story's time."""
        return OperatorProcess(self.centre.plane, self.centre.plane.prometheus.url, clock_offset)

    def allocation(self, tenant: Tenant) -> Manifest | None:
        """The tenant's Allocation."""
        return self.centre.get("allocations", tenant.allocation)

    def review(self, tenant: Tenant) -> Manifest | None:
        """The tenant's Review of the quarter."""
        return self.centre.get("reviews", f"{tenant.allocation}-{self.quarter.review.lower()}", tenant.name)

    def pods(self) -> dict[str, int]:
        """Running pods by namespace."""
        running: dict[str, int] = {}
        for pod in self.centre.list("pods", field="status.phase=Running"):
            if "deletionTimestamp" not in pod["metadata"]:
                namespace = pod["metadata"]["namespace"]
                running[namespace] = running.get(namespace, 0) + 1
        return running

    def last_day(self, rows: dict[str, Row]) -> None:
        """The quarter's last day: everyone holds what was awarded and runs; tenants and committee write."""
        for tenant in TENANTS:
            wait_for(f"{tenant.name} is Ready", partial(self._ready, tenant))
            self.centre.apply([workload(tenant)], user=tenant.member)
        wait_for("all pods run", lambda: all(self.pods().get(t.name) == t.devices for t in TENANTS))
        for tenant in TENANTS:
            wait_for(f"{tenant.name}'s review is measured", partial(self._measured, tenant), 120)
            if tenant.plan == "adequate":
                self._plan_and_verdict(tenant)
        running = self.pods()
        for tenant in TENANTS:
            row, body = rows[tenant.name], self.allocation(tenant) or {}
            row.before, row.pods_before = body["status"]["grant"]["devices"], running[tenant.name]

    def _ready(self, tenant: Tenant) -> bool:
        return bool(condition(self.allocation(tenant), "Ready").get("status") == "True")

    def _measured(self, tenant: Tenant) -> bool:
        return bool(condition(self.review(tenant), "Measured").get("reason") not in (None, "NotStarted"))

    def _plan_and_verdict(self, tenant: Tenant) -> None:
        name = f"{tenant.allocation}-{self.quarter.review.lower()}"
        plan = {
            "summary": "Train the next model on the data collected this quarter.",
            "evidence": ["https://tenant.example/plan"],
        }
        self.centre.patch("reviews", name, {"spec": {"plan": plan}}, tenant.name, user=tenant.member)
        verdict: Manifest = {"plan": "Adequate", "reason": "The plan is concrete and the data is there."}
        if tenant.increase_to:
            verdict["increaseTo"] = tenant.increase_to
        self.centre.patch("reviews", name, {"spec": {"verdict": verdict}}, tenant.name, user=CHAIR)

    def aftermath(self, rows: dict[str, Row]) -> None:
        """After the quarter: wait until every review has come to its end, then look."""
        for tenant in TENANTS:
            wait_for(f"the review of {tenant.name} comes to an end", partial(self._ended, tenant), 120)
        wait_for("the pods fit the grants", self._converged, 60)
        running = self.pods()
        for tenant in TENANTS:
            row, review, body = rows[tenant.name], self.review(tenant) or {}, self.allocation(tenant) or {}
            figures = review["status"]["utilization"]
            row.utilization, row.coverage = figures["percent"], figures["coveragePercent"]
            row.plan = condition(review, "PlanSubmitted")["reason"]
            row.outcome = review["status"]["outcome"] or condition(review, "Recommended")["reason"]
            row.after, row.pods_after = body["status"]["grant"]["devices"], running.get(tenant.name, 0)

    def _ended(self, tenant: Tenant) -> bool:
        review = self.review(tenant)
        if condition(review, "Recommended").get("reason") == "Inconclusive":
            return True
        return bool(condition(review, "Enforced").get("status") == "True")

    def _converged(self) -> bool:
        ready = all(condition(self.allocation(t), "Converged").get("status") == "True" for t in TENANTS)
        running = self.pods()
        return ready and all(running.get(t.name, 0) == min(t.after, t.devices) for t in TENANTS)


def table(rows: list[Row], quarter: Quarter) -> str:
    """The result for people."""
    head = (
        "tenant",
        "granted before",
        "utilization",
        "coverage",
        "plan",
        "outcome",
        "granted after",
        "pods before/after",
    )
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join(
        [
            f"\nReview {quarter.review} ({quarter.start} to {quarter.end}, {ZONE})\n",
            text[0],
            "-" * len(text[0]),
            *text[1:],
            "",
        ]
    )


def tell(plane: ControlPlane) -> None:
    """What to look at while it runs on."""
    print(
        f"It goes on running. Look around with:\n"
        f"  export KUBECONFIG={plane.kubeconfig}\n"
        "  kubectl get allocations,accelerators,decisions\n"
        "  kubectl get reviews --all-namespaces\n"
        "  kubectl events -n drone                 # every step, as the tenant sees it\n"
        "  kubectl describe quota -n vision\n"
        "  kubectl get pvc --all-namespaces        # nobody's data is gone\n"
        "  kubectl explain allocation.spec\n"
        f"Prometheus answers at {plane.prometheus.url}. `make demo-down` ends everything."
    )


def play(plane: ControlPlane) -> list[str]:
    """Play the story, print its table and return the faults."""
    quarter = Quarter.before(datetime.now(ZoneInfo(ZONE)).date())
    demo, rows = Demo(Centre(plane), quarter), {tenant.name: Row(tenant) for tenant in TENANTS}
    telemetry.install(plane.prometheus, quarter)
    demo.prepare()
    then = quarter.noon_of_last_day()
    say(
        f"Part one: it is {then:%Y-%m-%d %H:%M} in {ZONE}, the last day of {quarter.review}. Tenants run, plans come in."
    )
    with demo.operator((then - datetime.now(UTC)).total_seconds()):
        demo.last_day(rows)
    say("Part two: it is today. The quarter is over, and the reviews come to their ends.")
    after = demo.operator(0.0).start()
    try:
        demo.aftermath(rows)
    finally:
        if not os.environ.get("KEEP"):
            after.stop()
    print(table(list(rows.values()), quarter))
    return [fault for row in rows.values() for fault in row.faults()]


def end() -> None:
    """End what an earlier demo left running."""
    plane = find(NAME)
    if plane is not None:
        end_left_running(plane)
    bring_down(NAME)


def main() -> int:
    """Exit status: 0 if every row is what the rules say."""
    begun = time.monotonic()
    keep = bool(os.environ.get("KEEP"))
    end()
    if sys.argv[1:] == ["down"]:
        return 0
    plane = bring_up(NAME)
    try:
        faults = play(plane)
    except BaseException:
        if not keep:
            bring_down(NAME)
        raise
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"Every row is what the rules say ({time.monotonic() - begun:.0f} s).")
    if keep:
        tell(plane)
    else:
        bring_down(NAME)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
