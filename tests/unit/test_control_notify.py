"""Mail and webhooks in a small centre with real receivers: sent, tried again, recorded, and a cut that waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tenure.control.kube import ApiError, Manifest
from tenure.rules.occasions import REMIND_DAYS
from unit.build import DEFAULT, Body, allocation_body, programme, project, review_body, used
from unit.receivers import Received, mail_server, webhook
from unit.world import World, body_of

YEAR = allocation_body(term="2026-07-01 2027-06-30", inUseSince="2026-07-01")
LOW = review_body("vision-2026", "2026-Q3", used(31))
"""A quarter at 31 %: without a plan it is reduced from 8 to 4 devices."""
TENANT: Body = {"urlFile": "tenant-{project}", "to": "Tenant", "language": "en"}
NOTICE = "vision-2026: notice of a reduction from 8 to 4 devices, not before 2026-11-07"


@pytest.fixture
def hook() -> Iterator[Received]:
    with webhook() as found:
        yield found


@pytest.fixture
def mail() -> Iterator[Received]:
    with mail_server() as found:
        yield found


def rules(*channels: Body, **spec: Any) -> Manifest:
    return body_of(programme(DEFAULT, channels=list(channels), **spec))


def centre(folder: Path, *channels: Body, url: str = "", today: str = "2026-10-31", **spec: Any) -> World:
    """vision used 31 % of a quarter that is over, and there is no plan."""
    if url:
        (folder / "tenant-vision").write_text(f"# of the company\n{url}\n")
    world = World(today, rules(*channels, **spec), YEAR, channels=folder)
    world.settle()
    world.put(LOW)
    world.tell()
    return world


def restarted(world: World, day: str) -> None:
    """Another replica leads from that day on."""
    world.turn_to(day)
    world.start()
    world.tell()


def conditions(world: World, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    return {c["type"]: c for c in world.live(kind, name, namespace)["status"]["conditions"]}


def noticed(world: World) -> str:
    reason: str = conditions(world, "Review", "vision-2026-2026-q3", "vision")["Noticed"]["reason"]
    return reason


def told(world: World) -> set[str]:
    return set(world.live("Project", "vision")["status"].get("told", {}))


def cuts(world: World) -> list[tuple[str, str]]:
    return [(spec.kind, str(spec.effective)) for spec in world.decisions.values() if spec.review == "2026-Q3"]


def about_the_cut(box: Received) -> list[str]:
    return [title for title in box.titles if "notice of" in title]


def test_without_channels_nothing_is_sent_and_notice_is_given_at_once(tmp_path: Path) -> None:
    world = centre(tmp_path)
    assert noticed(world) == "Given"
    assert told(world) == set()
    assert "Told" not in conditions(world, "Project", "vision")
    restarted(world, "2026-11-07")
    assert cuts(world) == [("Reduce", "2026-11-07")]


def test_channels_to_others_hold_up_no_cut(tmp_path: Path) -> None:
    """Neither the committee's nor the admin's broken address is in the tenant's favour or disfavour."""
    world = centre(tmp_path, {**TENANT, "to": "Committee"}, {**TENANT, "to": "Admin"})
    assert noticed(world) == "Given"


def test_notice_is_sent_once_and_recorded_and_its_days_run_from_then(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, TENANT, url=hook.url)
    assert about_the_cut(hook) == [NOTICE]
    assert "tenant-{project}.en/notice/vision-2026-2026-q3/Reduce-8-4" in told(world)
    assert noticed(world) == "Given"
    assert conditions(world, "Project", "vision")["Told"]["status"] == "True"
    for day in ("2026-11-01", "2026-11-06"):
        restarted(world, day)
    assert about_the_cut(hook) == [NOTICE]
    assert cuts(world) == []
    restarted(world, "2026-11-07")
    assert cuts(world) == [("Reduce", "2026-11-07")]
    assert hook.titles[-1] == "vision-2026: 4 devices from 2026-11-07 on"
    sent = list(hook.titles)
    restarted(world, "2026-11-08")
    assert hook.titles == sent


