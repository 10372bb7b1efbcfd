"""`python -m tenure.control.generate`: writes docs/metrics.md from the table of metrics."""

from __future__ import annotations

import sys
from pathlib import Path

from tenure.control.metrics import TABLE, Row

HEAD = """\
# Metrics of the operator

Generated from `operator/tenure/control/metrics.py` by `make generate`. What to watch of them, with alert rules and dashboards,
is in [Operations](operations.md#what-to-watch).

Each replica serves them on port 8080 under the path `/metrics`. There is no Service: scrape the pods with the label
`app.kubernetes.io/name=tenure`, port `http`. Times are in seconds and ratios are 1 for 100 %. A date is a calendar day of a
review in its programme's time zone.

- **Who tells what.** The leader does the work: the metrics marked "leader" are served by it alone, and the others stay at 0 or
  without series on the replicas that wait. What is marked so is worked out from the leader's cache at each scrape, so what is
  deleted in the cluster is gone with the next one. While one replica takes over from another, both may be in Prometheus for a
  moment: take `max by`, not `sum`, over replicas, for example
  `max by (project, allocation, review) (tenure_review_utilization_ratio)`.
- **How many series.** Those of allocations are bounded by them: two for each allocation of devices, nine for its latest review
  and two for each edge of the decision table, 15 with the shipped programmes; 1,000 allocations are 15,000 series.
  `tenure_cost_krw` has five for each project in each programme that has a term in the month: 1,000 projects are 5,000. The
  others do not grow with tenants. A scrape of 15,000 series (1.8 MB) is made in 0.2 s on one core, in a thread of its own; the
  event loop waits for 2 ms to take references and at most 6 ms for the thread.
- **Costs** are the month to date in each programme's zone and begin at 0 on the 1st; a month's end is in
  `tenure costs --month`. They change once a day and when a day's use is read, and only what has changed is worked out again:
  0.4 ms for an allocation, in the thread of the scrape. Busy, idle and unknown add up to granted.
- **The latest review** of an allocation is the one whose window began last: the running one, or the last one after its term.

| metric | type | served by | labels | meaning |
|---|---|---|---|---|
"""


def metrics_page() -> str:
    """docs/metrics.md"""
    return HEAD + "".join(
        f"| `{row.name}` | {row.type} | {_by(row)} | {_labels(row)} | {row.help} |\n" for row in TABLE
    )


def _by(row: Row) -> str:
    return "leader" if row.leader_only else "every replica"


def _labels(row: Row) -> str:
    """Each label, with the values it has if they are known beforehand."""
    named = (f"`{label}`" + (f" ({', '.join(values)})" if values else "") for label, values in row.labels.items())
    return ", ".join(named)


def main(root: Path) -> None:
    """Write the page below the repository's root."""
    (root / "docs/metrics.md").write_text(metrics_page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
