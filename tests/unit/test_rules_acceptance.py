"""R1, R4, R13: what an award must fit to be accepted, and the sentence it is refused with."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api import Allocation, Organization
from tenure.rules.acceptance import Award, Refusal, organization_cap, refusal
from unit.build import A100, ACCELERATORS, AICA, DEFAULT, allocation, organization, programme, project

T4 = ACCELERATORS["t4-16gb"]


def award(of: Allocation | None = None, *earlier: Allocation, **there: Any) -> Award:
    """A complete award, with what is named replaced or taken away."""
    given = of or allocation()
    parts = {"project": project(), "organization": organization(), "programme": DEFAULT, "accelerator": A100}
    return Award(given, **{**parts, **there}, earlier=earlier)


def said(found: Refusal | None) -> str:
    return found.reason if found is not None else "Accepted"


@pytest.mark.parametrize(
    ("there", "reason", "words"),
    [
        pytest.param({}, "Accepted", "", id="R1 complete"),
        pytest.param({"project": None}, "UnknownProject", "There is no Project vision yet.", id="R1 no project yet"),
        pytest.param(
            {"organization": None},
            "UnknownOrganization",
            "There is no Organization hanbit yet.",
            id="R4 no organization",
        ),
        pytest.param(
            {"programme": None}, "UnknownProgramme", "There is no Programme default yet.", id="R13 no programme yet"
        ),
        pytest.param(
            {"accelerator": None},
            "UnknownAccelerator",
            "There is no Accelerator a100-40gb yet.",
            id="R1 no accelerator",
        ),
        pytest.param(
            {"project_refusal": Refusal("NamespaceNotOurs", "It is another's.")},
            *("ProjectNotAccepted", "Project vision is not accepted: It is another's."),
            id="R1 the project itself is refused",
        ),
        pytest.param(
            {"project": None, "organization": None, "programme": None, "accelerator": None},
            *("UnknownProject", ""),
            id="R1 the first objection is told",
        ),
    ],
)
def test_what_has_to_be_there(there: dict[str, Any], reason: str, words: str) -> None:
    found = refusal(award(**there))
    assert said(found) == reason
    assert words in (found.message if found is not None else "")


@pytest.mark.parametrize(
    ("devices", "reason"),
    [
        pytest.param(8, "Accepted", id="R1 A100 8"),
        pytest.param(4, "Accepted", id="R1 A100 4"),
        pytest.param(3, "NoSuchBundle", id="R1 no bundle of 3"),
        pytest.param(2, "NoSuchBundle", id="R1 R17 a rung that only a reduction leads to"),
        pytest.param(16, "NoSuchBundle", id="R1 more than the largest"),
    ],
)
def test_bundles(devices: int, reason: str) -> None:
    found = refusal(award(allocation(devices=devices)))
    assert said(found) == reason
    if found is not None:
        assert found.message.startswith("a100-40gb is offered in bundles of 4, 8 devices (R1), not ")


def test_a_storage_only_award_names_no_accelerator() -> None:
    given = allocation(accelerator="", devices=0, storage="20T")
    assert refusal(award(given, allocation("other", accelerator="t4-16gb"), accelerator=None)) is None


TWELVE = programme(AICA, term={"minimumMonths": 6})


@pytest.mark.parametrize(
    ("rules", "term", "words"),
    [
        pytest.param(AICA, "2026-04-01 2026-06-30", "", id="R13 April to June"),
        pytest.param(AICA, "2026-04-01 2026-12-31", "", id="R13 April to December"),
        pytest.param(AICA, "2026-10-01 2026-12-31", "", id="R13 October to December"),
        pytest.param(AICA, "2026-07-20 2026-09-30", "", id="R13 from any day"),
        pytest.param(
            *(AICA, "2026-08-01 2026-09-30", "a term has at least 3 months (R13); 2026-08-01 to 2026-09-30 has 2."),
            id="R13 too short",
        ),
        pytest.param(
            *(AICA, "2026-07-01 2026-10-31", "may end on 2026-09-30, 2026-12-31, 2027-06-30 (R13), not on 2026-10-31"),
            id="R13 no end date",
        ),
        pytest.param(AICA, "2026-10-01 2027-03-31", "may end on", id="R13 March is no end of 2022"),
        pytest.param(DEFAULT, "2026-10-01 2027-03-31", "", id="R13 any quarter by default"),
        pytest.param(DEFAULT, "2026-09-30 2026-09-30", "", id="R13 2026: grants of a month and less"),
        pytest.param(TWELVE, "2026-07-01 2026-09-30", "at least 6 months (R13)", id="R13 a minimum is data"),
    ],
)
def test_terms(rules: Any, term: str, words: str) -> None:
    found = refusal(award(allocation(term=term, programme=rules.name), programme=rules))
    assert said(found) == ("TermNotAllowed" if words else "Accepted")
    assert words in (found.message if found is not None else "")


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        pytest.param(allocation("old", devices=4), "Accepted", id="R4 the same type"),
        pytest.param(
            allocation("old", devices=2, accelerator="t4-16gb"), "SecondAcceleratorType", id="R4 another type meanwhile"
        ),
        pytest.param(
            allocation("old", "2026-01-01 2026-07-01", devices=2, accelerator="t4-16gb"),
            "SecondAcceleratorType",
            id="R4 another type on one day",
        ),
        pytest.param(
            allocation("old", "2026-01-01 2026-06-30", devices=2, accelerator="t4-16gb"),
            "Accepted",
            id="R4 another type before",
        ),
        pytest.param(
            allocation("old", accelerator="", devices=0, storage="10T"), "Accepted", id="R4 storage is no type"
        ),
        pytest.param(allocation("old", devices=8), "OverOrganizationCap", id="R1 8 and 4 are more than 8"),
        pytest.param(
            allocation("old", "2026-01-01 2026-07-01", devices=8), "OverOrganizationCap", id="R1 more than 8 on one day"
        ),
        pytest.param(allocation("old", "2026-01-01 2026-06-30", devices=8), "Accepted", id="R1 8 before"),
    ],
)
def test_what_the_organization_was_awarded_before(earlier: Allocation, reason: str) -> None:
    assert said(refusal(award(allocation("new", devices=4), earlier))) == reason


@pytest.mark.parametrize(
    ("own", "devices", "reason"),
    [
        pytest.param(None, 8, "Accepted", id="R1 the accelerator's cap"),
        pytest.param(4, 8, "OverOrganizationCap", id="R1 a lower cap of its own"),
        pytest.param(4, 4, "Accepted", id="R1 exactly its own cap"),
        pytest.param(0, 4, "OverOrganizationCap", id="R1 a cap of nothing"),
    ],
)
def test_the_cap(own: int | None, devices: int, reason: str) -> None:
    of: Organization = organization(maxDevices=own) if own is not None else organization()
    assert said(refusal(award(allocation(devices=devices), organization=of))) == reason
    assert organization_cap(of, T4) == (8 if own is None else own)


def test_the_sentences_name_what_is_held() -> None:
    found = refusal(award(allocation("new", devices=4), allocation("old", devices=8)))
    assert found == Refusal(
        "OverOrganizationCap",
        "Organization hanbit may hold 8 devices of a100-40gb (R1); 8 are awarded for this time already and 4 more are "
        "asked for.",
    )
    found = refusal(award(allocation("new"), allocation("old", devices=2, accelerator="t4-16gb")))
    assert found == Refusal(
        "SecondAcceleratorType",
        "Organization hanbit holds t4-16gb by allocation old until 2026-12-31; it may hold one accelerator type at a "
        "time (R4).",
    )
