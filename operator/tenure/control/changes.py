"""What a change seen by the watch makes necessary: which keys run again. Looks at state, decides nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from tenure.api import Accelerator, Allocation, Decision, Outage, Project, Sanction, TelemetryProfile
from tenure.api.names import MANAGED, PROGRAMME, PROJECT
from tenure.control.admission import pinned
from tenure.control.cache import Entry
from tenure.control.elsewhere import LOOK
from tenure.control.kube import Manifest
from tenure.control.live import over
from tenure.control.outages import concerned
from tenure.control.queue import Key
from tenure.control.services import Services

LOG = logging.getLogger("tenure.changes")
COUNTED_SECONDS = 2.0
"""Until the controller manager has taken a pod that is gone out of what is used."""
CHILDREN = ("LimitRange", "PersistentVolumeClaim", "NetworkPolicy", "RoleBinding")


class Changes:
    """Takes what the watch says into the cache and adds the keys that depend on it."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._by_kind: dict[str, Callable[[Entry | None, Entry | None], None]] = {
            "Programme": self._programme,
            "TelemetryProfile": self._profile,
            "Accelerator": self._accelerator,
            "Organization": self._organization,
            "Project": self._project,
            "Allocation": self._allocation,
            "Review": self._in_namespace,
            "Return": self._in_namespace,
            "Relocation": self._in_namespace,
            "Report": self._report,
            "Sanction": self._sanction,
            "Decision": self._decision,
            "Outage": self._outage,
            "Namespace": self._namespace,
            "Node": self._node,
            "ResourceQuota": self._quota,
            "StorageClass": self._storage_class,
            "Pod": self._reader,
            **dict.fromkeys(CHILDREN, self._child),
        }

    def seen(self, kind: str, body: Manifest) -> None:
        """An object is there or has changed."""
        body["kind"] = kind
        before = self._s.cache.put(body, watched=True)
        meta = body["metadata"]
        now = self._s.cache.entry(kind, meta.get("namespace", ""), meta["name"])
        if now is not None and now.problem:
            LOG.warning("%s %s cannot be read and is left as it stands: %s", kind, meta["name"], now.problem)
        if before is not now:
            self._by_kind[kind](before, now)

    def gone(self, kind: str, namespace: str, name: str, uid: str = "", version: int = 0) -> None:
        """An object is no longer there since a version; the name may belong to another one by now."""
        before = self._s.cache.entry(kind, namespace, name)
        if before is not None and uid in ("", before.body["metadata"].get("uid")):
            self._s.cache.drop(kind, namespace, name, version)
            self._by_kind[kind](before, None)

    def everything(self) -> None:
        """Run every key once: after start, and when this replica begins to lead."""
        self._s.assessor.forget()
        self._s.queue.add(LOOK)  # nothing is admitted before
        for model, work in ((Accelerator, "accelerator"), (Project, "project")):
            for found in self._s.cache.all(model):
                self._s.queue.add(Key(work, found.name))
        for accelerator in self._s.cache.all(Accelerator):
            self._s.reviews.add(Key("sight", accelerator.name))
        for allocation in self._s.cache.all(Allocation):
            self._s.queue.add(Key("project", allocation.spec.project))
        for namespace, _ in self._s.cache.refs("ResourceQuota"):
            self._s.queue.add(Key("project", namespace))
        for _, name in self._s.cache.refs("Programme"):
            self._s.reviews.add(Key("programme", name))
        for _, name in self._s.cache.refs("Organization"):
            self._s.organization(name)
        for sanction in self._s.cache.all(Sanction):
            self._s.reviews.add(Key("sanction", sanction.name))
        self._outages()

    def _programme(self, before: Entry | None, now: Entry | None) -> None:
        if same_spec(before, now):
            return
        name = _name(before, now)
        self._s.reviews.add(Key("programme", name))
        self._s.assessor.forget()
        for allocation in self._s.cache.all(Allocation):
            if allocation.spec.programme == name:
                self._s.accelerator(allocation.spec.accelerator)
                self._s.project(allocation.spec.project)
        for quota in self._s.cache.bodies("ResourceQuota"):
            if quota["metadata"].get("annotations", {}).get(PROGRAMME) == name:
                self._s.project(quota["metadata"]["namespace"])  # also where every award was deleted

    def _profile(self, before: Entry | None, now: Entry | None) -> None:
        """It cannot be edited: it came or went."""
        entry = now or before
        parsed = entry.parsed if entry is not None else None
        for accelerator in self._s.cache.all(Accelerator):
            if isinstance(parsed, TelemetryProfile) and accelerator.spec.telemetry.profile == parsed.name:
                self._s.reviews.add(Key("sight", accelerator.name))

    def _accelerator(self, before: Entry | None, now: Entry | None) -> None:
        if same_spec(before, now):
            return
        name = _name(before, now)
        self._s.assessor.forget()
        self._s.accelerator(name)
        self._s.reviews.add(Key("sight", name))
        for project in self._s.cache.all(Project):
            self._s.project(project.name)
        self._outages()

    def _organization(self, before: Entry | None, now: Entry | None) -> None:
        if same_spec(before, now):
            return
        self._everyone_in(_name(before, now))

    def _everyone_in(self, organization: str) -> None:
        self._s.assessor.forget(organization)
        self._s.assessor.forget("")
        for project in self._s.cache.group(Project, organization):
            for allocation in self._s.cache.group(Allocation, project.name):
                self._s.accelerator(allocation.spec.accelerator)
            self._s.project(project.name)
        self._s.organization(organization)

    def _project(self, before: Entry | None, now: Entry | None) -> None:
        if same_spec(before, now):
            return
        for entry in (before, now):
            if entry is not None and isinstance(entry.parsed, Project):
                self._everyone_in(entry.parsed.spec.organization)
        self._s.project(_name(before, now))

    def _allocation(self, before: Entry | None, now: Entry | None) -> None:
        if same_spec(before, now):
            assert now is not None
            if isinstance(now.parsed, Allocation):
                self._s.assessor.refresh(now.parsed)
            return
        specs = [entry.parsed.spec for entry in (before, now) if entry and isinstance(entry.parsed, Allocation)]
        for name in {spec.accelerator for spec in specs}:
            self._s.accelerator(name)
        for name in {spec.project for spec in specs}:
            self._s.project(name)
            self._s.review(name)
            project = self._s.cache.one(Project, name)
            self._everyone_in(project.spec.organization if project is not None else "")

    def _in_namespace(self, before: Entry | None, now: Entry | None) -> None:
        """What tenant and committee write: reviews and whatever else changes a grant."""
        if same_spec(before, now):
            return
        self._s.review(_meta(before, now)["namespace"])

    def _report(self, before: Entry | None, now: Entry | None) -> None:
        """A report that is missing, or was accepted, is remembered of its organization (R23)."""
        self._in_namespace(before, now)
        project = self._s.cache.one(Project, _meta(before, now)["namespace"])
        if project is not None:
            self._s.organization(project.spec.organization)

    def _sanction(self, before: Entry | None, now: Entry | None) -> None:
        if not same_spec(before, now):
            self._s.reviews.add(Key("sanction", _name(before, now)))

    def _decision(self, before: Entry | None, now: Entry | None) -> None:
        entry = now or before
        if entry is None or not isinstance(entry.parsed, Decision) or (before is not None and now is not None):
            return
        spec = entry.parsed.spec
        project = self._s.cache.one(Project, spec.project)
        self._everyone_in(project.spec.organization if project is not None else "")
        self._s.organization(spec.organization)  # it remembers, also where the project is gone
        self._s.review(spec.project)

    def _outage(self, before: Entry | None, now: Entry | None) -> None:
        """Written, corrected or deleted, also afterwards: the days that it concerned are worth another look."""
        if same_spec(before, now):
            return
        self._s.queue.add(Key("outage", _name(before, now)))
        for entry in (before, now):
            if entry is not None and isinstance(entry.parsed, Outage):
                for project in concerned(self._s.cache, entry.parsed):
                    self._s.review(project)

    def _outages(self, node: str = "") -> None:
        """Count the devices that Outages take away anew; of those that name a node, if one is given."""
        for outage in self._s.cache.all(Outage):
            if node in ("", *outage.spec.nodes):
                self._s.queue.add(Key("outage", outage.name), 0.5 if node else 0.0)

    def _namespace(self, before: Entry | None, now: Entry | None) -> None:
        name = _name(before, now)
        if own_echo(before, now) or self._s.cache.one(Project, name) is None:
            return
        project = self._s.cache.one(Project, name)
        assert project is not None
        if _ours(before) != _ours(now):
            self._s.assessor.forget(project.spec.organization)
        self._s.project(name)

    def _node(self, before: Entry | None, now: Entry | None) -> None:
        if before is not None and now is not None and before.body == now.body:
            return
        for accelerator in self._s.cache.all(Accelerator):
            self._s.accelerator(accelerator.name, 0.5)
        self._outages(_name(before, now))

    def _quota(self, before: Entry | None, now: Entry | None) -> None:
        if before is not None and now is not None and before.watched and _standing(before) == _standing(now):
            return
        self._s.project(_project(before, now))
        if self._freed(before, now):
            for accelerator in self._s.cache.all(Accelerator):
                if pinned(self._s.cache, _meta(before, now)["namespace"], accelerator):
                    self._s.accelerator(accelerator.name)

    def _freed(self, before: Entry | None, now: Entry | None) -> bool:
        """Whether the enforced quota went down: its devices may be another's now."""
        if now is None:
            return True
        return before is None or before.body.get("status") != now.body.get("status")

    def _storage_class(self, before: Entry | None, now: Entry | None) -> None:
        """It may let volumes grow now."""
        if before is not None and now is not None and before.body == now.body:
            return
        for claim in self._s.cache.bodies("PersistentVolumeClaim"):
            if claim["spec"].get("storageClassName") == _name(before, now):
                self._s.project(claim["metadata"].get("labels", {}).get(PROJECT, ""))

    def _child(self, before: Entry | None, now: Entry | None) -> None:
        if own_echo(before, now):
            return
        self._s.project(_project(before, now))

    def _reader(self, before: Entry | None, now: Entry | None) -> None:
        """The pod in which data is read. Once it is gone its namespace's use has to be counted anew first."""
        if not own_echo(before, now):
            self._s.project(_project(before, now), 0.0 if now is not None else COUNTED_SECONDS)


