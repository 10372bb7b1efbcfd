"""Which of a namespace's Services are reached from outside, and would not be once its pods are isolated."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.cli.adopt.workspace import Workspace
from tenure.control.kube import Manifest


def open_services(workspace: Workspace) -> list[str]:
    """Names of Services of type LoadBalancer or NodePort, or with external IPs."""
    return [one["metadata"]["name"] for one in workspace.all("Service") if _outside(one)]


def cut(workspace: Workspace) -> list[str]:
    """What would be cut, for people: Service web, Ingress site.

    NetworkPolicies add up. Pods that one of them isolates already lose nothing by another; only the rest is open now.
    """
    services = {one["metadata"]["name"]: one for one in workspace.all("Service")}
    bare = [pod for pod in workspace.pods if not any(_isolates(one, pod) for one in workspace.all("NetworkPolicy"))]
    found = [f"Service {name}" for name, one in services.items() if _outside(one) and _leads_to(one, bare)]
    leading = {name for name, one in services.items() if _leads_to(one, bare)}
    ingresses = [one for one in workspace.all("Ingress") if leading & {*_backends(one["spec"])}]
    return found + [f"Ingress {one['metadata']['name']}" for one in ingresses]


def _outside(service: Manifest) -> bool:
    spec = service["spec"]
    return spec.get("type") in ("LoadBalancer", "NodePort") or bool(spec.get("externalIPs"))


def _leads_to(service: Manifest, pods: list[Manifest]) -> bool:
    selector = service["spec"].get("selector") or {}
    return bool(selector) and any(selects({"matchLabels": selector}, pod) for pod in pods)


def _backends(spec: Manifest) -> Iterator[str]:
    backends = [spec.get("defaultBackend") or {}]
    for rule in spec.get("rules") or ():
        backends += [path["backend"] for path in (rule.get("http") or {}).get("paths", ())]
    return (one["service"]["name"] for one in backends if "service" in one)


def _isolates(policy: Manifest, pod: Manifest) -> bool:
    """Whether a NetworkPolicy limits what the pod accepts. The API server fills policyTypes in."""
    spec = policy["spec"]
    return "Ingress" in spec.get("policyTypes", ("Ingress",)) and selects(spec.get("podSelector", {}), pod)


def selects(selector: Manifest, pod: Manifest) -> bool:
    """Whether a label selector takes the pod."""
    labels = pod["metadata"].get("labels", {})
    exact = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return exact and all(_holds(one, labels) for one in selector.get("matchExpressions", ()))


def _holds(expression: Manifest, labels: Manifest) -> bool:
    value, wanted = labels.get(expression["key"]), expression.get("values", ())
    return {
        "In": value in wanted,
        "NotIn": value not in wanted,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression["operator"]]
