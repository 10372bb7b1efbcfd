"""One message a day for each address of the committee and the admin, with all that has come to wait for them.

A quarter's end would else send one mail for each of a hundred reviews.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tenure.api import Project
from tenure.control.post import Post
from tenure.control.queue import Key
from tenure.control.sent import Sent
from tenure.control.services import Services
from tenure.control.told import Wanted
from tenure.rules.occasions import message_id
from tenure.rules.texts import Message, gathered, written

LOG = logging.getLogger("tenure.digest")
GATHER_SECONDS = 600.0
"""For which matters are gathered at least, so that those of one moment go into one message."""
MORNING = time(9)
"""Before which no digest is sent, in the programme's zone."""


class Digests:
    """What waits to be told to the committee and the admin, by project."""

    def __init__(self, services: Services, post: Post, sent: Sent) -> None:
        self._s = services
        self._post = post
        self._sent = sent
        self._waiting: dict[str, Mapping[str, Wanted]] = {}
        self._last: dict[str, date] = {}
        """Address -> the day of its last digest, of this process. One that has just begun to lead sends what is new."""

    def wait(self, project: str, wanted: Mapping[str, Wanted]) -> None:
        """All that waits of a project, by record, in place of what was known."""
        self._waiting[project] = wanted
        if not wanted:
            del self._waiting[project]
        for address in sorted({one.address for one in wanted.values()}):
            self._s.tellings.add(Key("digest", address), GATHER_SECONDS)

    async def reconcile(self, address: str) -> None:
        """Send what waits for an address, if it is time. Raises ApiError where a record cannot be written yet."""
        found = self.of(address)
        if not found:
            return
        first = next(iter(next(iter(found.values())).values()))
        zone = ZoneInfo(first.occasion.fields["zone"])
        pause = max(self._post.pause(first.file), self._until(address, zone))
        if pause <= 0:
            if await self._post.taken(first.file, message(found)):
                self._last[address] = self._s.clock.now().astimezone(zone).date()
                await self._record(address, found)
                return
            self._told(found)
            pause = self._post.pause(first.file)
        self._s.tellings.add(Key("digest", address), pause + 1)

    def of(self, address: str) -> dict[str, dict[str, Wanted]]:
        """Project -> record -> what waits for the address."""
        found: dict[str, dict[str, Wanted]] = {}
        for project, wanted in sorted(self._waiting.items()):
            mine = {key: one for key, one in wanted.items() if one.address == address}
            if mine:
                found[project] = mine
        return found

    def _until(self, address: str, zone: ZoneInfo) -> float:
        """Seconds until the next digest may be sent: in the morning, and once a day."""
        now = self._s.clock.now()
        today = now.astimezone(zone).date()
        day = today + timedelta(days=self._last.get(address) == today)
        return (datetime.combine(day, MORNING, zone) - now).total_seconds()

    async def _record(self, address: str, found: Mapping[str, Mapping[str, Wanted]]) -> None:
        """All is remembered before anything is written: no other run may take it for new meanwhile."""
        LOG.info("%s was told %s of %d projects.", address, sum(map(len, found.values())), len(found))
        there = [project for name in found if (project := self._s.cache.one(Project, name)) is not None]
        for project in there:
            self._sent.remember(project, found[project.name])
        self._told(found)
        for project in there:
            await self._sent.save(project)

    def _told(self, projects: Iterable[str]) -> None:
        """Their condition Told is worked out anew; what is sent waits no more, and is recorded if it is not yet."""
        for project in projects:
            self._s.tell(project)


def message(found: Mapping[str, Mapping[str, Wanted]]) -> Message:
    """The digest; what is alone is told in its own words. The number is the same for the same matters."""
    every = [(project, one) for project, wanted in found.items() for one in wanted.values()]
    project, first = every[0]
    if len(every) == 1:
        return written(first.occasion, first.channel.language, message_id(project, first.record))
    number = message_id("", *sorted(message_id(project, one.record) for project, one in every))
    return gathered([one.occasion for _, one in every], first.channel.language, number)
