"""The contents of a tenant's namespace (R1, R3, R4), from what its project holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tenure.api import Accelerator, Programme, Project, names, quantity
from tenure.api.allocation import Grant
from tenure.tenancy import Contents, Holding, Manifest, desired

MANIFESTS = Path(__file__).parents[2] / "manifests"
CATALOGUE = {
    body["metadata"]["name"]: Accelerator.parse(body)
    for body in yaml.safe_load_all((MANIFESTS / "accelerators.yaml").read_text())
}
NPU = Accelerator.parse(
    {
        "metadata": {"name": "npu"},
        "spec": {
            "resourceName": "furiosa.ai/npu",
            "nodeSelector": {"furiosa.ai/npu.family": "warboy"},
            "ladder": [{"devices": 2, "cpu": "16", "memory": "64G"}],
        },
    }
)
END = date(2026, 12, 31)
ACTING = ("attach", "exec", "portforward", "proxy")
"""Subresources that do something although they are read."""


def held(name: str, accelerator: str = "", stopped: bool = False, storage: str = "0", until: date = END) -> Holding:
    """A holding of the whole bundle that is named, for example t4-16gb:4, or of storage only."""
    kind, _, devices = accelerator.partition(":")
    if not kind:
        return Holding(name, None, Grant(cpu="4", memory="16G", storage=storage), until, stopped)
    rung = next(b for b in CATALOGUE[kind].spec.ladder if b.devices == int(devices))
    grant = Grant(devices=rung.devices, cpu=rung.cpu, memory=rung.memory, storage=storage)
    return Holding(name, CATALOGUE[kind], grant, until, stopped)


def over(name: str, kept: str) -> Holding:
    """A holding that is over, and until when its data is kept."""
    return replace(held(name, storage="10T", stopped=True), kept_until=date.fromisoformat(kept))


def contents(
    *holdings: Holding,
    members: Sequence[Mapping[str, str]] = (),
    notes: Mapping[str, str] | None = None,
    **programme: Any,
) -> Contents:
    """Those of project vision, under the default Programme with some fields replaced."""
    body = yaml.safe_load((MANIFESTS / "programme-default.yaml").read_text())
    body["spec"].update(programme)
    project = {"metadata": {"name": "vision"}, "spec": {"organization": "acme", "members": list(members)}}
    catalogue = [*CATALOGUE.values(), NPU]
    return desired(Project.parse(project), holdings, Programme.parse(body), catalogue, notes or {})


def hard(*holdings: Holding) -> dict[str, str]:
    """spec.hard of the quota."""
    return dict(contents(*holdings).quota["spec"]["hard"])


@pytest.mark.parametrize(
    ("holdings", "devices", "cpu", "memory", "storage", "pods"),
    [
        ([held("a", "t4-16gb:8", storage="10T")], "8", "48", "700G", "10T", None),
        ([held("a", "a100-40gb:8")], "8", "92", "1800G", "0", None),
        (
            [held("a", "t4-16gb:4", storage="10T"), held("b", "t4-16gb:2", storage="20T")],
            "6",
            "36",
            "525G",
            "30T",
            None,
        ),
        ([held("a", "t4-16gb:1")], "1", "6", "87500M", "0", None),
        ([held("a", storage="10T")], "0", "4", "16G", "10T", None),
        ([held("a", "t4-16gb:4"), held("b", storage="10T")], "4", "28", "366G", "10T", None),
        ([held("a", "t4-16gb:4", stopped=True, storage="10T"), held("b", "t4-16gb:2")], "2", "12", "175G", "10T", None),
        ([held("a", "t4-16gb:8", stopped=True, storage="10T")], "0", "0", "0", "10T", "0"),
        ([held("a", stopped=True, storage="50T")], "0", "0", "0", "50T", "0"),
        ([], "0", "0", "0", "0", "0"),
    ],
)
def test_the_quota_adds_up_what_is_held(
    holdings: list[Holding], devices: str, cpu: str, memory: str, storage: str, pods: str | None
) -> None:
    expected = {
        "requests.nvidia.com/gpu": devices,
        "requests.furiosa.ai/npu": "0",
        "requests.cpu": cpu,
        "limits.cpu": cpu,
        "requests.memory": memory,
        "limits.memory": memory,
        "requests.storage": storage,
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        "count/returns.tenure.dev": "100",
    }
    over = {} if pods is None else {"pods": pods, "services": "0"}
    assert hard(*holdings) == {**expected, **over}


def test_a_device_that_left_the_catalogue_stays_in_the_quota() -> None:
    project = Project.parse({"metadata": {"name": "vision"}, "spec": {"organization": "acme"}})
    programme = Programme.parse(yaml.safe_load((MANIFESTS / "programme-default.yaml").read_text()))
    quota = desired(project, [held("a", "t4-16gb:8", stopped=True)], programme, [], {}).quota
    assert quota["spec"]["hard"]["requests.nvidia.com/gpu"] == "0"


@pytest.mark.parametrize(
    ("holdings", "grants", "until"),
    [
        ([held("a", "t4-16gb:8")], {"a": 8}, "2026-12-31"),
        ([held("a", "t4-16gb:8", stopped=True)], {"a": 0}, "2026-12-31"),
        ([held("a", storage="10T")], {"a": 0}, "2026-12-31"),
        (
            [held("b", "t4-16gb:2"), held("a", "t4-16gb:4", until=date(2026, 9, 30))],
            {"a": 4, "b": 2},
            "a: 2026-09-30, b: 2026-12-31",
        ),
    ],
)
def test_the_quota_tells_tenants_what_they_hold(holdings: list[Holding], grants: dict[str, int], until: str) -> None:
    notes = contents(*holdings, notes={names.USE: "31.4 %"}).quota["metadata"]["annotations"]
    assert notes[names.GRANTS] == json.dumps(grants, separators=(",", ":"))
    assert notes[names.UNTIL] == until
    assert notes[names.USE] == "31.4 %"


@pytest.mark.parametrize(
    ("holdings", "key", "value", "resources"),
    [
        ([held("a", "t4-16gb:8")], "nvidia.com/gpu.product", "Tesla-T4", "nvidia.com/gpu"),
        ([held("a", "t4-16gb:8"), held("b", "t4-16gb:2")], "nvidia.com/gpu.product", "Tesla-T4", "nvidia.com/gpu"),
        (
            [held("a", "t4-16gb:8", stopped=True), held("b", "v100-32gb:4")],
            "nvidia.com/gpu.product",
            "Tesla-V100-SXM2-32GB",
            "nvidia.com/gpu",
        ),
        ([held("a", "t4-16gb:8", stopped=True)], "", "", ""),
        ([held("a", storage="10T")], "", "", ""),
        ([], "", "", ""),
    ],
)
def test_the_namespace_says_where_pods_go(holdings: list[Holding], key: str, value: str, resources: str) -> None:
    assert contents(*holdings).namespace["metadata"]["annotations"] == {
        names.NODE_LABEL: key,
        names.NODE_VALUE: value,
        names.RESOURCES: resources,
        names.READER_ONLY: "false",
        names.DELETION_POLICY: "Retain",
    }


def test_two_types_in_one_namespace_are_an_error() -> None:
    with pytest.raises(ValueError, match="R4"):
        contents(held("a", "t4-16gb:8"), held("b", "v100-32gb:4"))


def test_the_namespace_is_marked_and_guarded() -> None:
    metadata = contents(tenancy={"podSecurity": "restricted"}).namespace["metadata"]
    assert metadata["name"] == "vision"
    assert metadata["labels"] == {
        names.MANAGED: "true",
        names.PROJECT: "vision",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
    }


@pytest.mark.parametrize(
    ("holdings", "limits", "requests"),
    [
        ([held("a", "t4-16gb:8")], ("3", "43750M"), ("375m", "5468M")),
        ([held("a", "a100-40gb:4")], ("6", "112500M"), ("750m", "14062M")),
        ([held("a", "a100-40gb:8")], ("5750m", "112500M"), ("718m", "14062M")),
        ([held("a", storage="10T")], ("2", "8G"), ("250m", "1G")),
        ([held("a", "t4-16gb:4"), held("b", storage="10T")], ("3500m", "45750M"), ("437m", "5718M")),
        ([held("a", "t4-16gb:8", stopped=True)], ("100m", "100M"), ("12m", "12M")),
    ],
)
def test_a_container_that_says_nothing_gets_half_a_devices_share(
    holdings: list[Holding], limits: tuple[str, str], requests: tuple[str, str]
) -> None:
    (item,) = contents(*holdings).limit_range["spec"]["limits"]
    assert (item["type"], item["min"]) == ("Container", {"cpu": "1m", "memory": "1M"})
    assert (item["default"]["cpu"], item["default"]["memory"]) == limits
    assert (item["defaultRequest"]["cpu"], item["defaultRequest"]["memory"]) == requests


@pytest.mark.parametrize("bundle", [f"{a.name}:{b.devices}" for a in CATALOGUE.values() for b in a.spec.ladder])
def test_two_such_containers_per_device_fit_into_every_bundle(bundle: str) -> None:
    made = contents(held("a", bundle))
    limits = made.limit_range["spec"]["limits"][0]["default"]
    quota = made.quota["spec"]["hard"]
    count = 2 * int(quota["requests.nvidia.com/gpu"])
    for name in ("cpu", "memory"):
        assert count * quantity.parse(limits[name]) <= quantity.parse(quota[f"limits.{name}"])


def test_every_allocation_with_storage_has_a_claim() -> None:
    made = contents(held("b", storage="20T"), held("a", "t4-16gb:4", storage="10T"), held("c"))
    assert [
        (claim["metadata"]["name"], claim["spec"]["resources"]["requests"]["storage"]) for claim in made.claims
    ] == [
        ("a-data", "10T"),
        ("b-data", "20T"),
    ]
    assert made.claims[0]["metadata"]["labels"] == {
        names.MANAGED: "true",
        names.PROJECT: "vision",
        names.ALLOCATION: "a",
    }


def test_the_claim_of_a_grant_that_is_over_is_not_made_again() -> None:
    """It stays as it is, and its storage in the quota; once it is gone, an empty one would be of no use."""
    made = contents(held("a", "t4-16gb:4", storage="20T", stopped=True))
    assert made.claims == ()
    assert made.quota["spec"]["hard"]["requests.storage"] == "20T"


@pytest.mark.parametrize(
    ("holdings", "kept"),
    [
        ([held("a", "t4-16gb:8", storage="10T")], None),
        ([over("a", "2027-01-30")], "2027-01-30"),
        ([over("a", "2027-01-30"), held("b")], "a: 2027-01-30"),
        ([over("b", "2027-03-02"), over("a", "2027-01-30")], "a: 2027-01-30, b: 2027-03-02"),
    ],
)
def test_the_quota_tells_until_when_data_is_kept(holdings: list[Holding], kept: str | None) -> None:
    assert contents(*holdings).quota["metadata"]["annotations"].get(names.DATA_KEPT) == kept


@pytest.mark.parametrize(
    ("storage", "spec"),
    [
        ({}, {"accessModes": ["ReadWriteMany"]}),
        ({"className": "fast"}, {"accessModes": ["ReadWriteMany"], "storageClassName": "fast"}),
        ({"accessMode": "ReadWriteOnce"}, {"accessModes": ["ReadWriteOnce"]}),
    ],
)
def test_claims_follow_the_programme(storage: dict[str, str], spec: Manifest) -> None:
    (claim,) = contents(held("a", storage="10T"), storage=storage).claims
    assert claim["spec"] == {**spec, "resources": {"requests": {"storage": "10T"}}}


def test_pods_accept_traffic_from_their_own_namespace_only() -> None:
    policy = contents().network_policy
    assert policy is not None
    assert policy["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
    }
    assert contents(tenancy={"network": "Open"}).network_policy is None


@pytest.mark.parametrize(
    ("members", "bindings"),
    [
        ([], []),
        ([{"name": "ada"}], [("tenure-members", "tenure-tenant-member", ["User/ada"])]),
        (
            [{"name": "vic", "role": "Viewer"}, {"name": "staff", "kind": "Group"}, {"name": "ada"}],
            [
                ("tenure-members", "tenure-tenant-member", ["Group/staff", "User/ada"]),
                ("tenure-viewers", "tenure-tenant-viewer", ["User/vic"]),
            ],
        ),
        (
            [{"name": "ci", "kind": "ServiceAccount"}, {"name": "ci", "kind": "ServiceAccount", "namespace": "build"}],
            [("tenure-members", "tenure-tenant-member", ["ServiceAccount/vision/ci", "ServiceAccount/build/ci"])],
        ),
    ],
)
def test_access_is_for_members(members: list[dict[str, str]], bindings: list[tuple[str, str, list[str]]]) -> None:
    def who(subject: dict[str, str]) -> str:
        parts = (subject["kind"], subject.get("namespace", ""), subject["name"])
        return "/".join(part for part in parts if part)

    made = contents(held("a"), members=members).role_bindings
    assert [
        (binding["metadata"]["name"], binding["roleRef"]["name"], [who(s) for s in binding["subjects"]])
        for binding in made
    ] == bindings
    assert all(binding["roleRef"]["kind"] == "ClusterRole" for binding in made)


@pytest.mark.parametrize(
    ("holdings", "bound"),
    [
        ([held("a"), over("b", "2027-01-30")], {"tenure-members": "tenure-tenant-member"}),
        ([over("a", "2027-01-30"), over("b", "2027-01-30")], {"tenure-leavers": "tenure-tenant-leaver"}),
        ([], {"tenure-leavers": "tenure-tenant-leaver"}),
    ],
)
def test_members_read_only_once_every_grant_is_over(holdings: list[Holding], bound: dict[str, str]) -> None:
    """A RoleBinding cannot change its role, so it is another one. Viewers see as much as before."""
    made = contents(*holdings, members=[{"name": "ada"}, {"name": "vic", "role": "Viewer"}]).role_bindings
    viewers = {"tenure-viewers": "tenure-tenant-viewer"}
    assert {binding["metadata"]["name"]: binding["roleRef"]["name"] for binding in made} == {**bound, **viewers}


def test_access_comes_last_and_nothing_has_an_owner() -> None:
    made = contents(held("a", "t4-16gb:8", storage="10T"), members=[{"name": "ada"}, {"name": "vic", "role": "Viewer"}])
    objects = made.in_order()
    assert [manifest["kind"] for manifest in objects] == [
        "Namespace",
        "LimitRange",
        "ResourceQuota",
        "PersistentVolumeClaim",
        "NetworkPolicy",
        "RoleBinding",
        "RoleBinding",
    ]
    for manifest in objects:
        assert "ownerReferences" not in manifest["metadata"]
        assert manifest["metadata"]["labels"].items() >= {names.MANAGED: "true", names.PROJECT: "vision"}.items()
        assert manifest["metadata"].get("namespace", "vision") == "vision"


def test_the_order_of_holdings_does_not_matter() -> None:
    one, other = held("a", "t4-16gb:4", storage="10T"), held("b", "t4-16gb:2", storage="10T")
    assert contents(one, other) == contents(other, one)


def test_the_policies_use_the_names_that_are_written() -> None:
    text = (MANIFESTS / "policies.yaml").read_text()
    account = f"'system:serviceaccount:{names.OPERATOR_NAMESPACE}:{names.OPERATOR_ACCOUNT}'"
    for name in (names.NODE_LABEL, names.NODE_VALUE, names.RESOURCES, names.READER_ONLY, names.READER, names.MANAGED):
        assert name in text
    assert text.count(account) == 7


def test_the_roles_that_are_bound_are_shipped() -> None:
    shipped = {role["metadata"]["name"] for role in yaml.safe_load_all((MANIFESTS / "tenant-roles.yaml").read_text())}
    assert shipped >= {names.MEMBER_ROLE, names.LEAVER_ROLE, names.VIEWER_ROLE}


def test_a_leaver_reads_the_data_and_writes_nothing_but_the_report() -> None:
    roles = yaml.safe_load_all((MANIFESTS / "tenant-roles.yaml").read_text())
    [leaver] = [role for role in roles if role["metadata"]["name"] == names.LEAVER_ROLE]
    writing = [rule for rule in leaver["rules"] if set(rule["verbs"]) - {"get", "list", "watch"}]
    assert writing == [
        {"apiGroups": [""], "resources": ["pods/exec"], "resourceNames": [names.READER], "verbs": ["get", "create"]},
        {"apiGroups": ["tenure.dev"], "resources": ["reports"], "verbs": ["get", "list", "watch", "update", "patch"]},
    ]
    rest = [rule for rule in leaver["rules"] if rule not in writing]
    assert not [name for rule in rest for name in rule["resources"] if name.split("/")[-1] in ACTING]