def own_echo(before: Entry | None, now: Entry | None) -> bool:
    """Whether the watch only repeats the answer to a write of ours."""
    return before is not None and now is not None and before.version == now.version


def same_spec(before: Entry | None, now: Entry | None) -> bool:
    """Whether nothing but status has changed."""
    if before is None or now is None:
        return False
    old, new = before.body["metadata"], now.body["metadata"]
    keys = ("uid", "generation", "deletionTimestamp", "labels", "annotations")
    return all(old.get(key) == new.get(key) for key in keys)


def _name(before: Entry | None, now: Entry | None) -> str:
    return str(_meta(before, now)["name"])


def _project(before: Entry | None, now: Entry | None) -> str:
    """The project that our label names; empty where there is none."""
    return str(_meta(before, now).get("labels", {}).get(PROJECT, ""))


def _meta(before: Entry | None, now: Entry | None) -> Manifest:
    """As it is, or as it was before it went."""
    entry = now or before
    assert entry is not None
    meta: Manifest = entry.body["metadata"]
    return meta


def _ours(entry: Entry | None) -> Any:
    """Whether there is a namespace, and whose."""
    labels = entry.body["metadata"].get("labels", {}) if entry is not None else None
    return None if labels is None else (labels.get(MANAGED), labels.get(PROJECT))


def _standing(entry: Entry) -> tuple[Any, ...]:
    """All of a quota that reconciling looks at. How much is used matters only beyond the quota."""
    body = entry.body
    meta = body["metadata"]
    return body["spec"], body.get("status", {}).get("hard"), over(body), meta.get("labels"), meta.get("annotations")
