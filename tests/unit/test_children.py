"""Keeping a namespace as it should be: what counts as equal, in which order it is written, and what is never touched."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import pytest
from tenure.api import names
from tenure.control.cache import Cache
from tenure.control.children import Children, NotOurs, _exactly, as_desired, covers
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import Served
from tenure.tenancy import Contents, Holding, desired
from unit.build import A100, ACCELERATORS, DEFAULT, grant, project

GPU = "requests.nvidia.com/gpu"


@pytest.mark.parametrize(
    ("live", "wanted", "is_"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1}, True, id="more than is wanted is theirs"),
        pytest.param({"b": 2}, {"a": 1}, False, id="something is not there"),
        pytest.param({"a": 2}, {"a": 1}, False, id="something is otherwise"),
        pytest.param({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True, id="more, further down"),
        pytest.param({"a": None}, {"a": {"b": 1}}, False, id="nothing further down"),
        pytest.param({"a": {}}, {"a": {}}, True, id="nothing is wanted"),
        pytest.param([1, 2], [1, 2], True, id="the same list"),
        pytest.param([1, 2, 3], [1, 2], False, id="a longer list is another list"),
        pytest.param([2, 1], [1, 2], False, id="lists have an order"),
        pytest.param([{"a": 1, "b": 2}], [{"a": 1}], True, id="more inside a list's entry"),
        pytest.param("1", [1], False, id="no list"),
        pytest.param(None, None, True, id="nothing at all"),
    ],
)
def test_covers(live: Any, wanted: Any, is_: bool) -> None:
    assert covers(live, wanted) is is_


def quota(hard: dict[str, str], **annotations: str) -> Manifest:
    return {"kind": "ResourceQuota", "metadata": {"annotations": annotations}, "spec": {"hard": hard}}


@pytest.mark.parametrize(
    ("live", "wanted", "is_"),
    [
        pytest.param(quota({GPU: "8"}), quota({GPU: "8"}), True, id="the same"),
        pytest.param(quota({GPU: "9"}), quota({GPU: "8"}), False, id="R1 another amount"),
        pytest.param(
            quota({GPU: "8", "pods": "9"}), quota({GPU: "8"}), False, id="R1 a quota has exactly these amounts"
        ),
        pytest.param(quota({GPU: "8"}), quota({GPU: "8", "pods": "0"}), False, id="R13 an amount is not there"),
        pytest.param(quota({GPU: "8"}, mine="x"), quota({GPU: "8"}), True, id="annotations of others are theirs"),
        pytest.param(quota({GPU: "8"}), quota({GPU: "8"}, grants="{}"), False, id="an annotation of ours is not there"),
    ],
)
def test_quotas_as_desired(live: Manifest, wanted: Manifest, is_: bool) -> None:
    assert as_desired(live, wanted) is is_


@pytest.mark.parametrize(
    ("hard", "before", "patch"),
    [
        pytest.param({"a": "1"}, {}, {"a": "1"}, id="from nothing"),
        pytest.param({"a": "1"}, {"a": "2"}, {"a": "1"}, id="another amount"),
        pytest.param({"a": "1"}, {"b": "2"}, {"a": "1", "b": None}, id="what is not wanted is taken out"),
        pytest.param({}, {"a": "1"}, {"a": None}, id="all of it"),
    ],
)
def test_exactly(hard: dict[str, str], before: dict[str, str], patch: dict[str, str | None]) -> None:
    assert _exactly(hard, before) == {"hard": patch}


@dataclass
class ApiServer:
    """Objects by kind and name, and every request that would have changed one."""

    cache: Cache = field(default_factory=Cache)
    objects: dict[tuple[str, str], Manifest] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    version: int = 0

    async def create(self, served: Served, body: Manifest) -> Manifest:
        if (served.kind, body["metadata"]["name"]) in self.objects:
            raise ApiError(409, "exists already", served.path())
        return self._store("create", served, body)

    async def apply(self, served: Served, body: Manifest) -> Manifest:
        return self._store("apply", served, _merged(self.objects[served.kind, body["metadata"]["name"]], body))

    async def merge(self, served: Served, namespace: str, name: str, body: Manifest, part: str = "") -> Manifest:
        return self._store(f"merge {part}".strip(), served, _merged(self.objects[served.kind, name], body))

    async def get(self, served: Served, namespace: str, name: str) -> Manifest | None:
        return deepcopy(self.objects.get((served.kind, name)))

    async def delete(self, served: Served, namespace: str, name: str) -> None:
        self.log.append(f"delete {served.kind} {name}")
        del self.objects[served.kind, name]

    def _store(self, verb: str, served: Served, body: Manifest) -> Manifest:
        self.version += 1
        self.log.append(f"{verb} {served.kind}")
        meta = {"uid": "u", **body["metadata"], "resourceVersion": str(self.version)}
        stored = self.objects[served.kind, meta["name"]] = {**deepcopy(body), "kind": served.kind, "metadata": meta}
        return deepcopy(stored)

    def watch(self) -> None:
        """Everything is seen by the watch."""
        for body in self.objects.values():
            self.cache.put(deepcopy(body), watched=True)

    def ensure(self, contents: Contents) -> bool:
        """One run."""
        self.log.clear()
        return asyncio.run(Children(cast("Kube", self), self.cache).ensure(contents))


def _merged(old: Any, new: Any) -> Any:
    """A JSON merge patch."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return deepcopy(new)
    kept = {key: value for key, value in old.items() if key not in new}
    return kept | {key: _merged(old.get(key), value) for key, value in new.items() if value is not None}


MEMBERS = [{"kind": "User", "name": "minji"}]


