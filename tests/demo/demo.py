"""The story on a control plane of its own: three days of the operator, and what people do on each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import yaml
from controlplane import nodes
from controlplane.paths import say
from harness.centre import Centre, Manifest, condition, node, wait_for
from harness.operator_process import OperatorProcess

from demo.manifests import awards, catalogue, people, programme, sanction, workload
from demo.people import People
from demo.rows import Row
from demo.story import CHAIR, FLEET, TENANTS, ZONE, Quarter, Tenant, noon, user

PLANS = {"Submitted": "handed in", "Closed": "handed in", "Missing": "missing", "NotNeeded": "not needed"}
"""Reason of PlanSubmitted -> what the table says of the plan."""


@dataclass
class Demo:
    """Nothing is mocked but devices and exporters: people type commands, and Tenure acts."""

    centre: Centre
    quarter: Quarter
    people: People
    rows: dict[str, Row]

    def prepare(self) -> None:
        """Nodes, Tenure, the programme, the catalogue, logins, the tenants' awards."""
        self.centre.install()
        nodes.create(self.centre.plane, [node(kind, n) for kind, count in FLEET.items() for n in range(count)])
        self.centre.apply([*people(), programme(), *catalogue(), *awards(self.quarter)])

    def operator(self, now: datetime) -> OperatorProcess:
        """The operator, at the story's time; everybody's clock is set to it."""
        self.people.now = now
        offset = (now - datetime.now(UTC)).total_seconds()
        return OperatorProcess(self.centre.plane, self.centre.plane.prometheus.url, offset)

    def middle(self) -> None:
        """In the quarter: everyone holds what was awarded and runs. Plans come in, and one gives devices back."""
        self._tell("one", self.quarter.middle, "Tenants run and write their plans.")
        with self.operator(noon(self.quarter.middle)):
            wait_for("everybody is Ready", self._all_ready)
            for tenant in TENANTS:
                self.centre.apply([workload(tenant)], user=user(tenant.name))
            wait_for("all pods run", lambda: all(self._pods()[t.name] == t.devices for t in TENANTS))
            wait_for("all reviews are open", lambda: len(self._reviews()) == len(TENANTS))
            self._look_before()
            for tenant in TENANTS:
                if tenant.plan == "adequate":
                    self._hand_in_plan(tenant)
                if tenant.returns:
                    devices = str(tenant.returns)
                    self.people.type(
                        tenant.name, "return", tenant.name, "--devices", devices, "--reason", "Half does.", "--yes"
                    )
            wait_for("what was given back is free", lambda: all(self._pods()[t.name] == t.kept for t in TENANTS))

    def _hand_in_plan(self, tenant: Tenant) -> None:
        summary, evidence = "Train the next model on the data of this quarter.", "https://tenant.example/plan"
        self.people.type(tenant.name, "plan", tenant.name, "--summary", summary, "--evidence", evidence)

    def notice(self) -> None:
        """After the quarter: notice was given. The committee judges, a tenant appeals, and one grant ends at once."""
        self._tell("two", self.quarter.notice, "Plans were due yesterday, and the committee sits.")
        with self.operator(noon(self.quarter.notice)):
            wait_for("all reviews are measured", lambda: all(map(_measured, self._reviews().values())), 120)
            self._sit(one for one in TENANTS if one.plan == "adequate")
            for tenant in TENANTS:
                if tenant.appeal:
                    self._appeal(tenant)
            waits = [one for one in TENANTS if one.after > one.devices and "waited" in one.besides]
            for tenant in waits:
                wait_for(
                    f"{tenant.name}'s increase waits", partial(self._says, tenant, "Recommended", "AwaitingCapacity")
                )
                self.rows[tenant.name].besides = "waited for devices"
            for tenant in TENANTS:
                if tenant.sanction:
                    self._sanction(tenant)
            for tenant in waits:
                wait_for(f"{tenant.name} is given the devices", partial(self._holds, tenant, tenant.after))

    def _sit(self, tenants: Iterable[Tenant]) -> None:
        for tenant in tenants:
            more = ("--increase-to", str(tenant.increase_to)) if tenant.increase_to else ()
            self._decide(tenant, "--plan", "adequate", *more, "--reason", "The plan is concrete and the data is there.")

    def _decide(self, tenant: Tenant, *words: str) -> None:
        self.people.type(CHAIR, "decide", self._review_name(tenant), *words, "--decided-by", "Meeting of the committee")

    def _appeal(self, tenant: Tenant) -> None:
        wait_for(f"{tenant.name} has notice", partial(self._says, tenant, "Noticed", "Given"))
        self.people.type(tenant.name, "appeal", tenant.name, "--reason", tenant.appeal)
        wait_for(f"the review of {tenant.name} stands still", partial(self._says, tenant, "Recommended", "Appealed"))
        self._decide(tenant, "--appeal", "upheld", "--reason", "The cameras run.")

    def _sanction(self, tenant: Tenant) -> None:
        wait_for(f"the review of {tenant.name} is over", lambda: _ended(self._review(tenant)))
        say(f"  {CHAIR} $ kubectl create -f sanction.yaml   # {tenant.name}: {tenant.sanction}")
        body = yaml.safe_dump(sanction(tenant))
        self.centre.plane.kubectl("create", "-f", "-", f"--as={user(CHAIR)}", stdin=body)
        wait_for(f"the grant of {tenant.name} ends", partial(self._holds, tenant, 0))

    def aftermath(self, today: date) -> None:
        """Cuts have taken effect: wait until every review has come to its end, then look."""
        self._tell("three", today, f"Cuts were to take effect on {self.quarter.effective}.")
        wait_for("all reviews come to an end", lambda: all(map(_ended, self._reviews().values())), 120)
        wait_for("the pods fit the grants", self._converged, 60)
        self._look_after()

    def evidence(self) -> None:
        """The chair exports all Decisions; each is worked out anew from the file alone."""
        file = self.centre.plane.kubeconfig.with_name("decisions.jsonl")
        self.people.type(CHAIR, "audit", "export", "--output", str(file))
        self.people.type(CHAIR, "audit", "verify", str(file))

    def _look_before(self) -> None:
        running, allocations = self._pods(), self._allocations()
        for tenant in TENANTS:
            row, body = self.rows[tenant.name], allocations[tenant.name]
            row.before, row.pods_before = body["status"]["grant"]["devices"], running[tenant.name]

    def _look_after(self) -> None:
        running, decisions = self._pods(), self.centre.list("decisions")
        reviews, allocations = self._reviews(), self._allocations()
        claims = {body["metadata"]["namespace"]: body for body in self.centre.list("persistentvolumeclaims")}
        for tenant in TENANTS:
            row, review, body = self.rows[tenant.name], reviews[tenant.name], allocations[tenant.name]
            figures = review["status"]["utilization"]
            row.utilization, row.coverage = figures["percent"], figures["coveragePercent"]
            row.plan = PLANS[condition(review, "PlanSubmitted")["reason"]]
            row.outcome = review["status"].get("outcome") or condition(review, "Recommended")["reason"]
            row.after, row.pods_after = body["status"]["grant"]["devices"], running[tenant.name]
            own = [one["spec"] for one in decisions if one["spec"]["allocation"] == tenant.allocation]
            row.besides = row.besides or _besides(review, own)
            row.stored = _stored(claims.get(tenant.name))

    def _tell(self, part: str, day: date, sentence: str) -> None:
        say(f"Part {part}: it is {day} in {ZONE}. {sentence}")

    def _allocations(self) -> dict[str, Manifest]:
        """By project."""
        return {body["spec"]["project"]: body for body in self.centre.list("allocations")}

    def _reviews(self) -> dict[str, Manifest]:
        """Those of the quarter, by project."""
        every = self.centre.list("reviews")
        return {r["metadata"]["namespace"]: r for r in every if r["spec"]["review"] == self.quarter.review}

    def _review_name(self, tenant: Tenant) -> str:
        return f"{tenant.allocation}-{self.quarter.review.lower()}"

    def _review(self, tenant: Tenant) -> Manifest | None:
        return self.centre.get("reviews", self._review_name(tenant), tenant.name)

    def _pods(self) -> Counter[str]:
        """Running pods by namespace."""
        running = self.centre.list("pods", field="status.phase=Running")
        return Counter(p["metadata"]["namespace"] for p in running if "deletionTimestamp" not in p["metadata"])

    def _all_ready(self) -> bool:
        return all(condition(one, "Ready").get("status") == "True" for one in self._allocations().values())

    def _says(self, tenant: Tenant, type_: str, reason: str) -> bool:
        return bool(condition(self._review(tenant), type_).get("reason") == reason)

    def _holds(self, tenant: Tenant, devices: int) -> bool:
        body = self.centre.get("allocations", tenant.allocation) or {}
        return bool(body["status"]["grant"]["devices"] == devices)

    def _converged(self) -> bool:
        said = [condition(one, "Converged").get("status") for one in self._allocations().values()]
        running = self._pods()
        return set(said) == {"True"} and all(running[t.name] == min(t.after, t.devices) for t in TENANTS)


