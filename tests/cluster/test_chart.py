"""The Helm chart, rendered by Helm: the same objects as manifests/, what its values do, and bad values refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from controlplane import binaries

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/tenure"
SHIPPED = {"Programme", "TelemetryProfile", "Accelerator"}

Object = dict[str, Any]
Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def tools() -> Path:
    return binaries.ensure(("kubectl", "helm"))


def rendered(tools: Path, *values: str, chart: Path = CHART, namespace: str = "tenure-system") -> dict[Key, Object]:
    settings = [word for value in values for word in ("--set", value)]
    command = [str(tools / "helm"), "template", "tenure", str(chart), "--namespace", namespace, *settings]
    return by_key(yaml.safe_load_all(subprocess.check_output(command, text=True)))


def by_key(objects: Iterable[Object]) -> dict[Key, Object]:
    return {key(thing): thing for thing in objects if thing}


def key(thing: Object) -> Key:
    return thing["apiVersion"], thing["kind"], thing["metadata"].get("namespace", ""), thing["metadata"]["name"]


def kinds(objects: dict[Key, Object]) -> set[str]:
    return {kind for _, kind, _, _ in objects}


def without_helm(thing: Object) -> Object:
    """The object without the annotations that speak to Helm."""
    metadata = dict(thing["metadata"])
    notes = {k: v for k, v in metadata.pop("annotations", {}).items() if not k.startswith("helm.sh/")}
    return {**thing, "metadata": {**metadata, "annotations": notes} if notes else metadata}


def operator(objects: dict[Key, Object]) -> Object:
    [deployment] = [thing for thing in objects.values() if thing["kind"] == "Deployment"]
    pod: Object = deployment["spec"]["template"]["spec"]
    return pod


def environment(pod: Object) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"] if "value" in entry}


def test_chart_and_manifests_are_the_same(tools: Path) -> None:
    text = subprocess.check_output([tools / "kubectl", "kustomize", ROOT / "manifests"], text=True)
    manifests = by_key(yaml.safe_load_all(text))
    namespace = manifests.pop(("v1", "Namespace", "", "tenure-system"))
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    chart = {name: without_helm(thing) for name, thing in rendered(tools).items()}
    assert chart.keys() == manifests.keys()
    for name, thing in manifests.items():
        assert chart[name] == thing, name


def test_the_default_values_are_clean(tools: Path) -> None:
    subprocess.run([tools / "helm", "lint", "--strict", CHART], check=True, capture_output=True)


def test_another_namespace_reaches_every_object(tools: Path) -> None:
    objects = rendered(tools, namespace="accelerators")
    assert "tenure-system" not in yaml.safe_dump(list(objects.values()))
    assert {namespace for _, _, namespace, _ in objects} == {"", "accelerators"}
    policies = [thing for thing in objects.values() if thing["kind"] == "ValidatingAdmissionPolicy"]
    assert "system:serviceaccount:accelerators:tenure" in yaml.safe_dump(policies, width=1000)


def test_before_kubernetes_1_36_the_mutating_policies_are_left_out(tools: Path) -> None:
    mutating = {"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"}
    everything, without = rendered(tools), rendered(tools, "admission.mutating=false")
    assert mutating <= kinds(everything)
    assert without == {name: thing for name, thing in everything.items() if name[1] not in mutating}


def test_shipped_programmes_and_catalogue_can_be_left_out(tools: Path) -> None:
    switches = (
        "programmes.default.create",
        "programmes.aica2022.create",
        "telemetryProfiles.create",
        "accelerators.create",
    )
    everything, without = rendered(tools), rendered(tools, *(f"{switch}=false" for switch in switches))
    assert everything.keys() - without.keys() == {n for n in everything if n[1] in SHIPPED}


def test_shipped_programmes_and_catalogue_survive_uninstalling(tools: Path) -> None:
    shipped = [thing for thing in rendered(tools).values() if thing["apiVersion"].startswith("tenure.dev/")]
    assert {thing["kind"] for thing in shipped} == SHIPPED
    for thing in shipped:
        assert thing["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_observe_is_one_value(tools: Path) -> None:
    objects = rendered(tools, "programmes.mode=Observe")
    assert {thing["spec"]["mode"] for thing in objects.values() if thing["kind"] == "Programme"} == {"Observe"}


def test_prometheus_with_kind_token_certificates_and_headers(tools: Path) -> None:
    pod = operator(
        rendered(
            tools,
            "prometheus.url=https://metrics.example:9091/tenant",
            "prometheus.kind=mimir",
            "prometheus.tokenSecret=metrics-token",
            "prometheus.caConfigMap=metrics-ca",
            "prometheus.headers.X-Scope-OrgID=centre",
        )
    )
    values = environment(pod)
    assert values["TENURE_PROMETHEUS_URL"] == "https://metrics.example:9091/tenant"
    assert values["TENURE_PROMETHEUS_KIND"] == "mimir"
    assert values["TENURE_PROMETHEUS_HEADERS"] == '{"X-Scope-OrgID":"centre"}'
    folders = {mount["mountPath"]: mount["name"] for mount in pod["containers"][0]["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    token = volumes[folders[str(Path(values["TENURE_PROMETHEUS_TOKEN_FILE"]).parent)]]
    authorities = volumes[folders[str(Path(values["TENURE_PROMETHEUS_CA_FILE"]).parent)]]
    assert token["secret"]["secretName"] == "metrics-token"
    assert authorities["configMap"]["name"] == "metrics-ca"


def test_placement_and_clock_of_the_operator(tools: Path) -> None:
    pod = operator(
        rendered(
            tools,
            "nodeSelector.pool=infra",
            "tolerations[0].key=infra",
            "tolerations[0].operator=Exists",
            "image.pullSecrets[0]=registry",
            "image.tag=1.2.3",
            "clockOffsetSeconds=-86400",
        )
    )
    assert pod["nodeSelector"] == {"pool": "infra"}
    assert pod["tolerations"] == [{"key": "infra", "operator": "Exists"}]
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    assert pod["containers"][0]["image"] == "tenure:1.2.3"
    assert environment(pod)["TENURE_CLOCK_OFFSET"] == "-86400"


def test_alert_rules_for_the_prometheus_operator(tools: Path) -> None:
    objects = rendered(tools, "alerts.enabled=true", "alerts.labels.release=kps", namespace="accelerators")
    rules = objects["monitoring.coreos.com/v1", "PrometheusRule", "accelerators", "tenure"]
    assert rules["spec"] == yaml.safe_load((CHART / "files/alerts.yaml").read_text())
    assert rules["metadata"]["labels"] == {"app.kubernetes.io/name": "tenure", "release": "kps"}


@pytest.mark.parametrize("board", ["centre", "tenant"])
def test_dashboards_for_grafanas_sidecar(tools: Path, board: str) -> None:
    objects = rendered(tools, "dashboards.enabled=true")
    shipped = objects["v1", "ConfigMap", "tenure-system", f"tenure-dashboard-{board}"]
    assert shipped["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert shipped["data"] == {f"tenure-{board}.json": (CHART / f"files/dashboards/{board}.json").read_text()}


def test_braces_of_a_manifest_stay_braces(tools: Path, tmp_path: Path) -> None:
    for part in ("manifests", "charts"):
        shutil.copytree(ROOT / part, tmp_path / part)
    braces = "{{ .Values }} {{{`{{ `x` }}`}}} {{/* gone? */}} {{"
    odd = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "odd"}, "data": {"braces": braces}}
    with (tmp_path / "manifests/rbac.yaml").open("a") as manifest:
        manifest.write("---\n" + yaml.safe_dump(odd))
    subprocess.run([sys.executable, ROOT / "charts/generate.py", tmp_path], check=True)
    objects = rendered(tools, chart=tmp_path / "charts/tenure")
    assert objects["v1", "ConfigMap", "", "odd"]["data"]["braces"] == braces


def test_the_agent_is_off_and_as_in_its_manifest_when_it_is_on(tools: Path) -> None:
    everything, without = rendered(tools, "agent.enabled=true"), rendered(tools)
    added = {name: thing for name, thing in everything.items() if name not in without}
    assert added == by_key(yaml.safe_load_all((ROOT / "manifests/agent.yaml").read_text()))


def test_volumes_can_only_be_deleted_where_the_admin_says_so(tools: Path) -> None:
    everything, without = rendered(tools, "storage.deleteAfterRetention=true"), rendered(tools)
    added = {name: thing for name, thing in everything.items() if name not in without}
    optional = (ROOT / "manifests/optional/delete-after-retention.yaml").read_text()
    assert added == by_key(yaml.safe_load_all(optional))


def test_the_agents_values_reach_it(tools: Path) -> None:
    values = ("namespace=gpu-agents", "runtimeClassName=nvidia", "windowSeconds=120", "podResources=/var/lib/k0s/pods")
    objects = rendered(tools, "agent.enabled=true", *(f"agent.{value}" for value in values))
    pod = objects["apps/v1", "DaemonSet", "gpu-agents", "tenure-agent"]["spec"]["template"]["spec"]
    assert ("v1", "Namespace", "", "gpu-agents") in objects
    assert pod["runtimeClassName"] == "nvidia"
    assert environment(pod)["TENURE_AGENT_WINDOW_SECONDS"] == "120"
    assert pod["volumes"][0]["hostPath"]["path"] == "/var/lib/k0s/pods"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("replicas=0", "/replicas"),
        ("replicas=two", "/replicas"),
        ("replica=2", "replica"),
        ("workers=0", "/workers"),
        ("image.pullPolicy=Sometimes", "/image/pullPolicy"),
        ("image.tag=a b", "/image/tag"),
        ("prometheus.url=prometheus:9090", "/prometheus/url"),
        ("prometheus.url=", "/prometheus/url"),
        ("prometheus.kind=Thanos", "/prometheus/kind"),
        ("prometheus.token=abc", "token"),
        ("prometheus.tokenSecret=My Secret", "/prometheus/tokenSecret"),
        ("prometheus.headers.X_Scope=centre", "X_Scope"),
        ("prometheus.headers.X-Scope-OrgID=7", "/prometheus/headers/X-Scope-OrgID"),
        ("programmes.mode=Dry", "/programmes/mode"),
        ("programmes.default=false", "/programmes/default"),
        ("admission.mutating=maybe", "/admission/mutating"),
        ("resources.limits.memory=lots", "/resources/limits/memory"),
        ("tolerations[0].effect=Never", "/tolerations/0/effect"),
        ("alerts.enabled=yes", "/alerts/enabled"),
        ("alerts.rules=none", "rules"),
        ("dashboards.labels.team=7", "/dashboards/labels/team"),
        ("agent.enabled=perhaps", "/agent/enabled"),
        ("agent.windowSeconds=5", "/agent/windowSeconds"),
        ("agent.namespace=", "/agent/namespace"),
        ("agent.podResources=kubelet", "/agent/podResources"),
        ("clockOffsetSeconds=1.5", "/clockOffsetSeconds"),
    ],
)
def test_bad_values_are_refused_by_name(tools: Path, value: str, named: str) -> None:
    command = [str(tools / "helm"), "template", "tenure", str(CHART), "--set", value]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert named in answer.stderr
    assert "schema" in answer.stderr
