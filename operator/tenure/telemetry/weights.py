"""What one series weighs: which part of a physical card it is, and how many granted devices that makes (R2).

PromQL cannot turn a label into a number, so results keep the labels that tell the part, and Python weighs the sums.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from tenure.api.telemetryprofile import Slices, TelemetryProfileSpec
from tenure.telemetry.errors import Unusable


def labels(profile: TelemetryProfileSpec) -> tuple[str, ...]:
    """The labels that tell which part of a card a series is, sorted."""
    return tuple(sorted({name for rule in profile.slices for name in (rule.label, *rule.where)}))


def part_of_card(profile: TelemetryProfileSpec, series: Mapping[str, str]) -> Fraction:
    """1 for a whole card, 3/7 for a MIG instance 3g of an A100, 1/8 for one of eight cores. Raises Unusable."""
    for rule in profile.slices:
        part = _slice(rule, series)
        if part is not None:
            return part
    return Fraction(1, profile.units_per_device)


def fits(pattern: str, text: str) -> re.Match[str] | None:
    """The match of a whole text. Raises Unusable for what only RE2 knows, such as \\Q and \\z: the CRD checks for RE2."""
    try:
        return re.fullmatch(pattern, text)
    except re.error as error:
        said = f"The expression {pattern} of the TelemetryProfile cannot be used here: {error}. Write it without"
        raise Unusable(f"{said} what RE2 alone knows, in a profile under another name.") from error


def _slice(rule: Slices, series: Mapping[str, str]) -> Fraction | None:
    found = fits(rule.pattern, series.get(rule.label, ""))
    others = all(fits(pattern, series.get(label, "")) for label, pattern in rule.where.items())
    return min(Fraction(int(found[1]), rule.of), Fraction(1)) if found and others else None
