"""What becomes of data after a grant: months on the operator's clock, with restarts in between. Volumes are real objects."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import yaml
from harness.centre import ROOT, Centre

from .awards import ZONE, Tenant, accelerator, core, programme, storage_class, tenant, volume
from .client import Client, Manifest, RefusedError, eventually, gone
from .conftest import Operators
from .desk import Desk
from .untouched import LONG_ENOUGH

TERM = {"start": "2031-01-01", "end": "2031-03-31"}
LONGER = {"start": "2031-01-01", "end": "2031-06-30"}
CLAIMS = core("PersistentVolumeClaim", "")
RIGHT = list(yaml.safe_load_all((ROOT / "manifests/optional/delete-after-retention.yaml").read_text()))


def longer(made: Tenant) -> Manifest:
    return {**made.allocation, "spec": {**made.allocation["spec"], "term": LONGER}}


def test_the_right_is_what_the_optional_manifest_gives_and_nothing_more(desk: Desk) -> None:
    claims = core("PersistentVolumeClaim", "nothing", "default")
    role, binding = RIGHT
    assert (role["kind"], binding["kind"]) == ("ClusterRole", "ClusterRoleBinding")
    assert [(rule["resources"], rule["verbs"]) for rule in role["rules"]] == [
        (["persistentvolumeclaims"], ["delete"]),
        (["selfsubjectaccessreviews"], ["create"]),
    ]
    operator = desk.person("system:serviceaccount:tenure-system:tenure")
    with pytest.raises(RefusedError, match="cannot delete resource"):
        operator.delete(claims)
    desk.apply(*RIGHT)
    eventually(lambda: _not_found(operator, claims), "the right is there", 10)


def _not_found(operator: Client, claims: Manifest) -> bool:
    try:
        operator.delete(claims)
    except RefusedError as refusal:
        return refusal.status == 404
    return False


@dataclass(frozen=True)
class House:
    """Three tenants whose terms end on the same day, and the admin."""

    desk: Desk
    operators: Operators
    doomed: Tenant
    """Its programme deletes volumes."""
    extended: Tenant
    """So does this one's, but it gets a longer term during the notice."""
    kept: Tenant
    """Its programme keeps volumes."""
    since: str

    @property
    def all(self) -> tuple[Tenant, Tenant, Tenant]:
        return self.doomed, self.extended, self.kept

    def on(self, *when: int) -> None:
        """A new operator begins at that time; the one before is killed."""
        if self.operators.running is not None:
            self.operators.running.kill()
        self.operators.at(datetime(2031, *when, tzinfo=ZONE))  # type: ignore[arg-type,misc]

    def say(self, *reasons: str) -> list[str]:
        """What is said of the data of each tenant, once it is this."""
        said = zip(self.all, reasons, strict=True)
        return [self.desk.await_reason(one.allocation, "DataKept", word)["message"] for one, word in said]

    def deleted(self) -> set[str]:
        """Which of their claims anybody has asked to delete, ever since the beginning."""
        mine = {one.name for one in self.all}
        going = [change["object"]["metadata"] for change in self.desk.admin.changes(CLAIMS, self.since)]
        return {meta["name"] for meta in going if meta["namespace"] in mine and "deletionTimestamp" in meta}

    def announced(self, made: Tenant) -> str | None:
        meta = self.desk.admin.read(made.claim())["metadata"]
        found: str | None = meta.get("annotations", {}).get("tenure.dev/deletion-announced")
        return found


