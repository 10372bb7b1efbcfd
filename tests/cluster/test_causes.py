"""Returns, Sanctions, Relocations and Reports on the real API server, each from its first word to its record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from harness.centre import condition
from tenure.api import names
from tenure.rules.record import digest

from .awards import Tenant, accelerator, body, core, programme, tenant
from .client import Client, Manifest, RefusedError, eventually
from .conftest import Operators
from .desk import Desk
from .quarter.story import noon

TERM = {"start": "2031-01-01", "end": "2031-06-30"}
PROMISE = {"kind": "Relocation", "text": "We move to the region in spring."}
EVIDENCE = {"evidence": ["https://tenant.example/memorandum"]}
REPORT = {
    "summary": "Two detectors are in service.",
    "models": {"count": 2, "evidence": ["https://tenant.example/models"]},
    "dataSharing": {"level": "Public", "where": "https://tenant.example/data"},
    "submitted": True,
}
NO_PROMETHEUS = ""


@dataclass
class Year:
    """A small centre from January to June: who holds what, and what everybody does when."""

    desk: Desk
    operators: Operators
    name: str
    tenants: dict[str, Tenant] = field(default_factory=dict)
    pods: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """10 January: everybody gets eight devices and 10 TB; some have promised to move."""
        name = self.name
        self.desk.apply(programme(name, convergence={"graceSeconds": 1}), accelerator(name, capacity=100))
        self.desk.apply(_chair(name))
        for word in ("half", "all", "mining", "promised", "silent", "report", "observed"):
            promise = {"promise": PROMISE} if word in ("promised", "silent") else {}
            award = {"programme": name, "term": TERM, **promise}
            self.tenants[word] = made = tenant(f"{word}-{name}", accelerator=name, devices=8, **award)
            self.desk.apply(*made.all)
        self.at(date(2031, 1, 10))
        self.desk.await_ready(*self.tenants.values())

    def at(self, day: date) -> None:
        """The operator takes it to be noon of that day."""
        self.operators.at(noon(day), NO_PROMETHEUS)

    def member(self, word: str) -> Client:
        """The API server as a member sees it."""
        return self.desk.person(self.tenants[word].member)

    @property
    def chair(self) -> Client:
        return self.desk.person(f"chair@{self.name}")

    def devices(self, word: str) -> int:
        """What the API server enforces."""
        return self.desk.devices(self.tenants[word])

    def give_back(self, word: str, **spec: Any) -> Manifest:
        """The member writes a Return."""
        made = self.tenants[word]
        wanted = {"allocation": made.name, "reason": "The data comes in spring.", **spec}
        given = body("Return", "early", **wanted)
        given["metadata"]["namespace"] = made.name
        return eventually(lambda: _created(self.member(word), given), "the member may give back", 10) or given

    def of(self, word: str, kind: str) -> Manifest:
        """The Report or Relocation of a tenant."""
        made = self.tenants[word]
        named = {"Report": names.report, "Relocation": names.relocation}[kind]
        address = body(kind, named(made.name))
        address["metadata"]["namespace"] = made.name
        return address

    def decisions(self, word: str) -> list[Manifest]:
        """The chain of a tenant's Decisions."""
        found = self.desk.admin.list(body("Decision", ""))["items"]
        mine = {
            one["spec"].get("previous", ""): one["spec"]
            for one in found
            if one["spec"]["allocation"] == self.tenants[word].name
        }
        chain: list[Manifest] = []
        while (following := mine.get(chain[-1]["hash"] if chain else "")) is not None:
            chain.append(following)
        assert len(chain) == len(mine)
        return chain

    def told(self, word: str, reason: str) -> int:
        """How often the tenant was told so."""
        return len(self.desk.events(self.tenants[word].name, reason))


def _created(client: Client, manifest: Manifest) -> Manifest | None:
    """Access is given a moment after the quota is enforced."""
    try:
        return client.create(manifest)
    except RefusedError as refusal:
        if refusal.status == 409:
            return client.read(manifest)
        return None


def _chair(name: str) -> Manifest:
    group = "rbac.authorization.k8s.io"
    return core(
        "ClusterRoleBinding",
        name,
        api_version=f"{group}/v1",
        roleRef={"apiGroup": group, "kind": "ClusterRole", "name": "tenure-committee-chair"},
        subjects=[{"apiGroup": group, "kind": "User", "name": f"chair@{name}"}],
    )


@pytest.fixture(scope="module")
def year(centre: Any, operators: Operators) -> Iterator[Year]:
    """Played in order by the tests of this module."""
    desk = Desk.at(centre.plane)
    found = Year(desk, operators, desk.name("year"))
    found.begin()
    yield found
    desk.clear()


