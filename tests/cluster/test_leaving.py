"""What stays and what goes when awards, projects and terms come to an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tenure.api.names import DELETION

from .audit import Audit
from .awards import ZONE, accelerator, core, programme, tenant
from .client import eventually
from .conftest import Operators
from .desk import Desk


def test_a_deleted_project_leaves_its_namespace_and_data(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("retained")
    made = tenant(name, accelerator=name, devices=2)
    desk.apply(accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    uid = desk.admin.read(made.claim())["metadata"]["uid"]
    desk.admin.delete(made.project)
    desk.await_reason(made.allocation, "Accepted", "UnknownProject")
    assert "deletionTimestamp" not in desk.admin.read(made.namespace())["metadata"]
    desk.apply(made.project)
    desk.await_ready(made)
    assert desk.admin.read(made.claim())["metadata"]["uid"] == uid


@pytest.mark.parametrize("storage", ["0", "10T"], ids=["without data", "with data"])
def test_a_project_that_says_so_takes_its_namespace_with_it(desk: Desk, operators: Operators, storage: str) -> None:
    """At once where nothing is in it that could be lost; else when its data had the days of any other end."""
    operators.now()
    name = desk.name("deleted")
    made = tenant(name, accelerator=name, devices=2, storage=storage)
    project = {**made.project, "spec": {**made.project["spec"], "deletionPolicy": "Delete"}}
    desk.apply(accelerator(name, capacity=2), made.organization, project, made.allocation)
    desk.await_ready(made)
    for manifest in (made.allocation, project):
        desk.admin.delete(manifest)
    if storage != "0":
        day = eventually(
            lambda: desk.admin.read(made.quota())["metadata"]["annotations"].get(DELETION), "the last notice"
        )
        assert date.fromisoformat(day) - datetime.now(ZONE).date() == timedelta(days=31)
        assert "deletionTimestamp" not in desk.admin.read(made.namespace())["metadata"]
        operators.at(datetime.now(UTC) + timedelta(days=32))
    eventually(
        lambda: "deletionTimestamp" in (desk.live(made.namespace()) or {"metadata": ["deletionTimestamp"]})["metadata"],
        "the namespace goes",
    )


def test_a_deleted_award_stops_new_pods_and_keeps_the_data(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("withdrawn")
    made, next_one = (tenant(word, accelerator=name, devices=2) for word in (name, f"{name}-next"))
    audit = Audit.begin(desk, name)
    desk.apply(accelerator(name, capacity=2), *made.all)
    desk.await_ready(made)
    desk.apply(*next_one.all)
    desk.await_reason(next_one.allocation, "Admitted", "WaitingForCapacity")
    desk.admin.delete(made.allocation)
    desk.await_ready(next_one)
    assert desk.devices(made) == 0
    assert audit.most() == 2
    assert "exceeded quota" in desk.refused(desk.admin, made.pod("late", 0))
    assert "deletionTimestamp" not in desk.admin.read(made.claim())["metadata"]


def test_a_deleted_award_beside_another_takes_only_its_own(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("beside")
    made = tenant(name, accelerator=name, devices=2)
    other = tenant(f"{name}-2", accelerator=name, devices=4, project=name).allocation
    desk.apply(accelerator(name, capacity=8), *made.all, other)
    desk.await_ready(made)
    desk.await_reason(other, "Ready", "Ready")
    desk.admin.delete(other)
    eventually(lambda: desk.devices(made) == 2, "four devices are taken back")
    desk.await_ready(made)
    assert desk.live(core("PersistentVolumeClaim", f"{name}-2-data", name))


@pytest.mark.parametrize("first", ["project", "award"])
def test_a_tenant_that_is_deleted_altogether_leaves_its_data_and_gives_back_the_rest(
    desk: Desk, operators: Operators, first: str
) -> None:
    operators.now()
    name = desk.name("gone")
    made, heir = (tenant(word, accelerator=name, devices=2, programme=name) for word in (name, f"{name}-heir"))
    desk.apply(programme(name, convergence={"graceSeconds": 3}), accelerator(name, capacity=2), *made.all)
    desk.await_ready(made)
    desk.start(made, made.pod("train"))
    for manifest in (made.project, made.allocation) if first == "project" else (made.allocation, made.project):
        desk.admin.delete(manifest)
    desk.apply(*heir.all)
    desk.await_ready(heir)
    assert desk.devices(made) == 0
    assert desk.pods(made)
    operators.stop()
    operators.now()
    eventually(lambda: not desk.pods(made), "the pod ends after grace")
    assert "deletionTimestamp" not in desk.admin.read(made.claim())["metadata"]
    assert desk.person(made.member).read(made.claim())
    desk.apply(*made.all)
    desk.await_reason(made.allocation, "Admitted", "WaitingForCapacity")


def test_pods_of_a_deleted_award_end_after_grace(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("deleted-award")
    quick = programme(name, convergence={"graceSeconds": 2})
    made = tenant(name, accelerator=name, devices=2, programme=name)
    desk.apply(quick, accelerator(name, capacity=2), *made.all)
    desk.await_ready(made)
    desk.start(made, made.pod("train"))
    desk.admin.delete(made.allocation)
    eventually(lambda: "overQuotaSince" in desk.admin.read(made.project)["status"], "the quota is exceeded")
    assert desk.pods(made)
    eventually(lambda: not desk.pods(made), "the pod ends")
    eventually(lambda: "overQuotaSince" not in desk.admin.read(made.project)["status"], "all is within the quota")


def test_terms_begin_and_end_at_midnight(desk: Desk, operators: Operators) -> None:
    """One award ends, its devices go to the next, its pods end after grace, the data stays; a cut takes effect."""
    name = desk.name("midnight")
    quick = programme(name, convergence={"graceSeconds": 3})
    before, after = {"start": "2031-01-01", "end": "2031-03-31"}, {"start": "2031-04-01", "end": "2031-06-30"}
    old = tenant(name, accelerator=name, devices=2, programme=name, term=before)
    new = tenant(f"{name}-new", accelerator=name, devices=2, term=after)
    first = tenant(f"first-{name}", accelerator=f"{name}-2", devices=2, term=after)
    cut = tenant(f"cut-{name}", accelerator=f"{name}-3", devices=8, term={**before, "end": "2031-06-30"})
    desk.apply(quick, accelerator(name, capacity=2), *old.all, *new.all)
    desk.apply(accelerator(f"{name}-2", capacity=2), *first.all, accelerator(f"{name}-3", capacity=8), *cut.all)
    handover = Audit.begin(desk, name)
    operators.at(datetime(2031, 3, 31, 23, 59, 51, tzinfo=ZONE))
    desk.await_ready(old, cut)
    desk.decide(cut.allocation, "Reduce", 4, "2031-04-01")
    desk.start(old, old.pod("train"))
    for one in (new, first):
        desk.await_reason(one.allocation, "Admitted", "NotStarted")
        assert desk.live(one.namespace()) is None
    assert desk.devices(cut) == 8
    desk.await_reason(old.allocation, "Admitted", "TermEnded", 30)
    desk.await_ready(new, first, cut)
    assert [desk.devices(one) for one in (old, new, first)] == [0, 2, 2]
    assert handover.most() == 2
    eventually(lambda: desk.devices(cut) == 4, "the cut is enforced")
    assert "exceeded quota" in desk.refused(desk.admin, old.pod("late", 0))
    eventually(lambda: not desk.pods(old), "the pod ends after grace", 20)
    told = [event["reason"] for event in desk.events(name) if event["reason"] in ("GracePeriod", "Evicting")]
    assert told == ["GracePeriod", "Evicting"]
    assert "deletionTimestamp" not in desk.admin.read(old.claim())["metadata"]
