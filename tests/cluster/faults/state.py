"""How everything stands, tenant by tenant, without what differs from run to run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..awards import body, core
from ..client import Client, Manifest

RBAC = "rbac.authorization.k8s.io/v1"
TENURE = ("Organization", "Project", "Allocation", "Review", "Decision", "Return", "Sanction", "Relocation", "Report")
CORE = {
    **dict.fromkeys(("Namespace", "ResourceQuota", "LimitRange", "PersistentVolumeClaim"), "v1"),
    "RoleBinding": RBAC,
    "NetworkPolicy": "networking.k8s.io/v1",
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
DIGEST = re.compile(r"\b[0-9a-f]{8,}\b")
METADATA = ("name", "labels", "annotations")
State = dict[str, list[Any]]
"""kind -> objects."""
Told = Counter[tuple[str, str]]
"""Kind and reason of an Event, or title and number of a message -> how often it was told."""
NUMBER = re.compile(r"Message ([0-9a-f]+);")


def states(admin: Client, names: Iterable[str]) -> dict[str, State]:
    """Every object of these tenants. Of pods it says how many are left: which one goes is decided by the second."""
    found: dict[str, State] = {name: {"Pod": [0]} for name in names}
    addresses = [body(kind, "") for kind in TENURE]
    addresses += [core(kind, "", api_version=version) for kind, version in CORE.items()]
    for address in addresses:
        for name, one in _of(found, admin.list(address)["items"]):
            one.get("status", {}).pop("used", None)  # of a quota: the controller manager counts when it comes to it
            found[name].setdefault(address["kind"], []).append(_plain(one, name))
    for name, pod in _of(found, admin.list(core("Pod", ""))["items"]):
        found[name]["Pod"][0] += "deletionTimestamp" not in pod["metadata"]
    return found


def told(admin: Client, names: Iterable[str]) -> dict[str, Told]:
    """What Tenure told these tenants."""
    found: dict[str, Told] = {name: Counter() for name in names}
    for name, event in _of(found, admin.list(core("Event", ""))["items"]):
        if event["source"].get("component") == "tenure":
            found[name][event["involvedObject"]["kind"], event["reason"]] += 1
    return found


def heard(messages: Iterable[tuple[str, str]], names: Iterable[str]) -> dict[str, Told]:
    """The messages to these tenants, each with its number."""
    found: dict[str, Told] = {name: Counter() for name in names}
    for title, text in messages:
        (number,) = NUMBER.findall(text)
        name = next(name for name in found if name in text)
        found[name][_plain(title, name), number] += 1
    return found


def _of(tenants: Iterable[str], objects: Iterable[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Objects with the tenant that they belong to: by namespace, by allocation, or by name."""
    known = set(tenants)
    for one in objects:
        meta = one["metadata"]
        name = meta.get("namespace") or one.get("spec", {}).get("allocation") or meta["name"]
        if name in known:
            yield name, one


def _plain(value: Any, name: str) -> Any:
    """Without times, digests and whatever else the API server makes up; the tenant's name is `~`."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key != "metadata"}
        meta = value.get("metadata", {})
        kept |= {key: meta[key] for key in METADATA if key in meta}
        return {_plain(key, name): _plain(one, name) for key, one in kept.items()}
    if isinstance(value, list):
        plain = [_plain(one, name) for one in value]
        has_types = all(isinstance(one, dict) and "type" in one for one in plain)
        return sorted(plain, key=lambda one: str(one["type"])) if has_types else plain
    if isinstance(value, str):
        return DIGEST.sub("#", TIME.sub("TIME", value.replace(name, "~")))
    return value


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two states differ, a line each."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            yield from differences(expected.get(key), found.get(key), f"{path}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{path}/{number}")
    elif expected != found:
        yield f"{path}: {found!r} instead of {expected!r}"
