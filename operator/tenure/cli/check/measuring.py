"""Prometheus: whether it answers, how far back it goes, and whether it sees devices, their holders and requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from tenure.cli.check.finding import Finding, State, missing, note, ok, unseen
from tenure.cli.check.there import There
from tenure.control.meter import scope
from tenure.telemetry.dialect import DIALECTS
from tenure.telemetry.errors import QueryFailed
from tenure.telemetry.gateway import Gateway
from tenure.telemetry.probe import probe

QUARTER, LEAST = timedelta(days=92), timedelta(days=2)
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
"""Units of a Prometheus duration, in seconds."""
STATES = {True: State.OK, None: State.UNSEEN, False: State.MISSING}


def measuring(gateway: Gateway | None, there: There, now: datetime) -> Iterator[Finding]:
    """Everything that reviews are measured by. It asks Prometheus and never raises for it."""
    if gateway is None:
        text = "No Prometheus was named, so nothing is said about measured use."
        yield unseen("Prometheus", f"{text} Give --prometheus URL, or set TENURE_PROMETHEUS_URL.")
        return
    try:
        series = sum(row.value for row in gateway.query("count(up)", now))
    except QueryFailed as error:
        yield missing("Prometheus", f"{error.message} Until it answers every day is Unknown, and nothing can be cut.")
        return
    yield ok("Prometheus", f"{gateway.url} answers, and scrapes {series:.0f} targets.")
    yield _retention(gateway)
    yield from _requests(gateway, now)
    yield from _accelerators(gateway, there, now)


def _retention(gateway: Gateway) -> Finding:
    """Only Prometheus itself tells it."""
    about = "retention"
    said = gateway.status("runtimeinfo") if gateway.dialect == DIALECTS["prometheus"] else None
    text = str((said or {}).get("storageRetention", ""))
    kept = seconds(text)
    if kept is None:
        unknown = "This server does not say for how long it keeps samples"
        return note(about, f"{unknown}. See that it is 15 days or more, and 92 to verify a whole quarter again.")
    days = f"Samples are kept for {text} ({kept.total_seconds() / 86400:.0f} days)"
    if kept < LEAST:
        return missing(about, f"{days}. Each day is read once it is over, so keep 15 days or more.")
    if kept < QUARTER:
        return note(
            about,
            f"{days}. Each day is read once it is over, so reviews need no more; but spec.inUseSince and "
            "tenure use --verify reach "
            "back no further. Keep 92 days or more to verify a whole quarter.",
        )
    return ok(about, f"{days}: a quarter of 92 days can be verified again.")


def seconds(text: str) -> timedelta | None:
    """A duration as Prometheus writes it, 1w3d or 15d; of `15d or 50GiB` the time. None where it says none."""
    word = text.partition(" or ")[0].strip()
    parts = re.findall(r"(\d+)(ms|[smhdwy])", word)
    if not parts or "".join(number + unit for number, unit in parts) != word:
        return None
    return timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in parts))


def _requests(gateway: Gateway, now: datetime) -> Iterator[Finding]:
    """kube-state-metrics: who requested devices, without which an idle day is hard to believe."""
    about = "kube-state-metrics"
    wanted = {
        "kube_pod_container_resource_requests": "count(kube_pod_container_resource_requests)",
        "kube_pod_status_phase with the label uid": 'count(kube_pod_status_phase{uid!=""})',
    }
    try:
        lacking = [name for name, query in wanted.items() if not any(row.value for row in gateway.query(query, now))]
    except QueryFailed as error:
        yield unseen(about, f"{error.message} So nothing is said about the pods' requests.")
        return
    if lacking:
        yield missing(
            about,
            f"Prometheus has no {' and no '.join(lacking)}. Install kube-state-metrics and have it scraped. Without it fewer "
            "days count: an idle day is only believed if all of the centre's devices were measured.",
        )
    else:
        yield ok(about, "Prometheus has the pods' requests and phases.")


def _accelerators(gateway: Gateway, there: There, now: datetime) -> Iterator[Finding]:
    """As the operator probes each accelerator."""
    profiles = {one.name: one for one in there.profiles}
    for accelerator in there.accelerators:
        if "Node" not in there.listed.hidden and not there.nodes_of(accelerator):
            continue  # that there are none is said already
        about, profile = f"exporters of {accelerator.name}", profiles.get(accelerator.spec.telemetry.profile)
        if profile is None:
            text = f"There is no TelemetryProfile {accelerator.spec.telemetry.profile}. Apply manifests/telemetry-profiles.yaml"
            yield missing(about, f"{text}, or give it here with --catalogue as well.")
            continue
        said = probe(gateway, scope(accelerator, profile), now, {*there.managed, *there.to_adopt})
        yield Finding(STATES[said.status], about, said.message)