def contents(devices: int = 8, stopped: bool = False, **spec: Any) -> Contents:
    holding = Holding("vision-2026", A100, grant(devices, storage="10T"), date(2026, 12, 31), stopped)
    catalogue = list(ACCELERATORS.values())
    return desired(project(members=MEMBERS, **spec), [holding], DEFAULT, catalogue, {})


def made() -> ApiServer:
    """A namespace that has been made."""
    server = ApiServer()
    server.ensure(contents())
    server.watch()
    server.ensure(contents())
    server.watch()
    return server


def test_access_comes_last_and_only_once_the_quota_is_seen_enforced() -> None:
    server = ApiServer()
    assert server.ensure(contents()) is False
    assert server.log == [
        "create Namespace",
        "create LimitRange",
        "create ResourceQuota",
        "merge status ResourceQuota",
        "create PersistentVolumeClaim",
        "create NetworkPolicy",
    ]
    assert server.ensure(contents()) is False
    assert server.log == []
    server.watch()
    assert server.ensure(contents()) is True
    assert set(server.log) == {"create RoleBinding"}


def test_the_quota_binds_from_the_first_moment() -> None:
    """status.hard is what the API server enforces, and used has to be there for it to bind."""
    server = ApiServer()
    server.ensure(contents())
    body = server.objects["ResourceQuota", names.QUOTA]
    assert body["status"]["hard"] == body["spec"]["hard"]
    assert body["status"]["used"] == dict.fromkeys(body["spec"]["hard"], "0")


def test_what_is_as_desired_costs_no_request() -> None:
    server = made()
    assert server.ensure(contents()) is True
    assert server.log == []


def test_a_lowered_quota_is_written_and_enforced_and_used_is_left_alone() -> None:
    server = made()
    server.objects["ResourceQuota", names.QUOTA]["status"]["used"][GPU] = "8"
    server.watch()
    assert server.ensure(contents(4)) is False
    assert server.log == ["apply LimitRange", "merge ResourceQuota", "merge status ResourceQuota"]
    body = server.objects["ResourceQuota", names.QUOTA]
    assert (body["spec"]["hard"][GPU], body["status"]["hard"][GPU], body["status"]["used"][GPU]) == ("4", "4", "8")


def test_a_stopped_holding_starts_no_pods_and_keeps_its_volume() -> None:
    server = made()
    server.ensure(contents(0, stopped=True))
    hard = server.objects["ResourceQuota", names.QUOTA]["status"]["hard"]
    assert (hard["pods"], hard[GPU], hard["requests.storage"]) == ("0", "0", "10T")
    assert ("PersistentVolumeClaim", "vision-2026-data") in server.objects


@pytest.mark.parametrize(
    ("kind", "change", "log"),
    [
        pytest.param("Namespace", {"metadata": {"labels": {names.MANAGED: "no"}}}, ["apply Namespace"], id="a label"),
        pytest.param("LimitRange", {"spec": {"limits": []}}, ["apply LimitRange"], id="defaults"),
        pytest.param("NetworkPolicy", {"spec": {"ingress": [{}]}}, ["apply NetworkPolicy"], id="isolation"),
        pytest.param("ResourceQuota", {"spec": {"hard": {GPU: "99"}}}, ["merge ResourceQuota"], id="R1 the quota"),
        pytest.param(
            "ResourceQuota", {"spec": {"hard": {"pods": "1"}}}, ["merge ResourceQuota"], id="R1 one amount more"
        ),
        pytest.param("RoleBinding", {"subjects": []}, ["apply RoleBinding"], id="access"),
        pytest.param("PersistentVolumeClaim", {"spec": {"accessModes": []}}, [], id="R3 a volume is never touched"),
        pytest.param("Namespace", {"metadata": {"labels": {"team": "x"}}}, [], id="a label of somebody else"),
    ],
)
def test_drift_is_put_back(kind: str, change: Manifest, log: list[str]) -> None:
    server = made()
    key = next(key for key in server.objects if key[0] == kind)
    server.version += 1
    meta = {"metadata": {"resourceVersion": str(server.version)}}
    server.objects[key] = _merged(_merged(server.objects[key], change), meta)
    server.watch()
    server.ensure(contents())
    assert server.log == log
    server.watch()
    server.ensure(contents())
    assert server.log == []


@pytest.mark.parametrize(
    ("labels", "taken"),
    [
        pytest.param({}, False, id="nobody's"),
        pytest.param({names.MANAGED: "true", names.PROJECT: "speech"}, False, id="another project's"),
        pytest.param({names.MANAGED: "true", names.PROJECT: "vision"}, True, id="ours, which the watch has not shown"),
    ],
)
def test_a_namespace_that_exists_is_only_ours_if_it_says_so(labels: dict[str, str], taken: bool) -> None:
    server = ApiServer()
    meta = {"name": "vision", "labels": labels, "resourceVersion": "1"}
    server.objects["Namespace", "vision"] = {"kind": "Namespace", "metadata": meta}
    if taken:
        server.ensure(contents())
        return
    with pytest.raises(NotOurs, match="Namespace vision exists and is not managed by Tenure"):
        server.ensure(contents())
    assert server.log == []


def test_access_and_isolation_that_are_not_wanted_any_more_are_taken_out_and_nothing_else() -> None:
    server = made()
    before = set(server.objects)
    for kind, name in (("RoleBinding", "old"), ("NetworkPolicy", "old"), ("LimitRange", "old")):
        meta = {"name": name, "namespace": "vision", "uid": "u", "resourceVersion": "1"}
        server.objects[kind, name] = {"kind": kind, "metadata": meta}
    server.watch()
    server.ensure(contents())
    assert server.log == ["delete RoleBinding old", "delete NetworkPolicy old"]
    assert set(server.objects) == before | {("LimitRange", "old")}
