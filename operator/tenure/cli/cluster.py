"""The cluster as the person with the kubeconfig sees it."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kubernetes.aio import client, config

from tenure.cli.problem import Problem
from tenure.control.kube import ApiError, Kube

WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
ANONYMOUS = "system:anonymous"
logging.getLogger("kubernetes").addHandler(logging.NullHandler())  # what is wrong is said here, in one sentence
POD_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[Kube, str]]:
    """A client, and the namespace of the current context ("" if it names none). As kubectl: the KUBECONFIG, else the pod's."""
    settings = client.Configuration()
    try:
        loader = await config.load_kube_config(client_configuration=settings, persist_config=False)
        namespace = loader.current_context["context"].get("namespace") or ""
        acts_as = _acts_as(loader.current_context["context"]["user"])
    except Exception as error:  # of a file that is no kubeconfig the client says whatever comes
        namespace, acts_as = _from_pod(settings, error), ""
    if acts_as:
        raise Problem(f"This kubeconfig acts as {acts_as} (as:), which tenure cannot. Log in as that person.")
    kube = Kube(client.ApiClient(settings))
    try:
        yield kube, namespace
    finally:
        await kube.close()


def _acts_as(user: str) -> str:
    """Whom the kubeconfig has its user act as, which the client would leave out; empty where it says nothing of it."""
    files = config.kube_config.KubeConfigMerger(os.environ.get("KUBECONFIG", config.KUBE_CONFIG_DEFAULT_LOCATION))
    found = files.config["users"].get_with_name(user).value.get("user") or {}
    return str(found.get("as", ""))


def _from_pod(settings: client.Configuration, missing: Exception) -> str:
    try:
        config.load_incluster_config(client_configuration=settings)
    except config.ConfigException:
        raise Problem(
            f"There is no kubeconfig to work with ({' '.join(str(missing).split())}). Log in as your centre says, or name one "
            "in KUBECONFIG."
        ) from missing
    return POD_NAMESPACE.read_text(encoding="utf-8").strip() if POD_NAMESPACE.exists() else ""


async def login(kube: Kube) -> str:
    """The person's own name, as the API server knows it; empty where it does not say. Raises Problem."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {}}
    try:
        answer = await kube.request("POST", WHO, body)
    except ApiError as error:
        if error.code not in (403, 404):
            raise refused(error, "You may not ask who you are.") from error
        return ""
    return str(answer["status"]["userInfo"].get("username", ""))


def refused(error: ApiError, forbidden: str) -> Problem:
    """What the API server's answer means to a person. Whose login has failed may be taken for nobody, and has no rights."""
    nobody = error.code == 403 and ANONYMOUS in error.message
    return Problem(
        {
            0: f"The API server cannot be reached ({error.message}). Check the network and the context.",
            401: "The API server does not accept your login; it may have ended. Log in again as your centre says.",
            403: forbidden,
            404: "This cluster has no Tenure. Check the context: kubectl config current-context",
        }.get(
            401 if nobody else error.code,
            f"The API server refused: {error.code} {error.message.rstrip('.')}. Try again, or tell the centre's admin.",
        )
    )
