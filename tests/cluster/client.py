"""The API server as one person sees it: plain manifests in and out, and refusals as sentences."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from kubernetes import config

Manifest = dict[str, Any]
T = TypeVar("T")
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"
ADMINS = "system:masters"
PATIENCE = 50


class RefusedError(Exception):
    """What the API server answered when it did not do it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Client:
    """Requests in the name of a user, or of the kubeconfig's own where none is given; with a token, of whom it belongs to."""

    def __init__(
        self, kubeconfig: Path, context: str | None = None, user: str = "", group: str = "", *, token: str = ""
    ) -> None:
        self._api = config.new_client_from_config_dict(_settings(kubeconfig, token), context)  # type: ignore[no-untyped-call]
        if user:
            self._api.set_default_header("Impersonate-User", user)
        if group:
            self._api.set_default_header("Impersonate-Group", group)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: str = "",
        content: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Manifest:
        """One request. Raises RefusedError for every answer but a 2xx."""
        answer: Manifest = json.loads(self._send(method, path, body, query, content, headers))
        return answer

    def _send(
        self, method: str, path: str, body: Any, query: str, content: str, more: Mapping[str, str] | None = None
    ) -> bytes:
        headers = {"Accept": "application/json", "Content-Type": content, **(more or {})}
        request = self._api.param_serialize(
            method, f"{path}?{query}", header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        for _ in range(PATIENCE):
            response = self._api.call_api(*request, _request_timeout=20)
            response.read()
            data: bytes = response.data
            if response.status != 503:
                break
            time.sleep(0.2)  # a kind that is new is served a moment later
        if response.status >= 300:
            raise RefusedError(response.status, json.loads(data).get("message", ""))
        return data

    def create(self, manifest: Manifest, subresource: str = "", *, dry_run: bool = False) -> Manifest:
        """POST. With a subresource the manifest is its body and names the object it belongs to."""
        if subresource:
            return self.call("POST", f"{path_of(manifest)}/{subresource}", manifest)
        return self.call("POST", folder_of(manifest), manifest, query="dryRun=All" if dry_run else "")

    def read(self, manifest: Manifest) -> Manifest:
        """The object as it is now."""
        return self.call("GET", path_of(manifest))

    def list(self, manifest: Manifest, query: str = "") -> Manifest:
        """All objects of the manifest's kind and namespace."""
        return self.call("GET", folder_of(manifest), query=query)

    def changes(self, manifest: Manifest, since: str) -> tuple[Manifest, ...]:
        """Every change to objects of the manifest's kind since a resourceVersion, as a watch tells it."""
        query = f"watch=1&resourceVersion={since}&timeoutSeconds=1"
        lines = self._send("GET", folder_of(manifest), None, query, "application/json").splitlines()
        return tuple(json.loads(line) for line in lines)

    def merge(self, manifest: Manifest, change: Manifest, subresource: str = "") -> Manifest:
        """A merge patch."""
        path = f"{path_of(manifest)}/{subresource}" if subresource else path_of(manifest)
        return self.call("PATCH", path, change, content=MERGE)

    def apply(self, manifest: Manifest, manager: str = "tests") -> Manifest:
        """Server-side apply that takes the fields over."""
        query = f"fieldManager={manager}&force=true"
        return self.call("PATCH", path_of(manifest), manifest, query=query, content=APPLY)

    def replace(self, manifest: Manifest) -> Manifest:
        """PUT."""
        return self.call("PUT", path_of(manifest), manifest)

    def delete(self, manifest: Manifest, query: str = "") -> Manifest:
        """DELETE."""
        return self.call("DELETE", path_of(manifest), query=query)


def _settings(kubeconfig: Path, token: str) -> Manifest:
    """The kubeconfig, with a token in place of whatever its users have."""
    found: Manifest = yaml.safe_load(kubeconfig.read_text())
    users = [{**user, "user": {"token": token}} for user in found["users"]]
    return {**found, "users": users} if token else found


def folder_of(manifest: Manifest) -> str:
    """The path of all objects of the manifest's kind in its namespace."""
    version = manifest["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    namespace = manifest["metadata"].get("namespace")
    return f"{root}/namespaces/{namespace}/{_plural(manifest)}" if namespace else f"{root}/{_plural(manifest)}"


def path_of(manifest: Manifest) -> str:
    """The path of the object."""
    return f"{folder_of(manifest)}/{manifest['metadata']['name']}"


def gone(client: Client, manifest: Manifest) -> bool:
    """Whether the object is not there any more."""
    try:
        client.read(manifest)
    except RefusedError as refusal:
        return refusal.status == 404
    return False


def eventually(look: Callable[[], T], what: str, seconds: float = 20) -> T:
    """What `look` returns once it is true; AssertionError saying `what` did not come in time."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}; last seen {seen!r}"
        time.sleep(0.1)
    return seen


def _plural(manifest: Manifest) -> str:
    kind = str(manifest["kind"]).lower()
    if kind.endswith("y"):
        return kind[:-1] + "ies"
    return kind + ("es" if kind.endswith("s") else "s")
