"""`python -m tenure.api.generate`: writes crds/, the chart's copy of them, and docs/api.md from the models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tenure.api import KINDS
from tenure.api.conditions import TABLE
from tenure.api.crd import crd, schema
from tenure.api.model import API_VERSION, Resource

HEADER = "# Generated from operator/tenure/api by `make generate`. Do not edit.\n"


def _rows(node: dict[str, Any], path: str) -> Iterator[tuple[str, str, str, str]]:
    """(path, type, default, description) of every field below the node."""
    required = node.get("required", [])
    for name, field in node.get("properties", {}).items():
        inner = field.get("items", field)
        kind = "quantity" if field.get("x-kubernetes-int-or-string") else field.get("type", "")
        if "enum" in field:
            kind = " \\| ".join(field["enum"])
        default = (
            "required" if name in required else str(field.get("default", "")) if field.get("default") != {} else ""
        )
        here = f"{path}.{name}" if path else name
        yield here + ("[]" if kind == "array" else ""), kind, default, field.get("description", "")
        if name != "conditions":
            yield from _rows(inner, here + ("[]" if kind == "array" else ""))


def _kind_page(model: type[Resource]) -> str:
    tree = schema(model)
    lines = [f"## {model.KIND.kind}", "", tree["description"], ""]
    lines += [
        f"Short name `{model.KIND.short_names[0]}`, {'namespaced' if model.KIND.namespaced else 'cluster-scoped'}.",
        "",
    ]
    lines += ["| field | type | default | meaning |", "|---|---|---|---|"]
    for part in ("spec", "status"):
        if part in tree["properties"]:
            lines += [f"| `{p}` | {t} | {d} | {text} |" for p, t, d, text in _rows(tree["properties"][part], part)]
    return "\n".join(lines) + "\n"


def api_page() -> str:
    """docs/api.md"""
    head = f"# API reference: {API_VERSION}\n\nGenerated from the models in `operator/tenure/api` by `make generate`.\n"
    return "\n".join([head, *(_kind_page(model) for model in KINDS)])


def conditions_page() -> str:
    """docs/conditions.md"""
    lines = [
        "# Conditions and reasons",
        "",
        "Generated from `operator/tenure/api/conditions.py` by `make generate`.",
        "",
    ]
    for type_, reasons in TABLE.items():
        lines += [f"## {type_}", "", "| reason | meaning |", "|---|---|"]
        lines += [f"| {reason} | {text} |" for reason, text in reasons.items()] + [""]
    return "\n".join(lines)


def outputs() -> dict[str, str]:
    """Every generated file: path -> text."""
    files: dict[str, str] = {}
    for model in KINDS:
        text = HEADER + yaml.safe_dump(crd(model), sort_keys=False, width=110, allow_unicode=True)
        files[f"crds/{model.KIND.plural}.yaml"] = text
        files[f"charts/tenure/crds/{model.KIND.plural}.yaml"] = text
    listing = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [f"{model.KIND.plural}.yaml" for model in KINDS],
    }
    files["crds/kustomization.yaml"] = HEADER + yaml.safe_dump(listing, sort_keys=False)
    files["docs/api.md"] = api_page()
    files["docs/conditions.md"] = conditions_page()
    return files


def main(root: Path) -> None:
    """Write the generated files below the repository's root."""
    for path, text in outputs().items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
