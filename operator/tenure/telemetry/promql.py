"""The bulk queries for one accelerator and one window. Pure text, as many for a thousand tenants as for one.

How a device-second is made:

- Time is cut into minutes [T-60 s, T). `avg_over_time(m[60s] offset 1ms)` at T reads exactly that minute, so a sample at
  00:00:00 belongs to the day that begins, and a minute without a sample is missing (a plain selector would bridge five
  minutes). Where exporters are scraped less often than each minute, the range, not the step, widens to the interval.
- Each series gets one label `tenant`, whatever its namespace is called there; the exporters' own namespaces are nobody's.
- `max by (tenant, device)` makes one series of exporter replicas and pod restarts.
- A device that several hold in one minute is divided by what each of them holds: tenants or, where devices are shared,
  replicas. A shared device whose exporter reads processes has a series for nobody beside those of its pods; then each pod
  has its own reading, and together they are never more than the device's.
- A device with a tenant's series is never also counted as nobody's.
- `sum_over_time(...[86399s:1m])` at the day's end takes exactly 1440 minutes in Prometheus 2 (closed ranges) and 3
  (left-open ranges). Results are seconds of single series; tenure.telemetry.weights makes device-seconds of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tenure.api.telemetryprofile import Signal, TelemetryProfileSpec
from tenure.telemetry import weights
from tenure.telemetry.window import Window

TENANT = "tenant"
"""Label of the results. It is absent on what nobody holds."""
_POD = "tenant_pod"
_KUBE_STATE_METRICS = ("exported_namespace", "namespace")
"""Labels of kube-state-metrics that may hold a pod's namespace, as for an exporter."""

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Scope:
    """Which series are meant: an accelerator's, as `Accelerator.spec.telemetry` says."""

    profile: TelemetryProfileSpec
    match: Mapping[str, str] = field(default_factory=dict)
    """Label -> RE2 expression for the whole value, for example modelName -> NVIDIA A100.*40GB. A matcher for `job` keeps
    tenants from forging series where exporters are scraped with honorLabels."""
    resource_name: str = "nvidia.com/gpu"
    """The extended resource that pods request."""
    scrape_interval_seconds: int = 60
    """The longest interval between two samples of exporters and kube-state-metrics."""
    card_share: Fraction = Fraction(1)
    """Which part of a physical card one granted device is."""

    @property
    def resource(self) -> str:
        """What kube-state-metrics calls the resource: nvidia_com_gpu."""
        return re.sub("[^a-zA-Z0-9_]", "_", self.resource_name)

    @property
    def span(self) -> int:
        """Seconds that one minute's value is taken from."""
        return max(60, self.scrape_interval_seconds)


