"""From what an admin applies to what is in the namespace; and what happens to it when awards, people and terms change."""

from __future__ import annotations

import random
import time
from datetime import datetime

import pytest
import yaml

from .audit import Audit
from .awards import GPU, ZONE, accelerator, core, programme, tenant
from .client import Manifest, RefusedError, eventually, gone
from .conftest import Operators
from .desk import Desk


@pytest.mark.parametrize("seed", range(4))
def test_one_file_with_all_kinds_in_any_order(desk: Desk, operators: Operators, seed: int) -> None:
    operators.now()
    name = desk.name("order")
    a = tenant(f"{name}-a", accelerator=name, devices=2, programme=name)
    b = tenant(f"{name}-b", accelerator=name, devices=4, programme=name)
    kinds = [programme(name), accelerator(name, capacity=8), *a.all, *b.all]
    random.Random(seed).shuffle(kinds)
    first = [one for one in kinds if one["kind"] == "Allocation"] if seed == 0 else []
    file = [*first, *(one for one in kinds if one not in first)]
    desk.expect(*file)
    desk.plane.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(file))
    desk.await_ready(a, b)
    for one in (a.project, b.project, kinds[0], programme(name), accelerator(name)):
        desk.await_reason(one, "Ready", "Ready")


def no_enforcement(name: str) -> tuple[Manifest, Manifest]:
    """A policy of the cluster, and its binding, by which no quota in a namespace is ever enforced."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["resourcequotas/status"]}
    matched = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}, "resourceRules": [rule]}
    policy = {"matchConstraints": matched, "validations": [{"expression": "false", "message": "Not now."}]}
    binding = {"policyName": name, "validationActions": ["Deny"]}
    group = "admissionregistration.k8s.io/v1"
    return (
        core("ValidatingAdmissionPolicy", name, api_version=group, spec=policy),
        core("ValidatingAdmissionPolicyBinding", name, api_version=group, spec=binding),
    )


def test_access_comes_once_the_quota_binds(desk: Desk, operators: Operators) -> None:
    """From before there is a namespace, the member asks for more than is granted. No try ever gets through."""
    operators.now()
    name = desk.name("access")
    made = tenant(name, accelerator=name, devices=2)
    policy, binding = no_enforcement(name)
    desk.apply(policy, binding)
    time.sleep(2)  # the API server takes a new policy into use a little later
    desk.apply(accelerator(name, capacity=8), *made.all)
    eventually(lambda: desk.live(made.quota()), "the quota is written")
    time.sleep(1)
    assert desk.devices(made) == 0
    member, greedy = desk.person(made.member), made.pod("greedy", 3)

    def answer() -> str:
        with pytest.raises(RefusedError) as refused:
            member.create(greedy)
        return str(refused.value)

    assert "cannot create resource" in answer()
    assert desk.live(made.role_binding()) is None
    desk.admin.delete(binding)
    eventually(lambda: "exceeded quota: tenure" in answer(), "the member is let in", 20)
    assert desk.devices(made) == 2


def test_awards_of_one_project_add_up(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("sum")
    made = tenant(name, accelerator=name, devices=4)
    more = tenant(f"{name}-2", accelerator=name, devices=2, project=name, storage="20T").allocation
    storage = tenant(f"{name}-3", project=name, storage="30T").allocation
    desk.apply(accelerator(name, capacity=8), *made.all, more, storage)
    for one in (made.allocation, more, storage):
        desk.await_reason(one, "Ready", "Ready")
    hard = desk.hard(made)
    assert (hard[f"requests.{GPU}"], hard["requests.cpu"], hard["requests.storage"]) == ("6", "28", "60T")
    assert desk.grants(made) == {name: 4, f"{name}-2": 2, f"{name}-3": 0}
    claims = desk.admin.list(made.claim())["items"]
    sizes = {claim["metadata"]["name"]: claim["spec"]["resources"]["requests"]["storage"] for claim in claims}
    assert sizes == {f"{name}-data": "10T", f"{name}-2-data": "20T", f"{name}-3-data": "30T"}


def test_storage_alone(desk: Desk, operators: Operators) -> None:
    """R3: no devices, and enough CPU and memory to work with the data."""
    operators.now()
    made = tenant(desk.name("storage"), storage="50T")
    desk.apply(*made.all)
    desk.await_ready(made)
    hard = desk.hard(made)
    wanted = {"requests.cpu": "4", "requests.memory": "16G", "requests.storage": "50T", f"requests.{GPU}": "0"}
    assert {key: hard[key] for key in wanted} == wanted
    member = desk.person(made.member)
    eventually(lambda: not desk.refused(member, made.pod("look", 0)), "a pod without devices may run")
    assert "This project holds no nvidia.com/gpu" in desk.refused(member, made.pod("train", 1))


def test_who_leaves_the_project_loses_access(desk: Desk, operators: Operators) -> None:
    operators.now()
    made = tenant(desk.name("people"))
    desk.apply(*made.all)
    desk.await_ready(made)
    leaver, comer = desk.person(made.member), desk.person("newcomer")
    eventually(lambda: not desk.refused(leaver, made.pod("look", 0)), "the member has access")
    spec = {**made.project["spec"], "members": [{"name": "newcomer"}]}
    desk.apply({**made.project, "spec": spec})
    eventually(lambda: "cannot create" in desk.refused(leaver, made.pod("look", 0)), "the leaver is out")
    eventually(lambda: not desk.refused(comer, made.pod("look", 0)), "the newcomer is in")
    desk.apply({**made.project, "spec": {**spec, "members": []}})
    eventually(lambda: "cannot create" in desk.refused(comer, made.pod("look", 0)), "nobody is in")


def test_the_same_file_again_changes_nothing(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("again")
    made = tenant(name, accelerator=name, devices=2)
    desk.apply(accelerator(name, capacity=8), *made.all)
    desk.await_ready(made)
    time.sleep(2)
    before = [desk.admin.read(one)["metadata"]["resourceVersion"] for one in (made.quota(), made.allocation)]
    desk.apply(accelerator(name, capacity=8), *made.all)
    time.sleep(2)
    assert [desk.admin.read(one)["metadata"]["resourceVersion"] for one in (made.quota(), made.allocation)] == before


def test_an_open_programme_has_no_network_policy(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("open")
    made = tenant(name, programme=name)
    policy = core("NetworkPolicy", "tenure-isolation", name, api_version="networking.k8s.io/v1")
    desk.apply(programme(name), *made.all)
    desk.await_ready(made)
    assert desk.live(policy)
    desk.apply(programme(name, tenancy={"network": "Open"}))
    eventually(lambda: gone(desk.admin, policy), "the policy is gone")
    desk.apply(programme(name))
    eventually(lambda: desk.live(policy), "the policy is back")


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


def test_a_project_that_says_so_takes_its_namespace_with_it(desk: Desk, operators: Operators) -> None:
    operators.now()
    made = tenant(desk.name("deleted"))
    project = {**made.project, "spec": {**made.project["spec"], "deletionPolicy": "Delete"}}
    desk.apply(made.organization, project, made.allocation)
    desk.await_ready(made)
    desk.admin.delete(project)
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
    assert "exceeded quota" in desk.refused(desk.person(made.member), made.pod("late", 0))
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
    assert not desk.refused(desk.person(made.member), core("ConfigMap", "access", name))
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
    operators.at(datetime(2031, 3, 31, 23, 59, 48, tzinfo=ZONE))
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
    assert "exceeded quota" in desk.refused(desk.person(old.member), old.pod("late", 0))
    eventually(lambda: not desk.pods(old), "the pod ends after grace", 20)
    told = [event["reason"] for event in desk.events(name) if event["reason"] in ("GracePeriod", "Evicting")]
    assert told == ["GracePeriod", "Evicting"]
    assert "deletionTimestamp" not in desk.admin.read(old.claim())["metadata"]
