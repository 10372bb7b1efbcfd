"""What the watch has seen, by kind, namespace and name. Reconciling reads this and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from tenure.api import KINDS, Resource
from tenure.control.kube import Manifest
from tenure.rules.memory import without_audit

Ref = tuple[str, str]
R = TypeVar("R", bound=Resource)
MODELS: dict[str, type[Resource]] = {model.KIND.kind: model for model in KINDS}
GROUPED: dict[str, tuple[str, ...]] = {
    "Allocation": ("project",),
    "Project": ("organization",),
    "Decision": ("allocation", "organization"),
    "Review": ("allocation",),
    "Return": ("allocation",),
    "Relocation": ("allocation",),
    "Report": ("allocation",),
    "Sanction": ("allocation",),
}
"""Fields of the spec that objects of a kind are looked up by, the usual one first."""
KEPT = ("spec", "status", "roleRef", "subjects", "allowVolumeExpansion")
TAINT = ("key", "value", "effect")
AMOUNTS = ("allocatable", "capacity")
META = ("name", "namespace", "uid", "generation", "creationTimestamp", "deletionTimestamp", "labels", "annotations")


REMEMBERED = 10_000


@dataclass(frozen=True)
class Entry:
    """An object as last seen. `watched` tells the watch's word from the answer to a write of ours."""

    version: int
    watched: bool
    body: Manifest
    parsed: Resource | None = None
    problem: str = ""


@dataclass
class Cache:
    """Objects by kind. For our own kinds the parsed model is kept, for others the fields that Tenure compares."""

    _objects: dict[str, dict[Ref, Entry]] = field(default_factory=lambda: defaultdict(dict))
    _names: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _groups: dict[tuple[str, str, str], set[Ref]] = field(default_factory=lambda: defaultdict(set))
    _gone: dict[str, int] = field(default_factory=dict)
    """uid -> version at which it was gone, of the last objects that went."""

    def put(self, body: Manifest, *, watched: bool) -> Entry | None:
        """Take an object in and return what was known before. What is older than what is known is ignored.

        So is the answer to a write of ours that comes after the watch's word on it, or after the object is gone.
        """
        meta = body["metadata"]
        kind, ref = body["kind"], (meta.get("namespace", ""), meta["name"])
        version = int(meta.get("resourceVersion") or 0)
        before = self._objects[kind].get(ref)
        if version <= self._gone.get(meta.get("uid", ""), -1) or (before is not None and _late(before, meta, watched)):
            return before
        self._ungroup(kind, ref, before)
        self._names[kind, ref[0]].add(ref[1])
        entry = self._objects[kind][ref] = _entry(kind, version, body, watched=watched)
        for group in _groups(kind, entry):
            self._groups[group].add(ref)
        return before

    def _ungroup(self, kind: str, ref: Ref, entry: Entry | None) -> None:
        for group in _groups(kind, entry):
            self._groups[group].discard(ref)

    def drop(self, kind: str, namespace: str, name: str, version: int = 0) -> None:
        """Forget an object, gone since a version. What is still said of it from before is ignored."""
        ref = (namespace, name)
        self._names[kind, namespace].discard(name)
        entry = self._objects[kind].pop(ref, None)
        self._ungroup(kind, ref, entry)
        if entry is not None:
            self._gone[entry.body["metadata"].get("uid", "")] = max(entry.version, version)
        if len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]

    def entry(self, kind: str, namespace: str, name: str) -> Entry | None:
        """The object as last seen."""
        return self._objects[kind].get((namespace, name))

    def body(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """The fields of the object that Tenure compares."""
        found = self.entry(kind, namespace, name)
        return found.body if found else None

    def refs(self, kind: str) -> list[Ref]:
        """Namespace and name of every object of the kind."""
        return list(self._objects[kind])

    def refs_in(self, kind: str, namespace: str) -> list[Ref]:
        """Namespace and name of every object of the kind in a namespace."""
        return [(namespace, name) for name in self._names[kind, namespace]]

    def one(self, model: type[R], name: str, namespace: str = "") -> R | None:
        """An object of ours, parsed."""
        found = self.entry(model.KIND.kind, namespace, name)
        return cast("R | None", found.parsed) if found else None

    def all(self, model: type[R]) -> Iterator[R]:
        """Every object of a kind of ours that could be parsed."""
        for found in self._objects[model.KIND.kind].values():
            if found.parsed is not None:
                yield cast("R", found.parsed)

    def group(self, model: type[R], name: str, by: str = "") -> list[R]:
        """Allocations of a project, projects of an organization, decisions, reviews and so on of an allocation.

        `by` names another field than the usual one.
        """
        kind = model.KIND.kind
        found = (self._objects[kind][ref].parsed for ref in self._groups[kind, by or GROUPED[kind][0], name])
        return cast("list[R]", list(found))

    def bodies(self, kind: str) -> Iterator[Manifest]:
        """Every object of a kind."""
        for found in self._objects[kind].values():
            yield found.body


def _groups(kind: str, entry: Entry | None) -> list[tuple[str, str, str]]:
    """The groups that an object belongs to."""
    if entry is None or entry.parsed is None:
        return []
    spec: Any = getattr(entry.parsed, "spec", None)
    return [(kind, by, getattr(spec, by)) for by in GROUPED.get(kind, ())]


def _late(before: Entry, meta: Manifest, watched: bool) -> bool:
    """Whether it is no news beside what is known. Of another object of the name only the watch brings news."""
    version, same = int(meta.get("resourceVersion") or 0), before.body["metadata"].get("uid") == meta.get("uid")
    if not watched and before.watched and before.version == version:
        return True
    return before.version > version and (same or not watched)


def _entry(kind: str, version: int, body: Manifest, *, watched: bool) -> Entry:
    model = MODELS.get(kind)
    slim = _slim(kind, body)
    if model is None:
        return Entry(version, watched, slim)
    bare = {"kind": kind, "metadata": slim["metadata"]}
    try:
        return Entry(version, watched, bare, model.parse(slim))
    except ValidationError as error:
        return Entry(version, watched, bare, None, _problem(error))


def _problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _slim(kind: str, body: Manifest) -> Manifest:
    """The object without managedFields and whatever else Tenure never reads."""
    meta = {key: body["metadata"][key] for key in META if key in body["metadata"]}
    slim: dict[str, Any] = {"kind": kind, "metadata": meta}
    if kind == "Node":
        return slim | _node(body)
    if kind == "Decision":  # a centre has many, and nothing else grows for years
        return slim | {"spec": without_audit(body["spec"])}
    return slim | {key: body[key] for key in KEPT if key in body}


def _node(body: Manifest) -> Manifest:
    spec, status = body.get("spec", {}), body.get("status", {})
    taints = [{key: taint[key] for key in TAINT if key in taint} for taint in spec.get("taints", [])]
    ready = [{"type": "Ready", "status": c.get("status")} for c in status.get("conditions", []) if c["type"] == "Ready"]
    return {
        "spec": {"unschedulable": bool(spec.get("unschedulable")), "taints": taints},
        "status": {**{key: status.get(key, {}) for key in AMOUNTS}, "conditions": ready},
    }
