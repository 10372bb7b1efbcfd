"""The whole centre as the person with the kubeconfig may read it."""

from __future__ import annotations

from tenure.api import Resource
from tenure.cli.cluster import connection
from tenure.cli.reading import every
from tenure.control.paths import SERVED
from tenure.report.centre import KINDS, Centre


async def read() -> Centre:
    """Every object that reports are made of. Raises Problem."""
    async with connection() as (kube, _):
        found: list[Resource] = []
        for kind in KINDS:
            may_not = (
                f"It needs the right to list the {SERVED[kind.KIND.kind].plural} of the whole centre, which you do not have. The "
                "admin and the committee have it; ask one of them."
            )
            found += await every(kube, kind, may_not=may_not)
        return Centre.of(found)
