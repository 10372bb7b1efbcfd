"""A centre that runs already: what `tenure adopt` prints, and what becomes of running work when it is applied and taken back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from harness.centre import Centre, condition
from harness.operator_process import NAMESPACE
from tenure.cli.adopt.refusals import refusals

from .adopted import House, reader, settle
from .awards import GPU, accelerator, body, core, node, pod_spec, programme
from .client import Manifest, eventually
from .conftest import Operators
from .desk import Desk
from .untouched import LONG_ENOUGH, versions

QUICK = {"graceSeconds": 1, "deadlineSeconds": 1}


@pytest.fixture(scope="module")
def reads(centre: Centre) -> Path:
    """Somebody who may read everything and write nothing."""
    desk = Desk.at(centre.plane)
    return reader(centre.plane, desk.admin, NAMESPACE)


@pytest.fixture
def house(desk: Desk, operators: Operators, reads: Path) -> House:
    """A namespace with three running pods, on a node of an accelerator, with a programme that evicts quickly."""
    operators.now()
    name = desk.name("house")
    desk.create_nodes(node(name, name))
    desk.apply(programme(name, convergence=QUICK), accelerator(name), body("Organization", name, registration="000-00"))
    return settle(desk, reads, name)


def apply(house: House, *manifests: Manifest) -> None:
    """What the admin does with what was printed."""
    for manifest in manifests:
        house.desk.apply(manifest)


def taken_over(house: House) -> tuple[Manifest, Manifest]:
    """Project and Allocation, once Tenure keeps the namespace."""
    project, award = house.written("--take-over")
    apply(house, project, award)
    house.desk.await_reason(award, "Ready", "Ready")
    return project, award


def quota_of(house: House) -> Manifest:
    return house.desk.admin.read(core("ResourceQuota", "tenure", house.name))


def test_without_the_switch_nothing_in_the_namespace_is_touched(house: House) -> None:
    project, award = house.written()
    before = versions(house.desk, house.name)
    apply(house, project, award)
    house.desk.await_reason(award, "Accepted", "ProjectNotAccepted")
    house.desk.await_reason(project, "NamespaceReady", "NotOurs")
    time.sleep(LONG_ENOUGH)
    assert versions(house.desk, house.name) == before


def test_taken_over_nothing_restarts_and_nothing_is_resized(house: House) -> None:
    work, own = house.work(), house.own()
    taken_over(house)
    time.sleep(LONG_ENOUGH)
    assert house.work() == work
    assert house.own() == own
    hard = quota_of(house)["status"]["hard"]
    assert (hard[f"requests.{GPU}"], hard["requests.cpu"]) == ("4", "16")
    assert hard["requests.storage"] == "20T"
    used = eventually(lambda: _used(house, "3"), "what runs is counted") or {}
    assert used["requests.cpu"] == "4"
    theirs = house.desk.admin.read(core("ResourceQuota", "gpu", house.name))["status"]
    assert theirs["used"] == {f"requests.{GPU}": "3", "pods": "3"}


def _used(house: House, devices: str) -> Manifest | None:
    used: Manifest = quota_of(house)["status"].get("used", {})
    return used if used.get(f"requests.{GPU}") == devices else None


def test_its_people_keep_their_access_and_get_tenures(house: House) -> None:
    taken_over(house)
    bindings = {one.split()[1] for one in house.own() if one.startswith("RoleBinding")}
    assert bindings == {"staff"}
    person = house.desk.person(f"kim@{house.name}")
    assert person.read(core("Pod", "train", house.name))
    assert house.desk.live(
        core("RoleBinding", "tenure-members", house.name, api_version="rbac.authorization.k8s.io/v1")
    )


def test_what_runs_can_be_started_again(house: House) -> None:
    """The Deployment makes a pod anew, and the policies, the limits and both quotas let it in."""
    taken_over(house)
    first = min(name for name in house.work() if name.startswith("web"))
    house.desk.admin.delete(core("Pod", first, house.name))
    eventually(lambda: len(house.work()) == 3 and first not in house.work(), "another one takes its place", 30)


def test_claims_stay_as_they_are_and_count(house: House) -> None:
    """Tenure makes none beside them, and its members may make more up to what is awarded."""
    _, award = taken_over(house)
    house.desk.await_reason(award, "StorageProvided", "OwnClaims")
    claims = house.desk.admin.list(core("PersistentVolumeClaim", "", house.name))["items"]
    assert [one["metadata"]["name"] for one in claims] == ["models"]
    eventually(lambda: quota_of(house)["status"]["used"]["requests.storage"] == "12T", "it is counted")

    def another(size: str) -> str:
        spec = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": size}}}
        more = core("PersistentVolumeClaim", "more", house.name, spec=spec)
        return house.desk.refused(house.desk.person(f"kim@{house.name}"), more)

    assert "exceeded quota: tenure" in another("9T")
    assert another("8T") == ""


def test_in_mode_observe_nothing_in_the_namespace_is_written_and_it_is_not_taken_over_without_the_switch(
    house: House,
) -> None:
    """The way in: first observed, then by the switch taken over, and only then does it become real."""
    apply(house, programme(house.name, mode="Observe"))
    project, award = house.written()
    before = versions(house.desk, house.name)
    apply(house, project, award)
    house.desk.await_reason(award, "Ready", "Observed")
    said = house.desk.await_reason(project, "NamespaceReady", "Observed")
    assert "set spec.adoptNamespace to take it over" in said["message"]
    time.sleep(LONG_ENOUGH)
    assert versions(house.desk, house.name) == before
    apply(house, programme(house.name, mode="Enforce", convergence=QUICK))
    house.desk.await_reason(award, "Accepted", "ProjectNotAccepted")
    time.sleep(LONG_ENOUGH)
    assert versions(house.desk, house.name) == before
    again = house.adopt("--take-over")
    (adopting,) = (one for one in yaml.safe_load_all(again.stdout) if one)
    assert (again.returncode, adopting["kind"]) == (0, "Project")
    apply(house, programme(house.name, mode="Observe"), adopting)
    house.desk.await_reason(award, "Ready", "Observed")
    time.sleep(LONG_ENOUGH)
    assert versions(house.desk, house.name) == before
    work, own = house.work(), house.own()
    apply(house, programme(house.name, mode="Enforce", convergence=QUICK))
    house.desk.await_reason(award, "Ready", "Ready")
    time.sleep(LONG_ENOUGH)
    assert (house.work(), house.own()) == (work, own)


def test_left_again_nothing_restarts_and_nothing_is_resized(house: House, operators: Operators) -> None:
    """manage: false, then the Project and the Allocation are deleted: the namespace is the admin's, as it stood."""
    project, award = taken_over(house)
    work, own = house.work(), house.own()
    apply(house, {**project, "spec": {**project["spec"], "manage": False}})
    house.desk.await_reason(award, "Ready", "LeftAlone")
    eventually(lambda: "tenure.dev/left-alone" in quota_of(house)["metadata"]["annotations"], "it is noted")
    before, hard = versions(house.desk, house.name), quota_of(house)["status"]["hard"]
    house.desk.admin.delete(award)
    house.desk.admin.delete(project)
    time.sleep(LONG_ENOUGH)
    operators.stop()
    operators.now()
    time.sleep(LONG_ENOUGH)
    assert (house.work(), house.own()) == (work, own)
    assert versions(house.desk, house.name) == before
    assert quota_of(house)["status"]["hard"] == hard