def test_a_cut_waits_until_the_tenant_was_told(tmp_path: Path, hook: Received) -> None:
    """The address is down for weeks: nothing is taken, the admin is told what to do, and the days run from the delivery."""
    hook.refuses = True
    world = centre(tmp_path, TENANT, url=hook.url)
    restarted(world, "2026-11-20")
    assert noticed(world) == "BeingTold"
    assert cuts(world) == []
    assert world.quota() == 8
    failing = conditions(world, "Project", "vision")["Told"]
    assert (failing["status"], failing["reason"]) == ("False", "NotTaken")
    assert "tenant-vision" in failing["message"]
    assert "programme default" in failing["message"]
    assert hook.url not in failing["message"]
    hook.refuses = False
    restarted(world, "2026-11-21")
    assert noticed(world) == "Given"
    assert len(about_the_cut(hook)) == 1
    assert conditions(world, "Project", "vision")["Told"]["status"] == "True"
    restarted(world, "2026-11-27")
    assert cuts(world) == []
    restarted(world, "2026-11-28")
    assert cuts(world) == [("Reduce", "2026-11-28")]


def test_an_address_that_is_down_is_tried_again_by_the_same_process_after_a_pause(
    tmp_path: Path, hook: Received
) -> None:
    hook.refuses = True
    world = centre(tmp_path, TENANT, url=hook.url)
    hook.refuses = False
    world.services.tell("vision")
    world.tell()
    assert hook.titles == []  # its pause is not over
    world.turn_to("2026-11-01")
    world.tell()
    assert len(about_the_cut(hook)) == 1


def test_every_channel_to_the_tenant_has_to_take_it(tmp_path: Path, hook: Received, mail: Received) -> None:
    (tmp_path / "mail").write_text(mail.url)
    mail.refuses = True
    world = centre(tmp_path, TENANT, {"urlFile": "mail", "to": "Tenant", "language": "ko"}, url=hook.url)
    assert len(about_the_cut(hook)) == 1
    assert noticed(world) == "BeingTold"
    mail.refuses = False
    restarted(world, "2026-11-10")
    assert noticed(world) == "Given"
    assert len(about_the_cut(hook)) == 1
    assert [title for title in mail.titles if "예고" in title] == [
        "[vision-2026] 축소 예고: 8개에서 4개로, 2026-11-17 이후"
    ]
    assert any("이의를 제기할 수 있습니다" in text for _, text in mail.messages)


def test_a_channel_that_the_admin_removes_holds_up_nothing(tmp_path: Path) -> None:
    world = centre(tmp_path, TENANT)
    assert "is not in the folder" in conditions(world, "Project", "vision")["Told"]["message"]
    assert noticed(world) == "BeingTold"
    world.put(rules())
    world.turn_to("2026-11-02")
    world.tell()
    assert noticed(world) == "Given"
    assert "Told" not in conditions(world, "Project", "vision")


def test_nothing_is_sent_in_mode_observe(tmp_path: Path, hook: Received) -> None:
    centre(tmp_path, TENANT, url=hook.url, mode="Observe")
    assert hook.titles == []


def test_nothing_is_sent_for_a_project_that_is_left_alone(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, TENANT, url=hook.url)
    sent = list(hook.titles)
    world.put(body_of(project(manage=False)))
    restarted(world, "2026-12-20")
    assert hook.titles == sent


def test_a_record_that_cannot_be_written_is_written_later_and_nothing_is_sent_twice(
    tmp_path: Path, hook: Received
) -> None:
    hook.refuses = True
    world = centre(tmp_path, TENANT, url=hook.url)
    hook.refuses = False
    world.turn_to("2026-11-02")
    world.hold_reviews()
    world.server.refuses["merge"] = ApiError(500, "busy", "/")
    with pytest.raises(ApiError):
        world.tell()
    sent = list(hook.titles)
    assert sent
    world.server.refuses.clear()
    world.services.tell("vision")
    world.tell()
    assert hook.titles[: len(sent)] == sent
    assert len(set(hook.titles)) == len(hook.titles)
    assert any("notice" in key for key in told(world))


