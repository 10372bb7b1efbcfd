"""The bulk queries for one accelerator and one window. Pure text, as many for a thousand tenants as for one.

How a device-second is made:

- Time is cut into minutes [T-60 s, T). `avg_over_time(m[60s] offset 1ms)` at T reads exactly that minute, so
  a sample at 00:00:00 belongs to the day that begins, and a minute without a sample is missing (a plain
  selector would bridge five minutes). Where exporters are scraped less often than each minute, the range,
  not the step, widens to the interval.
- `max by (tenant, device)` makes one series of exporter replicas and pod restarts.
- A device that several tenants hold in one minute is divided among them. A device with a tenant's series is
  never also counted as nobody's.
- `sum_over_time(...[86399s:1m])` at the day's end takes exactly 1440 minutes in Prometheus 2 (closed ranges)
  and 3 (left-open ranges). All results are device-seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tenure.telemetry.profile import Profile
from tenure.telemetry.window import Window

TENANT = "tenant"
"""Label of the results. It is absent on what nobody holds."""

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True)
class Scope:
    """Which series are meant: an accelerator's, as `Accelerator.spec.telemetry` says."""

    profile: Profile
    match: Mapping[str, str] = field(default_factory=dict)
    """Label -> RE2 expression for the whole value, for example modelName -> NVIDIA A100.*40GB. A matcher for `job` keeps
    tenants from forging series where exporters are scraped with honorLabels."""
    resource_name: str = "nvidia.com/gpu"
    """The extended resource that pods request."""
    scrape_interval_seconds: int = 60
    """The longest interval between two samples of exporters and kube-state-metrics."""

    @property
    def matchers(self) -> tuple[str, ...]:
        """The matchers of the accelerator's series."""
        return tuple(matcher(label, "=~", value) for label, value in self.match.items())

    @property
    def resource(self) -> str:
        """What kube-state-metrics calls the resource: nvidia_com_gpu."""
        return re.sub("[^a-zA-Z0-9_]", "_", self.resource_name)


def matcher(label: str, operator: str, value: str) -> str:
    """One label matcher. Raises ValueError for what is no label name."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is not a label name: use letters, digits and underscores, not a digit first.")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{label}{operator}"{escaped}"'


def exporter_namespaces(scope: Scope, window: Window) -> str:
    """The exporters' own namespaces, which Prometheus puts on series that no pod holds.

    `up` has them from the target; so have series that name the tenant in another label.
    """
    *preferred, plain = scope.profile.namespaces
    series = _seen(scope.profile.metric, scope.matchers, window)
    arms = [f"({_seen('up', (), window)} and on (job, instance) {series})"]
    arms += [_seen(scope.profile.metric, (*scope.matchers, matcher(label, "!=", "")), window) for label in preferred]
    return f"group by ({plain}) ({' or '.join(arms)})"


def devices_seen(scope: Scope, window: Window) -> str:
    """One row per device that had any sample."""
    series = _seen(scope.profile.metric, scope.matchers, window)
    return f"group by ({_identity(scope)}) ({series})"


def busy(scope: Scope, window: Window, exporters: Iterable[str]) -> str:
    """Busy device-seconds by tenant (R16); without the label, what was busy for nobody."""
    load = _shared(scope, sorted(exporters), "max", "avg_over_time")
    return f"{_integral(load, window)} / {scope.profile.full_load}"


def measured(scope: Scope, window: Window, exporters: Iterable[str]) -> str:
    """Device-seconds with a sample, by tenant; without the label, devices that nobody held."""
    return _integral(_shared(scope, sorted(exporters), "group", "present_over_time"), window)


def requested(scope: Scope, window: Window) -> str:
    """Device-seconds that running pods had requested, by tenant, from kube-state-metrics.

    Joined by pod uid, because Prometheus may rename the labels pod and container.
    """
    resource = matcher("resource", "=", scope.resource)
    requests = _by_tenant(scope, "avg_over_time", "kube_pod_container_resource_requests", (resource,), ())
    running = _minute(scope, "avg_over_time", "kube_pod_status_phase", ('phase="Running"',))
    # Scraped without honorLabels, the label container is that of kube-state-metrics itself.
    named = f'label_replace({requests}, "container", "$1", "exported_container", "(.+)")'
    devices = f"max by ({TENANT}, uid, container) ({named})"
    return _integral(f"sum by ({TENANT}) ({devices} * on (uid) group_left () max by (uid) ({running}))", window)


def requests_known(scope: Scope, window: Window) -> str:
    """Seconds in which kube-state-metrics told both what pods request and which run: one row, or none.

    Pods that request CPU exist in every cluster, so without such series requests are unknown and not zero.
    """
    requests = _minute(scope, "present_over_time", "kube_pod_container_resource_requests", ('resource="cpu"',))
    running = _minute(scope, "present_over_time", "kube_pod_status_phase", ('phase="Running"',))
    return _integral(f"group({requests}) and group({running})", window)


def _shared(scope: Scope, exporters: list[str], collapse: str, over: str) -> str:
    """One value per device and minute, divided among its holders; without a tenant if nobody holds it."""
    device, metric = _identity(scope), scope.profile.metric
    load = f"{collapse} by ({TENANT}, {device}) ({_by_tenant(scope, over, metric, scope.matchers, exporters)})"
    held = _by_tenant(scope, "present_over_time", metric, scope.matchers, exporters)
    holders = f"count by ({device}) (group by ({TENANT}, {device}) ({held}))"
    anyone = f"{collapse} by ({device}) ({_minute(scope, over, metric, scope.matchers)})"
    return f"sum by ({TENANT}) ({load} / on ({device}) group_left () {holders} or on ({device}) {anyone})"


def _by_tenant(scope: Scope, over: str, metric: str, matchers: Iterable[str], exporters: Iterable[str]) -> str:
    """The minute's values of series that name a tenant, with the tenant in one label whatever it was called."""
    nobody = "|".join(["", *map(re.escape, exporters)])
    arms, earlier = [], tuple(matchers)
    for label in scope.profile.namespaces:
        series = _minute(scope, over, metric, (*earlier, matcher(label, "!~", nobody)))
        arms.append(f'label_replace({series}, "{TENANT}", "$1", "{label}", "(.+)")')
        earlier += (matcher(label, "=", ""),)
    return " or ".join(arms)


def _minute(scope: Scope, over: str, metric: str, matchers: Iterable[str]) -> str:
    seconds = max(60, scope.scrape_interval_seconds)
    return f"{over}({metric}{{{','.join(matchers)}}}[{seconds}s] offset 1ms)"


def _seen(metric: str, matchers: Iterable[str], window: Window) -> str:
    return f"present_over_time({metric}{{{','.join(matchers)}}}[{window.seconds}s] offset 1ms)"


def _integral(per_minute: str, window: Window) -> str:
    return f"sum_over_time(({per_minute})[{window.seconds - 1}s:1m]) * 60"


def _identity(scope: Scope) -> str:
    return ", ".join(scope.profile.identity)
