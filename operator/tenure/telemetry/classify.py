"""Does a tenant's day count? An ordered chain of small pure checks; the first that knows decides.

No data is never zero: what cannot be told from a gap is Unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenure.telemetry.facts import DayFacts, Reason, State
from tenure.telemetry.readings import NOBODY, DayReading


def classify(
    reading: DayReading,
    tenant: str,
    granted_devices: int,
    *,
    min_coverage_percent: int,
    capacity: int,
    setup: bool = False,
) -> DayFacts:
    """The facts of one day of the namespace `tenant`, which was granted `granted_devices` all day.

    `capacity` is how many of these devices the centre has; `setup` says that it is a set-up day (R14).
    """
    granted = granted_devices * reading.window.seconds
    case = Case(reading, tenant, granted, min_coverage_percent, capacity, setup)
    state, reason, message = next(verdict for check in CHECKS if (verdict := check(case)))
    return DayFacts(case.busy, case.measured, case.requested, granted, state, reason, message)


@dataclass(frozen=True)
class Case:
    """All that the verdict may depend on. Amounts are device-seconds, rounded so that edges are exact."""

    reading: DayReading
    tenant: str
    granted: int
    percent: int
    capacity: int
    setup: bool

    @property
    def busy(self) -> int:
        """What the tenant kept busy."""
        return round(self.reading.busy.get(self.tenant, 0))

    @property
    def measured(self) -> int:
        """What was measured of the tenant."""
        return round(self.reading.measured.get(self.tenant, 0))

    @property
    def requested(self) -> int | None:
        """What the tenant's running pods requested; None if kube-state-metrics was away for too long."""
        known = self.enough(round(self.reading.requests_known_seconds), self.reading.window.seconds)
        return round(self.reading.requested.get(self.tenant, 0)) if known else None

    @property
    def busy_for_nobody(self) -> int:
        """What was busy though no tenant held it."""
        return round(self.reading.busy.get(NOBODY, 0))

    @property
    def names_tenants(self) -> bool:
        """Whether any series names a namespace that may have held devices."""
        unknown = self.requested is None
        named = (name for name, amount in self.reading.measured.items() if name != NOBODY and amount > 0)
        return any(unknown or self.reading.requested.get(name, 0) > 0 for name in named)

    @property
    def devices(self) -> int:
        """How many devices must have been measured to exclude that the tenant's load was missed.

        If requests are known it is enough that exporters were alive at all; else every device of the centre counts.
        """
        return (
            self.reading.devices_seen if self.requested is not None else max(self.reading.devices_seen, self.capacity)
        )

    @property
    def fleet_measured(self) -> int:
        """What was measured of all devices of the accelerator, held or not."""
        return round(sum(self.reading.measured.values()))

    @property
    def exporters_alive(self) -> bool:
        """Whether nearly all time of `devices` was measured."""
        return self.enough(self.fleet_measured, self.devices * self.reading.window.seconds)

    def enough(self, part: int, whole: int) -> bool:
        """Whether `part` is at least the wanted share of `whole`. Exact."""
        return part * 100 >= self.percent * whole


Verdict = tuple[State, str, str]
Check = Callable[[Case], Verdict | None]


def set_up(case: Case) -> Verdict | None:
    """R14: set-up days do not count, whatever was measured."""
    message = f"A set-up day (R14), which does not count; {_hours(case.busy)} were busy."
    return (State.SETUP, Reason.SETUP, message) if case.setup else None


def not_read(case: Case) -> Verdict | None:
    """Prometheus did not answer, or not completely."""
    problem = case.reading.problem
    return _unknown(problem.reason, problem.message) if problem else None


def no_exporter(case: Case) -> Verdict | None:
    """Nothing at all came from the accelerator's exporters."""
    if case.reading.devices_seen:
        return None
    return _unknown(
        Reason.NO_EXPORTER_DATA,
        "Prometheus has no sample of this accelerator's devices. Check that the exporters run and are scraped, "
        "and that the Accelerator's telemetry profile and label matchers fit their series.",
    )


