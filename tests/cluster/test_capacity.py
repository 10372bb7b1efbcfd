"""R1, R10: a centre's devices are never oversold, whatever comes at once and whoever dies; and who waits is let in in order."""

from __future__ import annotations

import random
import time

from .audit import Audit
from .awards import PRODUCT, Tenant, accelerator, core, node, pod_spec, tenant
from .client import Manifest, eventually, gone
from .conftest import Operators
from .desk import Desk

CAPACITY = 40


def crowd(name: str) -> list[Tenant]:
    """40 awards of mixed sizes and priorities, five times more than there are devices, in random order."""
    found = [
        tenant(f"{name}-{n:02}", accelerator=name, devices=(8, 4, 2, 8)[n % 4], priorityClass=n % 5) for n in range(40)
    ]
    random.Random(name).shuffle(found)
    return found


def order(desk: Desk, waiting: list[Tenant]) -> list[Tenant]:
    """R10: priority class, then the older one, then the name."""

    def key(one: Tenant) -> tuple[int, str, str]:
        live = desk.admin.read(one.allocation)
        return live["spec"]["priorityClass"], live["metadata"]["creationTimestamp"], one.name

    return sorted(waiting, key=key)


def size(one: Tenant) -> int:
    return int(one.allocation["spec"]["devices"])


def settled(desk: Desk, everyone: list[Tenant]) -> dict[str, str]:
    """Name -> reason of Admitted, once each has one and those admitted are Ready."""
    reasons = {}
    for one in everyone:
        reason = desk.says(one.allocation, "Admitted").get("reason", "")
        if reason not in ("Admitted", "WaitingForCapacity"):
            return {}
        if reason == "Admitted" and desk.says(one.allocation, "Ready").get("status") != "True":
            return {}
        reasons[one.name] = reason
    return reasons


def in_order(desk: Desk, everyone: list[Tenant], reasons: dict[str, str], capacity: int) -> None:
    """Each holds all or nothing, and there is no room for the first of those that wait. All others wait behind it."""
    waiting = order(desk, [one for one in everyone if reasons[one.name] == "WaitingForCapacity"])
    held = {one.name: desk.devices(one) for one in everyone}
    assert held == {one.name: 0 if one in waiting else size(one) for one in everyone}
    free = capacity - sum(held.values())
    assert 0 <= free < size(waiting[0])


