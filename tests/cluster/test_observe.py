"""Mode Observe: what would be done is said, and nothing is touched. The switch to Enforce makes it real; back, it freezes."""

from __future__ import annotations

import time

from .awards import accelerator, core, node, programme, tenant
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk
from .untouched import LONG_ENOUGH, versions


def observing(name: str) -> Manifest:
    return programme(name, mode="Observe", convergence={"graceSeconds": 1})


def enforcing(name: str) -> Manifest:
    return programme(name, convergence={"graceSeconds": 1})


def test_what_would_be_granted_is_said_and_nothing_is_made(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("observe")
    made = tenant(name, accelerator=name, devices=2, programme=name)
    desk.apply(observing(name), accelerator(name, capacity=8), *made.all)
    desk.await_reason(made.allocation, "Ready", "Observed")
    assert desk.says(made.allocation, "Admitted")["message"] == f"Would be granted: 2 devices of {name}."
    for type_ in ("QuotaApplied", "QuotaEnforced"):
        assert desk.says(made.allocation, type_)["reason"] == "Observed"
    desk.await_reason(made.project, "NamespaceReady", "Observed")
    desk.await_reason(observing(name), "Ready", "Observed")
    time.sleep(LONG_ENOUGH)
    assert desk.live(made.namespace()) is None
    status = desk.admin.read(made.allocation)["status"]
    assert (status["grant"]["devices"], status["entitled"]["devices"]) == (0, 2)


def test_a_namespace_that_is_there_already_is_not_touched(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("there")
    made = tenant(name, accelerator=name, devices=2, programme=name)
    adopting = {**made.project, "spec": {**made.project["spec"], "adoptNamespace": True}}
    desk.apply(core("Namespace", name))
    desk.admin.create(core("ResourceQuota", "theirs", name, spec={"hard": {"pods": "10"}}))
    eventually(lambda: "status" in desk.admin.read(core("ResourceQuota", "theirs", name)), "their quota is counted")
    eventually(lambda: desk.live(core("ServiceAccount", "default", name)), "the namespace is complete")
    desk.admin.create(made.pod("work"))
    time.sleep(1)
    before = versions(desk, name)
    desk.apply(observing(name), accelerator(name, capacity=8), made.organization, adopting, made.allocation)
    desk.await_reason(made.allocation, "Ready", "Observed")
    time.sleep(LONG_ENOUGH)
    assert versions(desk, name) == before
    desk.apply(enforcing(name))
    desk.await_ready(made)
    assert set(desk.pods(made)) == {"work"}
    assert desk.devices(made) == 2
    assert desk.live(core("ResourceQuota", "theirs", name))


def test_enforce_makes_it_real_and_observe_freezes_it(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("switch")
    made = tenant(name, accelerator=name, devices=4, programme=name)
    desk.create_nodes(node(name, name))
    desk.apply(observing(name), accelerator(name, capacity=8), *made.all)
    desk.await_reason(made.allocation, "Ready", "Observed")
    desk.apply(enforcing(name))
    desk.await_ready(made)
    desk.run(made, *(made.pod(f"train-{n}") for n in range(4)))
    desk.apply(observing(name))
    desk.await_reason(made.allocation, "Ready", "Observed")
    quota = desk.admin.merge(made.quota(), {"metadata": {"annotations": {"by": "hand"}}})
    frozen = versions(desk, name)
    cut = {**made.allocation, "spec": {**made.allocation["spec"], "devices": 2}}
    desk.apply(cut)
    desk.await_reason(cut, "Ready", "Observed")
    assert desk.says(cut, "Admitted")["message"] == f"Would be granted: 2 devices of {name}."
    desk.admin.delete(made.role_binding())
    time.sleep(LONG_ENOUGH)
    del frozen["RoleBinding tenure-members"]
    assert versions(desk, name) == frozen
    assert quota["spec"]["hard"] == desk.hard(made)
    desk.apply(enforcing(name))
    desk.await_reason(cut, "Converged", "WithinQuota", 30)
    desk.await_reason(cut, "Ready", "Ready")
    assert desk.devices(made) == len(desk.pods(made)) == 2
    assert desk.live(made.role_binding())


def test_observe_stops_an_eviction_that_was_announced(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("halt")
    made = tenant(name, accelerator=name, devices=4, programme=name)
    rules = {"graceSeconds": 3}
    desk.create_nodes(node(name, name))
    desk.apply(programme(name, convergence=rules), accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    desk.run(made, *(made.pod(f"train-{n}") for n in range(4)))
    cut = {**made.allocation, "spec": {**made.allocation["spec"], "devices": 2}}
    desk.apply(cut)
    desk.await_reason(cut, "Converged", "GracePeriod")
    desk.apply(programme(name, mode="Observe", convergence=rules))
    desk.await_reason(cut, "Ready", "Observed")
    time.sleep(3.5)
    assert len(desk.pods(made)) == 4
    desk.apply(programme(name, convergence=rules))
    eventually(lambda: len(desk.pods(made)) == 2, "two pods go")


def test_what_a_deleted_award_gave_is_taken_back_once_that_is_enforced(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("withdrawn")
    made = tenant(name, accelerator=name, devices=4, programme=name)
    heir = tenant(f"{name}-heir", accelerator=name, devices=4)
    desk.apply(enforcing(name), accelerator(name, capacity=4), *made.all)
    desk.await_ready(made)
    desk.apply(observing(name))
    desk.await_reason(made.allocation, "Ready", "Observed")
    desk.admin.delete(made.allocation)
    desk.apply(*heir.all)
    desk.await_reason(heir.allocation, "Admitted", "WaitingForCapacity")
    time.sleep(LONG_ENOUGH)
    assert desk.devices(made) == 4
    desk.apply(enforcing(name))
    desk.await_ready(heir)
    assert desk.devices(made) == 0
