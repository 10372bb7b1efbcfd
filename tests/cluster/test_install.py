"""What is installed, judged by the real API server: it is accepted, it is enough, and it is no more than that.

Only the namespace, the account, its rights and the tenants' roles are written for good. The rest is a dry run, so that
the programmes and policies of other tests stay as they are.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from controlplane import ControlPlaneError, binaries, kubectl

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = "system:serviceaccount:tenure-system:tenure"
DRY_RUN = ("apply", "--server-side", "--force-conflicts", "--dry-run=server", "--field-manager=test-install")

Kubectl = Callable[..., str]


class Right(NamedTuple):
    """A verb on a resource or subresource of a group, everywhere or in one namespace, on all or on one object."""

    verb: str
    resource: str
    group: str = ""
    namespace: str = ""
    name: str = ""


TENURE, RBAC, LEASES = "tenure.dev", "rbac.authorization.k8s.io", "coordination.k8s.io"
STATUS_WRITTEN = ("accelerators", "allocations", "organizations", "programmes", "projects", "reviews")
MAY = [
    *(Right("watch", kind, TENURE) for kind in (*STATUS_WRITTEN, "decisions")),
    *(Right("patch", f"{kind}/status", TENURE) for kind in STATUS_WRITTEN),
    Right("create", "reviews", TENURE),
    Right("create", "decisions", TENURE),
    Right("create", "namespaces"),
    Right("delete", "namespaces"),
    Right("patch", "resourcequotas"),
    Right("update", "resourcequotas/status"),
    Right("create", "limitranges"),
    Right("create", "persistentvolumeclaims"),
    Right("patch", "persistentvolumeclaims"),
    Right("delete", "networkpolicies", "networking.k8s.io"),
    Right("delete", "rolebindings", RBAC),
    Right("bind", "clusterroles", RBAC, name="tenure-tenant-member"),
    Right("bind", "clusterroles", RBAC, name="tenure-tenant-viewer"),
    Right("bind", "clusterroles", RBAC, name="tenure-tenant-leaver"),
    Right("watch", "storageclasses", "storage.k8s.io"),
    Right("watch", "nodes"),
    Right("list", "pods"),
    Right("watch", "pods"),
    Right("delete", "pods"),
    Right("create", "pods/eviction"),
    Right("create", "events"),
    *(Right(verb, "leases", LEASES, namespace="tenure-system") for verb in ("get", "create", "update", "patch")),
]
MUST_NOT = [
    # What people write, and what is a record.
    *(Right("patch", kind, TENURE) for kind in (*STATUS_WRITTEN, "decisions")),
    *(Right("delete", kind, TENURE) for kind in (*STATUS_WRITTEN, "decisions")),
    Right("decide", "reviews", TENURE),
    Right("override", "reviews", TENURE),
    Right("prune", "decisions", TENURE),
    # Data.
    Right("delete", "persistentvolumeclaims"),
    Right("deletecollection", "persistentvolumeclaims"),
    Right("delete", "persistentvolumes"),
    Right("get", "secrets"),
    Right("list", "secrets"),
    Right("get", "configmaps"),
    # Work of its own.
    Right("create", "pods"),
    Right("patch", "pods"),
    Right("deletecollection", "pods"),
    Right("create", "pods/exec"),
    Right("create", "deployments", "apps"),
    Right("create", "jobs", "batch"),
    Right("create", "serviceaccounts/token"),
    # More rights, or fewer guards.
    Right("bind", "clusterroles", RBAC, name="cluster-admin"),
    Right("bind", "clusterroles", RBAC),
    Right("escalate", "clusterroles", RBAC),
    Right("create", "clusterroles", RBAC),
    Right("create", "clusterrolebindings", RBAC),
    Right("create", "roles", RBAC, namespace="tenure-system"),
    Right("impersonate", "users"),
    Right("delete", "validatingadmissionpolicies", "admissionregistration.k8s.io"),
    Right("patch", "customresourcedefinitions", "apiextensions.k8s.io"),
    Right("patch", "nodes"),
    Right("delete", "resourcequotas"),
    Right("update", "leases", LEASES, namespace="kube-system"),
    Right("*", "*", "*"),
]


@pytest.fixture(scope="module")
def programs() -> Path:
    return binaries.ensure(("kubectl", "helm"))


@pytest.fixture(scope="module")
def run(cluster: Any, programs: Path) -> Kubectl:
    return lambda *arguments, stdin=None: kubectl.run(programs, cluster.kubeconfig, *arguments, stdin=stdin)


@pytest.fixture(scope="module")
def manifests(run: Kubectl) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(run("kustomize", str(ROOT / "manifests"))))


@pytest.fixture(scope="module", autouse=True)
def installed(run: Kubectl, manifests: list[dict[str, Any]]) -> None:
    """The CRDs, and what the other objects need to be judged."""
    run("apply", "--server-side", "--force-conflicts", "-k", str(ROOT / "crds"))
    run("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")
    account = [m for m in manifests if m["kind"] in {"Namespace", "ServiceAccount", "FlowSchema"}]
    rights = [m for m in manifests if m["apiVersion"].startswith(RBAC)]
    for objects in (account, rights):
        run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=yaml.safe_dump_all(objects))


def reviewed(run: Kubectl, rights: list[Right]) -> dict[Right, bool]:
    """What the API server's authorizers say of the operator's account."""
    groups = ["system:serviceaccounts", "system:serviceaccounts:tenure-system", "system:authenticated"]
    questions = [
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {"user": OPERATOR, "groups": groups, "resourceAttributes": _attributes(right)},
        }
        for right in rights
    ]
    answers = run("create", "-f", "-", "-o", r"jsonpath={.status.allowed}{'\n'}", stdin=yaml.safe_dump_all(questions))
    return dict(zip(rights, (answer == "true" for answer in answers.split()), strict=True))


def _attributes(right: Right) -> dict[str, str]:
    resource, _, subresource = right.resource.partition("/")
    return {**right._asdict(), "resource": resource, "subresource": subresource}


def test_every_manifest_is_accepted(run: Kubectl, manifests: list[dict[str, Any]]) -> None:
    answer = run(*DRY_RUN, "-k", str(ROOT / "manifests"))
    assert len(answer.splitlines()) == len(manifests)


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("programmes.mode=Observe", "admission.mutating=false"),
        ("prometheus.tokenSecret=token", "prometheus.caConfigMap=ca", "prometheus.headers.X-Scope-OrgID=centre"),
        ("tolerations[0].key=infra", "tolerations[0].operator=Exists", "nodeSelector.pool=infra"),
    ],
    ids=["default", "observe", "prometheus", "placement"],
)
def test_the_rendered_chart_is_accepted(run: Kubectl, programs: Path, values: tuple[str, ...]) -> None:
    settings = [word for value in values for word in ("--set", value)]
    template = [str(programs / "helm"), "template", "tenure", str(ROOT / "charts/tenure")]
    text = subprocess.check_output([*template, "--namespace", "tenure-system", *settings], text=True)
    answer = run(*DRY_RUN, "-f", "-", stdin=text)
    assert len(answer.splitlines()) == len([thing for thing in yaml.safe_load_all(text) if thing])


def test_the_operators_pod_meets_the_restricted_standard(run: Kubectl, manifests: list[dict[str, Any]]) -> None:
    [deployment] = [m for m in manifests if m["kind"] == "Deployment"]
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": deployment["spec"]["template"]["spec"]}
    named = {**pod, "metadata": {"name": "as-deployed", "namespace": "tenure-system"}}
    assert run(*DRY_RUN, "-f", "-", stdin=yaml.safe_dump(named))
    named["spec"] = {**pod["spec"], "hostNetwork": True}
    with pytest.raises(ControlPlaneError, match='violates PodSecurity "restricted'):
        run(*DRY_RUN, "-f", "-", stdin=yaml.safe_dump(named))


def test_the_operator_may_do_what_it_needs(run: Kubectl) -> None:
    assert [right for right, allowed in reviewed(run, MAY).items() if not allowed] == []


def test_the_operator_may_do_no_more(run: Kubectl) -> None:
    assert [right for right, allowed in reviewed(run, MUST_NOT).items() if allowed] == []


@pytest.mark.parametrize("role", ["tenure-tenant-member", "tenure-tenant-leaver", "tenure-tenant-viewer"])
def test_the_operator_gives_tenants_their_roles(run: Kubectl, role: str) -> None:
    assert "created" in bind(run, role)


@pytest.mark.parametrize("role", ["cluster-admin", "admin", "edit", "view", "tenure-committee"])
def test_the_operator_gives_no_other_role(run: Kubectl, role: str) -> None:
    # The API server lists what the operator would have to hold itself.
    with pytest.raises(ControlPlaneError, match=r"\{APIGroups:"):
        bind(run, role)


def bind(run: Kubectl, role: str) -> str:
    words = ("create", "rolebinding", "test-install", f"--clusterrole={role}", "--user=somebody")
    return run(*words, "--namespace=default", f"--as={OPERATOR}", "--dry-run=server")


def test_lease_renewals_do_not_queue_behind_other_writes(run: Kubectl, cluster: Any, programs: Path) -> None:
    wanted = run("get", "flowschema", "tenure-leader-election", "-o", "jsonpath={.metadata.uid}")
    lease = f"/apis/{LEASES}/v1/namespaces/tenure-system/leases/not-there"
    deadline = time.monotonic() + 30
    while (found := flow_schema(cluster, programs, lease)) != wanted and time.monotonic() < deadline:
        time.sleep(0.5)  # the API server takes a new flow schema into use a little later
    assert found == wanted
    assert flow_schema(cluster, programs, "/api/v1/nodes?limit=1") not in {"", wanted}


def flow_schema(cluster: Any, programs: Path, path: str) -> str:
    """The UID of the flow schema by which the API server served a request of the operator."""
    command = [str(programs / "kubectl"), "get", f"--raw={path}", f"--as={OPERATOR}", "-v=9"]
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
    trace = subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stderr
    found = re.search(r"X-Kubernetes-Pf-Flowschema-Uid\W+([0-9a-f-]{36})", trace)
    return found[1] if found else ""


def test_the_example_of_a_centre_is_accepted_in_any_order(run: Kubectl) -> None:
    objects = list(yaml.safe_load_all((ROOT / "examples/centre.yaml").read_text()))
    assert {thing["kind"] for thing in objects} == {"Organization", "Project", "Allocation"}
    for order in (objects, objects[::-1]):
        assert len(run(*DRY_RUN, "-f", "-", stdin=yaml.safe_dump_all(order)).splitlines()) == len(objects)


@pytest.fixture(scope="module")
def review(run: Kubectl) -> Iterator[str]:
    """A namespace with a Review as the operator opens it, a member and somebody of the committee."""
    namespace = f"test-install-{uuid.uuid4().hex[:6]}"
    opened = {
        "apiVersion": "tenure.dev/v1alpha1",
        "kind": "Review",
        "metadata": {"name": "vision-2026-2026-q3", "namespace": namespace},
        "spec": {"allocation": "vision-2026", "review": "2026-Q3"},
    }
    run("create", "namespace", namespace)
    try:
        run("create", f"--as={OPERATOR}", "-f", "-", stdin=yaml.safe_dump(opened))
        for role, user in (("tenure-tenant-member", "minji"), ("tenure-committee", "chair")):
            run("create", "rolebinding", user, f"--clusterrole={role}", f"--user={user}", "-n", namespace)
        yield namespace
    finally:
        run("delete", "namespace", namespace, "--wait=false")


@pytest.mark.parametrize(("example", "user"), [("plan", "minji"), ("verdict", "chair")])
def test_the_examples_of_plan_and_verdict_are_accepted(run: Kubectl, review: str, example: str, user: str) -> None:
    patch = ROOT / f"examples/{example}.yaml"
    words = ("patch", "review", "vision-2026-2026-q3", "--namespace", review, "--type=merge", f"--patch-file={patch}")
    stored = json.loads(run(*words, f"--as={user}", "-o", "json"))
    wanted = yaml.safe_load(patch.read_text())["spec"][example]
    assert {field: stored["spec"][example][field] for field in wanted} == wanted
