"""How the days of a review were measured, for its Decision: anybody can ask Prometheus the same again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from tenure.api import TelemetryProfile
from tenure.api.decision import Telemetry
from tenure.api.review import LedgerStatus
from tenure.control.assess import Assessment
from tenure.control.cache import Cache
from tenure.control.meter import scope
from tenure.telemetry import promql
from tenure.telemetry.errors import Unusable
from tenure.telemetry.window import Window, day_bounds


def evidence(cache: Cache, assessed: Assessment, ledger: LedgerStatus) -> Telemetry:
    """The profile and its queries for the ledger's last day; empty where nothing was measured."""
    profile = cache.one(TelemetryProfile, ledger.profile)
    if profile is None or not ledger.states:
        return Telemetry()
    if profile.digest != ledger.profile_digest:
        return Telemetry(profile=profile.name)  # another one of that name; it measured no day of this ledger
    assert assessed.accelerator is not None
    assert assessed.programme is not None
    last: date = ledger.from_ + timedelta(days=len(ledger.states) - 1)
    window = Window(*day_bounds(last, assessed.programme.spec.time_zone))
    queries: dict[str, str] = {}
    with suppress(Unusable):  # then no day was measured, and a person may decide all the same
        asked = promql.amounts(scope(assessed.accelerator, profile), ledger.exporters)
        queries = {name: query(window) for name, query in asked.items()}
    return Telemetry(profile=profile.name, spec=profile.spec.wire(), queries=queries)
