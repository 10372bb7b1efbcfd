"""What only other objects show to be wrong: it is stored, `Accepted` is False, and nothing is granted."""

from __future__ import annotations

from typing import Any

from .awards import accelerator, body, core, programme, running_term, tenant
from .client import Manifest
from .refusal import Refusal

MINE = accelerator("refusing", capacity=1000, most=8)
"""In bundles of 8, 4, 2 and, by reduction only, 1; at most 8 for one organization. It has room for all."""
OTHER = accelerator("refusing-too", capacity=1000, most=8)
NAMED_IN = {
    "Project": "spec.project",
    "Organization": "spec.organization of the Project",
    "Programme": "spec.programme",
    "Accelerator": "spec.accelerator",
}


def _award(
    what: str, reason: str, says: str, rule: str, word: str, cure: tuple[Manifest, ...] = (), **award: Any
) -> Refusal:
    """An award to a tenant of its own, wrong in the parts given."""
    made = tenant(f"refused-{word}", **{"accelerator": "refusing", "devices": 2, **award})
    return Refusal(what, made.allocation, says, rule, reason, (MINE, made.organization, made.project), cure)


def _bundle(devices: int, word: str) -> Refusal:
    says = f"refusing is offered in bundles of 2, 4, 8 devices (R1), not {devices}. Change spec.devices."
    return _award(f"{devices} devices", "NoSuchBundle", says, "R1", word, devices=devices)


def _unknown(kind: str, name: str) -> str:
    return f"There is no {kind} {name} yet. Apply it, or correct {NAMED_IN[kind]}."


def _missing(kind: str, word: str) -> Refusal:
    """One of the objects that an award names is not there; it comes later."""
    made = tenant(f"refused-{word}", accelerator="refusing", devices=2)
    late = next(one for one in made.all if one["kind"] == kind)
    given = (MINE, *(one for one in (made.organization, made.project) if one is not late))
    says = _unknown(kind, made.name)
    return Refusal(f"a {kind} that is not there", made.allocation, says, "-", f"Unknown{kind}", given, (late,))


def _taken(word: str) -> tuple[Refusal, Refusal]:
    """A project with the name of a namespace that somebody else made, and an award to it. The cure takes it over."""
    made = tenant(f"refused-{word}", accelerator="refusing", devices=2)
    there = core("Namespace", made.name)
    adopting = {**made.project, "spec": {**made.project["spec"], "adoptNamespace": True}}
    given = (MINE, made.organization, there)
    what = "the name of a namespace that is not Tenure's"
    says = f"A namespace {made.name} exists and is not managed by Tenure; it is left as it is."
    of_the_award = f"Project {made.name} is not accepted: {says}"
    return (
        Refusal(what, made.project, says, "-", "NamespaceNotOurs", given, (adopting,)),
        Refusal(
            f"a Project with {what}",
            made.allocation,
            of_the_award,
            "-",
            "ProjectNotAccepted",
            (*given, made.project),
            (adopting,),
        ),
    )


def _second_award(what: str, reason: str, says: str, rule: str, word: str, **second: Any) -> Refusal:
    """A second award to another project of an organization that holds 4 devices already."""
    first = tenant(f"refused-{word}", accelerator="refusing", devices=4)
    more = tenant(f"refused-{word}-2", **{"accelerator": "refusing", "devices": 8, **second})
    project = body("Project", more.name, organization=first.name)
    return Refusal(what, more.allocation, says, rule, reason, (MINE, OTHER, *first.all, project))


def _capped() -> Refusal:
    made = tenant("refused-capped", accelerator="refusing", devices=4)
    spec = made.organization["spec"]
    capped, raised = ({**made.organization, "spec": {**spec, "maxDevices": most}} for most in (2, 4))
    says = (
        f"Organization {made.name} may hold 2 devices of refusing (R1); 0 are awarded for this time already and 4 more"
    )
    given = (MINE, capped, made.project)
    return Refusal(
        "4 devices where spec.maxDevices of the Organization is 2",
        made.allocation,
        says,
        "R1",
        "OverOrganizationCap",
        given,
        (raised,),
    )


def _zone(word: str) -> tuple[Refusal, Refusal]:
    """A Programme with a time zone that there is not, and an award in it."""
    wrong, right = (programme(f"refused-{word}", timeZone=zone) for zone in ("Asia/Seul", "Asia/Seoul"))
    made = tenant(f"refused-{word}", accelerator="refusing", devices=2, programme=f"refused-{word}")
    says = "Asia/Seul is not in the IANA time zone database. Write for example Asia/Seoul."
    of_the_award = f"Programme refused-{word} has the time zone Asia/Seul, which is none. Write Asia/Seoul."
    given = (MINE, wrong, made.organization, made.project)
    what = "the time zone Asia/Seul"
    return (
        Refusal(what, wrong, says, "-", "UnknownTimeZone", (), (right,)),
        Refusal(f"a Programme with {what}", made.allocation, of_the_award, "-", "UnknownTimeZone", given, (right,)),
    )


BY_CONDITION = [
    _bundle(3, "three"),
    _bundle(1, "one"),
    _award(
        "a term that ends on 30 November",
        "TermNotAllowed",
        "(R13), not on 2030-11-30. Change spec.term.end.",
        "R13",
        "november",
        term={**running_term(), "end": "2030-11-30"},
    ),
    _award(
        "a term of two months in aica-2022",
        "TermNotAllowed",
        "In programme aica-2022 a term has at least 3 months (R13); 2030-11-01 to 2030-12-31 has 2.",
        "R13",
        "short",
        programme="aica-2022",
        term={"start": "2030-11-01", "end": "2030-12-31"},
    ),
    _award(
        "a term that ends on 31 March in aica-2022",
        "TermNotAllowed",
        "In programme aica-2022 a term may end on",
        "R13",
        "march",
        programme="aica-2022",
        term={**running_term(), "end": "2031-03-31"},
    ),
    _award(
        "an Accelerator that is not there",
        "UnknownAccelerator",
        _unknown("Accelerator", "refused-b300"),
        "R2",
        "accelerator",
        (accelerator("refused-b300", capacity=1000),),
        accelerator="refused-b300",
    ),
    _award(
        "a Programme that is not there",
        "UnknownProgramme",
        _unknown("Programme", "refused-late"),
        "-",
        "programme",
        (programme("refused-late"),),
        programme="refused-late",
    ),
    _missing("Project", "project"),
    _missing("Organization", "organization"),
    _taken("taken")[0],
    _taken("taken-too")[1],
    _second_award(
        "a second accelerator type for one organization",
        "SecondAcceleratorType",
        "it may hold one accelerator type at a time (R4).",
        "R4",
        "type",
        accelerator="refusing-too",
        devices=2,
    ),
    _second_award(
        "8 devices beside 4, of at most 8 for one organization",
        "OverOrganizationCap",
        "may hold 8 devices of refusing (R1); 4 are awarded for this time already and 8 more are asked for.",
        "R1",
        "cap",
    ),
    _capped(),
    _zone("zone")[0],
    _zone("zone-too")[1],
]
