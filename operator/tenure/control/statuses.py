"""Writing status: one write per change, none where nothing has changed."""

from __future__ import annotations

from typing import Any

from tenure.api import Resource
from tenure.api.model import Model
from tenure.control.cache import Cache
from tenure.control.kube import ApiError, Kube
from tenure.control.paths import SERVED


async def write_status(kube: Kube, cache: Cache, about: Resource, before: Model, after: Model) -> bool:
    """Merge the new status of an object into the API server's, if it differs. Returns whether it was written.

    An object that is gone meanwhile has no status to write.
    """
    old, new = before.wire(), after.wire()
    if old == new:
        return False
    patch = _difference(old, new)
    meta = about.metadata
    try:
        answer = await kube.merge(SERVED[about.KIND.kind], meta.namespace, meta.name, {"status": patch}, "status")
    except ApiError as error:
        if error.code == 404:
            return False
        raise
    if answer["metadata"].get("generation") == meta.generation:
        cache.put(
            answer, watched=False
        )  # with an edit in it that the watch has not shown, nobody would notice the edit
    return True


def _difference(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The merge patch from one to the other.

    Of a part with columns all are written where one has changed: another replica, or this one before its watch has caught
    up, may have written longer ones, and columns of two writers do not fit together.
    """
    patch: dict[str, Any] = dict.fromkeys(old.keys() - new.keys())
    for key, value in new.items():
        known = old.get(key)
        if isinstance(value, dict) and isinstance(known, dict):
            inner = _difference(known, value)
            if any(isinstance(column, list) for column in inner.values()):
                inner = value | inner
            if inner:
                patch[key] = inner
        elif known != value:
            patch[key] = value
    return patch