def test_killed_between_sending_and_recording_it_is_sent_once_more_with_the_same_number(
    tmp_path: Path, hook: Received
) -> None:
    """At least once: the other way round a cut could come to somebody who was never told."""
    (tmp_path / "tenant-vision").write_text(hook.url)
    world = World("2026-10-31", rules(TENANT), YEAR, channels=tmp_path)
    world.settle()
    world.put(LOW)
    world.hold_reviews()
    world.server.refuses["merge"] = ApiError(0, "the process is gone", "/")
    with pytest.raises(ApiError):
        world.tell()
    world.server.refuses.clear()
    restarted(world, "2026-10-31")
    restarted(world, "2026-10-31")
    first, again = hook.messages[0], next(one for one in hook.messages[1:] if one[0] == hook.messages[0][0])
    assert first == again
    assert len(hook.messages) == len(set(hook.messages)) + 1
    assert noticed(world) == "Given"


def test_an_award_whose_programme_is_misspelt_silences_no_other(tmp_path: Path, hook: Received) -> None:
    """What was told of it before stays on record, so that it is not told again once the name is right."""
    second = allocation_body("second-2026", devices=4, programme="defualt", created=1)
    (tmp_path / "tenant-vision").write_text(hook.url)
    world = World("2026-10-31", rules(TENANT), YEAR, second, channels=tmp_path)
    world.settle()
    world.put(LOW)
    world.tell()
    assert about_the_cut(hook) == [NOTICE]
    assert noticed(world) == "Given"
    sent, award = list(hook.titles), world.live("Allocation", "vision-2026")
    for name in ("defualt", "default"):
        world.put({**award, "spec": {**award["spec"], "programme": name}})
        world.tell()
    assert hook.titles == sent


def test_a_programme_whose_time_zone_is_misspelt_breaks_nothing(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, TENANT, url=hook.url)
    sent = list(hook.titles)
    world.put(rules(TENANT, timeZone="Asia/Soeul"))
    world.tell()
    world.put(rules(TENANT))
    world.tell()
    assert hook.titles == sent


@pytest.mark.parametrize("meanwhile", [rules(TENANT, mode="Observe"), rules()], ids=["Observe", "no channel"])
def test_what_was_told_is_not_told_again_after_a_change_of_the_programme_and_back(
    tmp_path: Path, hook: Received, meanwhile: Manifest
) -> None:
    (tmp_path / "tenant-vision").write_text(hook.url)
    world = World("2026-10-31", rules(TENANT), YEAR, channels=tmp_path)
    world.settle()
    world.decided("2026-Q3", "Reduce", 4, "2026-10-25", of="vision-2026")
    world.tell()
    assert hook.titles == ["vision-2026: 4 devices from 2026-10-25 on"]
    for programme_ in (meanwhile, rules(TENANT)):
        world.put(programme_)
        restarted(world, "2026-11-01")
    assert hook.titles == ["vision-2026: 4 devices from 2026-10-25 on"]


def test_a_project_that_is_made_anew_is_told_anew(tmp_path: Path, hook: Received) -> None:
    world = centre(tmp_path, TENANT, url=hook.url)
    namesake = world.live("Project", "vision")
    world.remove("Project", "vision")
    world.tell()
    world.put({**namesake, "metadata": {"name": "vision", "uid": "another"}, "status": {}})
    world.tell()
    assert len(about_the_cut(hook)) == 2


