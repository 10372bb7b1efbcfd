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

All this is dear: a day of 1,000 devices has 1.4 million minutes. Mostly the samples lie so that sums over the raw samples are
the same to the last bit (`Shape`), which two cheap queries find out first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from tenure.api.telemetryprofile import Signal, TelemetryProfileSpec
from tenure.telemetry import weights
from tenure.telemetry.errors import Unusable
from tenure.telemetry.window import Window

TENANT = "tenure_tenant"
"""Label of the results. It is absent on what nobody holds. No server or exporter has labels of these names by itself."""
_POD = "tenure_pod"
_KUBE_STATE_METRICS = ("exported_namespace", "namespace")
"""Labels of kube-state-metrics that may hold a pod's namespace, as for an exporter."""
_CONTAINERS = ("exported_container", "container")
"""The same for its container: scraped without honorLabels, the label container is that of kube-state-metrics itself."""

Query = Callable[[Window], str]
"""What is asked, for whichever window."""

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_PLAIN = re.compile(r"avg_over_time\(([^()]+)\[\$minute\]\)")
"""An expression that is the mean of one metric's samples and nothing else."""
STUCK_SECONDS = 300
"""A load that reads exactly zero for so long while a witness reads more is stuck; samples of the two differ by seconds."""


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
    kube_state_metrics: str = ".+"
    """RE2 expression for the job of kube-state-metrics, so that no tenant forges requests."""

    @property
    def resource(self) -> str:
        """What kube-state-metrics calls the resource: nvidia_com_gpu."""
        return re.sub("[^a-zA-Z0-9_]", "_", self.resource_name)

    @property
    def span(self) -> int:
        """Seconds that one minute's value is taken from."""
        return max(60, self.scrape_interval_seconds)


@dataclass(frozen=True)
class Shape:
    """How the samples of a window lie. It makes queries cheaper and never changes what they come to."""

    clean: bool = False
    """Every sample of the load is within its range."""
    single: bool = False
    """And no device has more than one sample in any minute, so a minute's mean is that sample and has one holder."""


def matcher(label: str, operator: str, value: str) -> str:
    """One label matcher. Raises Unusable for what is no label name."""
    if not _LABEL.fullmatch(label):
        raise Unusable(f"{label!r} is not a label name: use letters, digits and underscores, not a digit first.")
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


def plain(scope: Scope) -> bool:
    """Whether the load is the mean of one metric's samples, so that its range can be asked of these."""
    return _series(scope, scope.profile.load) is not None


def summable(scope: Scope) -> bool:
    """Whether sums over raw samples may do: all are plain, and a minute is what a minute's value is taken from."""
    second = scope.profile.second
    return (
        plain(scope)
        and (second is None or _series(scope, second) is not None)
        and not scope.profile.shared
        and scope.span == 60
    )


def odd(scope: Scope, window: Window) -> str:
    """A row if any sample of a plain load is out of range or no number."""
    load, series, over = scope.profile.load, _series(scope, scope.profile.load), _over(window.seconds)
    low, high = f"count(min_over_time({series}{over}) < 0)", f"count(max_over_time({series}{over}) > {load.full})"
    return f"{low} or {high} or absent(sum(sum_over_time({series}{over})) >= 0)"


def crowded(scope: Scope, window: Window) -> str:
    """A row if a device has more than one sample in some minute, of a load that is summable, or of the second signal."""
    signals = [scope.profile.load, *([scope.profile.second] if scope.profile.second is not None else [])]
    load, over = _series(scope, scope.profile.load), _over(window.seconds)
    each = f"count(group by ({_device(scope)}) (present_over_time({load}{_minute(scope)})))"
    counts = [f"sum(count_over_time({_series(scope, signal)}{over}))" for signal in signals]
    most = " or ".join(f'label_replace({text}, "of", "{n}", "", "")' for n, text in enumerate(counts))
    return f"max({most}) > sum(sum_over_time(({each})[{window.seconds - 1}s:60s]))"


