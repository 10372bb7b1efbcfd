"""Whether Prometheus can see an accelerator: probed when it is written and now and then, apart from admission."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tenure.api import Accelerator, TelemetryProfile
from tenure.api.conditions import Said
from tenure.control.meter import scope
from tenure.control.queue import Key
from tenure.control.services import Services
from tenure.telemetry.probe import probe

AGAIN_SECONDS = 600.0
SOON_SECONDS = 60.0
"""While nothing is found: a setting is being mended."""


@dataclass
class Sight:
    """The condition TelemetryFound of every accelerator, as last probed."""

    services: Services
    said: dict[str, Said] = field(default_factory=dict)

    async def reconcile(self, name: str) -> None:
        """Probe one accelerator, and let its status be written if something else was found."""
        accelerator = self.services.cache.one(Accelerator, name)
        if accelerator is None:
            self.said.pop(name, None)
            return
        before, self.said[name] = self.said.get(name), await self._probe(accelerator)
        if before != self.said[name]:
            self.services.accelerator(name)
        self.services.reviews.add(Key("sight", name), AGAIN_SECONDS if self.said[name].status else SOON_SECONDS)

    async def _probe(self, accelerator: Accelerator) -> Said:
        profile = self.services.cache.one(TelemetryProfile, accelerator.spec.telemetry.profile)
        if profile is None:
            text = (
                f"There is no TelemetryProfile {accelerator.spec.telemetry.profile}. Apply it, or name one of "
                f"{', '.join(sorted(one.name for one in self.services.cache.all(TelemetryProfile))) or 'those you apply'}."
            )
            return Said("TelemetryFound", False, "UnknownProfile", text)
        if self.services.meter.gateway is None:
            text = "No Prometheus is set. Start the operator with TENURE_PROMETHEUS_URL."
            return Said("TelemetryFound", None, "QueryFailed", text)
        asked, now = scope(accelerator, profile), self.services.clock.now()
        projects = {name for _, name in self.services.cache.refs("Project")}
        return await asyncio.to_thread(probe, self.services.meter.gateway, asked, now, projects)
