"""An API server in memory: it stores what it is sent, counts versions and keeps the requests that changed something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from tenure.control.cache import Cache
from tenure.control.children import Children
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import Served
from tenure.tenancy import Contents

Place = tuple[str, str, str]
"""Kind, namespace and name."""


@dataclass
class ApiServer:
    """Objects by place, and every request that would have changed one."""

    cache: Cache = field(default_factory=Cache)
    objects: dict[Place, Manifest] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    version: int = 0
    now: str = "2026-07-01T00:00:00+09:00"
    """creationTimestamp of what is made."""
    rights: set[str] = field(default_factory=set)
    """What the operator may do beyond its usual rights, for example `delete persistentvolumeclaims`."""
    refuses: dict[str, ApiError] = field(default_factory=dict)
    """What is said against requests with a verb, or with a verb on a kind: `merge`, `create Pod`."""

    def _let(self, verb: str, served: Served) -> None:
        for error in (self.refuses.get(verb), self.refuses.get(f"{verb} {served.kind}")):
            if error is not None:
                raise error

    async def create(self, served: Served, body: Manifest) -> Manifest:
        self._let("create", served)
        if place(served.kind, body) in self.objects:
            raise ApiError(409, "exists already", served.path(), "AlreadyExists")
        return self._store("create", served, body)

    async def apply(self, served: Served, body: Manifest) -> Manifest:
        return self._store("apply", served, merged(self.objects[place(served.kind, body)], body))

    async def merge(self, served: Served, namespace: str, name: str, body: Manifest, part: str = "") -> Manifest:
        self._let("merge", served)
        live = self.objects.get((served.kind, namespace, name))
        if live is None:
            raise ApiError(404, "not found", served.path(namespace, name))
        version = live["metadata"]["resourceVersion"]
        if body.get("metadata", {}).get("resourceVersion", version) != version:
            raise ApiError(409, "the object has been modified", served.path(namespace, name))
        return self._store(f"merge {part}".strip(), served, merged(live, body))

    async def get(self, served: Served, namespace: str, name: str) -> Manifest | None:
        return deepcopy(self.objects.get((served.kind, namespace, name)))

    async def list(
        self, served: Served, namespace: str = "", selector: str = "", fields: str = ""
    ) -> AsyncIterator[Manifest]:
        """Of the field selectors it knows `status.phase=`, and no label selector."""
        self._let("list", served)
        for (kind, where, _), body in list(self.objects.items()):
            if kind != served.kind or namespace not in ("", where):
                continue
            if not fields or body["status"]["phase"] == fields.removeprefix("status.phase="):
                yield deepcopy(body)

    async def delete(self, served: Served, namespace: str, name: str, body: Manifest | None = None) -> None:
        wanted = (body or {}).get("preconditions", {})
        found = self.objects[served.kind, namespace, name]["metadata"]
        if any(found[key] != value for key, value in wanted.items()):
            raise ApiError(409, "Precondition failed", served.path(namespace, name))
        self.log.append(f"delete {served.kind} {name}")
        del self.objects[served.kind, namespace, name]

    async def request(self, verb: str, path: str, body: Manifest) -> Manifest:
        """A SelfSubjectAccessReview, which changes nothing."""
        assert (verb, body["kind"]) == ("POST", "SelfSubjectAccessReview"), path
        asked = body["spec"]["resourceAttributes"]
        return {"status": {"allowed": f"{asked['verb']} {asked['resource']}" in self.rights}}

    def _store(self, verb: str, served: Served, body: Manifest) -> Manifest:
        self.log.append(f"{verb} {served.kind}")
        return deepcopy(self.put({**body, "kind": served.kind}))

    def put(self, body: Manifest) -> Manifest:
        """Store an object as its next version."""
        self.version += 1
        made = {"uid": "u", "creationTimestamp": self.now}
        meta = {**made, **body["metadata"], "resourceVersion": str(self.version)}
        stored = self.objects[place(body["kind"], body)] = {**deepcopy(body), "metadata": meta}
        return stored

    def watch(self) -> None:
        """Everything is seen by the watch."""
        for body in self.objects.values():
            self.cache.put(deepcopy(body), watched=True)

    def ensure(self, contents: Contents) -> bool:
        """One run that brings a namespace to its contents."""
        self.log.clear()
        return asyncio.run(Children(cast("Kube", self), self.cache).ensure(contents))


def place(kind: str, body: Manifest) -> Place:
    """Where an object is stored."""
    return kind, body["metadata"].get("namespace", ""), body["metadata"]["name"]


def merged(old: Any, new: Any) -> Any:
    """A JSON merge patch."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return deepcopy(new)
    kept = {key: value for key, value in old.items() if key not in new}
    return kept | {key: merged(old.get(key), value) for key, value in new.items() if value is not None}
