"""What people try with Reviews and Decisions, and how it is seen that it worked."""

from __future__ import annotations

from .attempt import Act, Check, Who
from .client import Manifest, gone
from .scene import Scene

PLAN = {"plan": {"summary": "Fine-tuning the detector on the new data."}}
APPEAL = {"appeal": {"reason": "The exporters were down in August."}}
DANGLING = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"}]


def patch(who: Who, spec: Manifest, before: Manifest | None = None, **conditions: str) -> Act:
    """Merge-patches the spec of a Review that holds `before` and stands as the conditions say."""
    return lambda scene: scene.person(who).merge(scene.review(before, **conditions), {"spec": spec})


def mark(who: Who, **metadata: object) -> Act:
    """Merge-patches the metadata of a Review."""
    return lambda scene: scene.person(who).merge(scene.review(), {"metadata": metadata})


def apply_plan(scene: Scene) -> Manifest:
    """Server-side apply of the plan, with the fields that a Review requires."""
    made = scene.review()
    spec = {"allocation": made["spec"]["allocation"], "review": made["spec"]["review"], **PLAN}
    name = {"name": made["metadata"]["name"], "namespace": scene.namespace}
    return scene.member.apply({"apiVersion": made["apiVersion"], "kind": "Review", "metadata": name, "spec": spec})


def replace_without_verdict(scene: Scene) -> Manifest:
    """A PUT that leaves the committee's verdict out."""
    made = scene.review({"verdict": {"plan": "Inadequate"}})
    return scene.member.replace({**made, "spec": {k: v for k, v in made["spec"].items() if k != "verdict"}})


def write_outcome(subresource: str = "") -> Act:
    """The member writes an outcome into the status."""
    return lambda scene: scene.member.merge(scene.review(), {"status": {"outcome": "Increase"}}, subresource)


def open_one(who: Who) -> Act:
    """Creates a Review."""
    spec = {"allocation": "mine", "review": "2026-Q3"}
    return lambda scene: scene.person(who).create(scene.object("Review", "tenure.dev/v1alpha1", spec=spec))


def delete_decided(who: Who) -> Act:
    """Deletes a decided Review."""
    return lambda scene: scene.person(who).delete(scene.review(Decided="True Decided"))


def sign_again(name: str) -> Act:
    """The committee confirms and then patches nothing but who did it."""

    def act(scene: Scene) -> Manifest:
        made = scene.person("committee").merge(scene.review(), {"spec": {"verdict": {"confirmed": True}}})
        return scene.person("committee").merge(made, {"spec": {"verdict": {"by": name}}})

    return act


def write_decision(who: Who) -> Act:
    """Creates a Decision."""
    return lambda scene: scene.person(who).create(scene.decision())


def own_decision(who: Who) -> Act:
    """Gives a Decision an owner that does not exist, so that the garbage collector would delete it."""
    change = {"metadata": {"ownerReferences": DANGLING}}
    return lambda scene: scene.person(who).merge(scene.operator.create(scene.decision()), change)


def delete_decision(who: Who) -> Act:
    """Deletes a Decision."""

    def act(scene: Scene) -> Manifest:
        made = scene.operator.create(scene.decision())
        scene.person(who).delete(made)
        return made

    return act


def is_gone(scene: Scene, made: Manifest) -> None:
    assert gone(scene.admin, made)


def has_plan(scene: Scene, made: Manifest) -> None:
    assert scene.admin.read(made)["spec"]["plan"] == {"evidence": [], **PLAN["plan"]}


def has_appeal(scene: Scene, made: Manifest) -> None:
    assert scene.admin.read(made)["spec"]["appeal"] == APPEAL["appeal"]


def has_no_outcome(scene: Scene, made: Manifest) -> None:
    assert not scene.admin.read(made)["status"].get("outcome")


def signed_by(who: Who) -> Check:
    """Whose name stands in the verdict."""

    def check(scene: Scene, made: Manifest) -> None:
        assert scene.admin.read(made)["spec"]["verdict"]["by"] == f"{who}@{scene.namespace}"

    return check
