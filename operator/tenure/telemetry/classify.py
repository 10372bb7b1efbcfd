"""Does a tenant's day count? An ordered chain of small pure checks; the first that knows decides.

No data is never zero: what cannot be told from a gap is Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenure.rules.utilization import not_given
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
    outage: int = 0,
    no_capacity: int = 0,
) -> DayFacts:
    """The facts of one day of the namespace `tenant`, which was granted `granted_devices` all day.

    `capacity` is how many of these devices the centre has; `setup` says that it is a set-up day (R14). `outage` and
    `no_capacity` are the device-seconds that the centre itself could not give.
    """
    case = Case(reading, tenant, granted_devices, min_coverage_percent, capacity, setup, outage, no_capacity)
    state, reason, message = next(verdict for check in CHECKS if (verdict := check(case)))
    return DayFacts(
        case.busy,
        case.measured,
        case.requested,
        case.granted,
        state,
        reason,
        message,
        outage=outage,
        no_capacity=no_capacity,
        estimated=reading.estimated.get(tenant, 0),
        second=None if reading.second is None else reading.second.get(tenant),
        answer=reading.digest(tenant),
    )


@dataclass(frozen=True)
class Case:
    """All that the verdict may depend on. Amounts are whole device-seconds, so that edges are exact."""

    reading: DayReading
    tenant: str
    devices: int
    percent: int
    capacity: int
    setup: bool
    outage: int
    no_capacity: int

    @property
    def granted(self) -> int:
        """What the tenant was granted, outages included."""
        return self.devices * self.reading.window.seconds

    @property
    def busy(self) -> int:
        """What the tenant kept busy."""
        return self.reading.busy.get(self.tenant, 0)

    @property
    def measured(self) -> int:
        """What was measured of the tenant."""
        return self.reading.measured.get(self.tenant, 0)

    @property
    def requested(self) -> int | None:
        """What the tenant's running pods requested; None if kube-state-metrics was away for too long.

        Or if it tells no request at all although tenants hold devices: then something drops the requests of this resource.
        """
        seconds = self.reading.requests_known_seconds
        told = any(self.reading.requested.values()) or next(self.named, None) is None
        known = told and seconds > 0 and self.enough(seconds, self.reading.seconds)
        return self.reading.requested.get(self.tenant, 0) if known else None

    @property
    def named(self) -> Iterator[str]:
        """The namespaces that series name. Lazily, because thousands of tenants each ask for the first."""
        return (name for name, amount in self.reading.measured.items() if name != NOBODY and amount > 0)

    @property
    def expected(self) -> int:
        """What should have been measured: what was requested, without the devices of nodes that were out."""
        not_read = self.devices * (self.reading.window.seconds - self.reading.seconds)
        return max(0, (self.requested or 0) - max(0, self.outage - not_read))

    @property
    def unavailable(self) -> int:
        """What the centre could not give."""
        return not_given(self.granted, self.requested, self.outage, self.no_capacity)

    @property
    def fault(self) -> Reason:
        """Which fault of the centre's took more."""
        return Reason.OUTAGE if self.outage >= self.no_capacity else Reason.NO_CAPACITY

    @property
    def busy_for_nobody(self) -> int:
        """What was busy though no tenant held it."""
        return self.reading.busy.get(NOBODY, 0)

    @property
    def names_tenants(self) -> bool:
        """Whether any series names a namespace that may have held devices."""
        unknown = self.requested is None
        return any(unknown or self.reading.requested.get(name, 0) > 0 for name in self.named)

    @property
    def fleet(self) -> float:
        """How many devices must have been measured to exclude that the tenant's load was missed.

        If requests are known it is enough that exporters were alive at all; else every device of the centre counts.
        """
        return (
            self.reading.devices_seen if self.requested is not None else max(self.reading.devices_seen, self.capacity)
        )

    @property
    def fleet_measured(self) -> int:
        """What was measured of all devices of the accelerator, held or not."""
        return sum(self.reading.measured.values())

    @property
    def exporters_alive(self) -> bool:
        """Whether nearly all time of the fleet was measured."""
        return self.enough(self.fleet_measured, self.fleet * self.reading.seconds)

    def enough(self, part: int, whole: float) -> bool:
        """Whether `part` is at least the wanted share of `whole`. Exact."""
        return part * 100 >= self.percent * whole


NOISE = 200
"""Load that only a witness sees is noise up to one part in so many of the measured time: samples differ by seconds."""

Verdict = tuple[State, str, str]
Check = Callable[[Case], Verdict | None]


def set_up(case: Case) -> Verdict | None:
    """R14: set-up days do not count, whatever was measured."""
    message = f"A set-up day (R14), which does not count; {_hours(case.busy)} were busy."
    return (State.SETUP, Reason.SETUP, message) if case.setup else None


