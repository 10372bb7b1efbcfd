"""Whether a centre was oversold at any moment, told from every change that was made to any quota."""

from __future__ import annotations

from dataclasses import dataclass

from .awards import GPU, core
from .desk import Desk

QUOTAS = core("ResourceQuota", "")


@dataclass(frozen=True)
class Audit:
    """Goes through every change that was made to any quota, and adds up what they gave at each moment.

    A quota gives the larger of what is written and what the API server enforces.
    """

    desk: Desk
    prefix: str
    since: str

    @classmethod
    def begin(cls, desk: Desk, prefix: str) -> Audit:
        """An audit from now on, of the namespaces whose name begins so."""
        return cls(desk, prefix, desk.admin.list(QUOTAS)["metadata"]["resourceVersion"])

    def most(self) -> int:
        """The most devices that were given at any moment."""
        given: dict[str, int] = {}
        most = 0
        for change in self.desk.admin.changes(QUOTAS, self.since):
            quota = change["object"]
            namespace = quota["metadata"]["namespace"]
            if namespace.startswith(self.prefix):
                there = change["type"] != "DELETED"
                given[namespace] = max(_devices(quota.get(part, {})) for part in ("spec", "status")) if there else 0
                most = max(most, sum(given.values()))
        return most


def _devices(part: dict[str, dict[str, str]]) -> int:
    return int(part.get("hard", {}).get(f"requests.{GPU}", "0"))