def amounts(scope: Scope, exporters: Iterable[str], shape: Shape = Shape()) -> dict[str, Query]:
    """What is asked of a window, by name. Each gives rows by tenant and part of a card.

    busy       the load (R16)
    measured   time with a sample
    second     the second signal, where the profile has one
    stuck      load that only the witness shows for minutes on end, where the profile has one
    estimated  where devices are shared: load of others on the same devices, which may have been the tenant's
    requested  what running pods had requested, in granted devices
    """
    by_tenant, profile = _Tenants(scope, tuple(sorted(exporters)), shape), scope.profile
    queries = {"busy": by_tenant.load(profile.load), "measured": by_tenant.time(profile.load)}
    if profile.second is not None:
        queries["second"] = by_tenant.load(profile.second)
    if profile.witness is not None:
        queries["stuck"] = by_tenant.unseen(profile.witness, profile.load)
    if profile.shared:
        queries["estimated"] = by_tenant.disputed(profile.load)
    return {**queries, "requested": partial(requested, scope)}


def requested(scope: Scope, window: Window) -> str:
    """Device-seconds that running pods had requested, by tenant, from kube-state-metrics.

    Joined by pod uid, because Prometheus may rename the labels pod and container. Other labels are dropped first: with
    what some target adds, no two series may become one and make the whole query fail. Two replicas may be scraped in
    different ways, so a pod is what the larger of them tells.
    """
    resource, job = matcher("resource", "=", scope.resource), matcher("job", "=~", scope.kube_state_metrics)
    pod = ", ".join(("uid", *_KUBE_STATE_METRICS))
    requests = f"avg_over_time(kube_pod_container_resource_requests{{{resource},{job}}}{_minute(scope)})"
    devices = f"sum by ({pod}) (max by ({pod}, {', '.join(_CONTAINERS)}) ({requests}))"
    running = f'max by (uid) (avg_over_time(kube_pod_status_phase{{phase="Running",{job}}}{_minute(scope)}))'
    named = _first_label(f"({devices} * on (uid) group_left () {running})", TENANT, _KUBE_STATE_METRICS)
    return _integral(f"sum by ({TENANT}) (max by ({TENANT}, uid) ({named}))", window)


def requests_known(scope: Scope, window: Window) -> str:
    """Seconds in which kube-state-metrics told both what pods request and which run: one row, or none.

    Pods that request CPU exist in every cluster, so without such series requests are unknown and not zero.
    """
    job = matcher("job", "=~", scope.kube_state_metrics)
    requests = f'present_over_time(kube_pod_container_resource_requests{{resource="cpu",{job}}}{_minute(scope)})'
    running = f'present_over_time(kube_pod_status_phase{{phase="Running",{job}}}{_minute(scope)})'
    return _integral(f"group({requests}) and group({running})", window)


