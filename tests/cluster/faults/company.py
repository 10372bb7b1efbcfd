"""Tenants that all live through the same, each with a misfortune of its own on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from harness.centre import condition
from harness.operator_process import OperatorProcess
from unit.build import used
from unit.receivers import Received

from ..awards import Tenant, accelerator, body, core, node, programme, tenant
from ..client import Client, Manifest, eventually
from ..desk import Desk
from ..quarter.story import noon
from ..scene import RBAC
from .proxy import Proxy

TERM = {"start": "2031-01-01", "end": "2031-06-30"}
QUARTER, LAST = "2031-Q1", "2031-03-31"
PODS = ("one", "two")
PODS_PER_NODE = 100
CHANNEL = "channel-of-tenants"


@dataclass
class Company:
    """Tenants with eight devices and two pods each, who get mail; the committee confirms every cut."""

    desk: Desk
    proxy: Proxy
    kubeconfig: Path
    """Leads to the proxy."""
    name: str
    letters: Received
    """The webhook of every tenant."""
    tenants: list[Tenant] = field(default_factory=list)
    operator: OperatorProcess | None = None
    operators: int = 0
    """How many were started."""
    day: date | None = None
    """The day that it is for the operator."""

    def open(self, count: int) -> None:
        """1 January: everybody gets eight devices. 9 April: 18 % and no plan, so a reduction waits for the committee."""
        self._apply(count)
        self.at(date(2031, 1, 1))
        self._await_reviews("PlanSubmitted", "Awaited")
        self.stop()
        for made in self.tenants:
            self.desk.operator.merge(self.review(made), {"status": {"ledger": _ledger()}}, "status")
            for pod in PODS:
                self.desk.admin.create(made.pod(pod, 4))
        self.at(date(2031, 4, 9))
        self._await_reviews("Recommended", "AwaitingConfirmation")

    def _apply(self, count: int) -> None:
        name = self.name
        (self.kubeconfig.parent / CHANNEL).write_text(self.letters.url)
        channel = {"urlFile": CHANNEL, "to": "Tenant", "language": "en"}
        rules = programme(
            name, review={"confirmation": "Committee"}, convergence={"graceSeconds": 1}, channels=[channel]
        )
        numbers = range(len(PODS) * count // PODS_PER_NODE + 1)
        self.desk.create_nodes(*(node(f"{name}-{n}", name, devices=8 * PODS_PER_NODE) for n in numbers))
        self.desk.apply(rules, accelerator(name, capacity=8 * count), _chair(name))
        award = {"programme": name, "term": TERM, "inUseSince": TERM["start"]}
        for number in range(count):
            made = tenant(f"{name}-{number:03}", accelerator=name, devices=8, **award)
            self.tenants.append(made)
            self.desk.apply(*made.all)

    def at(self, day: date) -> None:
        """A new operator takes it to be noon of that day."""
        self.stop()
        self.day = day
        self.start((noon(day) - datetime.now(UTC)).total_seconds())

    def start(self, offset: float) -> None:
        """A new operator with that clock, behind the proxy."""
        self.operators += 1
        settings = {"KUBECONFIG": str(self.kubeconfig), "TENURE_CHANNELS": str(self.kubeconfig.parent)}
        self.operator = OperatorProcess(self.desk.plane, "", offset, name="faults", settings=settings).start()

    def appeal(self) -> None:
        """Everybody appeals during notice, so that the cut waits for an answer."""
        for made in self.tenants:
            self.member(made).merge(self.review(made), {"spec": {"appeal": {"reason": "Our node was down."}}})
        self._await_reviews("Recommended", "Appealed")

    def stop(self) -> None:
        """No operator runs."""
        if self.operator is not None:
            self.operator.stop()

    def start_again(self) -> None:
        """Once the operator has died, another one begins with the same clock."""
        before = self.running
        assert before.process is not None
        before.process.wait(60)
        self.start(before.clock_offset)

    def kill_and_start_again(self) -> None:
        """The operator dies without a word, and another one begins."""
        assert self.running.process is not None
        self.running.process.kill()
        self.start_again()

    @property
    def running(self) -> OperatorProcess:
        """The operator that was started last."""
        assert self.operator is not None
        return self.operator

    def member(self, made: Tenant) -> Client:
        """The API server as a tenant's member sees it."""
        return self.desk.person(made.member)

    @property
    def chair(self) -> Client:
        return self.desk.person(f"chair@{self.name}")

    def review(self, made: Tenant) -> Manifest:
        """The address of a tenant's Review of the first quarter."""
        address = body("Review", f"{made.name}-{QUARTER.lower()}")
        address["metadata"]["namespace"] = made.name
        return address

    def _await_reviews(self, type_: str, reason: str) -> None:
        for made in self.tenants:
            eventually(lambda made=made: self._says(made, type_) == reason, f"{made.name}: {type_} {reason}", 60)  # type: ignore[misc]

    def _says(self, made: Tenant, type_: str) -> str:
        return str(condition(self.desk.live(self.review(made)), type_).get("reason"))


def _ledger() -> Manifest:
    """Every day of the quarter counted, as Tenure keeps it once all of it was read for good."""
    return used(18.0, "C" * 90, 8, first=TERM["start"]).wire() | {"settled": LAST, "profile": "dcgm"}


def _chair(name: str) -> Manifest:
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tenure-committee-chair"}
    subject = {"apiGroup": RBAC, "kind": "User", "name": f"chair@{name}"}
    return core("ClusterRoleBinding", name, api_version=f"{RBAC}/v1", roleRef=role, subjects=[subject])
