"""The shipped policies and roles as a whole: sound, in nobody's way, and no wider than they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tenure.api import names

from . import policies
from .attempt import Act, Who
from .attempts_with_pods import FOR_GPU
from .cause_acts import DECIDED, EVIDENCE, fill_in, give_back, opened, returned, sanction
from .client import ADMINS, Client, Manifest, RefusedError, eventually, gone
from .conftest import Cluster
from .pod_acts import on_t4, pod_on_t4, workload
from .review_acts import patch
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


@pytest.mark.parametrize(
    "name", ["placement", "reviews", "causes", "sanctions", "decisions", "storage", "services", "tokens"]
)
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


def test_every_policy_is_bound_and_fails_closed_also_where_what_it_looks_up_is_missing() -> None:
    shipped = policies.shipped("policies.yaml")
    bound = {m["spec"]["policyName"]: m["spec"] for m in shipped if m["kind"] == "ValidatingAdmissionPolicyBinding"}
    for policy in (m for m in shipped if m["kind"] == "ValidatingAdmissionPolicy"):
        spec, name = policy["spec"], policy["metadata"]["name"]
        missing = bound[name].get("paramRef", {}).get("parameterNotFoundAction", "")
        assert (spec["failurePolicy"], bound[name]["validationActions"]) == ("Fail", ["Deny"])
        assert missing == ("Deny" if "paramKind" in spec else "")
        assert all(said.get("message") or said["messageExpression"] for said in spec["validations"])


def test_a_namespace_with_data_and_a_decided_review_can_be_deleted(tenant: Scene) -> None:
    tenant.review({"plan": {"summary": "More data."}}, Noticed="True Given", Decided="True Decided")
    decision = tenant.operator.create(tenant.decision())
    returned(tenant, **DECIDED)
    for kind in ("Report", "Relocation"):
        opened(tenant, kind, **DECIDED)
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


@pytest.fixture
def unsigned(tenant: Scene) -> Iterator[Scene]:
    """Nobody's name is stamped, as in clusters before 1.36."""
    named = ("tenure-verdict-by", "tenure-causes-by")
    bindings = [m for m in policies.shipped("policies.yaml") if m["kind"] == "MutatingAdmissionPolicyBinding"]
    stamps = [binding for binding in bindings if binding["metadata"]["name"] in named]
    for binding in stamps:
        tenant.admin.delete(binding)
    eventually(lambda: "signs it" in said_of(give_back("member"), tenant), "no name is stamped on a Return")
    eventually(lambda: "signs it" in said_of(patch("committee", {"verdict": VERDICT}), tenant), "nor on a verdict")
    yield tenant
    for binding in stamps:
        tenant.admin.apply(binding)


def said_of(act: Act, tenant: Scene) -> str:
    """What the API server says of it; empty where it goes through."""
    try:
        act(tenant)
    except RefusedError as refusal:
        return str(refusal)
    return ""


VERDICT = {"confirms": "Revoke"}
FOUND = {"accepted": True}
SIGNED: dict[str, tuple[Who, Callable[..., Act]]] = {
    "verdict.by": ("committee", lambda by: patch("committee", {"verdict": {**VERDICT, **by}})),
    "assessment.by": (
        "committee",
        lambda by: fill_in("committee", "Report", {"assessment": {**FOUND, **by}}, {"submitted": True}),
    ),
    "finding.by": (
        "committee",
        lambda by: fill_in("committee", "Relocation", {"finding": {**FOUND, **by}}, {"evidence": EVIDENCE}),
    ),
    "by": ("member", lambda by: give_back("member", **by)),
}


def test_where_nothing_is_stamped_people_sign_with_their_own_name(unsigned: Scene) -> None:
    for field, (who, signing) in SIGNED.items():
        sentence = f"Write {unsigned.user(who)} into spec.{field}."
        assert sentence in said_of(signing({}), unsigned)
        assert sentence in said_of(signing({"by": unsigned.user("chair")}), unsigned)
        assert said_of(signing({"by": unsigned.user(who)}), unsigned) == ""
    assert "Write chair@" in said_of(sanction("chair", by="someone else"), unsigned)
    assert said_of(sanction("chair", by=unsigned.user("chair")), unsigned) == ""


def test_what_is_restored_in_the_operator_s_name_keeps_the_names_that_stand_in_it(tenant: Scene) -> None:
    spec = {"allocation": tenant.namespace, "review": "2026-Q3", "verdict": {**VERDICT, "by": "long@ago"}}
    review = tenant.operator.create(tenant.object("Review", "tenure.dev/v1alpha1", spec=spec))
    given = {"allocation": tenant.namespace, "devices": 4, "reason": "It was enough.", "by": "long@ago"}
    back = tenant.operator.create(tenant.object("Return", "tenure.dev/v1alpha1", spec=given))
    assert (review["spec"]["verdict"]["by"], back["spec"]["by"]) == ("long@ago", "long@ago")


def test_a_service_of_former_days_with_external_ips_can_still_be_let_go(tenant: Scene) -> None:
    made = tenant.object("Service", spec={"ports": [{"port": 80}], "externalIPs": ["192.0.2.1"]})
    made["metadata"]["finalizers"] = ["service.kubernetes.io/load-balancer-cleanup"]
    managed = {"metadata": {"labels": {names.MANAGED: "true"}}}
    tenant.operator.merge(tenant.contents.namespace, {"metadata": {"labels": {names.MANAGED: None}}})
    eventually(lambda: said_of(lambda scene: scene.member.create(made), tenant) == "", "the namespace is not managed")
    tenant.operator.merge(tenant.contents.namespace, managed)
    another = {"spec": {"externalIPs": ["192.0.2.1", "192.0.2.2"]}}
    eventually(
        lambda: "External IPs" in said_of(lambda scene: scene.member.merge(made, another), tenant), "it is again"
    )
    tenant.member.merge(made, {"metadata": {"finalizers": []}})


def test_there_is_an_end_to_returns(tenant: Scene) -> None:
    said = next(filter(None, (said_of(give_back("member"), tenant) for _ in range(101))))
    assert "exceeded quota: tenure, requested: count/returns.tenure.dev=1" in said
    assert "limited: count/returns.tenure.dev=100" in said


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
    """Nothing beyond the cluster's own role for the purpose, but what Tenure keeps for them and the metrics of pods."""
    admin = Client(cluster.kubeconfig, cluster.context)
    given = rights(cluster_role(role))
    more = given - rights(admin.read(cluster_role(base)))
    ours = {("tenure.dev", kind) for kind in ("reviews", "returns", "reports", "relocations")}
    assert {(group, resource) for group, resource, _ in more} <= {*ours, ("metrics.k8s.io", "pods")}
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
