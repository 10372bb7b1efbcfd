"""Committee and admin get one message a day with all that has come to wait for them, and each matter once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tenure.control import digest
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import Served
from unit.build import DEFAULT, Body, allocation_body, at, organization, programme, project, review_body, used
from unit.receivers import Received, mail_server, webhook
from unit.world import World, body_of

TERM = "2026-07-01 2027-06-30"
COMMITTEE: Body = {"urlFile": "committee", "to": "Committee", "language": "en"}
HANDED_IN = {"plan": {"summary": "Train the next model."}}
NAMES = ("first-2026", "second-2026")


@pytest.fixture
def hook() -> Iterator[Received]:
    with webhook() as found:
        yield found


def rules(*channels: Body) -> Manifest:
    return body_of(programme(DEFAULT, channels=list(channels)))


def waiting(name: str, **verdict: str) -> Body:
    """A review at 31 % with a plan that is in."""
    body = review_body(name, "2026-Q3", used(31, devices=4), planSubmittedAt="2026-10-05T00:00:00Z")
    return {**body, "spec": {**body["spec"], **HANDED_IN, **({"verdict": verdict} if verdict else {})}}


def centre(folder: Path, url: str, *names: str, channel: Body = COMMITTEE) -> World:
    """Some allocations whose plans wait for the committee."""
    (folder / "committee").write_text(url)
    world = World("2026-10-11", rules(channel), *map(award, names), channels=folder)
    world.settle()
    world.put(*map(waiting, names))
    world.tell()
    return world


def award(name: str) -> Body:
    return allocation_body(name, TERM, NAMES.index(name), devices=4, inUseSince="2026-07-01")


def due(world: World, earlier: int = 0) -> str:
    """The day on which the first verdict is due, or some days before."""
    dates = world.live("Review", "first-2026-2026-q3", "vision")["status"]["dates"]
    return str(date.fromisoformat(dates["verdictDue"]) - timedelta(days=earlier))


def told(world: World) -> set[str]:
    return set(world.live("Project", "vision")["status"].get("told", {}))


def about_verdicts(world: World) -> set[str]:
    return {record.split("/")[2] for record in told(world) if "/verdict-due/" in record}


def test_all_that_waits_goes_into_one_message_and_is_recorded_one_by_one(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, *NAMES)
    assert hook.messages == []
    world.gather()
    [(title, text)] = hook.messages
    assert title == "Tenure: 2 matters wait for the committee"
    for name in NAMES:
        assert f"- {name}: the committee's verdict is due on {due(world)}\n" in text
    assert "kubectl tenure decide" in text
    assert "Asia/Seoul" in text
    assert about_verdicts(world) == {f"{name}-2026-q3" for name in NAMES}


def test_nothing_is_in_two_digests_not_even_of_another_leader(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, *NAMES)
    world.gather()
    world.start()
    world.gather()
    world.turn_to("2026-10-11")
    world.gather()
    assert len(hook.messages) == 1
    world.turn_to(due(world, earlier=3))
    world.gather()
    assert len(hook.messages) == 2
    assert "is still awaited" in hook.messages[1][1]


def test_what_comes_after_the_digest_of_a_day_is_in_that_of_the_next(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, "first-2026")
    world.gather()
    world.put(award("second-2026"))
    world.settle()
    world.put(waiting("second-2026"))
    world.gather()
    assert len(hook.messages) == 1
    world.turn_to(due(world, earlier=3))
    world.gather()
    [(first, _), (title, text)] = hook.messages
    assert (first.split(":")[0], title) == ("first-2026", "Tenure: 2 matters wait for the committee")
    assert "- first-2026:" in text
    assert "- second-2026:" in text


def test_no_digest_comes_before_the_morning_of_the_programmes_zone(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, *NAMES)
    for hour, count in ((0, 0), (8, 0), (9, 1)):
        world.clock.instant = at("2026-10-11", hour)
        world.gather()
        assert len(hook.messages) == count


def test_what_is_alone_is_told_in_its_own_words(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, "first-2026")
    world.gather()
    [(title, text)] = hook.messages
    assert title == f"first-2026: the committee's verdict is due on {due(world)}"
    assert "the plan is in and is to be judged" in text


def test_what_is_settled_before_the_digest_is_not_in_it(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, hook.url, *NAMES)
    world.put(waiting("first-2026", plan="Adequate", by="chair@x"))
    world.gather()
    assert [title.split(":")[0] for title in hook.titles] == ["second-2026"]


def test_a_digest_that_is_not_taken_is_tried_again_and_no_cut_waits_for_it(tmp_path: Path, hook: Received) -> None:
    hook.refuses = True
    world = centre(tmp_path, hook.url, *NAMES)
    world.gather()
    world.settle()
    said = world.condition("Told", "vision", "Project")
    assert said["reason"] == "NotTaken"
    assert "committee" in said["message"]
    assert "cut" not in said["message"]
    hook.refuses = False
    world.clock.instant += timedelta(hours=2)
    world.gather()
    world.settle()
    assert hook.titles == ["Tenure: 2 matters wait for the committee"]
    said = world.condition("Told", "vision", "Project")
    assert said["reason"] == "Told"


def test_a_record_that_cannot_be_written_is_written_later_and_the_digest_not_sent_twice(
    tmp_path: Path, hook: Received
) -> None:
    world = centre(tmp_path, hook.url, *NAMES)
    world.server.refuses["merge"] = ApiError(500, "busy", "/")
    with pytest.raises(ApiError):
        world.gather()
    world.server.refuses.clear()
    world.services.tell("vision")
    for day in ("2026-10-11", "2026-10-12"):
        world.turn_to(day)
        world.gather()
    assert len(hook.messages) == 1
    assert about_verdicts(world) == {f"{name}-2026-q3" for name in NAMES}


def test_a_project_that_is_looked_at_while_another_is_recorded_is_not_told_again(
    tmp_path: Path, hook: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest of a hundred projects is recorded one by one, and other workers go on meanwhile."""
    world = centre(tmp_path, hook.url, "first-2026")
    rival = (body_of(organization("rival")), body_of(project("speech", "rival")))
    world.put(*rival, {**award("second-2026"), "spec": {**award("second-2026")["spec"], "project": "speech"}})
    world.settle()
    second = waiting("second-2026")
    world.put({**second, "metadata": {**second["metadata"], "namespace": "speech"}})
    world.tell()
    write = world.server.merge

    async def slowly(served: Served, namespace: str, name: str, body: Manifest, part: str = "") -> Manifest:
        if "told" in body.get("status", {}):
            monkeypatch.setattr(world.server, "merge", write)
            await world.look_at("speech")
            await world.look_at("vision")
        return await write(served, namespace, name, body, part)

    monkeypatch.setattr(world.server, "merge", slowly)
    world.gather()
    world.turn_to("2026-10-12")
    world.gather()
    assert [title for title in hook.titles if "2 matters" in title] == hook.titles
    assert len(hook.titles) == 1


def test_a_digest_is_a_mail_in_korean_as_well(tmp_path: Path) -> None:
    with mail_server() as mail:
        world = centre(tmp_path, mail.url, *NAMES, channel={**COMMITTEE, "language": "ko"})
        world.gather()
    [(title, text)] = mail.messages
    assert title == "[Tenure] 위원회 처리 대기 2건"
    assert f"- [second-2026] 위원회 판정 기한: {due(world)}" in text.replace("\r\n", "\n")


def test_the_number_of_a_digest_is_that_of_its_matters(tmp_path: Path, hook: Received) -> None:
    """However they are ordered, and by whom it is sent."""
    world = centre(tmp_path, hook.url, *NAMES)
    found = world.digest("en/committee")
    turned = {name: dict(reversed(wanted.items())) for name, wanted in found.items()}
    assert digest.message(found) == digest.message(turned)
