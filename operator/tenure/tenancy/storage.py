"""The volume claims: one per allocation with storage (R3)."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.api import names, quantity
from tenure.api.programme import StorageRules
from tenure.api.project import Project
from tenure.tenancy.holding import Holding, running
from tenure.tenancy.manifest import Manifest, manifest


def claims(project: Project, holdings: Sequence[Holding], rules: StorageRules) -> tuple[Manifest, ...]:
    """The PersistentVolumeClaims to be made. Those of stopped holdings stay as they are and are never made again."""
    return tuple(claim(project, one, rules) for one in running(holdings) if quantity.parse(one.grant.storage) > 0)


def claim(project: Project, holding: Holding, rules: StorageRules) -> Manifest:
    """The PersistentVolumeClaim of one allocation. No class is named where the cluster's default is wanted."""
    spec: Manifest = {
        "accessModes": [rules.access_mode],
        "resources": {"requests": {"storage": holding.grant.storage}},
    }
    if rules.class_name:
        spec["storageClassName"] = rules.class_name
    return manifest(
        project,
        "PersistentVolumeClaim",
        names.claim(holding.allocation),
        {"spec": spec},
        more_labels={names.ALLOCATION: holding.allocation},
    )
