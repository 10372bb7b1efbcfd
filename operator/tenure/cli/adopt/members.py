"""Members, from the RoleBindings that a namespace has."""

from __future__ import annotations

from collections.abc import Iterable

from tenure.api.project import Member
from tenure.cli.adopt.workspace import Workspace
from tenure.control.kube import Manifest

ROLES = {"admin": "Member", "edit": "Member", "view": "Viewer"}
"""ClusterRole of Kubernetes -> role in a project."""
LONGEST = 253
"""Letters in the name of a member. RBAC has no limit."""


def members(workspace: Workspace) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Who gets access, each once with the larger role; and the RoleBindings of which not everybody does."""
    found: dict[tuple[str, str, str], Member] = {}
    others: list[str] = []
    for binding in sorted(workspace.all("RoleBinding"), key=_smaller_first):
        role = _role(binding)
        if role is None:
            others.append(binding["metadata"]["name"])
            continue
        for subject in binding.get("subjects", ()):
            if len(subject["name"]) > LONGEST:
                others.append(binding["metadata"]["name"])
                continue
            who = _member(subject, workspace.name, role)
            found[who.kind, who.namespace, who.name] = who
    return tuple(one for _, one in sorted(found.items())), tuple(sorted(others))


def bound(bindings: Iterable[Manifest]) -> list[str]:
    """The names of RoleBindings that make members."""
    return [one["metadata"]["name"] for one in bindings if _role(one) is not None]


def _role(binding: Manifest) -> str | None:
    reference = binding["roleRef"]
    return ROLES.get(reference["name"]) if reference["kind"] == "ClusterRole" else None


def _smaller_first(binding: Manifest) -> bool:
    return _role(binding) == "Member"


def _member(subject: Manifest, namespace: str, role: str) -> Member:
    where = subject.get("namespace", "") if subject["kind"] == "ServiceAccount" else ""
    return Member.model_validate(
        {
            "kind": subject["kind"],
            "name": subject["name"],
            "namespace": "" if where == namespace else where,
            "role": role,
        }
    )