def test_many_at_once_and_then_one_after_the_other(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("crowd")
    everyone = crowd(name)
    audit = Audit.begin(desk, name)
    desk.apply(accelerator(name, capacity=CAPACITY))
    for one in everyone:
        desk.apply(*one.all)
    reasons = eventually(lambda: settled(desk, everyone), "all are admitted or wait", 40)
    in_order(desk, everyone, reasons, CAPACITY)
    leaves_and_next(desk, everyone, reasons)
    assert CAPACITY - 8 < audit.most() <= CAPACITY


def leaves_and_next(desk: Desk, everyone: list[Tenant], reasons: dict[str, str]) -> None:
    """One with 8 devices goes: the first in order are let in until one does not fit, and nobody behind that one is."""
    leaver = next(one for one in everyone if reasons[one.name] == "Admitted" and size(one) == 8)
    free = CAPACITY - sum(desk.devices(one) for one in everyone) + 8
    let_in = []
    for one in order(desk, [one for one in everyone if reasons[one.name] == "WaitingForCapacity"]):
        if size(one) > free:
            break
        let_in.append(one)
        free -= size(one)
    sentence = desk.says(let_in[0].allocation, "Admitted")["message"]
    assert f"{size(let_in[0])} devices of" in sentence
    assert "The rest waits in order of priority class and creation." in sentence
    desk.admin.delete(leaver.allocation)
    desk.await_ready(*let_in)
    rest = [one for one in everyone if one is not leaver]
    now = eventually(lambda: settled(desk, rest), "all are settled again")
    admitted = {one.name for one in rest if reasons[one.name] == "Admitted"} | {one.name for one in let_in}
    assert {one for one, reason in now.items() if reason == "Admitted"} == admitted


def test_an_operator_that_is_killed_again_and_again(desk: Desk, operators: Operators) -> None:
    name = desk.name("killed")
    everyone = crowd(name)
    audit = Audit.begin(desk, name)
    desk.apply(accelerator(name, capacity=CAPACITY))
    for part in range(4):
        operator = operators.now()
        for one in everyone[part * 10 : part * 10 + 10]:
            desk.apply(*one.all)
        if part < 3:
            operator.kill()
    reasons = eventually(lambda: settled(desk, everyone), "all are admitted or wait", 40)
    in_order(desk, everyone, reasons, CAPACITY)
    operators.stop()
    operators.now()
    time.sleep(1)
    assert eventually(lambda: settled(desk, everyone), "all are settled again") == reasons
    assert CAPACITY - 8 < audit.most() <= CAPACITY


def test_what_a_cut_frees_goes_to_who_waits(desk: Desk, operators: Operators) -> None:
    """Five times over, since it depends on which comes first: the answer to a write or the watch's word on it."""
    operators.now()
    name = desk.name("handover")
    giver, taker = (tenant(f"{name}-{word}", accelerator=name, devices=8) for word in ("giver", "taker"))
    desk.apply(accelerator(name, capacity=8), *giver.all, taker.organization, taker.project)
    audit = Audit.begin(desk, name)
    for _ in range(5):
        desk.apply(awarded(giver, 8))
        eventually(lambda: desk.devices(giver) == 8, "all is the giver's")
        desk.apply(awarded(taker, 4))
        desk.await_reason(taker.allocation, "Admitted", "WaitingForCapacity")
        desk.apply(awarded(giver, 4))
        eventually(lambda: desk.devices(taker) == 4, "half is the taker's")
        desk.admin.delete(taker.allocation)
    assert audit.most() == 8


def awarded(one: Tenant, devices: int) -> Manifest:
    """The award with so many devices."""
    return {**one.allocation, "spec": {**one.allocation["spec"], "devices": devices}}


def test_an_award_that_comes_back_waits_like_any_other(desk: Desk, operators: Operators) -> None:
    """Deleted and written again under its name, after its devices went to another."""
    operators.now()
    name = desk.name("back")
    made, heir = (tenant(word, accelerator=name, devices=2) for word in (name, f"{name}-heir"))
    desk.apply(accelerator(name, capacity=2), *made.all)
    desk.await_ready(made)
    desk.apply(*heir.all)
    desk.await_reason(heir.allocation, "Admitted", "WaitingForCapacity")
    desk.admin.delete(made.allocation)
    desk.await_ready(heir)
    desk.apply(made.allocation)
    desk.await_reason(made.allocation, "Admitted", "WaitingForCapacity")
    assert (desk.devices(made), desk.devices(heir)) == (0, 2)


def test_capacity_is_counted_from_nodes_and_their_loss_takes_nothing(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("nodes")
    type_ = accelerator(name)
    a, b, late = (tenant(f"{name}-{word}", accelerator=name, devices=8) for word in ("a", "b", "late"))
    first, second = node(f"{name}-1", name), node(f"{name}-2", name)
    desk.create_nodes(first, second)
    desk.apply(type_, *a.all, *b.all)
    desk.await_ready(a, b)
    assert desk.admin.read(type_)["status"]["capacity"] == 16
    desk.admin.delete(second)
    eventually(lambda: desk.admin.read(type_)["status"]["capacity"] == 8, "a node is missed")
    desk.apply(*late.all)
    desk.await_reason(late.allocation, "Admitted", "WaitingForCapacity")
    status = desk.admin.read(type_)["status"]
    assert {key: status[key] for key in ("granted", "free", "waiting")} == {"granted": 16, "free": 0, "waiting": 8}
    assert [desk.devices(one) for one in (a, b)] == [8, 8]
    desk.await_ready(a, b)
    eventually(lambda: gone(desk.admin, second), "the node is gone")
    desk.create_nodes(node(f"{name}-2", name), node(f"{name}-3", name))
    desk.await_ready(a, b, late)


def test_capacity_that_is_given_counts_instead(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("given")
    a, b = (tenant(f"{name}-{word}", accelerator=name, devices=4) for word in "ab")
    desk.create_nodes(node(f"{name}-1", name))
    desk.apply(accelerator(name, capacity=4), *a.all)
    desk.await_ready(a)
    desk.apply(*b.all)
    desk.await_reason(b.allocation, "Admitted", "WaitingForCapacity")
    desk.apply(accelerator(name, capacity=8))
    desk.await_ready(a, b)
    desk.apply(accelerator(name, capacity=0))
    eventually(lambda: desk.admin.read(accelerator(name))["status"]["capacity"] == 0, "none is left")
    assert [desk.devices(one) for one in (a, b)] == [4, 4]


def test_devices_that_others_hold_are_granted_to_nobody(desk: Desk, operators: Operators) -> None:
    """Pods in a namespace without a quota of Tenure have six of eight; the operator sees them when it starts."""
    operators.stop()
    name = desk.name("lab")
    waits, fits = (
        tenant(f"{name}-waits", accelerator=name, devices=4),
        tenant(f"{name}-fits", accelerator=name, devices=2, priorityClass=0),
    )
    desk.create_nodes(node(f"{name}-1", name))
    train = core("Pod", "train", name, spec=pod_spec(6, nodeSelector={PRODUCT: name}))
    desk.apply(core("Namespace", name), train)
    eventually(lambda: desk.admin.read(train)["spec"].get("nodeName"), "the pod has a node")
    desk.apply(accelerator(name), *waits.all, *fits.all)
    operators.now()
    desk.await_ready(fits)
    desk.await_reason(waits.allocation, "Admitted", "WaitingForCapacity")
    status = desk.admin.read(accelerator(name))["status"]
    found = {key: status[key] for key in ("capacity", "granted", "elsewhere", "free", "waiting")}
    assert found == {"capacity": 8, "granted": 2, "elsewhere": 6, "free": 0, "waiting": 4}
    desk.admin.delete(train)
    eventually(lambda: gone(desk.admin, train), "the pod is gone")
    operators.stop()
    operators.now()
    desk.await_ready(waits, fits)
