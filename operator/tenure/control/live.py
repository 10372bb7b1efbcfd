"""What live ResourceQuotas say: the durable record of admission, and whether a quota is enforced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from tenure.api.names import GRANTS, QUOTA
from tenure.api.quantity import parse, same
from tenure.control.cache import Cache
from tenure.control.kube import Manifest


def live_grants(cache: Cache, namespace: str) -> Mapping[str, int]:
    """Devices of each allocation in the namespace's live quota; empty without one."""
    quota = cache.body("ResourceQuota", namespace, QUOTA)
    return grants_in(quota) if quota is not None else {}


def grants_in(quota: Manifest) -> Mapping[str, int]:
    """Devices of each allocation as the quota's annotation has them."""
    return _grants(quota["metadata"].get("annotations", {}).get(GRANTS, "{}"))


@lru_cache(maxsize=16384)
def _grants(text: str) -> Mapping[str, int]:
    try:
        return {str(name): int(devices) for name, devices in json.loads(text).items()}
    except (ValueError, AttributeError):
        return {}


def enforced(cache: Cache, desired: Manifest) -> bool:
    """Whether our own watch has seen status.hard with the desired amounts: only that binds (the quota trap)."""
    meta = desired["metadata"]
    entry = cache.entry("ResourceQuota", meta["namespace"], meta["name"])
    if entry is None or not entry.watched:
        return False
    hard = entry.body.get("status", {}).get("hard", {})
    return same(hard, desired["spec"]["hard"])


def over(quota: Manifest) -> dict[str, tuple[str, str]]:
    """What pods use beyond the enforced quota: resource -> (used, hard)."""
    used = quota.get("status", {}).get("used", {})
    hard = of_pods(quota)
    return {name: (used[name], hard[name]) for name in hard if name in used and parse(used[name]) > parse(hard[name])}


def of_pods(quota: Manifest) -> dict[str, str]:
    """The enforced amounts that count pods. Storage is not one: data stays, and ending pods would not free it."""
    hard = quota.get("status", {}).get("hard", {})
    counted = ("requests.", "limits.", "pods")
    return {key: hard[key] for key in hard if key.startswith(counted) and key != "requests.storage"}
