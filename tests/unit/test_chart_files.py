"""What can be said of manifests/ and charts/ by reading them: they agree, are complete and ask for little."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts/tenure"
CHART_ALONE = {"alerts.yaml", "dashboards.yaml"}
"""What needs the Prometheus operator or Grafana's sidecar, so that it is off unless asked for."""
OPTIONAL = {"agent.yaml"}
"""What `kubectl apply -k manifests/` leaves out; the chart has it behind a value."""
HAND_WRITTEN = {"operator.yaml", "NOTES.txt", *CHART_ALONE, *OPTIONAL}

Json = dict[str, Any]


def documents(path: Path) -> list[Json]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def only(path: Path, kind: str) -> Json:
    [found] = [document for document in documents(path) if document["kind"] == kind]
    return found


def test_generating_the_chart_changes_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "manifests", tmp_path / "manifests")
    templates = tmp_path / "charts/tenure/templates"
    templates.mkdir(parents=True)
    subprocess.run([sys.executable, ROOT / "charts/generate.py", tmp_path], check=True)
    fresh = {path.name: path.read_text() for path in templates.iterdir()}
    there = {path.name: path.read_text() for path in (CHART / "templates").iterdir()}
    assert fresh == {name: text for name, text in there.items() if name not in HAND_WRITTEN}, "Run `make generate`."
    boards = {path.name: path.read_text() for path in (tmp_path / "charts/tenure/files/dashboards").iterdir()}
    assert boards == {p.name: p.read_text() for p in (CHART / "files/dashboards").iterdir()}, "Run `make generate`."


def test_every_manifest_is_installed() -> None:
    listed = yaml.safe_load((ROOT / "manifests/kustomization.yaml").read_text())["resources"]
    files = {path.name for path in (ROOT / "manifests").glob("*.yaml")} - {"kustomization.yaml"} - OPTIONAL
    assert sorted(listed) == sorted(files)
    assert listed[0] == "namespace.yaml", "The namespace has to be there before what lies in it."


def test_the_chart_has_every_manifest() -> None:
    files = {path.name for path in (ROOT / "manifests").glob("**/*.yaml")}
    # Helm makes the release's namespace itself.
    templates = {path.name for path in (CHART / "templates").glob("*.yaml")}
    assert files - {"kustomization.yaml", "namespace.yaml"} == templates - CHART_ALONE


def test_one_version_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    deployment = only(ROOT / "manifests/operator.yaml", "Deployment")
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert container["image"] == f"tenure:{version}"


RIGHTS = (
    ("rbac.yaml", "ClusterRole"),
    ("rbac.yaml", "Role"),
    ("optional/delete-after-retention.yaml", "ClusterRole"),
    ("optional/read-after-end.yaml", "ClusterRole"),
)


@pytest.mark.parametrize(("file", "kind"), RIGHTS)
def test_the_operators_rights_are_enumerated(file: str, kind: str) -> None:
    for rule in only(ROOT / "manifests" / file, kind)["rules"]:
        assert set(rule) <= {"apiGroups", "resources", "resourceNames", "verbs"}
        names = [name for key in rule for name in rule[key]]
        assert not [name for name in names if "*" in name], rule
        assert all(rule[key] for key in ("apiGroups", "resources", "verbs")), rule


def test_the_operator_runs_without_privileges() -> None:
    deployment = only(ROOT / "manifests/operator.yaml", "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert deployment["spec"]["replicas"] == 2
    assert pod["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["livenessProbe"]["httpGet"] == container["readinessProbe"]["httpGet"]
    assert container["resources"].keys() == {"requests", "limits"}


def objects_in(schema: Any, path: str = "") -> Iterator[tuple[str, Json]]:
    """Every sub-schema of an object, with the path to it."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield path, schema
        for key, value in schema.items():
            yield from objects_in(value, f"{path}/{key}")


def test_the_schema_refuses_what_it_does_not_know() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    is_open = [path for path, node in objects_in(schema) if "additionalProperties" not in node]
    assert is_open == ["/properties/global"], "Only values shared by a parent chart may be anything."


def values_without_schema(values: Json, schema: Json, definitions: Json, path: str = "") -> Iterator[str]:
    for name, value in values.items():
        node = schema["properties"].get(name)
        if node is None:
            yield f"{path}{name}"
            continue
        node = {**definitions.get(node.get("$ref", "").rsplit("/", 1)[-1], {}), **node}
        if isinstance(value, dict) and "properties" in node:
            yield from values_without_schema(value, node, definitions, f"{path}{name}.")


def test_every_value_is_in_the_schema_with_a_description() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert list(values_without_schema(values, schema, schema["definitions"])) == []
    assert [name for name, node in schema["properties"].items() if not node.get("description")] == []
