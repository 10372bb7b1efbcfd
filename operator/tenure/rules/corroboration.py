"""Whether the second signal (power, memory) fits the load it was read beside. It informs the committee (R18).

A keep-alive kernel shows as load, draws hardly any power and touches hardly any memory. Many honest jobs do the same for
a while, so nothing follows from this by itself: no outcome looks at it.
"""

from __future__ import annotations

from tenure.api.conditions import Said
from tenure.api.programme import ProgrammeSpec
from tenure.rules.utilization import HOURS, Counts, Ratio

SIGNAL = "The second signal (power, memory)"


def corroborated(found: Counts, programme: ProgrammeSpec) -> Said:
    """The condition Corroborated of a Review.

    Only where the load that it was read for lifts the Review by itself to the lowest edge of the table (R17): below it
    the load helps nobody, whether it is real or not, and a small load leaves little to compare.
    """
    if found.second.base <= 0:
        return Said("Corroborated", None, "NotAvailable", f"{SIGNAL} was not read beside any load.")
    figure = f"{SIGNAL} shows {_hours(found.second.busy)} in {_hours(found.second.base)} of load, {found.second.text()}"
    lowest = min((band.from_percent for band in programme.review.bands if band.from_percent), default=0)
    if not Ratio(found.second.base * HOURS, found.measured.base).at_least(lowest):
        text = f"{figure}. That is less load than {lowest} % of base time, too little to compare."
        return Said("Corroborated", None, "NotAvailable", text)
    least = programme.measurement.second_signal_percent
    if found.second.at_least(least):
        return Said("Corroborated", True, "Agree", f"{figure}; {least} % or more fits.")
    text = (
        f"{figure}; below {least} % the two disagree. Nothing follows from it by itself: it is for the committee to ask "
        "what ran, and for the tenant to say so in the plan."
    )
    return Said("Corroborated", False, "Disagree", text)


def _hours(device_seconds: int) -> str:
    return f"{device_seconds // 3600:,} device-hours"
