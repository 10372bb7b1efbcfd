"""What a person changes, and the sentence with which the API server refuses it."""

from __future__ import annotations

import re

from tenure.api.model import API_VERSION, Model, Resource
from tenure.cli.cluster import refused
from tenure.cli.problem import Problem
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED

_DENIED = re.compile(r"denied request: (?P<said>.*)", re.DOTALL)
# Several errors come in brackets; what was not checked for them is the last, and of no use to anybody.
_INVALID = re.compile(r"is invalid: (?P<said>.*)", re.DOTALL)


async def change(kube: Kube, of: Resource, spec: Manifest, *, may_not: str) -> Manifest:
    """Merge fields into an object's spec. Raises Problem with the API server's own sentence."""
    kind, meta = SERVED[of.KIND.kind], of.metadata
    try:
        return await kube.merge(kind, meta.namespace, meta.name, {"spec": spec})
    except ApiError as error:
        raise refusal(error, may_not) from error


async def create(
    kube: Kube, model: type[Resource], namespace: str, prefix: str, spec: Model, *, may_not: str
) -> Manifest:
    """A new object with a name that the API server completes. Raises Problem."""
    kind = SERVED[model.KIND.kind]
    metadata = {"generateName": f"{prefix}-", "namespace": namespace}
    body = {"apiVersion": API_VERSION, "kind": kind.kind, "metadata": metadata, "spec": spec.wire()}
    try:
        return await kube.create(kind, body)
    except ApiError as error:
        raise refusal(error, may_not) from error


def refusal(error: ApiError, may_not: str) -> Problem:
    """A policy and the schema say themselves what is wrong; everything else is as for reading."""
    denied = _DENIED.search(error.message)
    if denied is not None:
        return Problem(denied["said"].strip())
    if error.code == 422:
        invalid = _INVALID.search(error.message)
        said = (invalid["said"] if invalid else error.message).strip("[] \n").partition(", <nil>: ")[0].rstrip(".")
        return Problem(f"This does not fit: {said}. Correct it and try again.")
    return refused(error, may_not)
