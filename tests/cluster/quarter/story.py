"""The quarter, day by day. Every stage is one start of the operator at a date, what people then do, and a look around."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from controlplane.ports import free_port
from controlplane.target import ControlPlane
from harness.centre import condition
from harness.standin import Warner, serving
from tenure.api.model import API_VERSION

from ..awards import core
from ..client import ADMINS, Client, Manifest, eventually
from ..scene import OPERATOR
from .cast import CHAIR, TENANTS, rules, tenant
from .losses import change_awards, lose, lose_all_status, most_devices, quotas_version
from .snapshot import Snapshot, settled
from .telemetry import ZONE

if TYPE_CHECKING:
    from ..conftest import Operators

WARNING = "store 10.0.0.7:10901 is away"
"""What a Thanos says of one of its stores; it cannot be had in a test on one machine at the moment it is wanted."""
PLAN = {"summary": "Train the next model on the data of this quarter.", "evidence": ["https://tenant.example/plan"]}


def noon(day: date) -> datetime:
    """Noon of a day in the programmes' zone."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE))


@dataclass
class Quarter:
    """Plays stage after stage, each once, and keeps what was seen."""

    plane: ControlPlane
    operators: Operators
    seen: dict[str, Snapshot] = field(default_factory=dict)
    most: dict[str, dict[str, int]] = field(default_factory=dict)
    """The most devices that any quota of a namespace gave on the way to a moment."""

    def __post_init__(self) -> None:
        self.admin = Client(self.plane.kubeconfig, self.plane.context)
        self.account = Client(self.plane.kubeconfig, self.plane.context, OPERATOR, ADMINS)
        """The operator's account with all rights, as whoever restores a backup has them."""
        self._broken: Exception | None = None
        self._coming: list[Callable[[], None]] = [
            self.opened,
            self.unreachable,
            self.warned,
            self.measured,
            self.repeated,
            self.missed,
            self.taken,
            self.later,
            self.restored,
            self.next_quarter,
        ]

    def at(self, moment: str) -> Snapshot:
        """How it stood at a moment; plays the story up to it."""
        while moment not in self.seen:
            if self._broken is not None:
                raise RuntimeError("The quarter was not played to its end.") from self._broken
            try:
                self._coming[0]()
            except Exception as error:
                self._broken = error
                raise
            del self._coming[0]
        return self.seen[moment]

    def opened(self) -> None:
        """1 July: the awards are there, reviews are opened, and some write their plans at once."""
        self._apply(*rules(), core("Namespace", "q3-observed"), *(m for one in TENANTS for m in one.manifests()))
        self._look("opened", date(2026, 7, 1))
        for one in TENANTS:
            if one.plan:
                self.write(one.member, one.name, {"plan": PLAN})
        eventually(self._plans_are_seen, "Tenure has seen the plans")

    def unreachable(self) -> None:
        """5 October: Tenure is back after three months, and Prometheus does not answer."""
        self._look("unreachable", date(2026, 10, 5), f"http://127.0.0.1:{free_port()}")

    def warned(self) -> None:
        """The same day: it answers with a warning."""
        with serving(Warner(behind=self.plane.prometheus.url, warning=WARNING)) as prometheus:
            self._look("warned", date(2026, 10, 5), prometheus.url)

    def measured(self) -> None:
        """The same day: it answers. The whole quarter is read."""
        self._look("measured", date(2026, 10, 5))

    def repeated(self) -> None:
        """The same day once more. Then the committee acts."""
        self.operators.stop()
        self._look("repeated", date(2026, 10, 5))
        self.write(CHAIR, "q3-confirmed", {"verdict": {"confirms": "Revoke", "reason": "As recommended."}})
        self.write(CHAIR, "q3-judged", {"verdict": {"plan": "Inadequate", "reason": "No data is named."}})
        self.write(CHAIR, "q3-adequate", {"verdict": {"plan": "Adequate", "reason": "The data is there."}})
        approved = {"plan": "Adequate", "increaseTo": 4, "reason": "The model is in use."}
        self.write(CHAIR, "q3-grower", {"verdict": approved})
        self._look("judged")

    def missed(self) -> None:
        """9 October: plans were due yesterday. Some appeal, one is overridden, one Review is lost."""
        self._look("missed", date(2026, 10, 9))
        for name in ("q3-appealed", "q3-upheld", "q3-dismissed"):
            self.write(tenant(name).member, name, {"appeal": {"reason": "Our node was down."}})
        spared = {
            "override": "Continue",
            "reason": "Flood in the laboratory.",
            "decidedBy": "the board",
            "by": "nobody",
        }
        self.write(CHAIR, "q3-overridden", {"verdict": spared})
        self.account.delete(tenant("q3-reopened").review)
        self._look("appealed")

    def taken(self) -> None:
        """22 October: the day it takes effect. The operator dies over its work and comes back; then appeals are answered."""
        self._killed_at_the_first_decision(date(2026, 10, 22))
        self._look("taken", date(2026, 10, 22))
        self.write(CHAIR, "q3-upheld", {"verdict": {"appeal": "Upheld", "reason": "It was."}})
        self.write(CHAIR, "q3-dismissed", {"verdict": {"appeal": "Dismissed", "reason": "It was not."}})
        self._look("answered")

    def later(self) -> None:
        """12 November: much was lost, applied again or edited while no operator ran."""
        self.operators.stop()
        lose(self.account, self.seen["answered"])
        change_awards(self.account)
        self._look_with_quotas("later", date(2026, 11, 12))

    def restored(self) -> None:
        """The same day: the cluster was restored from a backup that has no status at all."""
        self.operators.stop()
        lose_all_status(self.account, self.seen["later"])
        self._look_with_quotas("restored", date(2026, 11, 12))

    def next_quarter(self) -> None:
        """9 January: the plans of the next quarter were due yesterday."""
        self._look("next quarter", date(2027, 1, 9))

    def _plans_are_seen(self) -> bool:
        reviews = [self.admin.read(one.review) for one in TENANTS if one.plan]
        return all(condition(review, "PlanSubmitted")["reason"] == "Submitted" for review in reviews)

    def write(self, user: str, name: str, change: Manifest) -> None:
        """Somebody writes into the allocation's Review."""
        Client(self.plane.kubeconfig, self.plane.context, user).merge(tenant(name).review, {"spec": change})

    def _look(self, moment: str, day: date | None = None, prometheus: str | None = None) -> None:
        if day is not None:
            self.operators.at(noon(day), prometheus)
        self.seen[moment] = settled(lambda: Snapshot.take(self.plane, self.admin))
        running = self.operators.running
        assert running is not None
        assert running.process is not None
        assert running.process.poll() is None, f"The operator has ended:\n{running.tail()}"

    def _look_with_quotas(self, moment: str, day: date) -> None:
        since = quotas_version(self.admin)
        self._look(moment, day)
        self.most[moment] = most_devices(self.plane, since)

    def _killed_at_the_first_decision(self, day: date) -> None:
        """SIGKILL as soon as a new Decision is seen."""
        before, until = self._decisions(), time.monotonic() + 30
        running = self.operators.at(noon(day))
        while self._decisions() == before:
            assert time.monotonic() < until, "No Decision was written on the day it takes effect."
            time.sleep(0.02)
        running.kill()

    def _decisions(self) -> int:
        return len(self.admin.list({"apiVersion": API_VERSION, "kind": "Decision", "metadata": {}})["items"])

    def _apply(self, *manifests: Manifest) -> None:
        for manifest in manifests:
            self.admin.apply(manifest)
