"""R5: what a month costs, by calendar days actually granted. Exact decimals; whole KRW, rounded half up once per line.

A day costs book value / days of the month for every device that was held on it. No binary fraction ever comes in:
the arithmetic refuses to go on where anything would be inexact.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation

from tenure.api.pricing import Discount, Pricing
from tenure.rules.held import Holding, length

EXACT = Context(prec=80, traps=[Inexact, FloatOperation, InvalidOperation, DivisionByZero])
HUNDRED = Decimal(100)
DAY = 24 * 3600
"""Seconds by which time is priced: a day of 23 or 25 hours costs no other price than one of 24."""


@dataclass(frozen=True)
class Month:
    """A calendar month."""

    first: date

    @classmethod
    def parse(cls, text: str) -> Month:
        """`2026-10`. Raises ValueError."""
        if len(text) != 7:
            raise ValueError(f"{text!r} is no month.")
        return cls(date.fromisoformat(f"{text}-01"))

    @property
    def days(self) -> tuple[date, ...]:
        """All its days."""
        count = monthrange(self.first.year, self.first.month)[1]
        return tuple(self.first + timedelta(days=number) for number in range(count))

    def __str__(self) -> str:
        return self.first.isoformat()[:7]


@dataclass(frozen=True)
class Price:
    """What a holder pays, in percent of the book value, and the discount that is in it."""

    percent: Decimal
    discount: str = ""


def price(pricing: Pricing, named: str, traits: Collection[str], month: Month) -> Price:
    """The programme's price in a month for an allocation that names a discount, or none, of an organization with these traits.

    The largest discount that applies is taken: the named one, and those whose traits the organization has all of.
    """
    given = [d for d in pricing.discounts if in_force(d, month)]
    applies = [d for d in given if d.name == named or (d.traits and set(d.traits) <= set(traits))]
    best = max(applies, key=lambda d: (Decimal(d.percent), d.name), default=None)
    if best is None:
        return Price(Decimal(pricing.percent))
    left = EXACT.subtract(HUNDRED, Decimal(best.percent))
    return Price(EXACT.multiply(EXACT.scaleb(Decimal(pricing.percent), -2), left), best.name)


def in_force(discount: Discount, month: Month) -> bool:
    """Whether a discount is given in a month. Months are whole, so that one has one price."""
    return discount.from_ <= str(month) and (not discount.until or str(month) <= discount.until)


def krw(book_value: int, percent: Decimal, part: int, whole: int) -> int:
    """`percent` of the book value for `part` of `whole`, in whole KRW, rounded half up. All of them are not below zero."""
    exact = EXACT.multiply(EXACT.multiply(Decimal(book_value), percent), Decimal(part))
    won, rest = EXACT.divmod(exact, EXACT.multiply(HUNDRED, Decimal(whole)))
    return int(won) + (EXACT.multiply(rest, Decimal(2)) >= EXACT.multiply(HUNDRED, Decimal(whole)))


@dataclass(frozen=True)
class Cost:
    """What an allocation's month comes to, up to a day. Times are device-seconds, amounts whole KRW."""

    month: Month
    device_days: int
    book_value: int
    """Of one device for one month."""
    price: Price
    amount: int
    """What the holder pays."""
    worth: int
    """The book value of what was granted, whatever is paid for it."""
    idle_worth: int
    """The book value of the time that was granted and, as far as anybody knows, not busy."""
    granted: int
    requested: int
    requested_unknown: int
    """Granted time of the days of which nobody knows what was requested."""
    busy: int
    busy_unknown: int
    """Granted time of the days whose use is Unknown or was not read."""
    unknown_days: int
    """Days with a grant whose use is Unknown or was not read."""
    unknown_worth: int
    """The book value of the granted time of those days."""

    @property
    def busy_worth(self) -> int:
        """The book value of the busy time. With the idle and the unknown one it adds up to what was granted."""
        return self.worth - self.idle_worth - self.unknown_worth


def cost(holding: Holding, book_value: int, paid: Price, month: Month, before: date) -> Cost:
    """The days of the month before a day (the ones that are over), each by what was held on it."""
    held = {day: devices for day in month.days if day < before and (devices := holding.devices(day))}
    device_days, granted = sum(held.values()), {d: n * length(d, holding.zone) for d, n in held.items()}
    used = {day: holding.used[day] for day in held if day in holding.used}
    busy = {day: one.busy for day, one in used.items() if one.busy is not None}
    requested = {day: one.requested for day, one in used.items() if one.requested is not None}
    idle = sum(max(0, granted[day] - busy[day]) * DAY // length(day, holding.zone) for day in busy)
    unknown = sum(devices for day, devices in held.items() if day not in busy) * DAY
    idle_worth = krw(book_value, HUNDRED, idle, len(month.days) * DAY)
    return Cost(
        month=month,
        device_days=device_days,
        book_value=book_value,
        price=paid,
        amount=krw(book_value, paid.percent, device_days, len(month.days)),
        worth=krw(book_value, HUNDRED, device_days, len(month.days)),
        idle_worth=idle_worth,
        granted=sum(granted.values()),
        requested=sum(requested.values()),
        requested_unknown=sum(granted[day] for day in held if day not in requested),
        busy=sum(busy.values()),
        busy_unknown=sum(granted[day] for day in held if day not in busy),
        unknown_days=sum(day not in busy for day in held),
        unknown_worth=krw(book_value, HUNDRED, idle + unknown, len(month.days) * DAY) - idle_worth,
    )
