"""The shipped policies and roles as a whole: sound, in nobody's way, and no wider than they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tenure.api import names

from . import policies
from .attempts_with_pods import FOR_GPU
from .client import ADMINS, Client, Manifest, RefusedError, eventually, gone
from .conftest import Cluster
from .pod_acts import on_t4, pod_on_t4, workload
from .scene import A100, GPU, PRODUCT, T4, Scene, scene


@pytest.fixture
def tenant(cluster: Cluster) -> Iterator[Scene]:
    """A namespace that the test may change as it likes."""
    policies.install(Client(cluster.kubeconfig, cluster.context))
    with scene(cluster.kubeconfig, cluster.context) as made:
        policies.wait_until_active(made)
        yield made


def regrant(tenant: Scene, **annotations: str) -> None:
    """Changes what the namespace says is granted. Admission knows it a moment later."""
    notes = {f"tenure.dev/{key.replace('_', '-')}": value for key, value in annotations.items()}
    tenant.operator.merge(tenant.contents.namespace, {"metadata": {"annotations": notes}})


def answer(tenant: Scene, manifest: Manifest) -> str:
    """What the API server says when the member creates this, as a dry run; empty where it goes through."""
    try:
        tenant.member.create(manifest, dry_run=True)
    except RefusedError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("name", ["placement", "reviews", "decisions", "storage", "services"])
def test_the_expressions_fit_the_types_they_are_for(cluster: Cluster, name: str) -> None:
    admin = Client(cluster.kubeconfig, cluster.context)
    policies.install(admin)
    policy = next(
        manifest
        for manifest in policies.shipped("policies.yaml")
        if (manifest["kind"], manifest["metadata"]["name"]) == ("ValidatingAdmissionPolicy", f"tenure-{name}")
    )
    eventually(lambda: "typeChecking" in admin.read(policy).get("status", {}), "the policy is type-checked")
    assert admin.read(policy)["status"]["typeChecking"] == {}


def test_a_namespace_with_data_and_a_decided_review_can_be_deleted(tenant: Scene) -> None:
    tenant.review({"plan": {"summary": "More data."}}, Noticed="True Given", Decided="True Decided")
    decision = tenant.operator.create(tenant.decision())
    tenant.admin.delete(tenant.contents.namespace)
    eventually(lambda: gone(tenant.admin, tenant.contents.namespace), "the namespace is gone", 60)
    assert tenant.admin.read(decision)["spec"]["allocation"] == tenant.namespace


@pytest.mark.parametrize("part", ["generic-garbage-collector", "namespace-controller"])
def test_controllers_of_the_cluster_may_clean_up(tenant: Scene, cluster: Cluster, part: str) -> None:
    user = f"system:serviceaccount:kube-system:{part}"
    controller = Client(cluster.kubeconfig, cluster.context, user, ADMINS)
    for manifest in (tenant.review(Decided="True Decided"), tenant.operator.create(tenant.decision())):
        controller.delete(manifest)
        assert gone(tenant.admin, manifest)
    controller.delete(tenant.contents.claims[0], "dryRun=All")


def test_the_garbage_collector_takes_the_pods_of_a_deleted_workload(tenant: Scene) -> None:
    made = workload("Deployment", "apps/v1")(tenant)
    pod_on_t4(tenant, made)
    tenant.member.delete(made, "propagationPolicy=Foreground")
    pods = tenant.object("Pod")
    eventually(lambda: gone(tenant.admin, made), "the Deployment is gone", 60)
    eventually(lambda: not tenant.admin.list(pods)["items"], "its pods are gone", 60)


def test_pods_of_an_earlier_grant_can_still_be_written_to(tenant: Scene) -> None:
    before = tenant.member.create(tenant.pod(1))
    on_t4(tenant, before)
    regrant(tenant, node_value=A100)

    def pinned() -> bool:
        made = tenant.member.create(tenant.pod(1), dry_run=True)
        return bool(made["spec"]["nodeSelector"] == {PRODUCT: A100})

    eventually(pinned, "new pods are pinned to the new type")
    changed = tenant.member.merge(before, {"metadata": {"labels": {"seen": "yes"}}})
    assert changed["spec"]["nodeSelector"] != {PRODUCT: A100}


@pytest.fixture
def written_by_hand(tenant: Scene) -> Iterator[Scene]:
    """A namespace in which nothing is added to pods, as in clusters before 1.36."""
    name = ("MutatingAdmissionPolicyBinding", "tenure-placement")
    binding = next(m for m in policies.shipped("policies.yaml") if (m["kind"], m["metadata"]["name"]) == name)
    elsewhere = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [tenant.namespace]}
    narrowed = {"matchResources": {"namespaceSelector": {"matchExpressions": [elsewhere]}}}
    tenant.admin.apply({**binding, "spec": {**binding["spec"], **narrowed}})
    eventually(lambda: answer(tenant, tenant.pod(1)) != "", "nothing is added to pods")
    yield tenant
    tenant.admin.apply(binding)


def test_the_refusals_alone_hold_where_users_write_the_selector(written_by_hand: Scene) -> None:
    tenant = written_by_hand
    sentence = f"Pods with devices run on {T4} nodes here. Set nodeSelector {PRODUCT}: {T4}."
    assert sentence in answer(tenant, tenant.pod(1))
    assert sentence in answer(tenant, tenant.pod(1, nodeSelector={PRODUCT: A100}))
    assert answer(tenant, tenant.pod(1, nodeSelector={PRODUCT: T4}, tolerations=[FOR_GPU])) == ""
    assert answer(tenant, tenant.pod()) == ""


def test_where_no_devices_are_held_pods_without_them_run_anywhere(tenant: Scene) -> None:
    regrant(tenant, node_label="", node_value="", resources="")

    sentence = f"This project holds no {GPU}. It holds no devices."
    eventually(lambda: sentence in answer(tenant, tenant.pod(1)), "devices are refused")
    assert not tenant.member.create(tenant.pod())["spec"].get("nodeSelector")


def test_where_everything_is_stopped_no_pod_starts_and_nothing_is_taken(tenant: Scene) -> None:
    before = tenant.member.create(tenant.pod(1))
    stopped = {key: "0" for key in tenant.contents.quota["spec"]["hard"] if key != "requests.storage"}
    tenant.operator.merge(tenant.contents.quota, {"spec": {"hard": {**stopped, "pods": "0"}}})
    eventually(lambda: "exceeded quota: tenure" in answer(tenant, tenant.pod()), "new pods are refused")
    assert not tenant.admin.read(before)["metadata"].get("deletionTimestamp")
    assert tenant.admin.read(tenant.contents.claims[0])["status"]["phase"] == "Bound"


def test_the_quota_binds_a_ninth_device_as_soon_as_it_is_enforced(tenant: Scene) -> None:
    enforced = tenant.admin.read(tenant.contents.quota)["status"]["hard"]
    assert enforced[f"requests.{GPU}"] == "8"
    for _ in range(8):
        tenant.member.create(tenant.pod(1))
    with pytest.raises(RefusedError, match=r"exceeded quota: tenure, requested: requests\.nvidia\.com/gpu=1"):
        tenant.member.create(tenant.pod(1))


def test_whoever_serves_the_whole_cluster_may_write_to_claims(tenant: Scene) -> None:
    """Snapshots and storage drivers put finalizers on claims, from whatever namespace they run in."""
    change = {"metadata": {"finalizers": ["kubernetes.io/pvc-protection", "snapshot.storage.kubernetes.io/source"]}}
    claim = tenant.contents.claims[0]
    tenant.admin.merge(claim, change)
    tenant.admin.merge(claim, {"metadata": {"finalizers": ["kubernetes.io/pvc-protection"]}})


@pytest.mark.parametrize(("role", "base"), [("tenure-tenant-member", "edit"), ("tenure-tenant-viewer", "view")])
def test_tenants_have_no_right_that_kubernetes_does_not_give(cluster: Cluster, role: str, base: str) -> None:
    """Nothing beyond the cluster's own role for the purpose, but the Reviews and the metrics of pods."""
    admin = Client(cluster.kubeconfig, cluster.context)
    given = rights(cluster_role(role))
    more = given - rights(admin.read(cluster_role(base)))
    assert {(group, resource) for group, resource, _ in more} <= {("tenure.dev", "reviews"), ("metrics.k8s.io", "pods")}
    assert {verb for group, _, verb in more if group == "metrics.k8s.io"} <= {"get", "list", "watch"}


