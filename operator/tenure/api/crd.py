"""CustomResourceDefinitions from the pydantic models: structural schemas the API server accepts, with CEL rules."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from tenure.api.model import GROUP, VERSION, Kind, Resource

# What pydantic may emit and an API server does not know.
DROPPED = ("title", "examples", "$defs", "discriminator", "propertyNames")


class _Schema(GenerateJsonSchema):
    """JSON schema as CRDs want it: an optional field is its bare type, left out when it is not set."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        return {"type": "string", "enum": list(schema["expected"])}


def _structural(node: Any, defs: dict[str, Any]) -> Any:
    """The schema with its references put in place and without the keys an API server refuses."""
    if isinstance(node, list):
        return [_structural(item, defs) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = defs[node["$ref"].rsplit("/", 1)[-1]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            out[key] = {name: _structural(field, defs) for name, field in value.items()}
        elif key == "default":
            # Defaults of sub-objects are written out field by field by the API server itself.
            out[key] = {} if isinstance(value, dict) else value
        elif key not in DROPPED:
            out[key] = _structural(value, defs)
    if out.get("default", ...) is None:
        del out["default"]
    if "properties" in out or out.get("x-kubernetes-preserve-unknown-fields"):
        # Beside the latter it would keep the names of unknown fields and prune what is in them.
        out.pop("additionalProperties", None)
    return out


def _without_defaults(node: Any) -> Any:
    """The schema where nothing is filled in. What is called `default` among properties is one of them."""
    if isinstance(node, list):
        return [_without_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in ("default", "properties")}
    out = {key: _without_defaults(value) for key, value in kept.items()}
    if "properties" in node:
        out["properties"] = {name: _without_defaults(field) for name, field in node["properties"].items()}
    return out


def schema(model: type[Resource]) -> dict[str, Any]:
    """The openAPIV3Schema of a kind."""
    raw = model.model_json_schema(by_alias=True, schema_generator=_Schema, mode="validation")
    defs = raw.get("$defs", {})
    properties: dict[str, Any] = {
        "apiVersion": {
            "type": "string",
            "description": "Version of this kind's schema, tenure.dev/v1alpha1.",
        },
        "kind": {"type": "string", "description": f"Always {model.KIND.kind}."},
        "metadata": {"type": "object"},
        "spec": _structural(raw["properties"]["spec"], defs),
    }
    if model.KIND.as_written:
        properties["spec"] = _without_defaults(properties["spec"])
    if model.KIND.has_status:
        properties["status"] = _structural(raw["properties"]["status"], defs)
        properties["status"].pop("default", None)
    root: dict[str, Any] = {
        "type": "object",
        "description": " ".join((model.__doc__ or "").split()),
        "required": ["spec"],
        "properties": properties,
    }
    if model.KIND.root_rules:
        root["x-kubernetes-validations"] = [{"rule": r, "message": m} for r, m in model.KIND.root_rules]
    return root


def _columns(kind: Kind) -> list[dict[str, Any]]:
    return [
        {
            "name": c.name,
            "type": c.type,
            "jsonPath": c.json_path,
            **({"priority": c.priority} if c.priority else {}),
        }
        for c in kind.columns
    ]


def crd(model: type[Resource]) -> dict[str, Any]:
    """The CustomResourceDefinition of a kind."""
    kind = model.KIND
    version: dict[str, Any] = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "additionalPrinterColumns": _columns(kind),
        "schema": {"openAPIV3Schema": schema(model)},
    }
    if kind.selectable:
        version["selectableFields"] = [{"jsonPath": path} for path in kind.selectable]
    if kind.has_status:
        version["subresources"] = {"status": {}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.crd_name},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "names": {
                "kind": kind.kind,
                "listKind": f"{kind.kind}List",
                "plural": kind.plural,
                "singular": kind.kind.lower(),
                "shortNames": list(kind.short_names),
                "categories": ["tenure"],
            },
            "versions": [version],
        },
    }
