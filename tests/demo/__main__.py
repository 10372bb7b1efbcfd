"""`make demo`: a quarter of a small centre, from an applied award to an enforced cut. Exits with 1 if a rule is broken."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from controlplane.target import ControlPlane, bring_down, bring_up, find
from harness.centre import Centre
from harness.operator_process import end_left_running

from demo import telemetry
from demo.demo import Demo
from demo.people import People
from demo.rows import Row, table
from demo.story import TENANTS, ZONE, Quarter, noon

NAME = "demo"


def tell(plane: ControlPlane) -> None:
    """What to look at while it runs on."""
    print(
        f"It goes on running. Look around as the admin:\n"
        f"  export KUBECONFIG={plane.kubeconfig}\n"
        "  kubectl get allocations,accelerators,decisions\n"
        "  kubectl get reviews --all-namespaces\n"
        "  kubectl events -n drone                 # every step, as the tenant sees it\n"
        "  kubectl get pvc --all-namespaces        # nobody's data is gone\n"
        "or with the command (.venv/bin/tenure), as the admin and as a tenant without rights in the cluster:\n"
        "  tenure reviews --all\n"
        "  tenure explain music-award              # why it still holds two devices\n"
        f"  KUBECONFIG={People(plane).login('games')} tenure status games\n"
        f"Prometheus answers at {plane.prometheus.url}. `make demo-down` ends everything."
    )


def play(plane: ControlPlane, *, keep: bool) -> list[str]:
    """Play the story, print its table and return the faults."""
    quarter = Quarter.before(datetime.now(ZoneInfo(ZONE)).date())
    rows = {tenant.name: Row(tenant) for tenant in TENANTS}
    demo = Demo(Centre(plane), quarter, People(plane), rows)
    telemetry.install(plane.prometheus, quarter)
    demo.prepare()
    demo.middle()
    demo.notice()
    now = max(datetime.now(UTC), noon(quarter.effective))
    after = demo.operator(now).start()
    try:
        demo.aftermath(now.astimezone(ZoneInfo(ZONE)).date())
        demo.evidence()
    finally:
        if not keep:
            after.stop()
    print(table(list(rows.values()), quarter))
    return [fault for row in rows.values() for fault in row.faults()]


def end() -> None:
    """End what an earlier demo left running."""
    plane = find(NAME)
    if plane is not None:
        end_left_running(plane)
    bring_down(NAME)


def main() -> int:
    """Exit status: 0 if every row is what the rules say."""
    begun = time.monotonic()
    keep = bool(os.environ.get("KEEP"))
    end()
    if sys.argv[1:] == ["down"]:
        return 0
    plane = bring_up(NAME)
    try:
        faults = play(plane, keep=keep)
    except BaseException:
        if not keep:
            bring_down(NAME)
        raise
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(f"Every row is what the rules say, and nobody's data is gone ({time.monotonic() - begun:.0f} s).")
    if keep:
        tell(plane)
    else:
        bring_down(NAME)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
