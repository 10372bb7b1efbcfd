"""R3: a volume claim asks for more once the quota allows it, where its StorageClass lets volumes grow. It never shrinks."""

from __future__ import annotations

from decimal import Decimal

from tenure.api.conditions import Said
from tenure.api.quantity import parse
from tenure.control.cache import Cache
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.rules.volume import Volume, provided

CLAIM = SERVED["PersistentVolumeClaim"]
AGAIN_SECONDS = 5.0
"""Until a refused claim is tried again: admission may know of the larger quota a moment later."""


async def grow(services: Services, wanted: Manifest, *, allowed: bool, refused: str = "") -> Said:
    """Let one claim ask for what is granted, if the quota that allows it is enforced. Returns its StorageProvided.

    `refused` is what the API server said against making the claim. Raises ApiError for anything but the API server's refusal.
    """
    meta = wanted["metadata"]
    live = services.cache.body(CLAIM.kind, meta["namespace"], meta["name"])
    if live is None:
        if refused:
            services.project(meta["namespace"], AGAIN_SECONDS)
        return provided(None, refused)
    volume = _volume(services.cache, wanted, live)
    if not allowed or not volume.grows:
        return provided(volume)
    more = {"spec": {"resources": wanted["spec"]["resources"]}}
    try:
        answer = await services.kube.merge(CLAIM, meta["namespace"], meta["name"], more)
    except ApiError as error:
        if not error.refused:
            raise
        services.project(meta["namespace"], AGAIN_SECONDS)
        return provided(volume, error.message)
    services.cache.put(answer, watched=False)
    return provided(_volume(services.cache, wanted, answer))


def _volume(cache: Cache, wanted: Manifest, live: Manifest) -> Volume:
    name = live["spec"].get("storageClassName") or ""
    found = cache.body("StorageClass", "", name) or {}
    return Volume(
        granted=_storage(wanted["spec"]["resources"].get("requests", {})),
        asked=_storage(live["spec"]["resources"].get("requests", {})),
        there=_storage(live.get("status", {}).get("capacity", {})),
        storage_class=name,
        expands=found.get("allowVolumeExpansion", False),
    )


def _storage(amounts: dict[str, str]) -> Decimal:
    return parse(amounts.get("storage", "0"))
