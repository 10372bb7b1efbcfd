"""What an export and a pruning ask the cluster: which one it is, and its Decisions as they are stored."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tenure.cli.cluster import refused
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED

FORBIDDEN = (403, 404)


async def decisions(kube: Kube) -> AsyncIterator[Manifest]:
    """Every Decision, page by page, exactly as the API server has it. Raises Problem."""
    try:
        async for body in kube.list(SERVED["Decision"]):
            yield body
    except ApiError as error:
        may_not = "You may not list the Decisions of the centre. The admin and the committee may; ask one of them."
        raise refused(error, may_not) from error


async def identity(kube: Kube) -> str:
    """The uid of the namespace kube-system, by which clusters are told apart; empty where it may not be read."""
    try:
        found = await kube.get(SERVED["Namespace"], "", "kube-system")
    except ApiError as error:
        if error.code not in FORBIDDEN:
            raise refused(error, "You may not read the namespace kube-system.") from error
        return ""
    return str(found["metadata"]["uid"]) if found is not None else ""
