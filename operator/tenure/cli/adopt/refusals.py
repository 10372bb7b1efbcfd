"""What the admission policies and Pod Security would say to a pod that runs already, were it to be started again.

They look at new pods only, so nothing that runs is touched. What is refused is in manifests/policies.yaml (tenure-placement).
"""

from __future__ import annotations

from collections.abc import Iterator

from tenure.api.quantity import parse
from tenure.control.kube import Manifest

ALLOWED = tuple(
    f"node.kubernetes.io/{word}"
    for word in (
        "not-ready",
        "unreachable",
        "memory-pressure",
        "disk-pressure",
        "pid-pressure",
        "unschedulable",
        "network-unavailable",
    )
)
"""Taints of the cluster itself, which every pod may tolerate."""
FINALIZERS = ("batch.kubernetes.io/job-tracking", "foregroundDeletion", "orphan")
LONGEST_END = 3600
CAPABILITIES = frozenset(
    (
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    )
)
"""What the Pod Security Standard baseline lets containers add."""


def refusals(pod: Manifest, granted: str, *, baseline: bool, default: Manifest, priority: str = "") -> Iterator[str]:
    """Why a pod like this one would be refused in a tenant's namespace; nothing where it would not be.

    `granted` is the resource that is granted, "" for none; `default` the default limits of the namespace's LimitRange;
    `priority` the PriorityClass of pods that name none.
    """
    yield from _placement(pod, granted, priority)
    yield from _limits(pod["spec"], default)
    if baseline:
        yield from _security(pod["spec"])


def _placement(pod: Manifest, granted: str, default_priority: str) -> Iterator[str]:
    spec = pod["spec"]
    amounts = {name for container in _containers(spec) for name in _asked(container)}
    foreign = sorted(name for name in amounts if "/" in name and name != granted)
    if foreign:
        yield f"it requests {', '.join(foreign)}, which would not be granted"
    if spec.get("resourceClaims"):
        yield "it has device claims"
    priority = spec.get("priorityClassName", "")
    if priority not in ("", default_priority) and not priority.startswith("tenure-"):
        yield f"its PriorityClass {priority} is not offered to tenants"
    keys = {toleration.get("key", "") for toleration in spec.get("tolerations", ())}
    own = {granted} if granted in amounts else set()
    strange = sorted(keys - {*ALLOWED, *own})
    if strange:
        yield f"it tolerates the taint {', '.join(key or 'of any key' for key in strange)}"
    if spec.get("terminationGracePeriodSeconds", 30) > LONGEST_END:
        yield f"it may take {spec['terminationGracePeriodSeconds']} seconds to end, and {LONGEST_END} are allowed"
    if set(pod["metadata"].get("finalizers", ())) - set(FINALIZERS):
        yield "it has finalizers of its own"


def _limits(spec: Manifest, default: Manifest) -> Iterator[str]:
    """A container with a request and no limit is given the default limit, and may not request more than that."""
    for container in _containers(spec):
        resources = container.get("resources", {})
        for name, limit in default.items():
            asked = resources.get("requests", {}).get(name, "0")
            if name not in resources.get("limits", {}) and parse(asked) > parse(limit):
                said = f"container {container['name']} requests {asked} {name} without a limit"
                yield f"{said}, and the default limit would be {limit}"


def _security(spec: Manifest) -> Iterator[str]:
    """The parts of the Pod Security Standard baseline that running work breaks most often."""
    hosts = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    hosts += ["a hostPath volume"] if any("hostPath" in volume for volume in spec.get("volumes", ())) else []
    for container in _containers(spec):
        context = container.get("securityContext") or {}
        added = set((context.get("capabilities") or {}).get("add", ())) - CAPABILITIES
        hosts += ["a privileged container"] if context.get("privileged") else []
        hosts += [f"the capability {', '.join(sorted(added))}"] if added else []
        hosts += ["a hostPort"] if any(port.get("hostPort") for port in container.get("ports", ())) else []
    if hosts:
        yield f"Pod Security baseline does not allow {', '.join(dict.fromkeys(hosts))}"


def _containers(spec: Manifest) -> list[Manifest]:
    return [*spec["containers"], *spec.get("initContainers", ())]


def _asked(container: Manifest) -> set[str]:
    resources = container.get("resources", {})
    return {*resources.get("limits", {}), *resources.get("requests", {})}
