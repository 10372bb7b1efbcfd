"""What becomes of a running namespace once Tenure takes it over. Each is a pure function of what is there; most find nothing.

A harm is what works now and would not any more, at once or when a pod is started again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tenure.api import Accelerator, Programme, names
from tenure.cli.adopt.members import bound
from tenure.cli.adopt.refusals import refusals
from tenure.cli.adopt.traffic import cut, open_services
from tenure.cli.adopt.workspace import Workspace, owner
from tenure.cli.check.finding import listing
from tenure.control.kube import Manifest
from tenure.tenancy.namespace import POD_SECURITY

OURS = {
    "ResourceQuota": names.QUOTA,
    "LimitRange": names.LIMITS,
    "NetworkPolicy": names.NETWORK,
    "RoleBinding": names.MEMBERS,
}
"""kind -> name of the object that Tenure keeps there."""


@dataclass(frozen=True)
class Change:
    """What is different afterwards, in whole sentences."""

    about: str
    harm: bool
    text: str


@dataclass(frozen=True)
class Case:
    """A namespace, and the rules under which it would be taken over."""

    workspace: Workspace
    programme: Programme
    accelerator: Accelerator | None = None
    """The type of which devices would be granted."""
    defaults: Mapping[str, dict[str, str]] = field(default_factory=dict)
    """What its containers would get that say nothing, as in the LimitRange; empty while no award is known."""


def network(case: Case) -> Iterator[Change]:
    """Pods accept traffic from their own namespace only, from then on."""
    if case.programme.spec.tenancy.network == "Open":
        return
    text = (
        f"Pods then accept traffic from their own namespace only (NetworkPolicy {names.NETWORK}), and "
        "whatever in other namespaces "
        "uses their Services is cut. What NetworkPolicies of the namespace let in stays let in."
    )
    reached = cut(case.workspace)
    if not reached:
        yield Change("network", False, f"{text} Nothing that is reached from outside would be cut.")
        return
    yield Change(
        "network",
        True,
        f"{text} At once that cuts the traffic from outside to {listing(reached)}. First write a "
        "NetworkPolicy of your own for these "
        "pods that lets in the outside and the namespace itself, which Tenure leaves alone, or set spec.tenancy.network: Open in "
        f"Programme {case.programme.name}.",
    )


def services(case: Case) -> Iterator[Change]:
    """LoadBalancers and NodePorts are not offered; those that are there stay."""
    there = open_services(case.workspace)
    if there:
        text = f"Services of type LoadBalancer or NodePort, or with external IPs, stay ({listing(there)}). New ones are refused."
        yield Change("services", False, text)


def again(case: Case) -> Iterator[Change]:
    """Pods go on, but like ones might be refused when they end and are started again."""
    granted = case.accelerator.spec.resource_name if case.accelerator is not None else ""
    baseline = case.programme.spec.tenancy.pod_security != "privileged"
    why: dict[str, set[str]] = defaultdict(set)
    for pod in case.workspace.pods:
        default, priority = case.defaults.get("default", {}), case.workspace.default_priority
        why[owner(pod)].update(refusals(pod, granted, baseline=baseline, default=default, priority=priority))
    for maker, reasons in sorted((maker, reasons) for maker, reasons in why.items() if reasons):
        text = f"{maker}: what runs goes on, and a pod like it could not be started again, because {'; '.join(sorted(reasons))}."
        yield Change("pods", True, f"{text} Change it before.")


def security(case: Case) -> Iterator[Change]:
    """The namespace's Pod Security level becomes the programme's."""
    labels = case.workspace.namespace["metadata"].get("labels", {})
    before, after = labels.get(POD_SECURITY, ""), case.programme.spec.tenancy.pod_security
    if before == after:
        return
    was = f"instead of {before}" if before else "where none was enforced"
    text = f"Pod Security {after} is enforced for new pods, {was}."
    if after != "privileged":
        label = f"kubectl label --dry-run=server --overwrite namespace {case.workspace.name} {POD_SECURITY}={after}"
        text = f"{text} Not all of it is looked at here; the API server names every pod that breaks it: {label}"
    yield Change("pod security", False, text)
    others = _managers(case.workspace.namespace, f"f:{POD_SECURITY}")
    if others:
        text = f"The Namespace's label {POD_SECURITY} is also written by {listing(others)}, and both would write it in turns."
        yield Change("labels", False, f"{text} Take the label out there, or set spec.tenancy.podSecurity to its level.")


def _managers(namespace: Manifest, label: str) -> set[str]:
    """Who has written a label and may do so again: tools that keep what is in Git, not a person's kubectl."""
    found = namespace["metadata"].get("managedFields", ())
    writers = (
        one["manager"] for one in found if label in one.get("fieldsV1", {}).get("f:metadata", {}).get("f:labels", {})
    )
    return {name for name in writers if not name.startswith("kubectl")}


def access(case: Case) -> Iterator[Change]:
    """RoleBindings stay, and with them rights that Tenure does not give."""
    there = bound(case.workspace.all("RoleBinding"))
    if there:
        yield Change(
            "access",
            False,
            f"The RoleBindings that are there stay ({listing(there)}), so nobody loses access. They give more than Tenure "
            "does, for example to write NetworkPolicies. Delete them once the members have their new role.",
        )


def same_names(case: Case) -> Iterator[Change]:
    """Objects that happen to have the names of Tenure's own are taken for them."""
    for kind, name in OURS.items():
        if any(one["metadata"]["name"] == name for one in case.workspace.all(kind)):
            yield Change(
                "names", True, f"{kind} {name} has the name of Tenure's own and is overwritten. Rename it first."
            )


def budgets(case: Case) -> Iterator[Change]:
    """A budget that never yields holds pods until the deadline, after a cut."""
    unyielding = [b["metadata"]["name"] for b in case.workspace.all("PodDisruptionBudget") if never_yields(b)]
    if unyielding:
        hours = f"{case.programme.spec.convergence.deadline_seconds / 3600:g} hours"
        text = f"PodDisruptionBudgets let no pod go even when all are well ({listing(unyielding)})."
        yield Change("budgets", False, f"{text} After a cut they hold for {hours}; then pods are deleted all the same.")


def never_yields(budget: Manifest) -> bool:
    """Whether a budget lets no pod be evicted even when all of its pods are well."""
    spec, pods = budget["spec"], budget.get("status", {}).get("expectedPods", 0)
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if most is not None:
        return most in (0, "0%")
    return least == "100%" or (isinstance(least, int) and 0 < pods <= least)


Look = Callable[[Case], Iterator[Change]]
LOOKS: tuple[Look, ...] = (network, services, again, security, access, same_names, budgets)
"""What can be said before an award is known."""


def changes(case: Case) -> Iterator[Change]:
    """All of them, in the order in which a person should read them."""
    for look in LOOKS:
        yield from look(case)
