"""What people try with Returns, Reports, Relocations and Sanctions, and how it is seen that it worked."""

from __future__ import annotations

from typing import Any

from .attempt import Act, Check, Who
from .client import Manifest, folder_of, gone
from .scene import RETURNS, Scene

VERSION = "tenure.dev/v1alpha1"
REASON = "The data comes in spring."
EVIDENCE = ["https://tenant.example/memorandum"]
DANGLING = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"}]
ACCEPTED = {"accepted": True, "reason": "All of it holds."}
REFUSED = {"accepted": False, "reason": "The papers are missing."}
DECIDED: Manifest = {"decision": "recorded"}
PROVEN: Manifest = {
    "conditions": [
        {"type": "Proven", "status": "True", "reason": "Proven", "lastTransitionTime": "2026-10-09T00:00:00Z"}
    ]
}
SANCTION = {"ground": "OffPurpose", "evidence": ["https://committee.example/log"], "reason": "Coins were mined."}


def give_back(who: Who, **spec: Any) -> Act:
    """Creates a Return of four devices."""
    return lambda scene: scene.person(who).create(_return(scene, **spec))


def give_back_with(who: Who, **metadata: Any) -> Act:
    """Creates a Return with more metadata."""

    def act(scene: Scene) -> Manifest:
        made = _return(scene)
        return scene.person(who).create({**made, "metadata": {**made["metadata"], **metadata}})

    return act


def give_back_unnamed(scene: Scene) -> Manifest:
    """The member creates a Return and leaves its name to the API server."""
    return scene.member.create({**_return(scene), "metadata": {"generateName": "early-", "namespace": scene.namespace}})


def give_back_nothing(scene: Scene) -> Manifest:
    """The member creates a Return without a spec."""
    return scene.member.create(scene.object("Return", VERSION))


def give_back_for_ever(scene: Scene) -> Manifest:
    """The member creates one Return after the other. The quota is told of a hundred before the first of them."""
    count(scene, 100)
    try:
        return [scene.member.create(_return(scene)) for _ in range(100)][-1]
    finally:
        count(scene, 0)


def count(scene: Scene, returns: int) -> None:
    """Say, as the operator does at first, how many Returns there are."""
    scene.operator.merge(scene.contents.quota, {"status": {"used": {RETURNS: str(returns)}}}, "status")


def delete_all_returns(scene: Scene) -> Manifest:
    """The member deletes all Returns of the namespace at once."""
    return scene.member.call("DELETE", folder_of(returned(scene)))


def _return(scene: Scene, **spec: Any) -> Manifest:
    wanted = {"allocation": scene.namespace, "devices": 4, "reason": REASON, **spec}
    return scene.object("Return", VERSION, spec=wanted)


def returned(scene: Scene, **status: Any) -> Manifest:
    """A Return of the member's."""
    return _with_status(scene, scene.member.create(_return(scene)), status)


def opened(scene: Scene, kind: str, spec: Manifest | None = None, **status: Any) -> Manifest:
    """A Report or Relocation that the operator has opened and that holds `spec`."""
    wanted = {"allocation": scene.namespace, **(spec or {})}
    return _with_status(scene, scene.operator.create(scene.object(kind, VERSION, spec=wanted)), status)


def sanctioned(scene: Scene, **status: Any) -> Manifest:
    """A Sanction of the chair's."""
    return _with_status(scene, scene.person("chair").create(_sanction(scene)), status)


def _sanction(scene: Scene, **spec: Any) -> Manifest:
    made = scene.object("Sanction", VERSION, spec={"allocation": scene.namespace, **SANCTION, **spec})
    return {**made, "metadata": {"name": f"{scene.namespace}-{made['metadata']['name']}"}}


def _with_status(scene: Scene, made: Manifest, status: Manifest) -> Manifest:
    return scene.operator.merge(made, {"status": status}, "status") if status else made


def _there(scene: Scene, kind: str, **status: Any) -> Manifest:
    makers = {"Return": returned, "Sanction": sanctioned}
    return makers[kind](scene, **status) if kind in makers else opened(scene, kind, **status)


def open_own(who: Who, kind: str) -> Act:
    """Creates a Report or Relocation."""
    return lambda scene: scene.person(who).create(scene.object(kind, VERSION, spec={"allocation": scene.namespace}))


def fill_in(who: Who, kind: str, change: Manifest, before: Manifest | None = None, **status: Any) -> Act:
    """Merge-patches the spec of a Report or Relocation that holds `before`."""
    return lambda scene: scene.person(who).merge(opened(scene, kind, before, **status), {"spec": change})


def mark(who: Who, kind: str, **metadata: object) -> Act:
    """Merge-patches the metadata of a Report or Relocation."""
    return lambda scene: scene.person(who).merge(opened(scene, kind), {"metadata": metadata})


def delete(who: Who, kind: str, **status: Any) -> Act:
    """Deletes a Return, Report, Relocation or Sanction."""

    def act(scene: Scene) -> Manifest:
        made = _there(scene, kind, **status)
        scene.person(who).delete(made)
        return made

    return act


def change_mind(who: Who) -> Act:
    """Changes a Return afterwards."""
    return lambda scene: scene.person(who).merge(returned(scene), {"spec": {"devices": 2}})


def write_status(who: Who, kind: str, **status: Any) -> Act:
    """Writes into the status subresource."""

    def act(scene: Scene) -> Manifest:
        return scene.person(who).merge(_there(scene, kind), {"status": status}, "status")

    return act


def judge_again(kind: str, answer: str, **change: Any) -> Act:
    """The committee judges, and then patches one field of its answer."""
    before = {"submitted": True} if kind == "Report" else {"evidence": EVIDENCE}

    def act(scene: Scene) -> Manifest:
        made = scene.person("committee").merge(opened(scene, kind, before), {"spec": {answer: ACCEPTED}})
        return scene.person("committee").merge(made, {"spec": {answer: change}})

    return act


def sanction(who: Who, **spec: Any) -> Act:
    """Creates a Sanction."""
    return lambda scene: scene.person(who).create(_sanction(scene, **spec))


def sanction_with(who: Who, **metadata: Any) -> Act:
    """Creates a Sanction with more metadata."""

    def act(scene: Scene) -> Manifest:
        made = _sanction(scene)
        return scene.person(who).create({**made, "metadata": {**made["metadata"], **metadata}})

    return act


def change_sanction(who: Who) -> Act:
    """Changes a Sanction afterwards."""
    return lambda scene: scene.person(who).merge(sanctioned(scene), {"spec": {"reason": "Something else."}})


def own_sanction(who: Who) -> Act:
    """Gives a Sanction an owner that does not exist, so that the garbage collector would delete it."""
    return lambda scene: scene.person(who).merge(sanctioned(scene), {"metadata": {"ownerReferences": DANGLING}})


def signed(who: Who, part: str = "") -> Check:
    """Whose name stands in the spec, or in the committee's part of it."""

    def check(scene: Scene, made: Manifest) -> None:
        spec = scene.admin.read(made)["spec"]
        assert (spec[part] if part else spec)["by"] == scene.user(who)

    return check


def holds(**spec: Any) -> Check:
    """What is stored."""

    def check(scene: Scene, made: Manifest) -> None:
        stored = scene.admin.read(made)["spec"]
        assert {key: stored[key] for key in spec} == spec

    return check


def is_gone(scene: Scene, made: Manifest) -> None:
    assert gone(scene.admin, made)
