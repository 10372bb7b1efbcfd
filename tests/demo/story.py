"""The story: twelve tenants over the last full quarter, and what the rules say must come of each.

One tenant for each cell of R17's table, one short-term user, one whose telemetry has a gap; and four whose grant has more to
it than the table: a return, an appeal, an increase that waits, off-purpose use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = "Asia/Seoul"
SCRAPE_SECONDS = 300
"""The demo's exporters are scraped every five minutes, so that a quarter of them fits into a short first run."""
PEOPLE = "people"
"""Namespace of the accounts by which people log in."""
CHAIR = "chair"
FLEET = {"a100-40gb": 3, "t4-16gb": 2, "v100-32gb": 1}
"""Nodes of eight devices each. All A100 are awarded."""


def user(account: str) -> str:
    """The user as which the API server knows a person."""
    return f"system:serviceaccount:{PEOPLE}:{account}"


@dataclass(frozen=True)
class Tenant:
    """One tenant: what it holds, how much it uses, what it and the committee do, and what must come of it."""

    name: str
    """Also the account of whoever leads the project."""
    cell: str
    accelerator: str
    devices: int
    percent: float
    """Utilization in percent of base time (R16)."""
    plan: Literal["adequate", "missing"]
    outcome: str
    after: int
    increase_to: int = 0
    short_term: bool = False
    gap_days: int = 0
    """Days without any series in the middle of the quarter."""
    returns: int = 0
    """Devices that it gives back in the middle of the quarter (R22). It needs no more from that day on."""
    appeal: str = ""
    """Why it appeals. The committee upholds that."""
    sanction: str = ""
    """What the chair has found it to use the devices for (R20)."""
    besides: str = ""
    """What happens beside the decision table."""

    @property
    def allocation(self) -> str:
        """Name of its Allocation."""
        return f"{self.name}-award"

    @property
    def kept(self) -> int:
        """Devices that it has work for after the middle of the quarter."""
        return self.devices - self.returns


TENANTS = (
    Tenant("protein", "R17: 50 % or more, plan adequate", "t4-16gb", 2, 62.0, "adequate", "Increase", 4, increase_to=4),
    Tenant("speech", "R17: 50 % or more, plan missing", "t4-16gb", 2, 71.5, "missing", "Continue", 2),
    Tenant("traffic", "R17: 5 to 50 %, plan adequate", "v100-32gb", 4, 31.0, "adequate", "Continue", 4),
    Tenant("vision", "R17: 5 to 50 %, plan missing", "a100-40gb", 8, 18.4, "missing", "Reduce", 4),
    Tenant("weather", "R17: below 5 %, plan adequate", "v100-32gb", 4, 3.9, "adequate", "Reduce", 2),
    Tenant("drone", "R17: below 5 %, plan missing", "a100-40gb", 4, 3.1, "missing", "Revoke", 0),
    Tenant("pilot", "R17: short-term, exempt", "t4-16gb", 4, 2.0, "missing", "Exempt", 0, short_term=True),
    Tenant("genome", "telemetry gap", "t4-16gb", 2, 2.5, "missing", "Inconclusive", 2, gap_days=40),
    Tenant(
        "music", "R22: an early return", "t4-16gb", 4, 22.0, "missing", "Reduce", 2, returns=2, besides="gave back 2"
    ),
    Tenant(
        "harbour",
        "an appeal during notice",
        "a100-40gb",
        4,
        3.5,
        "missing",
        "Continue",
        4,
        appeal="The port closed in July, and the cameras came back on 28 September. They run now.",
        besides="appeal upheld",
    ),
    Tenant(
        "robot",
        "R10: an increase that waits",
        "a100-40gb",
        4,
        64.0,
        "adequate",
        "Increase",
        8,
        increase_to=8,
        besides="waited for devices",
    ),
    Tenant(
        "games",
        "R20: off-purpose use",
        "a100-40gb",
        4,
        288.0,
        "missing",
        "Continue",
        0,
        sanction="Coins were mined on all four devices, day and night.",
        besides="off-purpose use",
    ),
)


@dataclass(frozen=True)
class Quarter:
    """The last full quarter before a day, in the programme's zone."""

    start: date
    end: date

    @classmethod
    def before(cls, day: date) -> Quarter:
        """The quarter that ended last before the day."""
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        end = first - timedelta(days=1)
        return cls(date(end.year, end.month - 2, 1), end)

    @property
    def review(self) -> str:
        """As the default programme names it: 2026-Q3."""
        return f"{self.end.year}-Q{self.end.month // 3}"

    @property
    def next_end(self) -> date:
        """The last day of the quarter after it."""
        later = self.end + timedelta(days=95)
        return date(later.year, later.month, 1) - timedelta(days=1)

    @property
    def middle(self) -> date:
        """The day of the first part: work runs, plans come in, one tenant gives devices back."""
        return self.start + timedelta(days=45)

    @property
    def notice(self) -> date:
        """The day of the second part: plans were due yesterday, by the calendar of the default programme."""
        return self.end + timedelta(days=9)

    @property
    def effective(self) -> date:
        """The day on which cuts take effect, by the same calendar."""
        return self.end + timedelta(days=22)


def noon(day: date) -> datetime:
    """Noon of a day in the programme's zone."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE))
