"""`tenure check`: each finding from listed objects alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from tenure.api import Accelerator
from tenure.cli.check import neighbours, nodes, programmes, rights, storage, versions
from tenure.cli.check.checks import CHECKS, READ, findings
from tenure.cli.check.finding import Finding, State, listing, missing, note, ok, unseen
from tenure.cli.check.measuring import measuring, seconds
from tenure.cli.check.show import plain, show, verdict, well
from tenure.cli.check.there import There
from unit.build import A100, ACCELERATORS, Body, at, documents, programme
from unit.running import GPU, MINE, SERVED, claim, node, pod, quota, there, thing

OK, NOTE, UNSEEN, MISSING = State.OK, State.NOTE, State.UNSEEN, State.MISSING
Look = Callable[[There], Iterator[Finding]]


def said(look: Look, centre: There) -> str:
    """The findings as lines of state and text."""
    return "\n".join(f"{one.state} {one.text}" for one in look(centre))


def states(look: Look, centre: There) -> list[State]:
    return [one.state for one in look(centre)]


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("v1.36.3", OK),
        ("v1.40.0-rc.1", OK),
        ("v1.33.1+k3s1", NOTE),
        ("v1.32.0", NOTE),
        ("v1.31.9", MISSING),
        ("?", NOTE),
    ],
)
def test_the_version_of_kubernetes(version: str, state: State) -> None:
    assert states(versions.version, there(version=version)) == [state]


@pytest.mark.parametrize(
    ("served", "found", "says"),
    [
        (SERVED, [OK, OK], "pinned to the granted type"),
        (
            {"v1": {"validatingadmissionpolicies"}},
            [OK, NOTE],
            "MutatingAdmissionPolicy is not served. Install with Helm",
        ),
        (
            {"v1": {"validatingadmissionpolicies"}, "v1beta1": {"mutatingadmissionpolicies"}},
            [OK, NOTE],
            "served as v1beta1 only",
        ),
        ({}, [MISSING, NOTE], "ValidatingAdmissionPolicy v1 is not served"),
    ],
)
def test_admission_policies(served: dict[str, frozenset[str]], found: list[State], says: str) -> None:
    centre = there(admission=served)
    assert states(versions.admission, centre) == found
    assert says in said(versions.admission, centre)


def test_a_label_that_fits_says_how_many_devices_there_are() -> None:
    assert said(nodes.labels, there(node(), node("gpu-2"))) == (
        "ok 2 nodes with nvidia.com/gpu.product: NVIDIA-A100-SXM4-40GB, with 16 allocatable nvidia.com/gpu: that is the capacity."
    )


def test_a_label_that_fits_no_node_is_told_with_those_that_are_there() -> None:
    text = said(nodes.labels, there(node(product="A100-PCIE"), node("gpu-2", "A100-PCIE")))
    assert text.startswith("missing No node has the label")
    assert "2 nodes with nvidia.com/gpu have: A100-PCIE on 2." in text


def test_a_type_that_the_centre_does_not_have_is_only_noted() -> None:
    centre = there(node(), accelerators=(A100, ACCELERATORS["t4-16gb"]))
    assert states(nodes.labels, centre) == [OK, NOTE]


def test_nodes_without_a_device_plugin() -> None:
    assert "Install its device plugin" in said(nodes.labels, there(node(devices=0)))
    assert "No node offers nvidia.com/gpu either" in said(nodes.labels, there(thing("Node", "cpu-1", status={})))


@pytest.mark.parametrize(("capacity", "state"), [(6, OK), (8, OK), (9, NOTE)])
def test_a_given_capacity_is_compared(capacity: int, state: State) -> None:
    body = A100.wire()
    body["spec"]["capacity"] = capacity
    assert states(nodes.labels, there(node(), accelerators=(Accelerator.parse(body),))) == [state]


def test_devices_that_are_ill_are_counted() -> None:
    ill = node("gpu-2")
    ill["status"]["allocatable"] = {GPU: "6"}
    assert "note 2 of 16 devices are not allocatable, on gpu-2." in said(nodes.labels, there(node(), ill))


def test_without_a_catalogue_it_is_asked_for() -> None:
    assert "--catalogue manifests/accelerators.yaml" in said(nodes.labels, there(node(), accelerators=()))


def test_a_node_without_the_taint_and_who_would_be_kept_off_by_it() -> None:
    bare, web = node("gpu-2", taints=[]), pod("web", 0, on="gpu-2")
    text = said(nodes.taints, there(node(), bare, web, pod(on="gpu-2")))
    assert text.startswith("missing 1 node (gpu-2) lack the taint nvidia.com/gpu")
    assert "kubectl taint node gpu-2 nvidia.com/gpu=present:NoSchedule" in text
    assert "1 running pod there (in lab) do not tolerate it" in text
    assert states(nodes.taints, there(node(), web)) == [OK]


def test_a_foreign_taint_keeps_tenants_off() -> None:
    shut = node(taints=[{"key": GPU, "effect": "NoSchedule"}, {"key": "dedicated", "effect": "NoExecute"}])
    assert "also carry the taint dedicated" in said(nodes.taints, there(shut))
    assert states(nodes.taints, there(shut)) == [OK, MISSING]


def test_devices_that_no_accelerator_names() -> None:
    text = said(nodes.unnamed, there(node(), node("t4-1", "Tesla-T4", 4)))
    assert text.startswith("note 4 allocatable nvidia.com/gpu are on nodes that no Accelerator names.")
    assert not said(nodes.unnamed, there(node()))


@pytest.mark.parametrize(
    ("capacity", "state", "says"),
    [
        (None, NOTE, "5 can be granted as long as these pods run"),
        (6, NOTE, "5 can be granted as long as these pods run"),
        (5, OK, "which leaves them out"),
    ],
)
def test_devices_in_other_hands_are_counted(capacity: int | None, state: State, says: str) -> None:
    body = A100.wire()
    body["spec"] |= {"capacity": capacity} if capacity is not None else {}
    ours = thing("Namespace", "ours", labels={"tenure.dev/managed": "true"})
    objects = [
        node(),
        thing("Namespace", MINE),
        ours,
        pod(devices=2),
        pod("other", 1),
        pod("mine", 4, namespace="ours"),
    ]
    centre = there(*objects, accelerators=(Accelerator.parse(body),))
    assert states(neighbours.devices, centre) == [state]
    text = said(neighbours.devices, centre)
    assert "3 of 8 are held by pods of 1 namespace outside of Tenure (lab 3)." in text
    assert says in text


def test_what_cannot_be_adopted_is_not_offered_for_it() -> None:
    strange = there(node(), pod("probe", 2, namespace="gpu-operator"), pod("long", 1, namespace="l" * 51))
    text = said(neighbours.devices, strange)
    assert "3 of 8 are held by pods of 2 namespaces" in text
    assert text.endswith("Their namespaces cannot become projects.")
    assert strange.to_adopt == ()
    text = said(neighbours.devices, there(node(), pod(), pod("probe", 2, namespace="gpu-operator")))
    assert text.endswith("To have them under an award, adopt the namespaces: tenure adopt lab")


def test_pods_that_are_over_hold_nothing() -> None:
    over = pod() | {"status": {"phase": "Succeeded"}}
    assert states(neighbours.devices, there(node(), over)) == [OK]


def test_limits_of_others_are_named_where_devices_are_held() -> None:
    objects = [node(), pod(), quota(devices="4"), thing("LimitRange", "defaults"), quota("web", "elsewhere", pods="3")]
    text = said(neighbours.limits, there(*objects))
    assert "1 ResourceQuota of others (lab: gpu)" in text
    assert "1 LimitRange of others (lab: defaults)" in text
    assert "elsewhere" not in text


@pytest.mark.parametrize(
    ("spec", "expected", "told"),
    [
        ({"maxUnavailable": 0}, 3, True),
        ({"maxUnavailable": "0%"}, 3, True),
        ({"maxUnavailable": 1}, 3, False),
        ({"minAvailable": 3}, 3, True),
        ({"minAvailable": 2}, 3, False),
        ({"minAvailable": 1}, 0, False),
        ({"minAvailable": "100%"}, 3, True),
    ],
)
def test_budgets_that_never_yield(spec: Body, expected: int, *, told: bool) -> None:
    budget = thing("PodDisruptionBudget", "web", spec=spec, status={"expectedPods": expected})
    found = said(neighbours.budgets, there(node(), pod(), budget))
    assert bool(found) is told
    assert not told or "hold for 24 hours" in found


DEFAULT_CLASS = {"storageclass.kubernetes.io/is-default-class": "true"}


def storage_class(name: str, *, default: bool = False, **fields: Any) -> Body:
    found = thing("StorageClass", name, provisioner="csi.example", **fields)
    return found | {"metadata": {**found["metadata"], "annotations": DEFAULT_CLASS if default else {}}}


def test_the_default_storage_class_is_looked_at() -> None:
    good = storage_class("fast", default=True, allowVolumeExpansion=True, reclaimPolicy="Retain")
    assert states(storage.classes, there(good)) == [OK]
    poor = there(storage_class("slow", default=True))
    assert states(storage.classes, poor) == [OK, NOTE, NOTE]
    assert "lets no volume grow" in said(storage.classes, poor)
    assert "deletes a volume with its claim" in said(storage.classes, poor)
    assert "None of the 1 StorageClass is the default" in said(storage.classes, there(storage_class("slow")))


def test_of_two_default_classes_the_newest_is_taken_and_that_is_told() -> None:
    classes = [
        storage_class(name, default=True, allowVolumeExpansion=True, reclaimPolicy="Retain") for name in ("a", "b", "c")
    ]
    for one, made in zip(classes, ("2026-01-01", "2026-03-01", "2026-03-01"), strict=True):
        one["metadata"]["creationTimestamp"] = f"{made}T00:00:00Z"
    text = said(storage.classes, there(*reversed(classes)))
    assert "note 3 StorageClasses are marked as the default (a, b, c). Kubernetes takes the newest, b." in text
    assert "ok Volumes come from StorageClass b, the default," in text
    assert "marked" not in said(storage.classes, there(classes[0]))


def test_a_class_that_is_the_default_by_the_older_annotation_is_found() -> None:
    old = storage_class("old")
    old["metadata"]["annotations"] = {"storageclass.beta.kubernetes.io/is-default-class": "true"}
    assert "ok Volumes come from StorageClass old" in said(storage.classes, there(old))


def test_the_class_that_a_programme_names_is_looked_at() -> None:
    rules = programme(storage={"className": "gone"})
    assert "There is no StorageClass gone" in said(storage.classes, there(storage_class("slow"), programme=rules))


def test_what_is_installed_and_how_real_it_is() -> None:
    assert "not installed" in said(programmes.installed, there(unserved=["Accelerator"]))
    assert states(programmes.installed, there()) == [OK, NOTE]
    assert states(programmes.installed, there(programme=programme(mode="Observe"))) == [OK]


def role_of(rules: object) -> list[Body]:
    account = {"kind": "ServiceAccount", "name": "tenure", "namespace": "tenure-system"}
    reference = {"kind": "ClusterRole", "name": "tenure-operator"}
    return [
        thing("ClusterRole", "tenure-operator", rules=rules),
        thing("ClusterRoleBinding", "tenure-operator", roleRef=reference, subjects=[account]),
    ]


SHIPPED = next(one for one in documents("manifests/rbac.yaml") if one["metadata"]["name"] == "tenure-operator")["rules"]


def test_the_shipped_rights_are_enough_and_none_of_them_is_forgotten() -> None:
    """Taking any single right away from the shipped role is noticed, so the table cannot fall behind."""
    assert states(rights.rights, there(*role_of(SHIPPED))) == [OK]
    for number, rule in enumerate(SHIPPED):
        for verb in rule["verbs"]:
            fewer = [*SHIPPED]
            fewer[number] = {**rule, "verbs": [one for one in rule["verbs"] if one != verb]}
            assert states(rights.rights, there(*role_of(fewer))) == [MISSING], (rule, verb)


def test_a_wildcard_is_enough() -> None:
    everything = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    assert states(rights.rights, there(*role_of(everything))) == [OK]
    assert states(rights.rights, there(unserved=["Accelerator"])) == []


def test_what_taking_over_would_stop_is_told_by_kind() -> None:
    service = thing("Service", "web", spec={"type": "NodePort", "selector": {"app": "web"}})
    objects = [node(), thing("Namespace", MINE), pod(metadata={"labels": {"app": "web"}}), service]
    text = said(neighbours.taking_over, there(*objects))
    assert text == (
        "note Isolation would cut Services or Ingresses that are reached from outside in lab. See tenure adopt lab."
    )
    assert states(neighbours.taking_over, there(node(), pod())) == [OK]
    assert "depends on the Programme" in said(neighbours.taking_over, there(node(), pod(), programme=None))


def test_what_may_not_be_seen_is_said_and_never_taken_for_absent() -> None:
    found = list(findings(there(hidden=["Pod", "StorageClass"])))
    about = {one.about for one in found if one.state == UNSEEN and "You may not list" in one.text}
    assert about == {one.about for one in CHECKS if {"Pod", "StorageClass"} & set(one.needs)}
    assert not any("StorageClass" in one.text and one.state == MISSING for one in found)
    assert not well(found)


def test_a_catalogue_that_may_not_be_listed_is_not_taken_for_an_empty_one() -> None:
    found = list(findings(there(node(), hidden=["Accelerator"], accelerators=())))
    assert [one.state for one in found if one.about in ("Tenure", "catalogue")] == [UNSEEN]


@pytest.mark.parametrize("kind", READ)
def test_whatever_may_not_be_seen_it_is_never_said_that_nothing_is_missing(kind: str) -> None:
    found = list(findings(there(node(), thing("Namespace", MINE), pod(), hidden=[kind])))
    assert not well(found)
    assert "may be missing as well" in verdict(found)


def test_every_kind_that_a_check_needs_is_listed() -> None:
    assert {kind for one in CHECKS for kind in one.needs} <= set(READ)


def test_a_whole_page_fits_a_terminal_and_ends_with_the_count() -> None:
    out = StringIO()
    found = list(findings(there(node(), thing("Namespace", MINE), pod(), claim("data", "1T"))))
    show(found, Console(file=out, width=80, highlight=False))
    text = out.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert " ".join(text.split()).endswith(verdict(found))


def test_the_same_for_programs() -> None:
    found = [ok("a", "Fine."), note("b", "Hm."), missing("c", "No.")]
    assert plain(found)["missing"] == 1
    assert plain(found)["findings"][2] == {"state": "missing", "about": "c", "text": "No."}
    assert verdict(found) == "1 ok, 1 to note, 0 unseen, 1 missing. Mend what is missing before anything is enforced."
    assert verdict(found[:2]).endswith("0 missing. Nothing is missing.")
    assert (
        verdict([unseen("d", "?")])
        == "0 ok, 0 to note, 1 unseen, 0 missing. What was not looked at may be missing as well."
    )
    assert verdict([*found, unseen("d", "?")]).endswith(
        "before anything is enforced. What was not looked at may be missing as well."
    )
    assert [well(found), well(found[:2]), well([unseen("d", "?")])] == [False, True, False]


def test_names_that_try_to_command_the_terminal_do_not() -> None:
    out = StringIO()
    show([ok("a\x1b[2J", "b\x1b]0;c")], Console(file=out, width=80, force_terminal=False))
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("15d", 15),
        ("400d", 400),
        ("1w3d", 10),
        ("1y", 365),
        ("15d or 50GiB", 15),
        ("36h", 1.5),
        ("50GiB", None),
        ("", None),
    ],
)
def test_durations_as_prometheus_writes_them(text: str, days: float | None) -> None:
    assert seconds(text) == (timedelta(days=days) if days is not None else None)


def test_without_a_prometheus_nothing_is_said_about_use() -> None:
    (found,) = measuring(None, there(), at("2026-09-01"))
    assert (found.state, "--prometheus URL" in found.text) == (UNSEEN, True)


def test_many_names_are_shortened() -> None:
    assert listing("cba") == "a, b, c"
    assert listing("hgfedcba") == "a, b, c, d, e, f and 2 more"
