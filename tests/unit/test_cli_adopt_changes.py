"""`tenure adopt`: what taking a running namespace over would change, and what of it harms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.cli.adopt import refusals
from tenure.cli.adopt.changes import Case, changes
from tenure.cli.adopt.plan import Terms, plan
from unit.adopting import BIG, OPEN, T4, TERM, WEB, about, planned, service
from unit.build import A100, ACCELERATORS, DEFAULT, ROOT, Body
from unit.running import MINE, claim, listed, pod, quota, thing, workspace


def test_what_fits_evicts_nobody() -> None:
    change = about(planned(*(pod(f"p{n}", **BIG) for n in range(4))), "quota")
    assert (change.harm, "nothing is evicted" in change.text) == (False, True)


def test_pods_that_take_more_than_comes_with_the_bundle_would_be_evicted_and_are_named() -> None:
    greedy: dict[str, Any] = {part: {"cpu": "30", "memory": "225G"} for part in ("limits", "requests")}
    change = about(
        planned(pod("old", **greedy), pod("new", metadata={"creationTimestamp": "2026-09-02T00:00:00Z"}, **greedy)),
        "quota",
    )
    assert change.harm
    assert "requests.cpu: 60 of 48" in change.text
    assert "60 minutes after it is taken over, 1 pod would be evicted: new." in change.text


def test_pods_without_limits_that_would_not_all_fit_once_they_are_started_again() -> None:
    """The quota counts nothing of them as they run; made anew, each gets the default limit of 6 cores of 48."""
    many = [pod(f"p{n}", 0) for n in range(8)]
    fits = about(planned(pod(devices=4, **BIG), *many[:6]), "quota")
    assert (fits.harm, "What is scaled up later has to fit into it as well" in fits.text) == (False, True)
    change = about(planned(pod(devices=4, **BIG), *many), "quota")
    assert change.harm
    assert "not all of it could be started again" in change.text
    assert "(limits.cpu: 60 of 48" in change.text


@given(count=st.integers(0, 30), limited=st.booleans())
def test_what_is_told_to_fit_does_fit_when_it_is_made_anew(count: int, *, limited: bool) -> None:
    own: Any = {"limits": {"cpu": "2", "memory": "20G"}} if limited else {}
    found = planned(pod(devices=4, **BIG), *(pod(f"p{n}", 0, **own) for n in range(count)))
    assert about(found, "quota").harm == (12 + count * (2 if limited else 6) > 48)


def test_devices_of_another_resource_would_be_evicted() -> None:
    other = ACCELERATORS["t4-16gb"].wire()
    other["spec"]["resourceName"] = "amd.com/gpu"
    foreign = pod("amd", 0, limits={"amd.com/gpu": "1"}, requests={"amd.com/gpu": "1"})
    terms = Terms("hanbit", A100, DEFAULT, TERM)
    found = plan(workspace(pod(), foreign), terms, [A100, type(T4).parse(other)])
    assert "would be evicted: amd" in about(found, "quota").text


def test_pods_on_another_type_are_told() -> None:
    change = about(planned(pod(), pod("t4", on="t4-1")), "nodes")
    assert change.harm
    assert "1 pod (t4) hold nvidia.com/gpu on nodes of another type" in change.text


def test_quotas_of_others_are_compared() -> None:
    found = planned(pod(devices=4), quota(devices="2", requests_cpu="400"), quota("tenure-like", pods="5"))
    texts = [one.text for one in found.changes if one.about == "quotas"]
    assert "It allows less than the award: requests.nvidia.com/gpu 2 of 4." in texts[0]
    assert "less" not in texts[1]


def test_claims_stay_as_they_are() -> None:
    change = about(planned(pod(), claim("models", "12T")), "volumes")
    assert not change.harm
    assert change.text.startswith("Its volume claims (models) stay as they are")


PATHS = [{"backend": {"service": {"name": "web"}}}]
ALL = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
NETWORK = [
    pytest.param([WEB], "", id="nothing"),
    pytest.param([WEB, service(type="ClusterIP")], "", id="a Service within the cluster"),
    pytest.param([WEB, service(type="LoadBalancer")], "Service web", id="a LoadBalancer"),
    pytest.param([WEB, service(externalIPs=["10.0.0.1"])], "Service web", id="external IPs"),
    pytest.param([pod(), service(type="NodePort")], "", id="a NodePort without pods"),
    pytest.param(
        [WEB, service(), thing("Ingress", "site", spec={"rules": [{"http": {"paths": PATHS}}]})],
        "Ingress site",
        id="Ingress",
    ),
    pytest.param(
        [WEB, service(), thing("Ingress", "site", spec={"defaultBackend": PATHS[0]["backend"]})],
        "Ingress site",
        id="a default backend",
    ),
    pytest.param(
        [WEB, service(type="NodePort"), thing("NetworkPolicy", "in", spec=ALL)], "", id="a policy of its own lets it in"
    ),
    pytest.param(
        [
            WEB,
            service(type="NodePort"),
            thing("NetworkPolicy", "in", spec={**ALL, "podSelector": {"matchLabels": {"app": "other"}}}),
        ],
        "Service web",
        id="a policy for others",
    ),
    pytest.param(
        [WEB, service(type="NodePort"), thing("NetworkPolicy", "out", spec={**ALL, "policyTypes": ["Egress"]})],
        "Service web",
        id="a policy for traffic out",
    ),
]


@pytest.mark.parametrize(("objects", "cut"), NETWORK)
def test_traffic_that_isolation_would_cut(objects: list[Body], cut: str) -> None:
    change = about(planned(*objects), "network")
    assert change.harm == bool(cut)
    assert f"outside to {cut}." in change.text if cut else "Nothing that is reached" in change.text


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ({"operator": "In", "values": ["web"]}, True),
        ({"operator": "NotIn", "values": ["web"]}, False),
        ({"operator": "Exists"}, True),
        ({"operator": "DoesNotExist"}, False),
    ],
)
def test_policies_select_by_expressions(expression: Body, *, selected: bool) -> None:
    chosen = {**ALL, "podSelector": {"matchExpressions": [{"key": "app", **expression}]}}
    found = planned(WEB, service(type="NodePort"), thing("NetworkPolicy", "in", spec=chosen))
    assert about(found, "network").harm is not selected


def test_an_open_programme_cuts_nothing() -> None:
    found = planned(WEB, service(type="NodePort"), programme=OPEN)
    assert "network" not in {one.about for one in found.changes}


AGAIN = [
    pytest.param({"priorityClassName": "high"}, "PriorityClass high is not offered", id="priority"),
    pytest.param({"priorityClassName": "tenure-low"}, "", id="a priority of Tenure's"),
    pytest.param({"tolerate": [{"key": "dedicated"}]}, "tolerates the taint dedicated", id="toleration"),
    pytest.param({"tolerate": [{"operator": "Exists"}]}, "tolerates the taint of any key", id="every toleration"),
    pytest.param({"tolerate": [{"key": "node.kubernetes.io/not-ready"}]}, "", id="the cluster's own toleration"),
    pytest.param({"terminationGracePeriodSeconds": 7200}, "7200 seconds to end, and 3600", id="a long end"),
    pytest.param({"metadata": {"finalizers": ["mine"]}}, "finalizers of its own", id="finalizer"),
    pytest.param({"resourceClaims": [{"name": "x"}]}, "device claims", id="device claim"),
    pytest.param({"limits": {"rdma/hca": "1"}}, "requests rdma/hca, which would not be granted", id="another device"),
    pytest.param({"hostNetwork": True}, "baseline does not allow hostNetwork", id="host network"),
    pytest.param({"volumes": [{"name": "x", "hostPath": {}}]}, "a hostPath volume", id="hostPath"),
    pytest.param({"container": {"securityContext": {"privileged": True}}}, "a privileged container", id="privileged"),
    pytest.param(
        {"container": {"securityContext": {"capabilities": {"add": ["SYS_ADMIN", "CHOWN"]}}}},
        "capability SYS_ADMIN.",
        id="cap",
    ),
    pytest.param({"requests": {"cpu": "20"}}, "20 cpu without a limit, and the default limit would be 6", id="limit"),
    pytest.param({"requests": {"cpu": "20"}, "limits": {"cpu": "20"}}, "", id="a limit of its own"),
]


@pytest.mark.parametrize(("more", "says"), AGAIN)
def test_pods_that_could_not_be_started_again(more: Body, says: str) -> None:
    found = [one for one in planned(pod(devices=4, **more)).changes if one.about == "pods"]
    assert [one.harm for one in found] == ([True] if says else [])
    assert not says or says in found[0].text


def test_pods_of_one_owner_are_told_once() -> None:
    owned = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web-7c9", "controller": True}]}
    many = [pod(f"web-{n}", metadata=owned, priorityClassName="high") for n in range(4)]
    assert about(planned(*many), "pods").text.startswith("ReplicaSet web-7c9: what runs goes on")


def test_the_refusals_are_those_of_the_policies() -> None:
    text = (ROOT / "manifests" / "policies.yaml").read_text(encoding="utf-8")
    placement = text.split("kind: ValidatingAdmissionPolicy\n")[1]
    assert set(re.findall(r"'(node\.kubernetes\.io/[a-z-]+)'", placement)) == set(refusals.ALLOWED)
    assert f"<= {refusals.LONGEST_END}" in placement
    (finalizers,) = re.findall(r"f in \[([^]]+)\]\)\n", placement)
    assert set(re.findall(r"'([^']+)'", finalizers)) == set(refusals.FINALIZERS)


def test_objects_with_tenures_names_would_be_overwritten() -> None:
    change = about(planned(pod(), quota("tenure", pods="9")), "names")
    assert (change.harm, change.text) == (
        True,
        "ResourceQuota tenure has the name of Tenure's own and is overwritten. Rename it first.",
    )


def test_pod_security_that_changes_is_told() -> None:
    assert "baseline is enforced for new pods, where none was" in about(planned(pod()), "pod security").text


def with_level(level: str, manager: str) -> Body:
    label = "pod-security.kubernetes.io/enforce"
    fields: Body = {"f:metadata": {"f:labels": {f"f:{label}": {}}}}
    namespace = thing("Namespace", MINE, labels={label: level})
    namespace["metadata"]["managedFields"] = [
        {"manager": manager, "operation": "Apply", "fieldsV1": fields},
        {"manager": "x"},
    ]
    return namespace


@pytest.mark.parametrize(
    ("manager", "level", "told"),
    [
        ("argocd-controller", "privileged", True),
        ("kustomize-controller", "restricted", True),
        ("kubectl-client-side-apply", "privileged", False),
        ("argocd-controller", "baseline", False),
    ],
)
def test_a_tool_that_keeps_the_namespaces_labels_is_told(manager: str, level: str, *, told: bool) -> None:
    case = Case(replace(workspace(pod()), listed=listed([with_level(level, manager), pod()])), DEFAULT)
    texts = [one.text for one in changes(case) if one.about == "labels"]
    assert [f"also written by {manager}" in text for text in texts] == ([True] if told else [])


def test_pod_security_says_how_to_look_at_all_of_it() -> None:
    text = about(planned(pod()), "pod security").text
    assert text.endswith(
        "kubectl label --dry-run=server --overwrite namespace lab pod-security.kubernetes.io/enforce=baseline"
    )


def test_the_default_priority_class_may_stay() -> None:
    default, other = thing("PriorityClass", "batch", globalDefault=True), thing("PriorityClass", "high")
    stays, goes = pod("a", priorityClassName="batch"), pod("b", priorityClassName="high")
    harms = [one.text for one in planned(stays, goes, default, other).changes if one.about == "pods"]
    assert [text.split(":")[0] for text in harms] == ["Pod b"]
