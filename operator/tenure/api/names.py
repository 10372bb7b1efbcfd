"""Labels, annotations and object names that Tenure writes, in one place."""

from __future__ import annotations

MANAGED = "tenure.dev/managed"
"""Label, "true": the object is kept by Tenure."""
PROJECT = "tenure.dev/project"
"""Label: the Project an object belongs to."""
ALLOCATION = "tenure.dev/allocation"
"""Label: the Allocation a volume claim or Review belongs to."""

NODE_LABEL = "tenure.dev/node-label"
"""Namespace annotation: key of the node label that pods are pinned to."""
NODE_VALUE = "tenure.dev/node-value"
"""Namespace annotation: value of that node label."""
RESOURCES = "tenure.dev/resources"
"""Namespace annotation: comma list of the granted extended resources."""

READER_ONLY = "tenure.dev/reader-only"
"""Namespace annotation, "true": every grant in it is over, and no pod starts but the one in which its data is read."""

DELETION_POLICY = "tenure.dev/deletion-policy"
"""Namespace annotation: spec.deletionPolicy of its Project, which holds once the Project is gone."""

GRANTS = "tenure.dev/grants"
"""ResourceQuota annotation: JSON of the devices granted to each allocation, the durable record of admission."""
UNTIL = "tenure.dev/until"
"""ResourceQuota annotation for tenants: last day of the term."""
USE = "tenure.dev/use"
"""ResourceQuota annotation for tenants: use so far in the running review."""
PROGRAMME = "tenure.dev/programme"
"""ResourceQuota annotation: the Programme whose rules hold in the namespace, or held last."""
HOLDS = "tenure.dev/holds"
"""ResourceQuota annotation for tenants: JSON of what is held until when, and the rules that a tenant asks about."""
DATA_KEPT = "tenure.dev/data-kept-until"
"""ResourceQuota annotation for tenants: the last day on which the data of a grant that is over is there for certain (R3)."""
DELETION = "tenure.dev/deletion-announced"
"""Annotation of a PersistentVolumeClaim: the last notice was given; it is deleted on that day, not before (R3). Of the
ResourceQuota: so is the whole namespace, whose Project is gone and said so."""
LEFT_ALONE = "tenure.dev/left-alone"
"""ResourceQuota annotation, "true": its Project says manage: false. It stays as it is also when that is deleted."""
WITHDRAWN = "tenure.dev/withdrawn"
"""ResourceQuota annotation: when its grants were taken back because Project and Allocations are gone."""
NEXT_REVIEW = "tenure.dev/next-review"
"""ResourceQuota annotation for tenants: what comes next and when."""

QUOTA = "tenure"
"""Name of the ResourceQuota."""
READER = "tenure-reader"
"""Name of the pod in which the data of a grant that is over is read."""
READS = "tenure.dev/reads"
"""Pod annotation: digest of what the reader was made from."""
LIMITS = "tenure"
"""Name of the LimitRange."""
NETWORK = "tenure-isolation"
"""Name of the NetworkPolicy."""
MEMBERS = "tenure-members"
"""Name of the RoleBinding of the role Member."""
VIEWERS = "tenure-viewers"
"""Name of the RoleBinding of the role Viewer."""
LEAVERS = "tenure-leavers"
"""Name of the RoleBinding of the role Member once nothing is held any more."""
MEMBER_ROLE = "tenure-tenant-member"
"""ClusterRole of members in their namespace."""
LEAVER_ROLE = "tenure-tenant-leaver"
"""ClusterRole of members in a namespace where every grant is over: they read, and write their report."""
VIEWER_ROLE = "tenure-tenant-viewer"
"""ClusterRole of viewers in their namespace."""

FIELD_MANAGER = "tenure"
"""Field manager of every server-side apply."""
OPERATOR_NAMESPACE = "tenure-system"
"""Namespace of the operator in the shipped manifests."""
OPERATOR_ACCOUNT = "tenure"
"""ServiceAccount of the operator."""


def claim(allocation: str) -> str:
    """Name of the PersistentVolumeClaim of an allocation."""
    return f"{allocation}-data"


def review(allocation: str, review_id: str) -> str:
    """Name of the Review object: vision-2026 and 2026-Q3 give vision-2026-2026-q3."""
    return f"{allocation}-{review_id.lower()}"


def report(allocation: str) -> str:
    """Name of the Report of an allocation."""
    return f"{allocation}-report"


def relocation(allocation: str) -> str:
    """Name of the Relocation of an allocation."""
    return f"{allocation}-relocation"


def decision(allocation: str, review_id: str, digest: str) -> str:
    """Name of the Decision: the same one for the same award and review, so that it is written once."""
    return f"{allocation}-{review_id.lower()}-{digest[:8]}"
