"""Telling people by mail or webhook: the tenant at once, the committee and the admin once a day, each of them once.

A record is written after its message was sent: a process that dies in between sends it again, with the same number. The
other way round a message could be lost, and something be taken from a tenant who was not told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence

from tenure.api import Project
from tenure.api.conditions import Said, find
from tenure.control.assess import Assessment, zone_day
from tenure.control.channels import file_of
from tenure.control.digest import Digests
from tenure.control.post import Post
from tenure.control.sent import Sent
from tenure.control.services import Services
from tenure.control.told import Wanted, record, to_tell
from tenure.rules.occasions import Occasion, message_id
from tenure.rules.texts import written

LOG = logging.getLogger("tenure.notify")


class Notifier:
    """Sends what stands to be told of a project and was not taken yet."""

    def __init__(self, services: Services, post: Post) -> None:
        self._s = services
        self._post = post
        self._sent = Sent(services.kube, services.cache, services.clock)
        self.digests = Digests(services, post, self._sent)

    async def reconcile(self, name: str) -> None:
        """One run over a project. Raises ApiError to be run again; what a channel does not take is tried later."""
        project = self._s.cache.one(Project, name)
        if project is None or not project.spec.manage:
            self.digests.wait(name, {})
            if project is None:
                self._sent.drop(name)
            return
        group = self._s.assessor.project(name)
        standing = {a.allocation.name: list(to_tell(self._s, a)) for a in group if self._legible(a)}
        wanted = {w.record: w for a in group for w in _wanted(project, a, standing.get(a.allocation.name, ()))}
        await self._tenant(project, wanted)
        if len(standing) == len(group):  # of what cannot be read nobody knows whether it still stands
            await self._sent.keep(project, {o.key for found in standing.values() for o in found})
        self._settle(project, group, wanted)

    def _legible(self, one: Assessment) -> bool:
        """Whether its rules are there, with a time zone in which there are days."""
        return one.programme is not None and zone_day(self._s.clock.now(), one.programme.spec.time_zone) is not None

    async def _tenant(self, project: Project, wanted: Mapping[str, Wanted]) -> None:
        for key, one in wanted.items():
            if one.channel.to != "Tenant" or key in self._sent.of(project):
                continue
            number = message_id(project.name, key)
            if await self._post.taken(one.file, written(one.occasion, one.channel.language, number)):
                LOG.info("%s was told %s as message %s.", project.name, key, number)
                self._sent.remember(project, [key])
                await self._sent.save(project)
            else:
                self._s.tell(project.name, self._post.pause(one.file) + 1)

    def _settle(self, project: Project, group: Sequence[Assessment], wanted: Mapping[str, Wanted]) -> None:
        """Say how it stands, and pass on what goes into the next digest."""
        told = self._sent.of(project)
        waiting = {key: one for key, one in wanted.items() if key not in told}
        self.digests.wait(project.name, {key: one for key, one in waiting.items() if one.channel.to != "Tenant"})
        late = [w for w in waiting.values() if w.channel.to == "Tenant" or self._post.down(w.file) is not None]
        self._say(project, self._said(late) if any(a.programme and a.programme.spec.channels for a in group) else None)
        if wanted.keys() & told.keys() - project.status.told.keys():
            self._s.review(project.name)  # the days of a notice begin

    def _say(self, project: Project, said: Said | None) -> None:
        """The condition Told of the project. It is written with the others."""
        self._s.telling[project.name] = said
        before = find(project.status.conditions, "Told")
        known = (before.reason, before.message) if before is not None else None
        if known != ((said.reason, said.message) if said is not None else None):
            self._s.project(project.name)

    def _said(self, waiting: Sequence[Wanted]) -> Said:
        if not waiting:
            return Said("Told", True, "Told", "Every channel has taken what there was to tell.")
        failing = {one.file: one for one in waiting}
        parts = [self._failing(one) for _, one in sorted(failing.items())]
        if any(one.channel.to == "Tenant" for one in waiting):
            parts.append(
                "Notice of a cut begins only once every channel to the tenant has taken it; until then no cut takes effect."
            )
        return Said("Told", False, "NotTaken", " ".join(parts))

    def _failing(self, wanted: Wanted) -> str:
        down = self._post.down(wanted.file)
        why = down.why if down is not None else "It is being tried."
        return (
            f"Channel {wanted.channel.url_file} to the {wanted.channel.to} has not taken {wanted.occasion.key}: {why} Correct "
            f"the address in the file {wanted.file}, or remove the channel from spec.channels of programme {wanted.programme}."
        )


def _wanted(project: Project, one: Assessment, standing: Sequence[Occasion]) -> Iterator[Wanted]:
    """What is to be told of an allocation, by channel."""
    if one.programme is None or one.programme.spec.mode == "Observe":
        return
    for occasion in standing:
        for channel in one.programme.spec.channels:
            if channel.to == occasion.to:
                file = file_of(channel, project)
                yield Wanted(channel, occasion, one.programme.name, file, record(channel, occasion))


def channels_said(services: Services, project: Project) -> Said | None:
    """The condition Told as it was last worked out, by whichever replica; None where there is no channel."""
    if project.name in services.telling:
        return services.telling[project.name]
    before = find(project.status.conditions, "Told")
    return Said("Told", before.status == "True", before.reason, before.message) if before is not None else None