def test_pods_that_would_be_evicted_are_named_and_the_switch_is_not_written(house: House) -> None:
    """What is said to happen does happen, when somebody writes the line nevertheless."""
    greedy = pod_spec(0)
    greedy["containers"][0]["resources"]["requests"] = {"cpu": "15"}
    time.sleep(1.1)  # creation times have whole seconds, and the newest pod goes first
    house.desk.admin.create(core("Pod", "greedy", house.name, spec=greedy))
    done = house.adopt("--take-over")
    text = " ".join(done.stdout.replace("#", "").split())
    assert done.returncode == 3
    assert "requests.cpu: 19 of 16" in text
    assert "1 pod would be evicted: greedy." in text
    project, award = (one for one in yaml.safe_load_all(done.stdout) if one)
    assert "adoptNamespace" not in project["spec"]
    work = house.work()
    apply(house, {**project, "spec": {**project["spec"], "adoptNamespace": True}}, award)
    eventually(lambda: "greedy" not in house.work(), "it is evicted", 30)
    time.sleep(LONG_ENOUGH)
    assert house.work() == {name: seen for name, seen in work.items() if name != "greedy"}


def test_what_could_not_be_started_again_is_what_the_api_server_refuses(house: House) -> None:
    """Each kind of pod is tried at the API server: it is refused exactly where that was told."""
    taken_over(house)
    default = {"cpu": "2", "memory": "5G"}
    limits = house.desk.admin.read(core("LimitRange", "tenure", house.name))["spec"]["limits"][0]["default"]
    assert limits == default
    privileged = pod_spec()
    privileged["containers"][0]["securityContext"] = {"privileged": True}
    asking = pod_spec()
    asking["containers"][0]["resources"]["requests"] = {"cpu": "3"}
    specs = [
        pod_spec(),
        pod_spec(0),
        pod_spec(terminationGracePeriodSeconds=7200),
        pod_spec(terminationGracePeriodSeconds=3600),
        pod_spec(hostNetwork=True),
        pod_spec(volumes=[{"name": "x", "hostPath": {"path": "/"}}]),
        pod_spec(tolerations=[{"key": "dedicated", "operator": "Exists"}]),
        pod_spec(tolerations=[{"operator": "Exists"}]),
        pod_spec(tolerations=[{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}]),
        pod_spec(priorityClassName="system-cluster-critical"),
        pod_spec(resourceClaims=[{"name": "x", "resourceClaimName": "y"}]),
        privileged,
        asking,
    ]
    told, refused = [], []
    for number, spec in enumerate(specs):
        pod = core("Pod", f"try-{number}", house.name, spec=spec)
        told.append(bool(list(refusals(pod, GPU, baseline=True, default=default))))
        refused.append(bool(house.desk.refused(house.desk.admin, pod)))
    assert told == refused
    assert {True, False} == set(told)


