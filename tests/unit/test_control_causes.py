"""Returns, Sanctions, Relocations and Reports in a small centre: what becomes of the grant, and that nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tenure.api.decision import DecisionSpec
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from unit.build import Body, allocation_body, programme
from unit.world import World, body_of

TODAY = "2026-08-15"
YEAR = allocation_body(term="2026-07-01 2027-06-30", storage="20T")


def giving(name: str = "early", **spec: Any) -> Body:
    wanted = {"allocation": "vision-2026", "devices": 4, "reason": "The data is late.", "by": "kim@hanbit", **spec}
    return {"kind": "Return", "metadata": {"name": name, "namespace": "vision", "uid": name}, "spec": wanted}


def sanction(**spec: Any) -> Body:
    wanted = {"allocation": "vision-2026", "ground": "OffPurpose", "evidence": ["https://x/log"], "reason": "Coins."}
    return {"kind": "Sanction", "metadata": {"name": "s", "uid": "s"}, "spec": {**wanted, "by": "chair@x", **spec}}


def centre(*bodies: Manifest, today: str = TODAY) -> World:
    """vision holds eight A100 and 20 TB."""
    world = World(today, *(bodies or (YEAR,)))
    world.hold_reviews()
    assert world.quota() == 8
    return world


def made(world: World) -> list[tuple[str, int, int]]:
    """Kind and devices before and after of every Decision, in the order of their chain."""
    by_previous = {spec.previous: spec for spec in world.decisions.values()}
    chain: list[DecisionSpec] = []
    while (following := by_previous.get(chain[-1].hash if chain else "")) is not None:
        chain.append(following)
    assert len(chain) == len(world.decisions)
    return [(spec.kind, spec.before.devices, spec.after.devices) for spec in chain]


def said(world: World, kind: str, name: str, namespace: str = "vision") -> dict[str, str]:
    """Condition -> reason."""
    return {c["type"]: c["reason"] for c in world.live(kind, name, namespace)["status"]["conditions"]}


def written(world: World, kind: str, name: str, **spec: Any) -> None:
    """Somebody changes the spec of an object in the namespace of vision."""
    live = world.live(kind, name, "vision")
    world.put({**live, "spec": {**live["spec"], **spec}})
    world.hold_reviews()


def told(world: World) -> list[str]:
    """The reasons of all Events about causes."""
    kinds = ("Return", "Sanction", "Relocation", "Report")
    events = [body for (kind, _, _), body in world.server.objects.items() if kind == "Event"]
    return [event["reason"] for event in events if event["involvedObject"]["kind"] in kinds]


def test_a_return_of_some_devices() -> None:
    world = centre()
    world.put(giving())
    world.hold_reviews()
    assert (world.quota(), made(world)) == (4, [("Return", 8, 4)])
    assert said(world, "Return", "early") == {"Accepted": "Accepted", "Ready": "Ready"}
    (decision,) = world.decisions.values()
    assert decision.evidence.cause["changeOfPlan"] == ""
    assert (decision.organization, decision.decided_by) == ("hanbit", "kim@hanbit")
    assert world.live("Return", "early", "vision")["status"]["decision"].startswith("vision-2026-return-")
    assert told(world) == ["Return"]


def test_several_returns_add_up_each_on_the_one_before() -> None:
    world = centre()
    world.put(giving("a"), giving("b", devices=2), giving("c", devices=0, storage="10T"))
    world.hold_reviews()
    assert (world.quota(), made(world)) == (2, [("Return", 8, 4), ("Return", 4, 2), ("Return", 2, 2)])
    assert world.assessed().entitlement.grant.storage == "10T"


def test_all_of_it_and_then_the_report_is_opened_at_once() -> None:
    world = centre()
    world.put(giving(devices=8, storage="20T"))
    world.hold_reviews()
    assert (world.quota(), made(world)) == (0, [("Return", 8, 0)])
    assert said(world, "Report", "vision-2026-report")["Submitted"] == "Awaited"
    assert world.live("Report", "vision-2026-report", "vision")["status"]["due"] == "2026-08-29"


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"devices": 3}, "NoSuchBundle"),
        ({"devices": 9}, "MoreThanHeld"),
        ({"allocation": "speech-2026"}, "UnknownAllocation"),
    ],
)
def test_a_return_that_was_refused_does_not_come_to_life_later(spec: Body, reason: str) -> None:
    world = centre()
    world.put(giving(**spec))
    world.hold_reviews()
    assert said(world, "Return", "early") == {"Accepted": reason, "Ready": "NotReady"}
    grown = allocation_body(devices=4, term="2026-07-01 2027-06-30")
    other = allocation_body("speech-2026", term="2026-07-01 2027-06-30", devices=4, created=1)
    world.put(grown, other)
    world.hold_reviews()
    assert (world.decisions, world.quota()) == ({}, 8)
    assert said(world, "Return", "early")["Accepted"] == reason


def test_a_return_while_the_award_is_not_accepted_waits_until_it_is() -> None:
    world = centre()
    world.remove("Organization", "hanbit")
    world.put(giving())
    world.hold_reviews()
    assert said(world, "Return", "early")["Accepted"] == "UnknownOrganization"
    assert world.quota() == 8
    world.put({"kind": "Organization", "metadata": {"name": "hanbit"}, "spec": {"registration": "1"}})
    world.hold_reviews()
    assert (world.quota(), made(world)) == (4, [("Return", 8, 4)])


def test_a_sanction_ends_the_grant_at_once_and_a_return_after_it_finds_nothing() -> None:
    world = centre()
    world.put(giving(), sanction())
    world.hold_reviews()
    assert (world.quota(), made(world)) == (0, [("OffPurpose", 8, 0)])
    assert said(world, "Sanction", "s", "")["Ready"] == "Ready"
    assert said(world, "Return", "early")["Accepted"] == "NothingHeld"


def test_a_sanction_of_an_award_that_is_not_there_says_so_until_it_is() -> None:
    world = centre()
    world.put(sanction(allocation="later"))
    world.hold_reviews()
    assert said(world, "Sanction", "s", "") == {"Accepted": "UnknownAllocation", "Ready": "NotReady"}
    world.put(allocation_body("later", devices=0, accelerator="", storage="10T", created=1))
    world.hold_reviews()
    assert said(world, "Sanction", "s", "")["Ready"] == "Ready"


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(lambda world: world.remove("Allocation", "vision-2026"), id="the award is deleted"),
        pytest.param(lambda world: world.remove("Organization", "hanbit"), id="the award is not accepted any more"),
    ],
)
def test_what_is_decided_stays_so_whatever_becomes_of_the_award(lose: Callable[[World], None]) -> None:
    world = centre()
    world.put(giving())
    world.hold_reviews()
    world.put(sanction())
    world.hold_reviews()
    before = told(world)
    lose(world)
    world.start()
    world.hold_reviews()
    for kind, name, where in (("Return", "early", "vision"), ("Sanction", "s", "")):
        assert said(world, kind, name, where) == {"Accepted": "Accepted", "Ready": "Ready"}
    assert told(world) == before


PROMISED = allocation_body(term="2026-07-01 2027-06-30", promise={"kind": "Relocation"}, inUseSince="2026-07-01")


def test_a_promise_without_evidence_ends_after_notice() -> None:
    world = centre(PROMISED)
    assert said(world, "Relocation", "vision-2026-relocation")["Submitted"] == "Awaited"
    world.turn_to("2026-10-01")
    world.hold_reviews()
    assert (world.quota(), said(world, "Relocation", "vision-2026-relocation")["Noticed"]) == (8, "Given")
    world.turn_to("2026-10-08")
    world.hold_reviews()
    assert (world.quota(), made(world)) == (0, [("PromiseUnproven", 8, 0)])
    relocation = world.live("Relocation", "vision-2026-relocation", "vision")
    assert relocation["status"]["noticedOn"] == "2026-10-01"
    ended = {"Submitted": "Overdue", "Proven": "Unproven", "Noticed": "Given", "Ready": "Ready"}
    assert said(world, "Relocation", "vision-2026-relocation") == ended
    assert [reason for reason in told(world) if reason != "Awaited"] == [
        "Overdue",
        "Given",
        "Unproven",
        "PromiseUnproven",
    ]


def test_evidence_that_nobody_judges_costs_nothing() -> None:
    world = centre(PROMISED)
    written(world, "Relocation", "vision-2026-relocation", evidence=["https://hanbit.example/memorandum"])
    for day in ("2026-10-01", "2026-10-08", "2027-06-30"):
        world.turn_to(day)
        world.hold_reviews()
    assert (world.quota(), world.decisions) == (8, {})
    assert said(world, "Relocation", "vision-2026-relocation")["Proven"] == "Awaited"


def test_a_report_from_its_opening_to_its_record() -> None:
    world = centre(YEAR)
    world.turn_to("2027-05-16")
    world.hold_reviews()
    assert ("Report", "vision", "vision-2026-report") not in world.server.objects
    world.turn_to("2027-05-17")
    world.hold_reviews()
    opened = world.live("Report", "vision-2026-report", "vision")
    assert opened["metadata"]["labels"]["tenure.dev/allocation"] == "vision-2026"
    assert "ownerReferences" not in opened["metadata"]
    assert opened["status"]["due"] == "2027-05-31"
    world.turn_to("2027-06-01")
    world.hold_reviews()
    assert said(world, "Report", "vision-2026-report")["Submitted"] == "Overdue"
    written(world, "Report", "vision-2026-report", submitted=True)
    assert said(world, "Report", "vision-2026-report")["Assessed"] == "Awaited"
    good = {"accepted": True, "by": "chair@x"}
    written(world, "Report", "vision-2026-report", assessment=good)
    assert made(world) == [("ReportAssessed", 8, 8)]
    written(world, "Report", "vision-2026-report", assessment={**good, "excellent": True})
    assert made(world) == [("ReportAssessed", 8, 8), ("ReportAssessed", 8, 8)]
    assert [spec.evidence.cause["assessment"]["excellent"] for spec in world.decisions.values()].count(True) == 1
    assert (world.quota(), said(world, "Report", "vision-2026-report")["Ready"]) == (8, "Ready")


def test_mode_observe_says_what_would_be_and_decides_nothing() -> None:
    world = centre(PROMISED)
    world.put(body_of(programme(mode="Observe")), giving(), sanction())
    world.turn_to("2027-06-20")
    world.hold_reviews()
    assert world.decisions == {}
    assert said(world, "Return", "early") == {"Accepted": "Accepted", "Ready": "Observed"}
    assert said(world, "Sanction", "s", "")["Ready"] == "Observed"
    assert said(world, "Relocation", "vision-2026-relocation")["Noticed"] == "NotYet"
    assert ("Report", "vision", "vision-2026-report") not in world.server.objects
    assert told(world) == ["Awaited"]
    world.put(body_of(programme(mode="Enforce")))
    world.hold_reviews()
    assert made(world)[0] == ("OffPurpose", 8, 0)


def test_what_one_tenant_wrote_holds_up_nothing_else() -> None:
    """The API server takes neither Event nor status of a Return; what the chair decides goes on."""
    world = centre(PROMISED)
    world.turn_to("2026-10-01")
    world.hold_reviews()
    create = world.server.create

    async def choosy(served: Served, body: Manifest) -> Manifest:
        if body.get("involvedObject", {}).get("kind") == "Return":
            raise ApiError(422, "metadata.name: Too long", served.path())
        return await create(served, body)

    world.server.create = choosy  # type: ignore[method-assign]
    world.put(giving(devices=3))
    world.turn_to("2026-10-08")
    with pytest.raises(ApiError):
        world.hold_reviews()
    world.queue.keys.clear()
    assert made(world) == [("PromiseUnproven", 8, 0)]


def test_a_project_that_is_left_alone_gets_nothing_written() -> None:
    world = centre()
    left = {"kind": "Project", "metadata": {"name": "vision"}, "spec": {"organization": "hanbit", "manage": False}}
    world.put(left, giving())
    world.turn_to("2027-05-20")
    world.hold_reviews()
    assert (
        "status" not in world.live("Return", "early", "vision") or not world.live("Return", "early", "vision")["status"]
    )
    assert ("Report", "vision", "vision-2026-report") not in world.server.objects


def restored(world: World) -> None:
    """A backup without any status, in which every object has another uid and was written by another user."""
    for (kind, _, _), body in list(world.server.objects.items()):
        if kind in ("Return", "Sanction", "Relocation", "Report"):
            again = {**body, "metadata": {**body["metadata"], "uid": "another"}, "status": {}}
            if "by" in body["spec"]:
                again["spec"] = {**body["spec"], "by": "a backup"}
            world.server.put(again)
    world.start()
    world.hold_reviews()


@pytest.mark.parametrize("causes", [(giving(),), (giving("a"), giving("b", devices=2)), (sanction(),)], ids=str)
def test_a_restore_without_status_takes_nothing_a_second_time(causes: tuple[Body, ...]) -> None:
    world = centre()
    world.put(*causes)
    world.hold_reviews()
    before = world.quota(), made(world)
    restored(world)
    assert (world.quota(), made(world)) == before


def test_nor_does_a_namespace_that_was_lost_or_an_award_that_is_applied_again() -> None:
    world = centre()
    world.put(giving())
    world.hold_reviews()
    world.remove("Return", "early", "vision")
    world.put(YEAR)
    world.start()
    world.hold_reviews()
    assert (world.quota(), made(world)) == (4, [("Return", 8, 4)])


def test_a_return_whose_decision_was_pruned_is_not_decided_again() -> None:
    world = centre()
    world.put(giving())
    world.hold_reviews()
    name = world.live("Return", "early", "vision")["status"]["decision"]
    world.remove("Decision", name)
    world.start()
    world.hold_reviews()
    assert world.decisions == {}


class Killed(Exception):
    """The process died."""


def test_a_process_that_dies_at_any_write_ends_where_another_would() -> None:
    """One run for each write, before it and after it: the next replica comes to the same Decisions, each told once."""
    writes, died = 0, True
    while died:
        for after in (False, True):
            died = dies_at(writes, after=after)
        writes += 1
    assert writes > 20


def dies_at(write: int, *, after: bool) -> bool:
    """Whether there was such a write at all."""
    world = centre(PROMISED)
    create, merge = world.server.create, world.server.merge
    left = write

    def counted() -> bool:
        nonlocal left
        left -= 1
        return left == -1

    async def dying(done: Any, *arguments: Any) -> Manifest:
        now = counted()
        if now and not after:
            raise Killed
        answer: Manifest = await done(*arguments)
        if now:
            raise Killed
        return answer

    async def dying_create(served: Served, body: Manifest) -> Manifest:
        return await dying(create, served, body)

    async def dying_merge(*arguments: Any) -> Manifest:
        return await dying(merge, *arguments)

    world.server.create, world.server.merge = dying_create, dying_merge  # type: ignore[method-assign, assignment]
    died = False
    for step in (act_once, act_twice, act_thrice):
        try:
            step(world)
            world.hold_reviews()
        except (Killed, ApiError):
            died = True
            world.start()
            world.hold_reviews()
    kinds = [("Return", 8, 4), ("PromiseUnproven", 4, 0), ("ReportAssessed", 0, 0)]
    assert (made(world), world.quota()) == (kinds, 0), (write, after)
    reasons = told(world)
    assert all(reasons.count(reason) == 1 for reason in ("Return", "Given", "PromiseUnproven", "ReportAssessed")), (
        reasons
    )
    return died


def act_once(world: World) -> None:
    """Half of it is given back."""
    world.put(giving())


def act_twice(world: World) -> None:
    """No evidence came; notice is given, and runs out."""
    world.turn_to("2026-10-01")
    world.hold_reviews()
    world.turn_to("2026-10-08")


def act_thrice(world: World) -> None:
    """The report is handed in and accepted."""
    if world.clock.now().month != 10 or world.clock.now().day != 8:
        world.turn_to("2026-10-08")
        world.hold_reviews()
    live = world.live("Report", "vision-2026-report", "vision")
    spec = {**live["spec"], "submitted": True, "assessment": {"accepted": True, "by": "chair@x"}}
    world.put({**live, "spec": spec})
