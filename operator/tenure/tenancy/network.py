"""The NetworkPolicy that keeps tenants apart."""

from __future__ import annotations

from tenure.api import names
from tenure.api.programme import TenancyRules
from tenure.api.project import Project
from tenure.tenancy.manifest import Manifest, manifest


def network_policy(project: Project, rules: TenancyRules) -> Manifest | None:
    """Pods accept traffic from their own namespace only; None where the Programme leaves the network open."""
    if rules.network == "Open":
        return None
    spec = {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
    }
    return manifest(project, "NetworkPolicy", names.NETWORK, {"spec": spec}, api_version="networking.k8s.io/v1")
