"""The LimitRange: what a container gets that says nothing about CPU and memory."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from tenure.api import names, quantity
from tenure.api.project import Project
from tenure.tenancy.holding import Holding, running
from tenure.tenancy.manifest import Manifest, manifest

CONTAINERS_PER_DEVICE = 2
LIMIT_PER_REQUEST = 8
MILLICORE = Decimal("0.001")
MEGABYTE = Decimal(10**6)
LEAST = {"cpu": "1m", "memory": "1M"}
"""The smallest amounts that count. An explicit 0 would count as nothing in the quota and as no limit on the node."""
NOMINAL = {"cpu": "100m", "memory": "100M"}
"""What stands in the LimitRange where nothing is granted; no pod starts there anyway."""


def limit_range(project: Project, holdings: Sequence[Holding]) -> Manifest:
    """The LimitRange.

    The quota bounds requests and limits, so a container without them would be refused. Its limit becomes half of
    one device's share of the granted CPU and memory (R1): every device can have a container and a helper at its side,
    and both fit into the quota without anyone writing a number. Its request is an eighth of that, so that small pods
    without devices also find room on small nodes.
    """
    item = {"type": "Container", **container(holdings), "min": LEAST}
    return manifest(project, "LimitRange", names.LIMITS, {"spec": {"limits": [item]}})


def container(holdings: Sequence[Holding]) -> dict[str, dict[str, str]]:
    """The default limits and requests of a container: `default` and `defaultRequest` of the LimitRange."""
    limits = {name: share(holdings, name) for name in ("cpu", "memory")}
    return {
        "default": {name: quantity.write(amount) for name, amount in limits.items()},
        "defaultRequest": {name: _request(name, amount) for name, amount in limits.items()},
    }


def share(holdings: Sequence[Holding], name: str) -> Decimal:
    """The default limit of `cpu` (cores) or `memory` (bytes)."""
    active = running(holdings)
    granted = sum((quantity.parse(getattr(holding.grant, name)) for holding in active), Decimal(0))
    count = max(sum(holding.devices for holding in active), 1)
    return _whole(name, granted / (CONTAINERS_PER_DEVICE * count)) or quantity.parse(NOMINAL[name])


def _request(name: str, limit: Decimal) -> str:
    return quantity.write(max(_whole(name, limit / LIMIT_PER_REQUEST), quantity.parse(LEAST[name])))


def _whole(name: str, amount: Decimal) -> Decimal:
    """Rounded down to whole millicores or megabytes, so that the parts never exceed the whole."""
    unit = MILLICORE if name == "cpu" else MEGABYTE
    return (amount / unit).to_integral_value(rounding=ROUND_FLOOR) * unit
