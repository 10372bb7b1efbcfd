"""What people try with Reviews and Decisions, and how it is seen that it worked."""

from __future__ import annotations

from .attempt import Act, Check, Who
from .client import Manifest, folder_of, gone
from .scene import Scene

PLAN = {"plan": {"summary": "Fine-tuning the detector on the new data."}}
APPEAL = {"appeal": {"reason": "The exporters were down in August."}}
DANGLING = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": "00000000-0000-0000-0000-000000000000"}]


def patch(who: Who, spec: Manifest, before: Manifest | None = None, **conditions: str) -> Act:
    """Merge-patches the spec of a Review that holds `before` and stands as the conditions say."""
    return lambda scene: scene.person(who).merge(scene.review(before, **conditions), {"spec": spec})


def recuse_oneself(who: Who, **verdict: str) -> Act:
    """Writes a verdict in which the own name, in capitals, is among those who take no part."""

    def act(scene: Scene) -> Manifest:
        recused = {"recused": ["lee", scene.user(who).upper()]}
        return scene.person(who).merge(scene.review(), {"spec": {"verdict": {**verdict, **recused}}})

    return act


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


def apply_under_many_names(scene: Scene) -> Manifest:
    """The member applies a Review as it is, each time as another field manager, which the API server notes on it."""
    return fill(scene, scene.review(), 33)


def judge_what_is_full(scene: Scene) -> Manifest:
    """The committee judges a Review onto which the member has had as much noted as there may be."""
    made = fill(scene, scene.review(), 30)
    return scene.person("committee").merge(made, {"spec": {"verdict": {"confirms": "Revoke"}}})


def fill(scene: Scene, made: Manifest, times: int) -> Manifest:
    """Applied by the member as it is, as so many field managers."""
    spec = {"allocation": made["spec"]["allocation"], "review": made["spec"]["review"]}
    name = {"name": made["metadata"]["name"], "namespace": scene.namespace}
    same = {"apiVersion": made["apiVersion"], "kind": "Review", "metadata": name, "spec": spec}
    for number in range(times):
        made = scene.member.apply(same, f"manager-{number}")
    return made


def write_outcome(scene: Scene) -> Manifest:
    """The member writes an outcome into the status, through the Review."""
    return scene.member.merge(scene.review(), {"status": {"outcome": "Increase"}})


def write_status(who: Who, **status: str) -> Act:
    """Writes into the status subresource."""
    return lambda scene: scene.person(who).merge(scene.review(), {"status": status}, "status")


def delete_all(who: Who) -> Act:
    """Deletes all Reviews of the namespace at once."""
    return lambda scene: scene.person(who).call("DELETE", folder_of(scene.review(Decided="True Decided")))


def delete_all_decisions(scene: Scene) -> Manifest:
    """The keeper deletes all Decisions at once."""
    return scene.person("keeper").call("DELETE", folder_of(scene.operator.create(scene.decision())))


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
        made = scene.person("committee").merge(scene.review(), {"spec": {"verdict": {"confirms": "Revoke"}}})
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
    assert scene.admin.read(made)["spec"]["plan"] == {"evidence": [], "changeOfPlan": "", **PLAN["plan"]}


def has_appeal(scene: Scene, made: Manifest) -> None:
    assert scene.admin.read(made)["spec"]["appeal"] == APPEAL["appeal"]


def has_no_outcome(scene: Scene, made: Manifest) -> None:
    assert not scene.admin.read(made)["status"].get("outcome")


def signed_by(who: Who) -> Check:
    """Whose name stands in the verdict."""

    def check(scene: Scene, made: Manifest) -> None:
        assert scene.admin.read(made)["spec"]["verdict"]["by"] == scene.user(who)

    return check
