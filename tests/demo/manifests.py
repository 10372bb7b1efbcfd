"""What admins, tenants and the chair apply in the story."""

from __future__ import annotations

from typing import Any

import yaml
from harness.centre import ROOT

from demo.story import CHAIR, PEOPLE, SCRAPE_SECONDS, TENANTS, Quarter, Tenant, user

RBAC = "rbac.authorization.k8s.io"
Manifest = dict[str, Any]


def shipped(name: str) -> list[Manifest]:
    """Objects of a file in manifests/."""
    return [one for one in yaml.safe_load_all((ROOT / "manifests" / name).read_text()) if one]


def programme() -> Manifest:
    """The default programme, but with no grace for running pods: the story has days, no hours."""
    (body,) = shipped("programme-default.yaml")
    body["spec"]["convergence"] = {"graceSeconds": 0}
    return body


def catalogue() -> list[Manifest]:
    """The shipped accelerators, scraped every five minutes."""
    bodies = shipped("accelerators.yaml")
    for body in bodies:
        body["spec"]["telemetry"]["scrapeIntervalSeconds"] = SCRAPE_SECONDS
    return bodies


def people() -> list[Manifest]:
    """A login for whoever leads a project and for the committee's chair, who may judge, override and sanction."""
    accounts = [_core("ServiceAccount", name, PEOPLE) for name in (CHAIR, *(one.name for one in TENANTS))]
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "demo-committee-chair"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tenure-committee-chair"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": user(CHAIR)}],
    }
    return [_core("Namespace", PEOPLE), *accounts, binding]


def awards(quarter: Quarter) -> list[Manifest]:
    """Organization, Project and Allocation of every tenant, as an admin writes them."""
    return [body for tenant in TENANTS for body in _award(tenant, quarter)]


def _award(tenant: Tenant, quarter: Quarter) -> list[Manifest]:
    end = quarter.end if tenant.short_term else quarter.next_end
    organization = {"registration": f"000-00-{tenant.name}", "title": tenant.name.capitalize()}
    project = {"organization": tenant.name, "title": tenant.cell, "members": [{"name": user(tenant.name)}]}
    allocation = {
        "project": tenant.name,
        "accelerator": tenant.accelerator,
        "devices": tenant.devices,
        "storage": "10T",
        "term": {"start": quarter.start.isoformat(), "end": end.isoformat()},
        "inUseSince": quarter.start.isoformat(),
    }
    return [
        _body("Organization", tenant.name, organization),
        _body("Project", tenant.name, project),
        _body("Allocation", tenant.allocation, allocation),
    ]


def sanction(tenant: Tenant) -> Manifest:
    """What the chair writes when a tenant is found to do something else than it applied for."""
    spec = {
        "allocation": tenant.allocation,
        "ground": "OffPurpose",
        "evidence": ["https://committee.example/minutes"],
        "reason": tenant.sanction,
    }
    return _body("Sanction", tenant.allocation, spec)


def workload(tenant: Tenant) -> Manifest:
    """What the tenant runs: one pod per device, kept up by a Deployment."""
    container = {"name": "train", "image": "train:1", "resources": {"limits": {"nvidia.com/gpu": "1"}}}
    toleration = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "train", "namespace": tenant.name},
        "spec": {
            "replicas": tenant.devices,
            "selector": {"matchLabels": {"app": "train"}},
            "template": {
                "metadata": {"labels": {"app": "train"}},
                "spec": {"containers": [container], "tolerations": [toleration]},
            },
        },
    }


def _body(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "tenure.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _core(kind: str, name: str, namespace: str = "") -> Manifest:
    where = {"namespace": namespace} if namespace else {}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, **where}}
