"""Kubernetes resource quantities as exact decimals: parsed, added, written back and compared by value."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache

_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_WRITTEN = (("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3))


@lru_cache(maxsize=4096)
def parse(text: str | int) -> Decimal:
    """The value of a quantity: 1800G is 1.8e12. Raises ValueError for anything else."""
    word = str(text).strip()
    number, unit = word, ""
    for suffix in (*_BINARY, *(s for s in _DECIMAL if s)):
        if word.endswith(suffix):
            number, unit = word[: -len(suffix)], suffix
            break
    try:
        value = Decimal(number)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(f"{word!r} is not a quantity; write for example 92, 1800G or 20T.")
    return value * _BINARY[unit] if unit in _BINARY else value.scaleb(_DECIMAL[unit])


def write(value: Decimal | int) -> str:
    """The quantity in the largest decimal unit that keeps it whole: 1800000000000 is 1800G."""
    number = Decimal(value)
    if number == 0:
        return "0"
    for suffix, power in _WRITTEN:
        scaled = number.scaleb(-power)
        if scaled == scaled.to_integral_value() and (abs(scaled) >= 1):
            return f"{int(scaled)}{suffix}"
    return f"{int(number.scaleb(9).to_integral_value())}n"


def total(texts: list[str]) -> str:
    """The sum of quantities."""
    return write(sum((parse(text) for text in texts), Decimal(0)))


def lower(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether any amount of the one is lower than in the other."""
    return any(parse(one.get(key, "0")) < parse(amount) for key, amount in other.items())


def same(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two maps of quantities hold the same amounts under the same names, however they are written."""
    if one == other:
        return True
    return one.keys() == other.keys() and all(parse(one[key]) == parse(other[key]) for key in one)
