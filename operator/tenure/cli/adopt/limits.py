"""What the award's own quota, limits and volume change in a running namespace: these have to fit what is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tenure.api import Accelerator, names
from tenure.api.allocation import Grant
from tenure.api.quantity import parse, write
from tenure.cli.adopt.changes import Case, Change
from tenure.cli.adopt.workspace import scoped
from tenure.cli.check.finding import counted, listing
from tenure.control.converge import running_pod
from tenure.control.kube import Manifest
from tenure.control.live import of_pods
from tenure.rules.convergence import excess, victims
from tenure.tenancy.holding import Holding
from tenure.tenancy.quota import hard


def quota(case: Case, holding: Holding, catalogue: Sequence[Accelerator]) -> Iterator[Change]:
    """The quota is larger than what runs, or pods are evicted once the grace is over."""
    amounts = hard([holding], catalogue)
    bound = {name: parse(text) for name, text in of_pods({"status": {"hard": amounts}}).items()}
    pods = [running_pod(pod) for pod in case.workspace.pods]
    anew = [running_pod(_with_defaults(pod, case.defaults)) for pod in case.workspace.pods]
    if over := excess(pods, bound):
        gone = [pod.name for pod in victims(pods, bound)]
        grace = f"{case.programme.spec.convergence.grace_seconds / 60:g} minutes"
        text = (
            f"Running pods take more than the award has ({_more(over, bound, amounts)}). {grace} after it is taken over, "
            f"{counted(len(gone), 'pod')} would be evicted: {listing(gone)}. Lower what the pods ask for, or award a larger "
            "bundle."
        )
        yield Change("quota", True, text)
    elif over := excess(anew, bound):
        text = (
            "What runs goes on, and not all of it could be started again: with the default limits for containers that have none, "
            f"the pods take more than the award has ({_more(over, bound, amounts)}). Give the containers limits, or award a "
            "larger bundle."
        )
        yield Change("quota", True, text)
    else:
        words = ", ".join(f"{name} {amounts[name]}" for name in bound if parse(amounts[name]))
        text = f"ResourceQuota {names.QUOTA} ({words}) has room for all that runs: nothing is evicted."
        yield Change("quota", False, f"{text} What is scaled up later has to fit into it as well.")


def _more(over: Mapping[str, Decimal], bound: Mapping[str, Decimal], amounts: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {write(bound[name] + extra)} of {amounts[name]}" for name, extra in sorted(over.items()))


def _with_defaults(pod: Manifest, defaults: Mapping[str, dict[str, str]]) -> Manifest:
    """The pod as it would be made anew in the namespace: the LimitRange fills in what a container leaves out."""
    filled = {
        part: [_filled(container, defaults) for container in pod["spec"].get(part, ())]
        for part in ("containers", "initContainers")
    }
    return {**pod, "spec": {**pod["spec"], **filled}}


def _filled(container: Manifest, defaults: Mapping[str, dict[str, str]]) -> Manifest:
    own = container.get("resources", {})
    limits, requests = own.get("limits", {}), own.get("requests", {})
    resources = {
        "limits": {**defaults["default"], **limits},
        "requests": {**defaults["defaultRequest"], **limits, **requests},
    }
    return {**container, "resources": resources}


def other_quotas(case: Case, grant: Grant) -> Iterator[Change]:
    """Other quotas stay, and the tighter one binds."""
    for one in case.workspace.all("ResourceQuota"):
        name, amounts = one["metadata"]["name"], one.get("spec", {}).get("hard", {})
        if name == names.QUOTA:
            continue
        if scoped(one):
            yield Change(
                "quotas", False, f"ResourceQuota {name} stays beside Tenure's, and counts the pods of its scopes only."
            )
            continue
        text = f"ResourceQuota {name} stays beside Tenure's, and the tighter of both binds."
        tighter = _tighter(case, amounts, grant)
        if tighter:
            yield Change(
                "quotas", False, f"{text} It allows less than the award: {tighter}. Delete it once Tenure's is there."
            )
        else:
            yield Change("quotas", False, text)


def _tighter(case: Case, amounts: Manifest, grant: Grant) -> str:
    resource = case.accelerator.spec.resource_name if case.accelerator is not None else ""
    given = {
        f"requests.{resource}": str(grant.devices),
        **{f"{part}.{name}": getattr(grant, name) for part in ("requests", "limits") for name in ("cpu", "memory")},
        "requests.storage": grant.storage,
    }
    less = [key for key, text in given.items() if key in amounts and parse(amounts[key]) < parse(text)]
    return ", ".join(f"{key} {amounts[key]} of {given[key]}" for key in less)


def limit_ranges(case: Case) -> Iterator[Change]:
    """Other LimitRanges stay, and new containers get the defaults of one of them."""
    others = [
        one["metadata"]["name"] for one in case.workspace.all("LimitRange") if one["metadata"]["name"] != names.LIMITS
    ]
    default = case.defaults["default"]
    amounts = f"{default['cpu']} cores and {default['memory']}"
    text = f"A new container without limits gets {amounts} from LimitRange {names.LIMITS}"
    if others:
        kept = f"Other LimitRanges stay ({listing(others)}), and which default counts is not fixed"
        yield Change("limits", False, f"{text}. {kept}: delete those that are not needed.")
    else:
        yield Change("limits", False, f"{text}.")


def elsewhere(case: Case) -> Iterator[Change]:
    """Pods on nodes of another type: a namespace holds one type (R4)."""
    if case.accelerator is None:
        return
    away = [pod["metadata"]["name"] for pod, _, other in case.workspace.holders(case.accelerator) if other]
    if away:
        yield Change(
            "nodes",
            True,
            f"{counted(len(away), 'pod')} ({listing(away)}) hold {case.accelerator.spec.resource_name} on nodes of another "
            f"type than {case.accelerator.name}. They go on and count against this quota; started again they would be pinned to "
            f"{case.accelerator.name}. Move them to another namespace first (R4).",
        )


def volumes(case: Case) -> Iterator[Change]:
    """Claims stay as they are and count; none is made beside them."""
    there = [one["metadata"]["name"] for one in case.workspace.all("PersistentVolumeClaim")]
    if there:
        text = f"Its volume claims ({listing(there)}) stay as they are, are never resized or deleted, and count in the quota."
        yield Change("volumes", False, f"{text} Tenure makes none beside them.")
