"""Every act with every fault: first without one, which tells what there is to write, then one tenant for each fault."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from harness.operator_process import OperatorProcess

from ..awards import Tenant
from ..client import eventually
from .acts import ACTS, Act
from .company import Company
from .proxy import Story
from .state import State, Told, differences, heard, states, told
from .writes import KILLS, REFUSALS, Fault, Write

REHEARSALS = 3
QUIET_SECONDS = 3.5
"""The operator puts some of its work off by two seconds."""
PAUSE_SECONDS = 1.0
"""After which an operator that cannot go on is killed. Too early does no harm: what has not come up yet waits for the next."""
LONGEST_SECONDS = 60
DECISION, QUOTA_STATUS = Write("POST decisions"), Write("PATCH resourcequotas tenure status")
UNHEARD = "could not be taken or renewed"


@dataclass(frozen=True)
class Played:
    """What became of everybody in one act."""

    writes: list[Write]
    """What every rehearsal wrote, in the order of the first."""
    about_all: frozenset[str]
    """What is written that is no tenant's own: how much of the centre is granted."""
    met_by_all: frozenset[tuple[str, Fault]]
    """What went wrong with that."""
    strangers: frozenset[str]
    """What was written that nobody could be found for."""
    stories: dict[str, Story]
    states: dict[str, State]
    told: dict[str, Told]
    """What each was told in this act by Events."""
    letters: dict[str, Told]
    """And by webhook."""
    deaths: int
    """How often an operator came to a sudden end."""
    rehearsed: str
    """The tenant with whom nothing went wrong."""

    def fate(self, name: str) -> str:
        """What happened to a tenant, in words."""
        story = self.stories[name]
        return f"{name}: {', '.join(fault.name for _, fault in story.met)} at {story.at}" if story.met else name

    def met(self) -> set[tuple[str, Fault]]:
        """What was written where something went wrong, and what that was."""
        return {one for story in self.stories.values() for one in story.met}

    def untouched(self) -> set[str]:
        """Everything that was written about anybody and never went wrong."""
        seen = {write.what for story in self.stories.values() for write in story.seen}
        return seen - {what for what, _ in self.met()}

    def outlived(self, name: str) -> bool:
        """Whether a tenant's operator came to no sudden end."""
        return not any(fault in (*KILLS, Fault.AWAY) for _, fault in self.stories[name].met)

    def astray(self) -> list[str]:
        """Who has come to another end, and how it differs."""
        expected = self.states[self.rehearsed]
        apart = {name: list(differences(expected, state))[:5] for name, state in self.states.items()}
        return ["\n  ".join([self.fate(name), *lines]) for name, lines in apart.items() if lines]


