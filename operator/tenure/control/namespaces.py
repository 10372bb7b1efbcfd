"""Deleting a namespace: only after its Project with deletionPolicy Delete is gone, and only if it is ours."""

from __future__ import annotations

from tenure.api import Project
from tenure.api.names import MANAGED, PROJECT
from tenure.control.cache import Cache
from tenure.control.kube import Kube
from tenure.control.paths import SERVED


async def delete_namespace(kube: Kube, cache: Cache, name: str) -> None:
    """Delete the namespace of a Project that is gone. A Project that is back keeps it. Raises ApiError."""
    namespace = await kube.get(SERVED["Namespace"], "", name)
    if namespace is None or cache.one(Project, name) is not None:
        return
    labels = namespace["metadata"].get("labels", {})
    if labels.get(MANAGED) == "true" and labels.get(PROJECT) == name:
        await kube.delete(SERVED["Namespace"], "", name)
