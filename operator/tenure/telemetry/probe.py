"""Does Prometheus have an accelerator's series, and do they name who holds its devices? Asked now, not guessed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from tenure.api.conditions import Said
from tenure.telemetry import promql, weights
from tenure.telemetry.errors import QueryFailed
from tenure.telemetry.promql import TENANT, Scope
from tenure.telemetry.readings import Prometheus
from tenure.telemetry.window import MINUTE, Window

SPAN = timedelta(minutes=15)
"""What is looked at: the latest 15 minutes, or three scrapes where these are rare."""


def probe(gateway: Prometheus, scope: Scope, now: datetime, projects: Collection[str] = ()) -> Said:
    """The condition TelemetryFound of an accelerator; `projects` are the tenants' namespaces. Never raises for Prometheus."""
    end = now.replace(second=0, microsecond=0)
    try:
        if not weights.fits(scope.profile.resources, scope.resource_name):
            text = (
                f"The profile serves {scope.profile.resources}, and the accelerator is {scope.resource_name}. "
                "Name a profile that fits in spec.telemetry.profile."
            )
            return Said("TelemetryFound", False, "ProfileDoesNotFit", text)
        span = max(SPAN, 3 * scope.span * timedelta(seconds=1)) // MINUTE * MINUTE
        return _look(gateway, scope, Window(end - span, end), projects)
    except QueryFailed as error:
        return Said("TelemetryFound", None, error.reason, error.message)


def _look(gateway: Prometheus, scope: Scope, window: Window, projects: Collection[str]) -> Said:
    seen = len(gateway.query(promql.devices_seen(scope, window), window.end))
    if not seen:
        text = (
            "Prometheus has no series of this accelerator's devices. Check that the exporters run and are scraped, and "
            "spec.telemetry.profile and match."
        )
        return Said("TelemetryFound", False, "NoSeries", text)
    plain = scope.profile.namespace_labels[-1]
    named = gateway.query(promql.exporter_namespaces(scope, window), window.end)
    exporters = sorted({row.labels[plain] for row in named if plain in row.labels})
    if theirs := sorted(set(exporters) & set(projects)):
        text = (
            f"Exporters in the namespaces of projects ({', '.join(theirs)}) tell of this accelerator's devices, so tenants could "
            "write their own use. Single out the centre's exporters in spec.telemetry.match, for example by job."
        )
        return Said("TelemetryFound", False, "ExporterOfATenant", text)
    held = _tenants(gateway, promql.amounts(scope, exporters)["measured"](window), window)
    if held:
        text = f"Prometheus has {seen} series of devices, and {len(held)} namespaces are named as holding some of them."
        return Said("TelemetryFound", True, "Found", text)
    wanted = _tenants(gateway, promql.requested(scope, window), window)
    if not wanted:
        text = f"Prometheus has {seen} series of devices, and no pod requests one now."
        return Said("TelemetryFound", True, "NobodyHolds", text)
    own = f"the exporters' own namespaces ({', '.join(exporters)})" if exporters else "no namespace"
    text = (
        f"Pods of {len(wanted)} namespaces request {scope.resource_name}, and the {seen} series of devices carry {own} only. "
        "Check that the exporters may read the kubelet's pod-resources and that no relabeling drops the namespace label."
    )
    return Said("TelemetryFound", False, "LabelsMismatch", text)


def _tenants(gateway: Prometheus, query: str, window: Window) -> set[str]:
    return {row.labels[TENANT] for row in gateway.query(query, window.end) if row.labels.get(TENANT) and row.value > 0}
