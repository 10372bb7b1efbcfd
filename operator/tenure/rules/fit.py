"""Whether a pod would fit on a node if that node were empty, uncordoned and ready: as the scheduler sees it.

Pods and nodes are objects of the Kubernetes API as plain JSON values.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tenure.api.quantity import parse

Manifest = Mapping[str, Any]
Amounts = dict[str, Decimal]
NONE = Decimal(0)
CLOSING = ("NoSchedule", "NoExecute")
"""Effects of taints that keep pods off."""


def needs(spec: Manifest) -> Amounts:
    """What the scheduler looks for: containers and sidecars together, or the init step that takes most; one of `pods`."""
    together: Amounts = {}
    beside: Amounts = {}
    most: Amounts = {}
    for container in spec["containers"]:
        together = plus(together, _requests(container))
    for container in spec.get("initContainers", ()):
        step = plus(beside, _requests(container))
        if container.get("restartPolicy") == "Always":
            together, beside = plus(together, _requests(container)), step
        most = {name: max(most.get(name, NONE), step.get(name, NONE)) for name in most | step}
    wanted = {name: max(together.get(name, NONE), most.get(name, NONE)) for name in together | most}
    return plus({**wanted, **_requests(spec), "pods": Decimal(1)}, _amounts(spec.get("overhead", {})))


def _requests(asking: Manifest) -> Amounts:
    """Of a container, or of a pod as a whole."""
    return _amounts(asking.get("resources", {}).get("requests", {}))


def _amounts(texts: Mapping[str, str]) -> Amounts:
    return {name: parse(text) for name, text in texts.items()}


def finished(pod: Manifest) -> bool:
    """Whether a pod has ended, so that it takes nothing any more."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def plus(one: Amounts, other: Amounts) -> Amounts:
    """Both together."""
    return {name: one.get(name, NONE) + other.get(name, NONE) for name in one | other}


def offered(node: Manifest, name: str) -> Decimal:
    """What pods may take of a resource on a node now."""
    return parse(node["status"].get("allocatable", {}).get(name, "0"))


def room(node: Manifest, name: str) -> Decimal:
    """What a node has of a resource. Devices that are ill count: they are missing through no fault of a pod."""
    whole = parse(node["status"].get("capacity", {}).get(name, "0")) if "/" in name else NONE
    return max(offered(node, name), whole)


def selects(spec: Manifest, node: Manifest) -> bool:
    """Whether nodeSelector and required node affinity let the pod go there."""
    labels = node["metadata"].get("labels", {})
    if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
        return False
    affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(_term(term, node) for term in required["nodeSelectorTerms"])


def _term(term: Manifest, node: Manifest) -> bool:
    """All expressions of a term; one without any lets no node in."""
    labels, fields = node["metadata"].get("labels", {}), {"metadata.name": node["metadata"]["name"]}
    found = [_holds(one, labels) for one in term.get("matchExpressions", ())]
    found += [_holds(one, fields) for one in term.get("matchFields", ())]
    return bool(found) and all(found)


def _holds(expression: Manifest, labels: Mapping[str, str]) -> bool:
    value, wanted = labels.get(expression["key"]), expression.get("values", ())
    match expression["operator"]:
        case "In":
            return value in wanted
        case "NotIn":
            return value not in wanted
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case operator:
            return value is not None and _compares(operator, value, wanted[0])


def _compares(operator: str, value: str, bound: str) -> bool:
    """Gt and Lt compare whole numbers; what is none fits nothing."""
    try:
        return int(value) > int(bound) if operator == "Gt" else int(value) < int(bound)
    except ValueError:
        return False


def tolerates(spec: Manifest, node: Manifest, key: str) -> bool:
    """Whether the pod tolerates those of the node's taints that have this key."""
    taints = [taint for taint in _closing(node) if taint["key"] == key]
    return all(any(_tolerated(taint, one) for one in spec.get("tolerations", ())) for taint in taints)


def _closing(node: Manifest) -> list[Manifest]:
    return [taint for taint in node["spec"].get("taints", ()) if taint["effect"] in CLOSING]


def _tolerated(taint: Manifest, toleration: Manifest) -> bool:
    if toleration.get("effect") not in (None, "", taint["effect"]):
        return False
    if toleration.get("key") not in (None, "", taint["key"]):
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")


def closed(node: Manifest, key: str) -> bool:
    """Whether the centre keeps tenants off the node now: it is cordoned, not ready, or tainted with another key."""
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions", ()))
    foreign = any(taint["key"] != key for taint in _closing(node))
    return bool(node["spec"].get("unschedulable")) or not ready or foreign