@pytest.fixture(scope="module")
def house(centre: Centre, operators: Operators) -> Iterator[House]:
    desk = Desk.at(centre.plane)
    since = desk.admin.list(CLAIMS)["metadata"]["resourceVersion"]
    name = desk.name("house")
    rules = {"className": name, "retentionDays": 30, "finalNoticeDays": 7}
    keeps = programme(f"{name}-keeps", storage=rules)
    deletes = programme(f"{name}-deletes", storage={**rules, "afterRetention": "Delete"})
    words = {"doomed": deletes, "extended": deletes, "kept": keeps}
    made = {
        word: tenant(f"{name}-{word}", accelerator=name, devices=2, term=TERM, programme=of["metadata"]["name"])
        for word, of in words.items()
    }
    desk.apply(storage_class(name), *(volume(one.name, name) for one in made.values()))
    desk.apply(keeps, deletes, accelerator(name, capacity=8), *(part for one in made.values() for part in one.all))
    yield House(desk, operators, since=since, **made)
    for manifest in RIGHT:
        if desk.live(manifest):
            desk.admin.delete(manifest)
    operators.stop()
    desk.clear()


def test_months_after_the_end(house: House) -> None:
    """One story, since each part needs what was before it."""
    desk, doomed = house.desk, house.doomed
    house.on(3, 30, 12)
    desk.await_ready(*house.all)
    for one in house.all:
        eventually(lambda one=one: desk.admin.read(one.claim())["status"].get("phase") == "Bound", "a volume is bound")  # type: ignore[misc]
        assert not desk.says(one.allocation, "DataKept")
    # Any volume of the class may have been bound to it.
    volume_of_doomed = core("PersistentVolume", desk.admin.read(doomed.claim())["spec"]["volumeName"])

    house.on(4, 2, 9)
    for message in house.say("Kept", "Kept", "Kept"):
        assert "The data is kept until 2031-04-30" in message
    notes = desk.admin.read(doomed.quota())["metadata"]["annotations"]
    assert notes["tenure.dev/data-kept-until"] == "2031-04-30"

    house.on(4, 24, 9)
    [no_right, *_] = house.say("NoRight", "NoRight", "Kept")
    assert "manifests/optional/delete-after-retention.yaml" in no_right
    assert house.announced(doomed) is None

    for manifest in RIGHT:
        desk.admin.apply(manifest)
    house.on(4, 24, 15)
    [message, *_] = house.say("DeletionAnnounced", "DeletionAnnounced", "Kept")
    assert f"{doomed.name}-data and its data are deleted on 2031-05-01" in message
    assert house.announced(doomed) == "2031-05-01"
    assert [e["message"] for e in desk.events(doomed.name, "DeletionAnnounced")] == [message]
    assert desk.person(doomed.member).read(doomed.claim())["metadata"]["annotations"]["tenure.dev/deletion-announced"]

    house.on(4, 28, 9)
    desk.apply(longer(house.extended))
    desk.await_reason(longer(house.extended), "Admitted", "Admitted")
    eventually(lambda: house.announced(house.extended) is None, "the notice is taken back")
    desk.await_reason(doomed.allocation, "DataKept", "DeletionAnnounced")

    house.on(4, 30, 18)
    desk.await_reason(doomed.allocation, "DataKept", "DeletionAnnounced")
    time.sleep(LONG_ENOUGH)
    assert house.deleted() == set()
    house.on(5, 1, 0, 1)
    desk.await_reason(doomed.allocation, "DataKept", "Deleted")
    eventually(lambda: gone(desk.admin, doomed.claim()), "the claim goes")
    desk.await_reason(house.kept.allocation, "DataKept", "RetentionOver")
    assert house.deleted() == {f"{doomed.name}-data"}
    eventually(lambda: desk.admin.read(volume_of_doomed)["status"]["phase"] == "Released", "its volume is kept")

    house.on(9, 1, 9)
    desk.await_reason(house.extended.allocation, "DataKept", "DeletionAnnounced")
    house.on(9, 2, 9)
    assert desk.await_reason(doomed.allocation, "DataKept", "Deleted")
    assert house.announced(house.extended) == "2031-09-08"
    assert house.deleted() == {f"{doomed.name}-data"}
    assert gone(desk.admin, doomed.claim()), "no empty claim is made in its place"
