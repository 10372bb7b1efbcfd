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

    async def create(self, served: Served, body: Manifest) -> Manifest:
        if place(served.kind, body) in self.objects:
            raise ApiError(409, "exists already", served.path())
        return self._store("create", served, body)

    async def apply(self, served: Served, body: Manifest) -> Manifest:
        return self._store("apply", served, merged(self.objects[place(served.kind, body)], body))

    async def merge(self, served: Served, namespace: str, name: str, body: Manifest, part: str = "") -> Manifest:
        live = self.objects.get((served.kind, namespace, name))
        if live is None:
            raise ApiError(404, "not found", served.path(namespace, name))
        return self._store(f"merge {part}".strip(), served, merged(live, body))

    async def get(self, served: Served, namespace: str, name: str) -> Manifest | None:
        return deepcopy(self.objects.get((served.kind, namespace, name)))

    async def list(
        self, served: Served, namespace: str = "", selector: str = "", fields: str = ""
    ) -> AsyncIterator[Manifest]:
        """Of the field selectors it knows `status.phase=`, and no label selector."""
        for (kind, where, _), body in list(self.objects.items()):
            if kind != served.kind or namespace not in ("", where):
                continue
            if not fields or body["status"]["phase"] == fields.removeprefix("status.phase="):
                yield deepcopy(body)

    async def delete(self, served: Served, namespace: str, name: str) -> None:
        self.log.append(f"delete {served.kind} {name}")
        del self.objects[served.kind, namespace, name]

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
