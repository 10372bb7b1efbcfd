"""From what an admin applies, in any order, to what is granted and who has access."""

from __future__ import annotations

import random
import time

import pytest
import yaml

from .awards import GPU, accelerator, core, programme, tenant
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
