"""Keeping a namespace as it should be: what counts as equal, in which order it is written, and what is never touched."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tenure.api import names
from tenure.control.children import NotOurs, _exactly, as_desired, covers
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from tenure.tenancy import Contents, Holding, desired
from unit.api_server import ApiServer, merged
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
        pytest.param(
            quota({GPU: "8"}, **{names.DATA_KEPT: "2027-01-30"}),
            quota({GPU: "8"}),
            False,
            id="R3 a note of ours is out of date",
        ),
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


class Counting(ApiServer):
    """A controller counts what runs in the namespace as soon as there is a quota, before anybody is told."""

    async def create(self, served: Served, body: Manifest) -> Manifest:
        made = await super().create(served, body)
        if served.kind == "ResourceQuota":
            self.put(
                {
                    **made,
                    "status": {
                        "hard": body["spec"]["hard"],
                        "used": {**dict.fromkeys(body["spec"]["hard"], "0"), GPU: "3"},
                    },
                }
            )
        return made


def test_what_the_controller_has_counted_is_not_overwritten() -> None:
    """Else running pods would count for nothing until it counts again, minutes later."""
    server = Counting()
    server.ensure(contents())
    body = server.objects["ResourceQuota", "vision", names.QUOTA]
    assert (body["status"]["hard"], body["status"]["used"][GPU]) == (body["spec"]["hard"], "3")


def test_a_quota_that_is_written_to_all_the_time_is_left_for_the_next_run() -> None:
    """Somebody is always quicker."""
    server = ApiServer(refuses={"merge": ApiError(409, "the object has been modified", "/")})
    with pytest.raises(ApiError, match="has been modified"):
        server.ensure(contents())


def test_no_claim_is_made_beside_those_of_a_namespace_that_was_taken_over() -> None:
    server = ApiServer()
    server.put({"kind": "PersistentVolumeClaim", "metadata": {"name": "models", "namespace": "vision"}})
    server.ensure(contents())
    assert "create PersistentVolumeClaim" not in server.log


def test_the_quota_binds_from_the_first_moment() -> None:
    """status.hard is what the API server enforces, and used has to be there for it to bind."""
    server = ApiServer()
    server.ensure(contents())
    body = server.objects["ResourceQuota", "vision", names.QUOTA]
    assert body["status"]["hard"] == body["spec"]["hard"]
    assert body["status"]["used"] == dict.fromkeys(body["spec"]["hard"], "0")


def test_what_is_as_desired_costs_no_request() -> None:
    server = made()
    assert server.ensure(contents()) is True
    assert server.log == []


def test_a_lowered_quota_is_written_and_enforced_and_used_is_left_alone() -> None:
    server = made()
    server.objects["ResourceQuota", "vision", names.QUOTA]["status"]["used"][GPU] = "8"
    server.watch()
    assert server.ensure(contents(4)) is False
    assert server.log == ["apply LimitRange", "merge ResourceQuota", "merge status ResourceQuota"]
    body = server.objects["ResourceQuota", "vision", names.QUOTA]
    assert (body["spec"]["hard"][GPU], body["status"]["hard"][GPU], body["status"]["used"][GPU]) == ("4", "4", "8")


def test_a_stopped_holding_starts_no_pods_and_keeps_its_volume() -> None:
    server = made()
    server.ensure(contents(0, stopped=True))
    hard = server.objects["ResourceQuota", "vision", names.QUOTA]["status"]["hard"]
    assert (hard["pods"], hard[GPU], hard["requests.storage"]) == ("0", "0", "10T")
    assert ("PersistentVolumeClaim", "vision", "vision-2026-data") in server.objects


def test_a_note_that_holds_no_longer_is_taken_out_of_the_quota() -> None:
    server = made()
    key = ("ResourceQuota", "vision", names.QUOTA)
    theirs = {"example.com/mine": "x"}
    server.put(merged(server.objects[key], {"metadata": {"annotations": {names.LEFT_ALONE: "true", **theirs}}}))
    server.watch()
    server.ensure(contents())
    assert server.log == ["merge ResourceQuota"]
    notes = server.objects[key]["metadata"]["annotations"]
    assert names.LEFT_ALONE not in notes
    assert theirs.items() <= notes.items()


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
        pytest.param("ResourceQuota", {"spec": {"hard": None}}, ["merge ResourceQuota"], id="R1 every amount"),
        pytest.param("RoleBinding", {"subjects": []}, ["apply RoleBinding"], id="access"),
        pytest.param("PersistentVolumeClaim", {"spec": {"accessModes": []}}, [], id="R3 a volume is never touched"),
        pytest.param("Namespace", {"metadata": {"labels": {"team": "x"}}}, [], id="a label of somebody else"),
    ],
)
def test_drift_is_put_back(kind: str, change: Manifest, log: list[str]) -> None:
    server = made()
    key = next(key for key in server.objects if key[0] == kind)
    server.put(merged(server.objects[key], change))
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
    server.put({"kind": "Namespace", "metadata": {"name": "vision", "labels": labels}})
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
        server.put({"kind": kind, "metadata": {"name": name, "namespace": "vision"}})
    server.watch()
    server.ensure(contents())
    assert server.log == ["delete RoleBinding old", "delete NetworkPolicy old"]
    assert set(server.objects) == before | {("LimitRange", "vision", "old")}
