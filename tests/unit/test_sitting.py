"""The committee's sheet: how a review becomes a row, and what a filled-in row says and contradicts."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tenure.api.review import Review, Verdict
from tenure.cli.decide.command import decide
from tenure.cli.decide.entering import Entered
from tenure.cli.decide.show import Outcome, show
from tenure.report import sheet
from tenure.report.contradictions import OPTIONS
from tenure.report.filled_in import Row
from tenure.report.item import Item
from tenure.report.sheet import Wrong
from tenure.report.sitting import Heard, hear, hear_one
from unit.build import APPEAL, PLAN, at, autumn, decision, verdict
from unit.course import ADEQUATE, HANDED_IN
from unit.sittings import SECRETARY, TODAY, item, row
from unit.tenant import printed

GIVEN = {"plan": "Adequate", "increase_to": 8, "appeal": "Upheld", "reason": "=1+1", "decided_by": "the board"}
NOW = at(TODAY)


def key(of: Item) -> tuple[str, str]:
    return of.review.metadata.namespace, of.review.name


def heard(of: Item, today: str = TODAY, **filled: Any) -> Heard:
    """The one row of a sheet."""
    (found,) = hear([row(of, **filled)], {key(of): of}, SECRETARY, at(today))
    return found


def wrong(of: Item, today: str = TODAY, **filled: Any) -> dict[str, str]:
    """Column -> what is wrong with it."""
    return {one.column: one.message for one in heard(of, today, **filled).wrong}


def test_a_row_has_a_cell_for_every_column() -> None:
    assert tuple(sheet.row(item())) == sheet.TITLES


def test_a_row_says_what_the_committee_has_to_know() -> None:
    found = sheet.row(item(writes={"2026-07-01": {"plan": PLAN}}))
    shown = {title: found[title] for title in ("held", "utilization", "plan", "recommendation", "devices after")}
    assert shown == {
        "held": 8,
        "utilization": "3.1 %",
        "plan": PLAN.summary,
        "recommendation": "Reduce",
        "devices after": "Increase 8, Continue 8, Reduce 4, Revoke 0",
    }
    assert "waits for the committee since 2026-07-01" in str(found["stands"])


@pytest.mark.parametrize(
    "given",
    [
        verdict(**GIVEN),
        verdict(confirms="Reduce", recused=("kim", "lee")),
        verdict(override="Revoke", reason="'quoted'"),
    ],
    ids=["approved", "confirmed", "overridden"],
)
def test_what_was_entered_comes_back_out_of_its_own_row(given: Verdict) -> None:
    cells = sheet.entered(given)
    assert sheet.verdict(cells) == (given.model_copy(update={"by": ""}), ())


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        pytest.param({}, None, id="nothing is filled in"),
        pytest.param({"decided by": "the board"}, None, id="who would decide alone decides nothing"),
        pytest.param({"plan is": " adequate "}, Verdict(plan="Adequate"), id="however it is written"),
        pytest.param({"increase to": 8.0}, Verdict(increase_to=8), id="as spreadsheets have numbers"),
        pytest.param({"increase to": "8"}, Verdict(increase_to=8), id="as CSV has them"),
        pytest.param({"recused": "kim; lee\n choi,"}, Verdict(recused=("kim", "lee", "choi")), id="several people"),
    ],
)
def test_what_cells_say(cells: Mapping[str, object], said: Verdict | None) -> None:
    assert sheet.verdict(cells) == (said, ())


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        pytest.param({"plan is": "Good"}, "plan is", id="no judgement"),
        pytest.param({"confirms": "Cut"}, "confirms", id="no outcome"),
        pytest.param({"override": "Exempt"}, "override", id="an outcome that nobody decides"),
        pytest.param({"answer to appeal": "yes"}, "answer to appeal", id="no answer"),
        pytest.param({"increase to": "more"}, "increase to", id="no number"),
        pytest.param({"increase to": 4.5}, "increase to", id="half a device"),
        pytest.param({"increase to": "-4"}, "increase to", id="fewer than none"),
        pytest.param({"increase to": "1025"}, "increase to", id="more than there can be"),
        pytest.param({"increase to": "8" * 5000}, "increase to", id="more than a number can be"),
        pytest.param({"increase to": "\uff18"}, "increase to", id="a digit of another script"),
        pytest.param({"reason": "x" * 4001}, "reason", id="too long"),
        pytest.param({"recused": ",".join(f"p{n}" for n in range(33))}, "recused", id="too many people"),
    ],
)
def test_cells_that_cannot_be(cells: Mapping[str, object], column: str) -> None:
    found, problems = sheet.verdict(cells)
    assert found is None
    assert [one.column for one in problems] == [column]
    assert problems[0].message.endswith(".")


def test_every_change_is_shown_with_what_follows() -> None:
    found = heard(item(), confirms="Revoke", reason="As recommended.", decided_by="the board")
    assert found.verdict == Verdict(confirms="Revoke", reason="As recommended.", decided_by="the board")
    assert found.changes == ("confirms: Revoke", "reason: As recommended.", "decided by: the board")
    assert "Revoke from 8 to 0 devices takes effect on 2026-09-28, unless the tenant appeals." in found.follows
    assert not found.wrong


def test_a_verdict_that_is_changed_shows_what_it_was() -> None:
    before = item(writes={**HANDED_IN, TODAY: {"verdict": verdict(plan="Adequate")}})
    found = heard(before, plan_is="Inadequate")
    assert found.changes == ("plan is: Adequate -> Inadequate",)


def test_a_reduction_that_returned_devices_meet_already_follows_as_that() -> None:
    returned = decision("return-1", "Return", 4, "2026-08-20")
    of = item(days=autumn(18.4), held=4, decisions=(returned,))
    assert sheet.row(of)["devices after"] == "Increase 8, Continue 4, Reduce 4, Revoke 0"
    found = heard(of, confirms="Reduce")
    assert "stays at 4 devices, for 4 of 8 were given back" in found.follows


def test_what_is_entered_already_is_not_entered_again() -> None:
    """The same sheet once more: its rows are of before the verdict, which is what they say."""
    open_ = item()
    row_ = row(open_, confirms="Revoke")
    entered = item(writes={TODAY: {"verdict": verdict(confirms="Revoke")}})
    (found,) = hear([row_], {key(open_): entered}, SECRETARY, NOW)
    assert found.same


def test_a_row_that_is_left_open_is_not_looked_at() -> None:
    assert hear([row(item()), row(item(), 3, decided_by="the board")], {}, SECRETARY, NOW) == []


OFFERED: dict[str, Any] = {"days": autumn(62), "held": 2, "writes": HANDED_IN}
APPEALED: dict[str, Any] = {
    "writes": {"2026-09-10": {"verdict": verdict(confirms="Revoke")}, "2026-09-11": {"appeal": APPEAL}}
}
CONTRADICTIONS = [
    pytest.param(
        {}, {"confirms": "Reduce"}, "confirms", "Reduce is confirmed, but Revoke is recommended", id="another"
    ),
    pytest.param(
        {"writes": HANDED_IN},
        {"plan_is": "Inadequate", "confirms": "Reduce"},
        "confirms",
        "but Revoke is",
        id="as judged",
    ),
    pytest.param(
        {"today": "2026-08-10"},
        {"confirms": "Revoke"},
        "confirms",
        "Nothing is recommended yet. Empty the cell.",
        id="too early",
    ),
    pytest.param({"today": "2026-09-03"}, {"plan_is": "Inadequate"}, "plan is", "until 2026-09-07", id="no plan yet"),
    pytest.param(
        {"held": 4},
        {"increase_to": 8},
        "increase to",
        "No increase is offered here. .* Empty the cell.",
        id="not offered",
    ),
    pytest.param(OFFERED, {"increase_to": 4}, "plan is", "needs a plan that is judged adequate", id="plan not judged"),
    pytest.param(
        OFFERED,
        {"plan_is": "Inadequate", "increase_to": 4},
        "increase to",
        "No increase is offered",
        id="plan inadequate",
    ),
    pytest.param(
        OFFERED,
        {"plan_is": "Adequate", "increase_to": 16},
        "increase to",
        "no bundle of 16 devices, but of 1, 2, 4, 8",
        id="no bundle",
    ),
    pytest.param(
        OFFERED, {"plan_is": "Adequate", "increase_to": 1}, "increase to", "less than the 2 devices held", id="less"
    ),
    pytest.param({}, {"override": "Continue"}, "reason", "Whoever decides otherwise", id="override without a reason"),
    pytest.param(
        {},
        {"override": "Increase", "reason": "R."},
        "increase to",
        "needs the number of devices",
        id="override, how far",
    ),
    pytest.param({}, {"answer_to_appeal": "Upheld"}, "answer to appeal", "There is no appeal", id="no appeal"),
    pytest.param({}, {"reason": "Hm."}, "reason", "nothing is decided", id="a reason for nothing"),
    pytest.param(
        {}, {"confirms": "Revoke", "recused": f"kim, {SECRETARY}"}, "recused", SECRETARY, id="enters for oneself"
    ),
    pytest.param(
        {},
        {"confirms": "Revoke", "decided_by": "Lee, Kim", "recused": "kim"},
        "recused",
        "Kim took no part",
        id="recused",
    ),
    pytest.param({}, {"decided_by": "Kim, Lee", "recused": "lee"}, "recused", "Lee took no part", id="nothing decided"),
]


@pytest.mark.parametrize(("of", "filled", "column", "says"), CONTRADICTIONS)
def test_a_row_that_contradicts_what_is_there(
    of: dict[str, Any], filled: dict[str, Any], column: str, says: str
) -> None:
    today = of.get("today", TODAY)
    assert re.search(says, wrong(item(**of), today, **filled)[column])
    assert heard(item(**of), today, **filled).verdict is None


@pytest.mark.parametrize(
    ("of", "filled"),
    [
        pytest.param(OFFERED, {"plan_is": "Adequate", "increase_to": 8}, id="R17 approved"),
        pytest.param(OFFERED, {"plan_is": "Adequate", "increase_to": 2}, id="R17 no increase: what is held"),
        pytest.param(OFFERED, {"plan_is": "Adequate"}, id="R18 judged, and how far is open"),
        pytest.param(APPEALED, {"answer_to_appeal": "Dismissed", "reason": "It was up."}, id="R17 appeal answered"),
        pytest.param({"held": 4}, {"override": "Increase", "increase_to": 8, "reason": "R."}, id="R17 by override"),
        pytest.param({}, {"recused": "kim"}, id="a recusal alone"),
        pytest.param({}, {"recused": SECRETARY, "reason": "We work together."}, id="an own recusal with its reason"),
        pytest.param({}, {"confirms": "Revoke", "decided_by": "lee", "recused": SECRETARY}, id="entered for others"),
        pytest.param({}, {"decided_by": "lee", "recused": SECRETARY}, id="a recusal of others than decide"),
    ],
)
def test_rows_that_are_right(of: dict[str, Any], filled: dict[str, Any]) -> None:
    found = heard(item(**of), **filled)
    assert not found.wrong
    assert found.verdict is not None


def test_an_increase_beyond_the_cap_is_told_how_far_it_may_go() -> None:
    offered = item(**OFFERED)
    assert offered.organization is not None
    small = offered.organization.model_copy(
        update={"spec": offered.organization.spec.model_copy(update={"max_devices": 4})}
    )
    found = wrong(replace(offered, organization=small), plan_is="Adequate", increase_to=8)
    assert found["increase to"] == "hanbit may hold at most 4 devices here (R1), not 8."


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        pytest.param({}, {"days": autumn(2.9)}, "utilization was 3.1 % and is 2.9 %", id="days were read again"),
        pytest.param(
            {"writes": HANDED_IN},
            {"writes": {"2026-07-01": {"plan": PLAN.model_copy(update={"summary": "Another."})}}},
            "the plan is another one",
            id="another plan",
        ),
        pytest.param(
            {},
            {"writes": {TODAY: {"verdict": verdict(override="Continue", reason="R.")}}},
            "Continue",
            id="another verdict",
        ),
        pytest.param(
            {"writes": HANDED_IN},
            {"writes": {**HANDED_IN, TODAY: {"verdict": verdict(reason="Later.")}}},
            "chair@committee.example has entered a verdict",
            id="only another verdict",
        ),
    ],
)
def test_a_row_of_yesterday_says_what_has_changed(was: dict[str, Any], is_: dict[str, Any], says: str) -> None:
    then, now = item(**was), item(**is_)
    (found,) = hear([row(then, override="Reduce", reason="R.")], {key(then): now}, SECRETARY, NOW)
    assert [one.column for one in found.wrong] == ["review"]
    assert says in found.wrong[0].message


def test_what_changes_by_itself_makes_no_row_old() -> None:
    """Conditions, forecasts and dates: the committee does not decide upon them."""
    then, later = item(today="2026-09-09"), item(today="2026-09-17")
    (found,) = hear([row(then, confirms="Revoke")], {key(then): later}, SECRETARY, NOW)
    assert not found.wrong


def test_a_review_that_was_decided_meanwhile_takes_no_verdict() -> None:
    decided = item(outcome="Revoke", decision="vision-2026-2026-september-1")
    assert "Revoke (Decision vision-2026-2026-september-1)" in wrong(decided, confirms="Revoke")["review"]


def test_a_review_that_is_not_there_is_named() -> None:
    (found,) = hear([row(item(), confirms="Revoke")], {}, SECRETARY, NOW)
    assert found.wrong == (
        Wrong(
            "review",
            "There is no review vision-2026-2026-september in the namespace vision. Put the two cells back as they were.",
        ),
    )


def test_two_rows_for_the_same_review_are_one_too_many() -> None:
    of = item()
    found = hear([row(of, 2, confirms="Revoke"), row(of, 7, confirms="Revoke")], {key(of): of}, SECRETARY, NOW)
    assert [one.wrong for one in found] == [
        (),
        (Wrong("review", "Row 2 is filled in for the same review. Empty one of them."),),
    ]


def test_one_review_alone_keeps_what_was_entered_of_it() -> None:
    of = item(**APPEALED)
    found = hear_one(of, {"answer to appeal": "Upheld"}, SECRETARY, NOW)
    assert found.verdict == Verdict(confirms="Revoke", appeal="Upheld")
    assert "the committee upheld the appeal" in found.follows


@pytest.mark.parametrize(
    ("of", "given", "says"),
    [
        pytest.param(
            {"outcome": "Revoke", "decision": "d-1"},
            {"confirms": "Revoke"},
            "It was decided meanwhile: Revoke (Decision d-1). Nothing can be entered.",
            id="decided",
        ),
        pytest.param({}, {"answer to appeal": "Upheld"}, "no appeal to answer. Leave --appeal out.", id="no appeal"),
        pytest.param({}, {"confirms": "Reduce"}, "is recommended, or leave --confirms out.", id="another"),
        pytest.param(
            {"writes": {TODAY: {"verdict": verdict(confirms="Reduce")}}},
            {"reason": "R."},
            "is recommended, or take out in the packet's sheet what was entered before.",
            id="entered before",
        ),
        pytest.param({"held": 4}, {"increase to": 8}, "Leave --increase-to out.", id="not offered"),
        pytest.param({"held": 4}, {"increase to": 2}, "Less is decided in --override: Reduce.", id="less"),
        pytest.param({}, {"reason": "Hm."}, "for example with --plan Adequate.", id="a reason for nothing"),
    ],
)
def test_without_a_sheet_nothing_speaks_of_rows_or_cells(of: dict[str, Any], given: dict[str, Any], says: str) -> None:
    found = hear_one(item(**of), given, SECRETARY, NOW)
    text = " ".join(printed(show, Outcome(Entered([found]), dry_run=False), 120).split())
    assert says in text
    assert text.endswith(" Nothing was entered.")
    assert not {"row", "rows", "cell", "column"} & set(re.findall(r"\w+", text))


def test_every_column_that_people_fill_in_has_its_option() -> None:
    named = {f"--{name.replace('_', '-')}" for name in inspect.signature(decide).parameters}
    assert tuple(OPTIONS) == sheet.FILLED_IN
    assert set(OPTIONS.values()) <= named


def test_the_table_says_whether_verdicts_were_entered_or_would_be() -> None:
    found = heard(item(), confirms="Revoke")
    would = printed(show, Outcome(Entered([found]), dry_run=True), 120)
    was = printed(show, Outcome(Entered([found], [found]), dry_run=False), 120)
    assert would.splitlines()[0].split() == ["row", "review", "would", "be", "entered", "and", "then"]
    assert was.splitlines()[0].split() == ["row", "review", "entered", "and", "then"]
    assert "would be" not in was
    assert was.rstrip().endswith("1 verdict was entered.")


def test_where_it_stopped_the_table_has_what_was_entered_alone() -> None:
    first, second = heard(item(), confirms="Revoke"), heard(item("lab"), confirms="Revoke")
    failed = replace(second, wrong=(Wrong("", "The disk is full."),))
    text = printed(show, Outcome(Entered([first, second], [first], failed), dry_run=False), 120)
    assert [line for line in text.splitlines() if "confirms: Revoke" in line] == [text.splitlines()[1]]
    assert first.review in text.splitlines()[1]


@pytest.mark.parametrize(
    ("answer", "says", "not_"),
    [
        ("Dismissed", "takes effect on 2026-09-28; the appeal is dismissed.", "unless the tenant appeals"),
        (None, "the tenant has appealed. Nothing happens until", "takes effect"),
    ],
)
def test_nobody_is_told_of_an_appeal_that_cannot_come_any_more(answer: str | None, says: str, not_: str) -> None:
    found = heard(item(**APPEALED), reason="R.", **({"answer_to_appeal": answer} if answer else {}))
    assert says in found.follows
    assert not_ not in found.follows


def test_a_row_without_its_mark_is_not_trusted() -> None:
    of = item()
    bare = Row(2, {**row(of, confirms="Revoke").cells, "as of": None})
    (found,) = hear([bare], {key(of): of}, SECRETARY, NOW)
    assert "It has changed since the sheet was made" in found.wrong[0].message


def test_the_mark_of_a_review_depends_on_all_that_is_decided_upon() -> None:
    of = item(writes=HANDED_IN).review
    status, spec = of.status, of.spec
    marks = {
        sheet.as_of(one)
        for one in (
            of,
            _with(of, spec=spec.model_copy(update={"plan": None})),
            _with(of, spec=spec.model_copy(update={"appeal": APPEAL})),
            _with(of, spec=spec.model_copy(update=ADEQUATE)),
            _with(of, status=status.model_copy(update={"recommendation": "Revoke"})),
            _with(of, status=status.model_copy(update={"outcome": "Revoke"})),
        )
    }
    assert len(marks) == 6


@pytest.mark.parametrize("digest", ["1234567890123456", "12e45678901234567", "0x12"])
def test_no_spreadsheet_takes_a_mark_for_a_number(monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    of = item().review
    monkeypatch.setattr(hashlib, "sha256", lambda _: SimpleNamespace(hexdigest=lambda: digest * 4))
    with pytest.raises(ValueError, match="could not convert"):
        float(sheet.as_of(of))


def _with(review: Review, **update: Any) -> Review:
    return review.model_copy(update=update)