def matcher(label: str, operator: str, value: str) -> str:
    """One label matcher. Raises ValueError for what is no label name."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is not a label name: use letters, digits and underscores, not a digit first.")
    return f"{label}{operator}{_quoted(value)}"


def exporter_namespaces(scope: Scope, window: Window) -> str:
    """The exporters' own namespaces, which Prometheus puts on series that no pod holds.

    `up` has them from the target; so have series that name the tenant in another label.
    """
    *preferred, plain = scope.profile.namespace_labels
    series = _expression(scope, scope.profile.load, window.seconds)
    arms = [f"(present_over_time(up[{window.seconds}s] offset 1ms) and on (job, instance) ({series}))"]
    arms += [f"(({series}) unless on ({label}) vector(1))" for label in preferred]
    return f"group by ({plain}) ({' or '.join(arms)})"


def devices_seen(scope: Scope, window: Window) -> str:
    """One row per device that had any sample."""
    return f"group by ({_device(scope)}) ({_expression(scope, scope.profile.load, window.seconds)})"


def amounts(scope: Scope, window: Window, exporters: Iterable[str]) -> dict[str, str]:
    """What is asked of a window, name -> query. Each gives rows by tenant and part of a card.

    busy       the load (R16)
    measured   time with a sample
    second     the second signal, where the profile has one
    stuck      load that only the witness shows, where the profile has one
    estimated  where devices are shared: load of others on the same devices, which may have been the tenant's
    requested  what running pods had requested, in granted devices
    """
    by_tenant = _Tenants(scope, tuple(sorted(exporters)))
    profile = scope.profile
    queries = {"busy": by_tenant.load(profile.load), "measured": by_tenant.time(profile.load)}
    if profile.second is not None:
        queries["second"] = by_tenant.load(profile.second)
    if profile.witness is not None:
        queries["stuck"] = by_tenant.unseen(profile.witness, profile.load)
    if profile.shared:
        queries["estimated"] = by_tenant.disputed(profile.load)
    found = {name: _integral(text, window) for name, text in queries.items()}
    return {**found, "requested": requested(scope, window)}


def requested(scope: Scope, window: Window) -> str:
    """Device-seconds that running pods had requested, by tenant, from kube-state-metrics.

    Joined by pod uid, because Prometheus may rename the labels pod and container.
    """
    resource = matcher("resource", "=", scope.resource)
    requests = f"avg_over_time(kube_pod_container_resource_requests{{{resource}}}{_minute(scope)})"
    running = f'avg_over_time(kube_pod_status_phase{{phase="Running"}}{_minute(scope)})'
    # Scraped without honorLabels, the label container is that of kube-state-metrics itself.
    named = _first_label(requests, TENANT, _KUBE_STATE_METRICS)
    named = f'label_replace({named}, "container", "$1", "exported_container", "(.+)")'
    devices = f"max by ({TENANT}, uid, container) ({named})"
    return _integral(f"sum by ({TENANT}) ({devices} * on (uid) group_left () max by (uid) ({running}))", window)


def requests_known(scope: Scope, window: Window) -> str:
    """Seconds in which kube-state-metrics told both what pods request and which run: one row, or none.

    Pods that request CPU exist in every cluster, so without such series requests are unknown and not zero.
    """
    requests = f'present_over_time(kube_pod_container_resource_requests{{resource="cpu"}}{_minute(scope)})'
    running = f'present_over_time(kube_pod_status_phase{{phase="Running"}}{_minute(scope)})'
    return _integral(f"group({requests}) and group({running})", window)


@dataclass(frozen=True)
class _Tenants:
    """Per-minute expressions by tenant. `exporters` are the exporters' own namespaces."""

    scope: Scope
    exporters: tuple[str, ...]

    def load(self, signal: Signal) -> str:
        """A signal by tenant, 0..1 per series: each device once, divided among its holders."""
        device = _device(self.scope)
        divided = self._part(signal, f"max by ({TENANT}, {device}) ({self._held(signal)})")
        if self.scope.profile.shared:
            divided = f"{self._own(signal)} or ({divided} unless on ({device}) ({self._loose(signal)}))"
        return f"{self._sum(divided, f'max by ({device}) ({self._all(signal)})')} / {signal.full}"

    def time(self, signal: Signal) -> str:
        """1 per device with a sample, divided among its holders."""
        device = _device(self.scope)
        divided = self._part(signal, f"group by ({TENANT}, {device}) ({self._held(signal)})")
        return self._sum(divided, f"group by ({device}) ({self._all(signal)})")

    def unseen(self, witness: Signal, load: Signal) -> str:
        """What the witness reads on devices whose load reads exactly zero."""
        device = _device(self.scope)
        seen = f"max by ({TENANT}, {device}) ({self._held(witness)})"
        zero = f"max by ({device}) ({_clean(self.scope, load)}) == 0"
        return f"sum by ({self._rows()}) ({seen} and on ({device}) ({zero})) / {witness.full}"

    def disputed(self, signal: Signal) -> str:
        """The load of shared devices beyond the tenant's part, where no process was read."""
        device = _device(self.scope)
        whole = f"max by ({TENANT}, {device}) ({self._held(signal)})"
        beyond = f"{whole} - {self._part(signal, whole)}"
        return f"sum by ({self._rows()}) (({beyond}) unless on ({device}) ({self._loose(signal)})) / {signal.full}"

    def _sum(self, held: str, anyone: str) -> str:
        """By tenant; without one, the devices that nobody holds."""
        return f"sum by ({self._rows()}) ({held} or on ({_device(self.scope)}) {anyone})"

    def _part(self, signal: Signal, amount: str) -> str:
        """The tenant's part of an amount that each holder of a device has whole.

        A device is divided by tenants. A shared one is divided by replicas, and a tenant has as many parts as it holds.
        """
        device, shared = _device(self.scope), self.scope.profile.shared
        replica = (_POD, *self.scope.profile.replica_labels) if shared else ()
        holders = f"group by ({', '.join((TENANT, device, *replica))}) ({self._held(signal)})"
        parts = f"{amount} * count by ({TENANT}, {device}) ({holders})" if shared else amount
        return f"{parts} / on ({device}) group_left () count by ({device}) ({holders})"

    def _own(self, signal: Signal) -> str:
        """Per-process readings of shared devices; together no more than the device's own."""
        device = _device(self.scope)
        pods = f"max by ({TENANT}, {device}, {_POD}) ({self._held(signal)})"
        own = f"(sum by ({TENANT}, {device}) ({pods}) and on ({device}) ({self._loose(signal)}))"
        together = f"sum by ({device}) ({pods}) / clamp_min(max by ({device}) ({self._all(signal)}), 1e-9)"
        return f"{own} / on ({device}) group_left () clamp_min({together}, 1)"

    def _held(self, signal: Signal) -> str:
        """Series that name a tenant: those whose label differs from that of a series without labels."""
        return f"{self._all(signal)} unless on ({TENANT}) vector(1)"

    def _loose(self, signal: Signal) -> str:
        """Series that name nobody."""
        return f"{self._all(signal)} and on ({TENANT}) vector(1)"

    def _all(self, signal: Signal) -> str:
        text = _first_label(_clean(self.scope, signal), TENANT, self.scope.profile.namespace_labels)
        if self.exporters:
            own = "|".join(map(re.escape, self.exporters))
            text = f'label_replace({text}, "{TENANT}", "", "{TENANT}", {_quoted(own)})'
        return _first_label(text, _POD, self.scope.profile.pod_labels) if self.scope.profile.shared else text

    def _rows(self) -> str:
        return ", ".join((TENANT, *weights.labels(self.scope.profile)))


def _device(scope: Scope) -> str:
    return ", ".join(dict.fromkeys((*scope.profile.device, *weights.labels(scope.profile))))


def _clean(scope: Scope, signal: Signal) -> str:
    """A signal's minute within 0..full. What is no number or negative is no reading."""
    return f"clamp_max(({_expression(scope, signal, scope.span)}) >= 0, {signal.full})"


def _expression(scope: Scope, signal: Signal, seconds: int) -> str:
    series = ",".join(matcher(label, "=~", value) for label, value in scope.match.items())
    return signal.expression.replace("$series", series).replace("[$minute]", f"[{seconds}s] offset 1ms")


def _first_label(text: str, target: str, labels: Iterable[str]) -> str:
    """The first of the labels that is not empty, as `target`."""
    for label in reversed(tuple(labels)):
        text = f'label_replace({text}, "{target}", "$1", "{label}", "(.+)")'
    return text


def _minute(scope: Scope) -> str:
    return f"[{scope.span}s] offset 1ms"


def _integral(per_minute: str, window: Window) -> str:
    return f"sum_over_time(({per_minute})[{window.seconds - 1}s:1m]) * 60"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