def labels_mismatch(case: Case) -> Verdict | None:
    """Devices were requested (or nobody can say) and measured, yet no series names who may have held them."""
    wanted = case.requested or 0
    if case.requested == 0 or case.names_tenants or not case.enough(case.fleet_measured, wanted):
        return None
    own = ", ".join(sorted(case.reading.exporters)) or "not known"
    return _unknown(
        Reason.LABELS_MISMATCH,
        f"No series of this accelerator names a tenant's namespace (the exporters' own: {own}). Check that the "
        "exporters may read the kubelet's pod-resources and that no relabeling drops the namespace label.",
    )


def attribution_lost(case: Case) -> Verdict | None:
    """The tenant's pods ran, no series names them, and devices were busy for nobody."""
    if not case.requested or case.measured or not case.busy_for_nobody:
        return None
    return _unknown(
        Reason.ATTRIBUTION_LOST,
        f"The tenant's pods requested {_hours(case.requested)}, but no series names them, while "
        f"{_hours(case.busy_for_nobody)} were busy for nobody. Check that the exporters on the tenant's nodes "
        "may read the kubelet's pod-resources.",
    )


def coverage_gap(case: Case) -> Verdict | None:
    """Too little of what the tenant's pods requested was measured."""
    if not case.requested or case.enough(case.measured, case.requested):
        return None
    return _unknown(
        Reason.COVERAGE_GAP,
        f"Only {_hours(case.measured)} of the {_hours(case.requested)} that the tenant's pods requested were "
        f"measured, less than {case.percent} %. Check the exporters on the tenant's nodes and their scraping.",
    )


def used(case: Case) -> Verdict | None:
    """The tenant's pods requested devices and were measured."""
    if not case.requested:
        return None
    return _counted(
        f"{_hours(case.measured)} of the {_hours(case.requested)} that the tenant's pods requested were "
        f"measured; {_hours(case.busy)} were busy."
    )


def true_zero(case: Case) -> Verdict | None:
    """No pod of the tenant requested a device while the exporters were demonstrably alive."""
    if case.requested != 0 or not case.exporters_alive:
        return None
    return _counted(
        f"No pod of the tenant requested a device, while the exporters of {case.devices} devices were alive; "
        f"{_hours(case.busy)} were busy."
    )


def measured_without_requests(case: Case) -> Verdict | None:
    """Requests are unknown, but the tenant was measured for nearly all that it was granted."""
    if case.requested is not None or not case.enough(case.measured, case.granted):
        return None
    return _counted(
        f"{_hours(case.measured)} of the {_hours(case.granted)} granted were measured; {_hours(case.busy)} were "
        "busy. kube-state-metrics was not there to tell what was requested."
    )


def nothing_unaccounted(case: Case) -> Verdict | None:
    """Requests are unknown, but every device of the centre was measured and none was busy for nobody."""
    if case.requested is not None or case.busy_for_nobody or not case.exporters_alive:
        return None
    return _counted(
        f"All {case.devices} devices were measured and none was busy for nobody, so the tenant's "
        f"{_hours(case.busy)} are all there was. kube-state-metrics was not there to tell what was requested."
    )


def unproven(case: Case) -> Verdict:
    """What is left cannot be told from a gap."""
    whole = case.devices * case.reading.window.seconds
    missing = "the exporters" if case.requested == 0 else "the exporters and kube-state-metrics"
    return _unknown(
        Reason.COVERAGE_GAP,
        f"{_hours(case.fleet_measured)} of the {_hours(whole)} of {case.devices} devices were measured, and "
        f"{_hours(case.busy_for_nobody)} were busy for nobody, so an idle day cannot be told from a lost one. "
        f"Check {missing}.",
    )


CHECKS: tuple[Check, ...] = (
    set_up,
    not_read,
    no_exporter,
    labels_mismatch,
    attribution_lost,
    coverage_gap,
    used,
    true_zero,
    measured_without_requests,
    nothing_unaccounted,
    unproven,
)


def _counted(message: str) -> Verdict:
    return State.COUNTED, Reason.COUNTED, message


def _unknown(reason: str, message: str) -> Verdict:
    return State.UNKNOWN, reason, f"{message} The day counts neither for nor against the tenant."


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:,.1f} device-hours"
