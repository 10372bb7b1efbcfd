"""What was seen of each tenant, as a table, and where it is not what the rules say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demo.story import ZONE, Quarter, Tenant

HEAD = ("tenant", "granted", "use", "known", "plan", "review", "besides", "granted after", "pods before/after")


@dataclass
class Row:
    """What was seen of one tenant."""

    tenant: Tenant
    before: int = 0
    pods_before: int = 0
    utilization: str = ""
    coverage: int = 0
    plan: str = ""
    outcome: str = ""
    besides: str = ""
    after: int = 0
    pods_after: int = 0
    stored: str = ""
    """What its volume claim asks for; empty if the claim is gone."""

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        pods = f"{self.pods_before}/{self.pods_after}"
        use, known = self.utilization, f"{self.coverage} %"
        return (
            self.tenant.name,
            str(self.before),
            use,
            known,
            self.plan,
            self.outcome,
            self.besides,
            str(self.after),
            pods,
        )

    def faults(self) -> list[str]:
        """Where it is not what the rules say."""
        wanted = {
            "granted before": (self.before, self.tenant.devices),
            "outcome": (self.outcome, self.tenant.outcome),
            "besides": (self.besides, self.tenant.besides),
            "granted after": (self.after, self.tenant.after),
            "pods before": (self.pods_before, self.tenant.devices),
            "pods after": (self.pods_after, min(self.tenant.after, self.tenant.devices)),
            "utilization": (self.utilization, f"{self.tenant.percent:.1f} %"),
            "full coverage": (self.coverage == 100, self.tenant.gap_days == 0),
            "data": (self.stored, "10T"),
        }
        return [
            f"{self.tenant.name}: {what} is {is_}, the rules say {must}"
            for what, (is_, must) in wanted.items()
            if is_ != must
        ]


def table(rows: Sequence[Row], quarter: Quarter) -> str:
    """The result for people."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    title = f"Review {quarter.review} ({quarter.start} to {quarter.end}, {ZONE})"
    return "\n".join(["", title, "", text[0], "-" * len(text[0]), *text[1:], ""])