@dataclass
class Drill:
    """Plays the acts in order, each once."""

    company: Company
    _played: dict[str, Played] = field(default_factory=dict)

    def played(self, name: str) -> Played:
        """One act; those before it are played first."""
        for act in ACTS:
            if name not in self._played and act.name not in self._played:
                self._turn_to(act)
                self._played[act.name] = self._play(act)
        return self._played[name]

    def _turn_to(self, act: Act) -> None:
        """Everybody is at rest on that day."""
        self._new_stories()  # what is written from here on is no part of the act before
        if self.company.day != act.day:
            self.company.appeal()
            self.company.at(act.day)
        self._rest()

    @property
    def _names(self) -> list[str]:
        return [made.name for made in self.company.tenants]

    @property
    def _all(self) -> Story:
        """What is written about the centre: its name begins those of the tenants, so that it comes last."""
        return self.company.proxy.stories[self.company.name]

    def _new_stories(self) -> dict[str, Story]:
        proxy = self.company.proxy
        proxy.stories, proxy.strangers = {name: Story() for name in (*self._names, self.company.name)}, set()
        return proxy.stories

    def _play(self, act: Act) -> Played:
        admin, posted, operators = self.company.desk.admin, len(self.company.letters.messages), self.company.operators
        before = told(admin, self._names)
        stories = self._new_stories()
        rest = iter(self.company.tenants)
        rehearsed = [next(rest) for _ in range(REHEARSALS)]
        self._begin(act, rehearsed)
        self._rest()
        writes = _common([stories[made.name].seen for made in rehearsed])
        about_all = frozenset(write.what for write in self._all.seen)
        self._refuse(act, writes, about_all, rest)
        self._kill(act, writes, about_all, rest)
        if act.away:
            self._leave(act, rest)
        self._begin(act, list(rest))
        found = self._end(rehearsed[0].name)
        after = told(admin, self._names)
        events = {name: after[name] - before[name] for name in self._names}
        letters = heard(self.company.letters.messages[posted:], self._names)
        met_by_all, strangers = frozenset(stories.pop(self.company.name).met), frozenset(self.company.proxy.strangers)
        deaths = self.company.operators - operators
        return Played(
            writes, about_all, met_by_all, strangers, stories, found, events, letters, deaths, rehearsed[0].name
        )

    def _begin(self, act: Act, tenants: Sequence[Tenant]) -> None:
        for made in tenants:
            act.begin(self.company, made)

    def _refuse(self, act: Act, writes: Sequence[Write], about_all: frozenset[str], rest: Iterator[Tenant]) -> None:
        """All at once: each is refused one write in one way, and nothing else is in their way."""
        chosen = self._ordered(product(writes, REFUSALS), rest)
        for what in about_all:
            self._all.order(self._all.coming(what), *REFUSALS)
        self._begin(act, chosen)
        self._rest()

    def _kill(self, act: Act, writes: Sequence[Write], about_all: frozenset[str], rest: Iterator[Tenant]) -> None:
        """Each waits at one write, as many at a time as the operator has hands for; then it is killed, until all have waited."""
        chosen = self._ordered(product(writes, act.kills), rest)
        for what in about_all:
            self._all.order(self._all.coming(what), act.kills[0])
        waiting = [story for story in self.company.proxy.stories.values() if {*story.faults} & {*KILLS}]
        self._begin(act, chosen)
        while self._held(waiting):
            self.company.kill_and_start_again()
            waiting = [story for story in waiting if story.faults]
        for story in waiting:
            story.faults.clear()  # written a second time in the rehearsals only, so it shall not happen later

    def _held(self, waiting: Sequence[Story]) -> bool:
        """Whether some wait for their operator to be killed. One of each kind of write is waited for."""
        stories = self.company.proxy.stories.values()
        self._rest(lambda still: any(story.held for story in waiting) and still > PAUSE_SECONDS)
        met = {one for story in stories for one in story.met}
        missed = {(story.at.what, fault) for story in waiting if story.at is not None for fault in story.faults} - met
        if missed and not any(story.held for story in waiting):
            eventually(lambda: any(story.held for story in waiting), f"{missed} come up", LONGEST_SECONDS)
        gone = [story.at for story in waiting if story.held == bool(story.faults)]
        assert not gone, f"the operator gave up waiting for an answer to {gone}"
        return any(story.held for story in waiting)

    def _leave(self, act: Act, rest: Iterator[Tenant]) -> None:
        """The API server is away for a moment, and then for so long that the operator ends by itself."""
        self._leave_at(act, next(rest), QUOTA_STATUS, lambda operator: operator.says(UNHEARD))
        self._leave_at(act, next(rest), DECISION, lambda operator: operator.ended())
        self.company.start_again()

    def _leave_at(self, act: Act, made: Tenant, write: Write, long_enough: Callable[[OperatorProcess], bool]) -> None:
        story, operator = self.company.proxy.stories[made.name], self.company.running
        story.order(write, Fault.AWAY)
        act.begin(self.company, made)
        eventually(lambda: story.met, f"the API server goes away at {write}")
        eventually(lambda: long_enough(operator), "the operator notices that the API server is away", LONGEST_SECONDS)
        self.company.proxy.come_back()

    def _end(self, first: str) -> dict[str, State]:
        """How all stand at rest; who is behind is waited for."""
        until = time.monotonic() + LONGEST_SECONDS
        while True:
            self._rest()
            found = states(self.company.desk.admin, self._names)
            if all(one == found[first] for one in found.values()) or time.monotonic() > until:
                return found

    def _ordered(self, faults: Iterator[tuple[Write, Fault]], rest: Iterator[Tenant]) -> list[Tenant]:
        """One tenant for each, with whom that is to go wrong."""
        chosen = []
        for write, fault in faults:
            made = next(rest, None)
            assert made is not None, (
                f"there are more writes by now: give the drill more than {len(self._names)} tenants"
            )
            self.company.proxy.stories[made.name].order(write, fault)
            chosen.append(made)
        return chosen

    def _rest(self, enough: Callable[[float], bool] = lambda still: False) -> None:
        """Until nothing was written about anybody for a while, or it is enough that nothing was for so many seconds."""
        stories = self.company.proxy.stories
        quiet = Quiet(lambda: sum(len(story.seen) + len(story.met) for story in stories.values()))
        try:
            eventually(
                lambda: enough(still := quiet.seconds()) or still > QUIET_SECONDS, "all is quiet", LONGEST_SECONDS
            )
        except AssertionError as error:
            last = {name: str(story.seen[-1]) for name, story in stories.items() if story.seen}
            raise AssertionError(f"{error}; the last writes: {last}") from None


@dataclass
class Quiet:
    """How long a number has stood still."""

    count: Callable[[], int]
    last: int = -1
    since: float = 0.0

    def seconds(self) -> float:
        """Ask often."""
        now = self.count()
        if now != self.last:
            self.last, self.since = now, time.monotonic()
        return time.monotonic() - self.since


def _common(stories: Sequence[Sequence[Write]]) -> list[Write]:
    """Writes that are in every story, in the order of the first. What is written a third time is written as the second."""
    return [write for write in stories[0] if write.number < 3 and all(write in story for story in stories)]
