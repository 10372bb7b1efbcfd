"""Everything that was tried in a tenant's namespace, in one table, and the page that shows it.

`python -m cluster.attempts` (with tests/ on the path) writes the page.
"""

from __future__ import annotations

from .attempts_with_namespaces import WITH_NAMESPACES
from .attempts_with_pods import WITH_PODS
from .attempts_with_reviews import WITH_REVIEWS
from .scene import ROOT

PAGE = ROOT / "docs" / "tenant-attempts.md"
TABLE = {
    "Pods and devices": WITH_PODS,
    "Storage, network and access": WITH_NAMESPACES,
    "Reviews and Decisions": WITH_REVIEWS,
}
INTRODUCTION = """# What was tried in a tenant's namespace

Each row is a test that runs against a real API server, scheduler and controllers, in the name of the person in the
first column. The project holds eight T4 and 10 TB. The rules are in `manifests/policies.yaml` and
`manifests/tenant-roles.yaml`, and in the ResourceQuota and LimitRange of the namespace. This page is written from the
table of the tests (`tests/cluster/attempts.py`), and a test compares the two.

*member* and *viewer* have these roles in the project, *stranger* has none in it. *committee* and *chair* have the
shipped ClusterRoles `tenure-committee` and `tenure-committee-chair`. *keeper* may delete Decisions but lacks the verb
`prune`. *admin* has all rights in the cluster.
"""


def page() -> str:
    """The page in Markdown."""
    parts = [INTRODUCTION]
    for title, attempts in TABLE.items():
        rows = "\n".join(attempt.row for attempt in attempts)
        parts.append(f"## {title}\n\n| who | tries | what comes of it |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