def test_the_clusters_default_priority_class_passes_and_no_other_does(house: House) -> None:
    """Nobody chooses it, so a pod that has it has no more than all others."""
    taken_over(house)
    api = "scheduling.k8s.io/v1"
    default = core("PriorityClass", house.name, api_version=api, value=5, globalDefault=True)
    other = core("PriorityClass", f"{house.name}-high", api_version=api, value=5)
    house.desk.apply(default, other)

    def has(**spec: str) -> str:
        made = house.desk.admin.create(core("Pod", "plain", house.name, spec=pod_spec(0, **spec)), dry_run=True)
        return str(made["spec"].get("priorityClassName"))

    eventually(lambda: has() == house.name, "pods get the default")
    assert has(priorityClassName=house.name) == house.name
    high = core("Pod", "plain", house.name, spec=pod_spec(0, priorityClassName=f"{house.name}-high"))
    said = eventually(lambda: house.desk.refused(house.desk.admin, high), "it is refused")
    assert f"Priority class {house.name}-high is not offered to tenants" in str(said)


REFUSED = [
    pytest.param(["elsewhere"], 1, "There is no namespace elsewhere", id="no namespace"),
    pytest.param(["kube-system"], 1, "cannot become a project", id="the cluster's own"),
]


@pytest.mark.parametrize(("words", "code", "says"), REFUSED)
def test_one_sentence_says_what_keeps_it_from_being_printed(
    house: House, words: list[str], code: int, says: str
) -> None:
    done = House(house.desk, words[0], house.reader).adopt(accelerator=house.name, programme=house.name)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_a_managed_namespace_is_not_adopted_twice(house: House) -> None:
    taken_over(house)
    done = house.adopt()
    assert (done.returncode, "is managed by Tenure already" in done.stderr) == (1, True)


def test_what_is_unknown_or_not_allowed_is_told_with_what_is(house: House) -> None:
    assert f"There is no Accelerator none. There are: a100-40gb, {house.name}" in house.adopt(accelerator="none").stderr
    assert "There is no Programme none" in house.adopt(programme="none").stderr
    done = house.adopt("--until", "2028-12-30")
    assert (done.returncode, "a term may end on" in done.stderr) == (2, True)


def test_nothing_was_written_by_reading(house: House) -> None:
    """Guards all of these: the account that runs the command may not write."""
    before = versions(house.desk, house.name)
    house.adopt("--take-over")
    assert versions(house.desk, house.name) == before
    assert condition(house.desk.live(body("Project", house.name)), "Ready") == {}
