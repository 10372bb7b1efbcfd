"""The cluster as the person with the kubeconfig sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kubernetes.aio import client, config
from pydantic import ValidationError

from tenure.api import Review
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.control.kube import ApiError, Kube
from tenure.control.paths import SERVED

POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[Kube, str]]:
    """A client, and the namespace of the current context ("" if it names none). As kubectl: the KUBECONFIG, else the pod's."""
    settings = client.Configuration()
    try:
        loader = await config.load_kube_config(client_configuration=settings, persist_config=False)
        namespace = loader.current_context["context"].get("namespace") or ""
    except config.ConfigException as error:
        namespace = _from_pod(settings, error)
    kube = Kube(client.ApiClient(settings))
    try:
        yield kube, namespace
    finally:
        await kube.close()


def _from_pod(settings: client.Configuration, missing: Exception) -> str:
    try:
        config.load_incluster_config(client_configuration=settings)
    except config.ConfigException:
        raise Problem(
            f"There is no kubeconfig to work with ({missing}). Log in as your centre says, or name one in KUBECONFIG."
        ) from missing
    return POD_NAMESPACE.read_text(encoding="utf-8").strip() if POD_NAMESPACE.exists() else ""


async def reviews_of(kube: Kube, project: str) -> list[Review]:
    """The reviews of a project, by allocation and date; not empty. Raises Problem."""
    if not project:
        raise Problem("Name a project: the current context has no namespace. tenure use PROJECT", BAD_USAGE)
    try:
        found = [Review.parse(body) async for body in kube.list(SERVED["Review"], project)]
        if found:
            return sorted(found, key=lambda review: (review.spec.allocation, review.name))
        there = await kube.get(SERVED["Namespace"], "", project) is not None
    except ApiError as error:
        ask = "Check the name, or ask the centre's admin to add you to the Project's spec.members."
        raise refused(
            error, f"You may not read the reviews of {project}, or there is no such project. {ask}"
        ) from error
    except ValidationError as error:
        raise Problem(
            f"A review of {project} cannot be read; this tenure may be too old. {error.errors()[0]}"
        ) from error
    if not there:
        raise Problem(
            f"There is no project {project} in this cluster. Check the name and the context: kubectl config current-context"
        )
    raise Problem(f"{project} has no reviews yet. Tenure opens one on the first day on which an allocation is in use.")


def refused(error: ApiError, forbidden: str) -> Problem:
    """What the API server's answer means to a person."""
    return Problem(
        {
            0: f"The API server cannot be reached ({error.message}). Check the network and the context.",
            401: "The API server does not accept your login; it may have ended. Log in again as your centre says.",
            403: forbidden,
            404: "This cluster has no Tenure. Check the context: kubectl config current-context",
        }.get(
            error.code, f"The API server refused: {error.code} {error.message}. Try again, or tell the centre's admin."
        )
    )