@dataclass(frozen=True)
class _Tenants:
    """What is asked by tenant. `exporters` are the exporters' own namespaces."""

    scope: Scope
    exporters: tuple[str, ...]
    shape: Shape

    def load(self, signal: Signal) -> Query:
        """The integral of a signal: each device once, divided among its holders."""
        if self.shape.single:
            return lambda window: f"{self._samples('sum_over_time', signal, window)} * 60 / {signal.full}"
        device = _device(self.scope)
        divided = self._part(signal, f"max by ({TENANT}, {device}) ({self._held(signal)})")
        if self.scope.profile.shared:
            divided = f"{self._own(signal)} or ({divided} unless on ({device}) ({self._loose(signal)}))"
        whole = self._sum(divided, f"max by ({device}) ({self._all(signal)})")
        return partial(_integral, f"{whole} / {signal.full}")

    def time(self, signal: Signal) -> Query:
        """The time of devices with a sample, divided among their holders."""
        if self.shape.single:
            return lambda window: f"{self._samples('count_over_time', signal, window)} * 60"
        device = _device(self.scope)
        divided = self._part(signal, f"group by ({TENANT}, {device}) ({self._held(signal)})")
        return partial(_integral, self._sum(divided, f"group by ({device}) ({self._all(signal)})"))

    def _samples(self, function: str, signal: Signal, window: Window) -> str:
        """Of a window in which each sample is its device's only one in its minute. What is no number is left out."""
        series = f"{function}({_series(self.scope, signal)}{_over(window.seconds)})"
        return f"sum by ({self._rows()}) ({self._tenant(f'({series} >= 0)')})"

    def unseen(self, witness: Signal, load: Signal) -> Query:
        """What the witness reads on devices whose load reads exactly zero for STUCK_SECONDS."""
        device = _device(self.scope)
        zero = f"max by ({device}) ({self._clean(load, STUCK_SECONDS)}) == 0"
        # These first, because mostly nothing is left.
        seen = f"{self._clean(witness, STUCK_SECONDS)} and on ({device}) ({zero})"
        held = f"{self._tenant(f'({seen})')} unless on ({TENANT}) vector(1)"
        whole = f"sum by ({self._rows()}) (max by ({TENANT}, {device}) ({held})) / {witness.full}"
        return partial(_integral, whole, step=STUCK_SECONDS)

    def disputed(self, signal: Signal) -> Query:
        """The load of shared devices beyond the tenant's part, where no process was read."""
        device = _device(self.scope)
        whole = f"max by ({TENANT}, {device}) ({self._held(signal)})"
        beyond = f"{whole} - {self._part(signal, whole)}"
        kept = f"({beyond}) unless on ({device}) ({self._loose(signal)})"
        return partial(_integral, f"sum by ({self._rows()}) ({kept}) / {signal.full}")

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
        return self._tenant(self._clean(signal))

    def _tenant(self, text: str) -> str:
        """With the tenant in one label, and the pod where devices are shared."""
        text = _first_label(text, TENANT, self.scope.profile.namespace_labels)
        if self.exporters:
            own = "|".join(map(re.escape, self.exporters))
            text = f'label_replace({text}, "{TENANT}", "", "{TENANT}", {_quoted(own)})'
        return _first_label(text, _POD, self.scope.profile.pod_labels) if self.scope.profile.shared else text

    def _clean(self, signal: Signal, seconds: int = 0) -> str:
        """A signal's minute (or so many seconds) within its range. What is no number or negative is no reading."""
        text = _expression(self.scope, signal, seconds or self.scope.span)
        known = self.shape.clean and signal == self.scope.profile.load
        return text if known else f"clamp_max(({text}) >= 0, {signal.full})"

    def _rows(self) -> str:
        return ", ".join((TENANT, *weights.labels(self.scope.profile)))


def _device(scope: Scope) -> str:
    return ", ".join(dict.fromkeys((*scope.profile.device, *weights.labels(scope.profile))))


def _expression(scope: Scope, signal: Signal, seconds: int) -> str:
    return signal.expression.replace("$series", _matchers(scope)).replace("[$minute]", _over(seconds))


def _series(scope: Scope, signal: Signal) -> str | None:
    """The selector of a signal that is nothing but the mean of its samples, else None."""
    plain = _PLAIN.fullmatch(signal.expression)
    return plain[1].replace("$series", _matchers(scope)) if plain else None


def _matchers(scope: Scope) -> str:
    return ",".join(matcher(label, "=~", value) for label, value in scope.match.items())


def _first_label(text: str, target: str, labels: Iterable[str]) -> str:
    """The first of the labels that is not empty, as `target`."""
    for label in reversed(tuple(labels)):
        text = f'label_replace({text}, "{target}", "$1", "{label}", "(.+)")'
    return text


def _minute(scope: Scope) -> str:
    return _over(scope.span)


def _over(seconds: int) -> str:
    return f"[{seconds}s] offset 1ms"


def _integral(per_step: str, window: Window, step: int = 60) -> str:
    return f"sum_over_time(({per_step})[{window.seconds - 1}s:{step}s]) * {step}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
