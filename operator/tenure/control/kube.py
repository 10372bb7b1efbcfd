"""Requests to the API server: plain dicts over the kubernetes client's connection, counted by verb and code."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from kubernetes.aio import client, config
from kubernetes.aio.client.exceptions import ApiException

from tenure.api.names import FIELD_MANAGER
from tenure.control.metrics import REQUESTS
from tenure.control.paths import SERVED, Served

Manifest = dict[str, Any]
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"
PAGE = 500


class ApiError(Exception):
    """The API server refused or did not answer. `code` is the HTTP status, 0 without an answer.

    `reason` is the machine's word for it, such as AlreadyExists; empty where what answered gave none.
    """

    def __init__(self, code: int, message: str, path: str, reason: str = "") -> None:
        super().__init__(f"{path}: {code} {message}")
        self.code = code
        self.message = message
        self.reason = reason

    @property
    def exists(self) -> bool:
        """Whether the object is there already. A 409 also says that the API server was busy with another write."""
        return self.code == 409 and self.reason == "AlreadyExists"

    @property
    def refused(self) -> bool:
        """Whether it is not to be: for want of the right, by a quota or a policy, or for what is in it."""
        return self.code in (403, 422)


class Kube:
    """The few requests that Tenure makes. Every one has a time-out; none is retried here."""

    def __init__(self, api: client.ApiClient, timeout: float = 30.0) -> None:
        self._api = api
        self._timeout = timeout

    @classmethod
    async def connect(cls, connections: int = 64, timeout: float = 30.0) -> Kube:
        """A client from the pod's ServiceAccount or the KUBECONFIG."""
        settings = client.Configuration()
        settings.connection_pool_maxsize = connections
        # Looking for proxies and netrc in the environment costs a thread hop for every request.
        settings.client_session_kwargs = {"trust_env": False}
        try:
            config.load_incluster_config(client_configuration=settings)
        except config.ConfigException:
            await config.load_kube_config(client_configuration=settings)
        return cls(client.ApiClient(settings), timeout)

    async def close(self) -> None:
        """Close all connections."""
        await self._api.close()

    async def request(
        self,
        verb: str,
        path: str,
        body: Manifest | None = None,
        *,
        query: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Manifest:
        """One request. Raises ApiError."""
        headers = {"Accept": "application/json", "Content-Type": content_type}
        method, url, headers, _, _ = await self._api.param_serialize(
            verb, path, query_params=list((query or {}).items()), header_params=headers, auth_settings=["BearerToken"]
        )
        try:
            answer = await self._api.call_api(method, url, headers, body, _request_timeout=self._timeout)
            data = await answer.read()
        except ApiException as error:
            REQUESTS.labels(verb, error.status or 0).inc()
            raise ApiError(error.status or 0, *_said(error.body, path)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            REQUESTS.labels(verb, 0).inc()
            raise ApiError(0, f"no answer: {error}", path) from error
        REQUESTS.labels(verb, answer.status).inc()
        if answer.status >= 300:
            raise ApiError(answer.status, *_said(data, path))
        result: Manifest = json.loads(data)
        return result

    async def create(self, served: Served, body: Manifest) -> Manifest:
        """POST. Raises ApiError; `exists` tells that the object is there already."""
        namespace = body["metadata"].get("namespace", "")
        return await self.request("POST", served.path(namespace), body, query={"fieldManager": FIELD_MANAGER})

    async def apply(self, served: Served, body: Manifest) -> Manifest:
        """Server-side apply of the fields in the body."""
        meta = body["metadata"]
        path = served.path(meta.get("namespace", ""), meta["name"])
        return await self.request(
            "PATCH", path, body, query={"fieldManager": FIELD_MANAGER, "force": "true"}, content_type=APPLY
        )

    async def merge(self, served: Served, namespace: str, name: str, body: Manifest, subresource: str = "") -> Manifest:
        """JSON merge patch of an object or one of its subresources."""
        path = served.path(namespace, name, subresource)
        return await self.request("PATCH", path, body, query={"fieldManager": FIELD_MANAGER}, content_type=MERGE)

    async def get(self, served: Served, namespace: str, name: str) -> Manifest | None:
        """The object, or None where there is none."""
        try:
            return await self.request("GET", served.path(namespace, name))
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    async def list(
        self, served: Served, namespace: str = "", selector: str = "", fields: str = ""
    ) -> AsyncIterator[Manifest]:
        """Every object of a kind, page by page; those that a label selector and a field selector choose."""
        chosen = {"labelSelector": selector, "fieldSelector": fields}
        query = {"limit": str(PAGE), **{key: value for key, value in chosen.items() if value}}
        while True:
            page = await self.request("GET", served.path(namespace), query=query)
            for item in page.get("items", []):
                yield item
            token = page.get("metadata", {}).get("continue")
            if not token:
                return
            query["continue"] = token

    async def delete(self, served: Served, namespace: str, name: str, body: Manifest | None = None) -> None:
        """DELETE; an object that is gone already is fine."""
        try:
            await self.request("DELETE", served.path(namespace, name), body)
        except ApiError as error:
            if error.code != 404:
                raise


def _said(body: Any, path: str) -> tuple[str, str, str]:
    """Message of a metav1.Status, or what came instead of one; path; reason."""
    try:
        status = json.loads(body)
        return str(status["message"]), path, str(status.get("reason", ""))
    except (TypeError, ValueError, KeyError):
        return str(body)[:200], path, ""


def served(manifest: Manifest) -> Served:
    """Where a manifest's kind is served."""
    return SERVED[manifest["kind"]]
