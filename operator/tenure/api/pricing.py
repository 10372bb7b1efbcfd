"""R5: what a device-month costs its holder, as data of a Programme."""

from __future__ import annotations

from pydantic import Field

from tenure.api.model import Model, keyed, rules

PERCENT = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"
"""A part of a price: 0 to 100 with up to four decimals."""
MONTH = r"^([0-9]{4}-(0[1-9]|1[0-2]))?$"
"""A calendar month, or none."""


class Discount(Model):
    """R5: what a holder pays less, as data."""

    name: str = Field(min_length=1, max_length=63, description="Name, for example young-company.")
    percent: str = Field(
        pattern=PERCENT,
        max_length=8,
        description="What is taken off the book value, in percent: 100 is a waiver, 92.5 leaves 7.5 %.",
    )
    traits: tuple[str, ...] = Field(
        default=(),
        max_length=16,
        description="Traits of the Organization that give it, all of them. Without traits an Allocation has to name it.",
    )
    from_: str = Field(
        default="", alias="from", pattern=MONTH, max_length=7, description="First month in which it is given, YYYY-MM."
    )
    until: str = Field(default="", pattern=MONTH, max_length=7, description="Last month in which it is given, YYYY-MM.")

    model_config = {
        "json_schema_extra": rules(
            (
                "!has(self.from) || !has(self.until) || self.from == '' || self.until == '' || self.from <= self.until",
                "The discount's last month, until, must not be before its first, from.",
            )
        )
    }


class Pricing(Model):
    """R5: what a device-month costs its holder."""

    percent: str = Field(
        default="0",
        pattern=PERCENT,
        max_length=8,
        description="Part of the book value that holders pay, in percent. 0 for a free programme.",
    )
    discounts: tuple[Discount, ...] = Field(
        default=(),
        max_length=32,
        description="Discounts and waivers. The largest that applies is taken.",
        json_schema_extra=keyed("name"),
    )