def test_half_of_it_is_given_back(year: Year) -> None:
    """R22: at once, without notice, and what stays is a bundle with its CPU."""
    desk, made = year.desk, year.tenants["half"]
    given = year.give_back("half", devices=4, changeOfPlan="The sensor is late.")
    said = desk.await_reason(given, "Ready", "Ready")
    assert said["message"] == "Given back on 2031-01-10: 4 devices. What stays: 4 devices and 10T of storage."
    assert (year.devices("half"), desk.hard(made)["requests.cpu"]) == (4, "16")
    (decision,) = year.decisions("half")
    assert (decision["kind"], decision["before"]["devices"], decision["after"]["devices"]) == ("Return", 8, 4)
    assert decision["decidedBy"] == decision["evidence"]["cause"]["by"] == made.member
    assert decision["evidence"]["cause"]["changeOfPlan"] == "The sensor is late."
    assert digest(decision) == decision["hash"]
    assert year.told("half", "Return") == 1


def test_what_does_not_fit_is_refused_with_a_sentence(year: Year) -> None:
    given = body("Return", "too-much", allocation=year.tenants["half"].name, devices=8, reason="More.")
    given["metadata"]["namespace"] = year.tenants["half"].name
    year.member("half").create(given)
    said = year.desk.await_reason(given, "Accepted", "MoreThanHeld")
    assert "holds 4 devices and 10T of storage; no more than that can be given back" in said["message"]


def test_another_namespace_s_award_is_not_there_for_a_return(year: Year) -> None:
    given = body("Return", "not-mine", allocation=year.tenants["silent"].name, devices=8, reason="They do not need it.")
    given["metadata"]["namespace"] = year.tenants["half"].name
    year.member("half").create(given)
    year.desk.await_reason(given, "Accepted", "UnknownAllocation")
    assert (year.devices("silent"), year.decisions("silent")) == (8, [])


def test_all_of_it_is_given_back(year: Year) -> None:
    """R22, R23: no new pods, the data stays, and the report is opened at once."""
    desk, made = year.desk, year.tenants["all"]
    given = year.give_back("all", devices=8, storage="10T")
    desk.await_reason(given, "Ready", "Ready")
    eventually(lambda: year.devices("all") == 0, "the quota gives no devices")
    (decision,) = year.decisions("all")
    assert (decision["after"]["devices"], decision["dataKeptUntil"]) == (0, "2031-02-09")
    assert "exceeded quota" in desk.refused(desk.admin, made.pod("late", 0))
    assert "deletionTimestamp" not in desk.admin.read(made.claim())["metadata"]
    said = desk.await_reason(year.of("all", "Report"), "Submitted", "Awaited")
    assert said["message"].startswith("The performance report is due on 2031-01-24")


def test_off_purpose_use_ends_a_grant_at_once(year: Year) -> None:
    """R20: a person decides; the tenant reads why, and the data stays."""
    desk, made = year.desk, year.tenants["mining"]
    spec = {"ground": "OffPurpose", "evidence": ["https://committee.example/log"], "reason": "Coins were mined."}
    marked = body("Sanction", made.name, allocation=made.name, **spec)
    desk.expect(marked)
    year.chair.create(marked)
    desk.await_reason(marked, "Ready", "Ready")
    assert year.devices("mining") == 0
    (decision,) = year.decisions("mining")
    assert (decision["kind"], decision["effective"], decision["enteredBy"]) == (
        "OffPurpose",
        "2031-01-10",
        f"chair@{year.name}",
    )
    assert "exceeded quota" in desk.refused(desk.admin, made.pod("late", 0))
    assert "deletionTimestamp" not in desk.admin.read(made.claim())["metadata"]
    (event,) = desk.events(made.name, "OffPurpose")
    assert event["type"] == "Warning"
    assert event["message"].startswith("Off-purpose use (R20): Coins were mined.")


def test_a_sanction_of_nothing_says_so(year: Year) -> None:
    marked = body("Sanction", f"none-{year.name}", allocation="nobody", ground="OffPurpose", evidence=["x"], reason="x")
    year.desk.expect(marked)
    year.chair.create(marked)
    year.desk.await_reason(marked, "Accepted", "UnknownAllocation")


def test_a_promise_is_asked_for_and_evidence_is_handed_in(year: Year) -> None:
    """R21: within three months of service, which began on 10 January."""
    desk = year.desk
    for word in ("promised", "silent"):
        said = desk.await_reason(year.of(word, "Relocation"), "Submitted", "Awaited")
        assert said["message"].startswith("Evidence is due on 2031-04-09")
    year.member("silent").merge(year.of("silent", "Relocation"), {"spec": EVIDENCE})
    desk.await_reason(year.of("silent", "Relocation"), "Proven", "Awaited")
    assert desk.live(year.of("half", "Relocation")) is None


def test_without_evidence_there_is_notice_and_the_devices_stay(year: Year) -> None:
    """10 April: the day after it was due."""
    year.at(date(2031, 4, 10))
    said = year.desk.await_reason(year.of("promised", "Relocation"), "Noticed", "Given", 40)
    assert "the grant ends on 2031-04-17. Until then evidence still counts" in said["message"]
    assert (year.devices("promised"), year.decisions("promised")) == (8, [])
    assert year.told("promised", "Given") == 1


