"""Who may do what in the namespace: RoleBindings to the shipped ClusterRoles."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.api import names
from tenure.api.project import Member, Project
from tenure.tenancy.holding import Holding, running
from tenure.tenancy.manifest import Manifest, manifest

RBAC = "rbac.authorization.k8s.io"


def role_bindings(project: Project, holdings: Sequence[Holding]) -> tuple[Manifest, ...]:
    """The RoleBindings, each only where it has somebody to bind.

    Once every grant is over, members read and write their report. A RoleBinding cannot change its role, so it is
    another one.
    """
    works = bool(running(holdings))
    bindings = (
        ("Member", names.MEMBERS, names.MEMBER_ROLE) if works else ("Member", names.LEAVERS, names.LEAVER_ROLE),
        ("Viewer", names.VIEWERS, names.VIEWER_ROLE),
    )
    people = {role: [m for m in project.spec.members if m.role == role] for role, _, _ in bindings}
    return tuple(role_binding(project, name, to, people[role]) for role, name, to in bindings if people[role])


def role_binding(project: Project, name: str, cluster_role: str, members: list[Member]) -> Manifest:
    """A RoleBinding of these members to the ClusterRole."""
    body = {
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [subject(project, member) for member in members],
    }
    return manifest(project, "RoleBinding", name, body, api_version=f"{RBAC}/v1")


def subject(project: Project, member: Member) -> dict[str, str]:
    """The member as RBAC writes it. A ServiceAccount without a namespace is one of the project's own."""
    if member.kind == "ServiceAccount":
        return {"kind": member.kind, "name": member.name, "namespace": member.namespace or project.name}
    return {"apiGroup": RBAC, "kind": member.kind, "name": member.name}
