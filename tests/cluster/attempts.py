"""Everything that was tried in a tenant's namespace, in one table, and the page that shows it.

`python -m cluster.attempts` (with tests/ on the path) writes the page.
"""

from __future__ import annotations

from .attempts_with_causes import WITH_RELOCATIONS, WITH_RETURNS, WITH_SANCTIONS
from .attempts_with_namespaces import WITH_NAMESPACES
from .attempts_with_pods import WITH_PODS
from .attempts_with_reports import WITH_REPORTS
from .attempts_with_reviews import WITH_REVIEWS
from .attempts_with_rights import WITH_RIGHTS
from .scene import ROOT

PAGE = ROOT / "docs" / "tenant-attempts.md"
TABLE = {
    "Pods and devices": WITH_PODS,
    "Storage, network and access": WITH_NAMESPACES,
    "Reviews and Decisions": WITH_REVIEWS,
    "Returns": WITH_RETURNS,
    "Reports": WITH_REPORTS,
    "Relocations": WITH_RELOCATIONS,
    "Sanctions": WITH_SANCTIONS,
    "Rights, names and accounts": WITH_RIGHTS,
}
INTRODUCTION = """# What was tried in a tenant's namespace

Each row is a test that runs against a real API server, scheduler and controllers, in the name of the person in the
first column. The project holds eight T4 and 10 TB. The rules are in `manifests/policies.yaml` and
`manifests/tenant-roles.yaml`, and in the ResourceQuota and LimitRange of the namespace. This page is written from the
table of the tests (`tests/cluster/attempts.py`), and a test compares the two.

*member* and *viewer* have these roles in the project, *leaver* has the one that members have once every grant is over, and
*stranger* has none in it. *robot* and *account* are ServiceAccounts of the namespace with tokens of their own: the one has
the role Member, the other is the `default` that pods run under. *committee* and *chair* have the shipped ClusterRoles
`tenure-committee` and `tenure-committee-chair` in the whole cluster; *guest* has the committee's in another namespace, as a
member of another programme's committee does. *keeper* may delete Decisions and write Sanctions but lacks the verbs `prune`
and `sanction`. *admin* has all rights in the cluster.

Where a row quotes the API server's own words (“cannot patch resource”), RBAC refuses; all other sentences are Tenure's, the
quota's or the schema's. The status of an object is Tenure's by RBAC alone: who has all rights in the cluster can write one,
for example out of a backup.
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
