"""What people try to get other rights: another name, another role, another rulebook."""

from __future__ import annotations

from .attempt import Act, Who
from .client import Manifest, folder_of, path_of
from .scene import OPERATOR, RBAC, Scene

VERSION = "tenure.dev/v1alpha1"
CENTRE: tuple[tuple[str, str, str, str, Manifest], ...] = (
    ("Allocation", "allocations", "", "more devices in the award", {"spec": {"devices": 16}}),
    (
        "Allocation",
        "allocations/status",
        "status",
        "more devices in what is held",
        {"status": {"grant": {"devices": 16}}},
    ),
    ("Programme", "programmes", "", "another decision table", {"spec": {"review": {"bands": []}}}),
    ("Organization", "organizations", "", "a higher cap of the organization", {"spec": {"cap": 64}}),
    (
        "Organization",
        "organizations/status",
        "status",
        "what is remembered of the organization",
        {"status": {"memory": []}},
    ),
)
"""Objects of the admin's, and what a change of them would do: kind, resource, subresource, words, change."""


def as_somebody_else(who: str) -> Act:
    """The robot lists Reviews in another name. That it may not is said before anything else."""

    def act(scene: Scene) -> Manifest:
        name = OPERATOR if who == "operator" else scene.user(who)
        reviews = folder_of(scene.object("Review", VERSION))
        return scene.person("robot").call("GET", reviews, headers={"Impersonate-User": name})

    return act


def create_role(who: Who) -> Act:
    """Creates a Role that gives the committee's verb."""
    rules = [{"apiGroups": ["tenure.dev"], "resources": ["reviews"], "verbs": ["update", "patch", "decide"]}]
    return lambda scene: scene.person(who).create(scene.object("Role", f"{RBAC}/v1", rules=rules))


def bind(who: Who, role: str) -> Act:
    """Binds its own user to a ClusterRole in the namespace."""
    return lambda scene: scene.person(who).create(scene.object("RoleBinding", f"{RBAC}/v1", **_bound(scene, who, role)))


def bind_everywhere(who: Who, role: str) -> Act:
    """Binds its own user to a ClusterRole in the whole cluster."""

    def act(scene: Scene) -> Manifest:
        binding = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": f"{who}-{role}"}}
        return scene.person(who).create({**binding, **_bound(scene, who, role)})

    return act


def _bound(scene: Scene, who: str, role: str) -> Manifest:
    subject = {"apiGroup": RBAC, "kind": "User", "name": scene.user(who)}
    return {"roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}, "subjects": [subject]}


def admit(who: Who) -> Act:
    """Adds a member to the Project."""
    return own(who, "Project", {"spec": {"members": [{"name": "friend", "role": "Member"}]}})


def own(who: Who, kind: str, change: Manifest, subresource: str = "") -> Act:
    """Patches an object of the admin's. That nobody but the admin may is said whether or not it is there."""

    def act(scene: Scene) -> Manifest:
        target = {"apiVersion": VERSION, "kind": kind, "metadata": {"name": scene.namespace}}
        return scene.person(who).merge(target, change, subresource)

    return act


def start(who: Who, subresource: str = "") -> Act:
    """Creates a pod, or asks for a subresource of one that is there."""

    def act(scene: Scene) -> Manifest:
        if not subresource:
            return scene.person(who).create(scene.pod())
        made = scene.member.create(scene.pod())
        return scene.person(who).call("POST", f"{path_of(made)}/{subresource}", query="command=true")

    return act


def delete_one(who: Who, kind: str) -> Act:
    """Deletes a pod of a member's, or the volume claim that Tenure keeps."""

    def act(scene: Scene) -> Manifest:
        made = scene.member.create(scene.pod()) if kind == "Pod" else scene.contents.claims[0]
        return scene.person(who).delete(made)

    return act