def test_then_the_grant_ends_even_if_the_operator_dies_over_it(year: Year) -> None:
    """17 April: killed as soon as the Decision is seen."""
    year.at(date(2031, 4, 17))
    eventually(lambda: year.decisions("promised"), "it is decided", 40)
    assert year.operators.running is not None
    year.operators.running.kill()
    year.at(date(2031, 4, 17))
    relocation = year.of("promised", "Relocation")
    year.desk.await_reason(relocation, "Proven", "Unproven", 40)
    eventually(lambda: year.devices("promised") == 0, "the quota gives no devices")
    (decision,) = year.decisions("promised")
    assert (decision["kind"], decision["effective"], decision["dataKeptUntil"]) == (
        "PromiseUnproven",
        "2031-04-17",
        "2031-05-17",
    )
    assert year.told("promised", "PromiseUnproven") == 1
    assert "deletionTimestamp" not in year.desk.admin.read(year.tenants["promised"].claim())["metadata"]


def test_evidence_before_a_silent_committee_costs_nothing(year: Year) -> None:
    relocation = year.desk.admin.read(year.of("silent", "Relocation"))
    assert condition(relocation, "Proven")["message"] == (
        "The evidence waits for the committee since 2031-01-10. Until it answers nothing is taken."
    )
    assert (year.devices("silent"), year.decisions("silent")) == (8, [])


def test_a_report_is_opened_handed_in_and_judged(year: Year) -> None:
    """R23: due on 31 May, open two weeks before. What is recorded changes no grant."""
    desk = year.desk
    assert desk.live(year.of("report", "Report")) is None
    year.at(date(2031, 5, 17))
    report = year.of("report", "Report")
    said = desk.await_reason(report, "Submitted", "Awaited", 40)
    assert said["message"].startswith("The performance report is due on 2031-05-31")
    year.member("report").merge(report, {"spec": REPORT})
    desk.await_reason(report, "Assessed", "Awaited")
    year.chair.merge(report, {"spec": {"assessment": {"accepted": True, "shared": True, "decidedBy": "the board"}}})
    desk.await_reason(report, "Ready", "Ready")
    (decision,) = year.decisions("report")
    assert (decision["kind"], decision["before"]) == ("ReportAssessed", decision["after"])
    assert (decision["decidedBy"], decision["enteredBy"]) == ("the board", f"chair@{year.name}")
    assert decision["evidence"]["cause"]["models"]["count"] == 2
    assert decision["organization"] == year.tenants["report"].name
    assert year.devices("report") == 8


def test_excellence_is_chosen_later_and_recorded_as_well(year: Year) -> None:
    year.chair.merge(year.of("report", "Report"), {"spec": {"assessment": {"excellent": True}}})
    eventually(lambda: len(year.decisions("report")) == 2, "it is recorded")
    assert year.decisions("report")[1]["message"] == (
        "The performance report was accepted: excellent (R23), with its data shared (R24)."
    )


def test_an_overdue_report_is_told_and_takes_nothing(year: Year) -> None:
    """1 June; also the tenant that gave everything back in January still may hand it in."""
    desk = year.desk
    year.at(date(2031, 6, 1))
    for word in ("half", "silent", "all"):
        desk.await_reason(year.of(word, "Report"), "Submitted", "Overdue", 40)
        assert year.told(word, "Overdue") == 1
    assert (year.devices("half"), year.devices("silent")) == (4, 8)
    year.member("all").merge(year.of("all", "Report"), {"spec": {"submitted": True}})
    said = desk.await_reason(year.of("all", "Report"), "Submitted", "Submitted")
    assert said["message"] == "The performance report was handed in on 2031-06-01, after it was due on 2031-01-24."


def test_mode_observe_says_what_would_be_and_decides_nothing(year: Year) -> None:
    desk, made = year.desk, year.tenants["observed"]
    desk.apply(programme(year.name, mode="Observe"))
    desk.await_reason(made.allocation, "Ready", "Observed")
    given = year.give_back("observed", devices=4)
    said = desk.await_reason(given, "Ready", "Observed")
    assert said["message"].startswith("Would be decided: Given back on 2031-06-01: 4 devices.")
    assert (year.devices("observed"), year.decisions("observed")) == (8, [])
    desk.apply(programme(year.name, convergence={"graceSeconds": 1}))
    desk.await_reason(given, "Ready", "Ready")
    assert year.devices("observed") == 4


def test_a_namespace_that_is_lost_gives_nothing_back(year: Year) -> None:
    """Decisions have no namespace. The Return of half of it is gone, and what it said holds."""
    desk, made = year.desk, year.tenants["half"]
    uid = desk.admin.read(made.namespace())["metadata"]["uid"]
    desk.admin.delete(made.namespace())

    def is_back() -> bool:
        live = desk.live(made.namespace())
        return live is not None and live["metadata"]["uid"] != uid and year.devices("half") > 0

    eventually(is_back, "the namespace is made anew", 60)
    assert year.devices("half") == 4
    assert [one["kind"] for one in year.decisions("half")] == ["Return"]