def test_what_stands_no_more_is_forgotten_and_told_anew_if_it_comes_back(tmp_path: Path, hook: Received) -> None:
    """The committee decides otherwise and takes that back: the second notice is another one, and is told."""
    world = centre(tmp_path, TENANT, url=hook.url)
    live = world.live("Review", "vision-2026-2026-q3", "vision")
    verdict = {"confirms": "Revoke", "by": "chair@x"}
    world.put({**live, "spec": {**live["spec"], "verdict": verdict}})
    world.tell()
    assert noticed(world) == "NotYet"
    assert not any("notice" in key for key in told(world))
    live = world.live("Review", "vision-2026-2026-q3", "vision")
    world.put({**live, "spec": {key: value for key, value in live["spec"].items() if key != "verdict"}})
    world.turn_to("2026-11-03")
    world.tell()
    assert len(about_the_cut(hook)) == 2


def test_a_plan_is_asked_for_by_mail(tmp_path: Path, mail: Received) -> None:
    (tmp_path / "tenant-vision").write_text(mail.url)
    world = World("2026-09-20", rules(TENANT), YEAR, channels=tmp_path)
    world.tell()
    due = world.live("Review", "vision-2026-2026-q3", "vision")["status"]["dates"]["planDue"]
    for day in ("2026-09-30", "2026-10-01", "2026-10-02"):
        restarted(world, day)
    asked = [title for title in mail.titles if "plan" in title and "2026-Q3" not in title]
    assert asked[0] == f"vision-2026: the plan for the next quarter is due on {due}"
    assert len(asked) == len(set(asked)) <= 2
    assert REMIND_DAYS == 3


def test_the_last_notice_before_data_is_deleted_waits_for_the_channels_too(tmp_path: Path, hook: Received) -> None:
    """R3: the day of deletion moves on until the tenant was told, and then it stands."""
    (tmp_path / "tenant-vision").write_text(hook.url)
    ends = {"afterRetention": "Delete", "retentionDays": 30, "finalNoticeDays": 7}
    award = allocation_body(storage="20T")
    world = World("2026-08-15", rules(TENANT, storage=ends), award, channels=tmp_path)
    world.server.rights.add("delete persistentvolumeclaims")
    world.tell()
    hook.refuses = True
    for day in ("2027-01-29", "2027-02-20"):
        restarted(world, day)
        assert ("PersistentVolumeClaim", "vision", "vision-2026-data") in world.server.objects
    world.server.log.clear()
    world.services.project("vision")
    world.tell()
    assert world.server.log == []  # the day moves on once a day, not with each run
    hook.refuses = False
    restarted(world, "2027-02-21")
    assert "vision-2026: the data is deleted on 2027-02-28" in hook.titles
    restarted(world, "2027-02-27")
    assert ("PersistentVolumeClaim", "vision", "vision-2026-data") in world.server.objects
    restarted(world, "2027-02-28")
    assert ("PersistentVolumeClaim", "vision", "vision-2026-data") not in world.server.objects
    assert len([title for title in hook.titles if "data is deleted" in title]) == 1


def test_the_end_for_want_of_evidence_waits_for_the_channels_too(tmp_path: Path) -> None:
    """R21: the grant does not end while the tenant's address takes no notice."""
    promise = {"kind": "Relocation", "text": "We move.", "evidenceDue": "2026-08-20"}
    award = allocation_body(term="2026-07-01 2027-06-30", inUseSince="2026-07-01", promise=promise)
    world = World("2026-08-01", rules(TENANT), award, channels=tmp_path)
    world.tell()
    for day in ("2026-08-25", "2026-09-10", "2026-09-25"):
        restarted(world, day)
    assert conditions(world, "Relocation", "vision-2026-relocation", "vision")["Noticed"]["reason"] == "BeingTold"
    assert "PromiseUnproven" not in {spec.kind for spec in world.decisions.values()}
    world.put(rules())
    for day in ("2026-09-26", "2026-10-03"):
        restarted(world, day)
    assert "PromiseUnproven" in {spec.kind for spec in world.decisions.values()}
