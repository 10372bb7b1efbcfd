"""The Namespace of a Project, with the annotations that the placement policies read."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.api import names
from tenure.api.programme import TenancyRules
from tenure.api.project import Project
from tenure.tenancy.holding import Holding
from tenure.tenancy.manifest import Manifest, labels

POD_SECURITY = "pod-security.kubernetes.io/enforce"


def namespace(
    project: Project, holdings: Sequence[Holding], rules: TenancyRules, *, reader_only: bool = False
) -> Manifest:
    """The Namespace. Tenants cannot write it, so its annotations can be trusted by the placement policies."""
    key, value = placement(holdings)
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": project.name,
            "labels": {
                **labels(project),
                POD_SECURITY: rules.pod_security,
                f"{POD_SECURITY}-version": "latest",
            },
            "annotations": {
                names.NODE_LABEL: key,
                names.NODE_VALUE: value,
                names.RESOURCES: ",".join(granted_resources(holdings)),
                names.READER_ONLY: str(reader_only).lower(),
                names.DELETION_POLICY: project.spec.deletion_policy,
            },
        },
    }


def placement(holdings: Sequence[Holding]) -> tuple[str, str]:
    """Key and value of the node label that device pods are pinned to, both empty where no devices are held.

    Raises ValueError where two types are held: one quota cannot tell them apart, and R4 allows one type only.
    """
    selectors = {
        pair
        for holding in holdings
        if holding.devices and holding.accelerator is not None
        for pair in holding.accelerator.spec.node_selector.items()
    }
    if len(selectors) > 1:
        raise ValueError("A namespace holds devices of one accelerator type only (R4).")
    return next(iter(selectors), ("", ""))


def granted_resources(holdings: Sequence[Holding]) -> list[str]:
    """The extended resources of which at least one device is held, in order of name."""
    return sorted(
        {
            holding.accelerator.spec.resource_name
            for holding in holdings
            if holding.devices and holding.accelerator is not None
        }
    )