def out_all_day(case: Case) -> Verdict | None:
    """Declared outages took all that was granted: there is nothing to be read."""
    if not case.granted or case.outage < case.granted:
        return None
    return (
        State.UNAVAILABLE,
        Reason.OUTAGE,
        "The centre was out all day, as an Outage declares. The day does not count.",
    )


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
    if case.requested == 0 or case.names_tenants or not case.enough(case.fleet_measured, case.expected):
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
    if not case.requested or case.enough(case.measured, case.expected):
        return None
    return _unknown(
        Reason.COVERAGE_GAP,
        f"Only {_hours(case.measured)} of the {_hours(case.expected)} that the tenant's pods requested were "
        f"measured, less than {case.percent} %. Check the exporters on the tenant's nodes and their scraping.",
    )


def stuck_at_zero(case: Case) -> Verdict | None:
    """The load read zero on devices that a witness saw busy: too much of the day's load was not seen."""
    unseen = case.reading.stuck.get(case.tenant, 0)
    if case.enough(case.busy, case.busy + unseen) or unseen * NOISE <= case.measured:
        return None
    return _unknown(
        Reason.SIGNAL_STUCK_AT_ZERO,
        f"The load read zero on devices for which an independent reading shows {_hours(unseen)} of load, beside the "
        f"{_hours(case.busy)} that were seen. Restart the exporter's engine on the tenant's nodes.",
    )


def nothing_to_be_had(case: Case) -> Verdict | None:
    """The centre could give none of what was granted, all day long."""
    if not case.granted or case.unavailable < case.granted:
        return None
    return (
        State.UNAVAILABLE,
        case.fault,
        f"{_hours(case.outage)} were lost to outages and {_hours(case.no_capacity)} to waiting for room in the centre. "
        "The day does not count.",
    )


def used(case: Case) -> Verdict | None:
    """The tenant's pods requested devices and were measured."""
    if not case.requested:
        return None
    return _counted(
        case,
        f"{_hours(case.measured)} of the {_hours(case.requested)} that the tenant's pods requested were "
        f"measured; {_hours(case.busy)} were busy.",
    )


def true_zero(case: Case) -> Verdict | None:
    """No pod of the tenant requested a device while the exporters were demonstrably alive."""
    if case.requested != 0 or not case.exporters_alive:
        return None
    return _counted(
        case,
        f"No pod of the tenant requested a device, while the exporters of {case.fleet:g} devices were alive; "
        f"{_hours(case.busy)} were busy.",
    )


def measured_without_requests(case: Case) -> Verdict | None:
    """Requests are unknown, but the tenant was measured for nearly all that it was granted and was not out."""
    given = max(0, case.granted - case.outage)
    if case.requested is not None or not case.enough(case.measured, given):
        return None
    return _counted(
        case,
        f"{_hours(case.measured)} of the {_hours(given)} granted were measured; {_hours(case.busy)} were "
        "busy. kube-state-metrics was not there to tell what was requested.",
    )


def nothing_unaccounted(case: Case) -> Verdict | None:
    """Requests are unknown, but every device of the centre was measured and none was busy for nobody."""
    if case.requested is not None or case.busy_for_nobody or not case.exporters_alive:
        return None
    return _counted(
        case,
        f"All {case.fleet:g} devices were measured and none was busy for nobody, so the tenant's "
        f"{_hours(case.busy)} are all there was. kube-state-metrics was not there to tell what was requested.",
    )


def unproven(case: Case) -> Verdict:
    """What is left cannot be told from a gap."""
    whole = round(case.fleet * case.reading.seconds)
    missing = "the exporters" if case.requested == 0 else "the exporters and kube-state-metrics"
    return _unknown(
        Reason.COVERAGE_GAP,
        f"{_hours(case.fleet_measured)} of the {_hours(whole)} of {case.fleet:g} devices were measured, and "
        f"{_hours(case.busy_for_nobody)} were busy for nobody, so an idle day cannot be told from a lost one. "
        f"Check {missing}.",
    )


CHECKS: tuple[Check, ...] = (
    set_up,
    out_all_day,
    not_read,
    no_exporter,
    labels_mismatch,
    attribution_lost,
    coverage_gap,
    stuck_at_zero,
    nothing_to_be_had,
    used,
    true_zero,
    measured_without_requests,
    nothing_unaccounted,
    unproven,
)


def _counted(case: Case, message: str) -> Verdict:
    """A counted day says what else should be known of it."""
    if estimated := case.reading.estimated.get(case.tenant, 0):
        text = f"{message} Devices were shared: {_hours(estimated)} more or less may have been the tenant's."
        return State.COUNTED, Reason.ESTIMATED, text
    if not case.unavailable:
        return State.COUNTED, Reason.COUNTED, message
    text = f"{message} {_hours(case.unavailable)} that the centre could not give are left out."
    return State.COUNTED, case.fault, text


def _unknown(reason: str, message: str) -> Verdict:
    return State.UNKNOWN, reason, f"{message} The day counts neither for nor against the tenant."


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:,.1f} device-hours"