@pytest.mark.parametrize(
    "right",
    [
        ("", "serviceaccounts", "impersonate"),
        ("", "serviceaccounts/token", "create"),
        ("", "pods/binding", "create"),
        ("", "bindings", "create"),
        ("", "pods/ephemeralcontainers", "update"),
        ("", "events", "create"),
        ("resource.k8s.io", "resourceclaims", "create"),
        ("resource.k8s.io", "resourceclaimtemplates", "create"),
        ("networking.k8s.io", "networkpolicies", "create"),
        ("tenure.dev", "reviews", "create"),
        ("tenure.dev", "reviews", "decide"),
    ],
)
def test_members_lack(right: tuple[str, str, str]) -> None:
    assert right not in rights(cluster_role(names.MEMBER_ROLE))


def test_the_roles_are_enumerated() -> None:
    for role in policies.shipped("tenant-roles.yaml"):
        assert "aggregationRule" not in role
        assert not role["metadata"].get("labels")
        assert not any("*" in right for right in rights(role))


def cluster_role(name: str) -> Manifest:
    """The shipped role, or the address of one of the cluster's own."""
    shipped = {role["metadata"]["name"]: role for role in policies.shipped("tenant-roles.yaml")}
    own = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    return shipped.get(name, own)


def rights(role: Manifest) -> set[tuple[str, str, str]]:
    """Group, resource and verb of everything a role allows."""
    return {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
