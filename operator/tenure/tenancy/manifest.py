"""The shape that all of Tenure's objects share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenure.api import names
from tenure.api.project import Project

Manifest = dict[str, Any]
"""A Kubernetes object as plain JSON values."""


def labels(project: Project, **more: str) -> dict[str, str]:
    """The labels that every object of a tenant carries."""
    return {names.MANAGED: "true", names.PROJECT: project.name, **more}


def manifest(
    project: Project,
    kind: str,
    name: str,
    body: Manifest,
    *,
    api_version: str = "v1",
    more_labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """An object in the project's namespace.

    It has no ownerReferences, and none may ever be added: the garbage collector would delete data with the owner.
    """
    metadata: Manifest = {
        "name": name,
        "namespace": project.name,
        "labels": {**labels(project), **(more_labels or {})},
    }
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}