def _measured(review: Manifest) -> bool:
    """Whether the quarter is read, so that only people and the calendar are waited for."""
    return condition(review, "Recommended").get("reason") not in (None, "Measuring", "AwaitingPlan")


def _ended(review: Manifest | None) -> bool:
    """Whether nothing more comes of it by itself."""
    if condition(review, "Recommended").get("reason") == "Inconclusive":
        return True
    return bool(condition(review, "Enforced").get("status") == "True")


def _besides(review: Manifest, decisions: Iterable[Manifest]) -> str:
    """What happened beside the decision table, as the records say."""
    found = [text for spec in decisions if (text := _told(spec))]
    answer = review["spec"].get("verdict", {}).get("appeal", "")
    return ", ".join([*found, *([f"appeal {answer.lower()}"] if answer else [])])


def _told(decision: Manifest) -> str:
    if decision["kind"] == "Return":
        return f"gave back {decision['before']['devices'] - decision['after']['devices']}"
    return "off-purpose use" if decision["kind"] == "OffPurpose" else ""


def _stored(claim: Manifest | None) -> str:
    """What a volume claim asks for; empty where it is gone or going."""
    if claim is None or "deletionTimestamp" in claim["metadata"]:
        return ""
    return str(claim["spec"]["resources"]["requests"]["storage"])
