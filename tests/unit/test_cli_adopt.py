"""`tenure adopt`: what a namespace amounts to, and the YAML that is printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Allocation, Project
from tenure.api.allocation import STORAGE_STEP_BYTES, Term
from tenure.api.quantity import parse
from tenure.cli.adopt.award import propose
from tenure.cli.adopt.changes import Case, Change, changes
from tenure.cli.adopt.plan import Terms, plan
from tenure.cli.adopt.totals import totals
from unit.adopting import OPEN, T4, TERM, TODAY, WEB, about, planned, service, written
from unit.build import A100, DEFAULT, Body, allocation, organization, programme
from unit.running import MINE, binding, claim, pod, quota, workspace

DEVICES = [
    pytest.param([], 4, "ResourceQuota gpu allows 4. a100-40gb is offered in a bundle of 4", id="the quota's"),
    pytest.param(
        [pod(devices=3)], 4, "Running pods request 3 nvidia.com/gpu; ResourceQuota gpu allows 4", id="with pods"
    ),
    pytest.param([pod(devices=6)], 8, "8 is the smallest bundle of a100-40gb that holds 6", id="more than the quota"),
]


@pytest.mark.parametrize(("pods", "devices", "says"), DEVICES)
def test_devices_of_a_quota(pods: list[Body], devices: int, says: str) -> None:
    found = propose(workspace(quota(devices="4"), *pods), A100, DEFAULT.spec.tenancy)
    assert found.grant is not None
    assert found.grant.devices == devices
    assert says in found.devices_from


def test_devices_of_pods_where_no_quota_counts_them() -> None:
    over, elsewhere = pod("over") | {"status": {"phase": "Failed"}}, pod("t4", 4, on="t4-1")
    found = propose(workspace(pod(devices=4), over, elsewhere, quota(pods="9")), A100, DEFAULT.spec.tenancy)
    assert found.grant is not None
    assert (found.grant.devices, found.grant.cpu, found.grant.memory) == (4, "48", "900G")
    assert "and no ResourceQuota counts those of all pods" in found.devices_from


def test_the_smallest_quota_counts() -> None:
    found = propose(workspace(quota(devices="8"), quota("less", devices="4")), A100, DEFAULT.spec.tenancy)
    assert found.grant is not None
    assert found.grant.devices == 4


def test_a_quota_of_some_pods_only_is_no_limit_of_the_namespace() -> None:
    low, high = quota("low", devices="1"), quota("high", devices="4")
    low["spec"]["scopes"] = ["BestEffort"]
    high["spec"]["scopeSelector"] = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]}
    found = planned(pod(devices=8), low, high)
    assert found.proposal.grant is not None
    assert found.proposal.grant.devices == 8
    assert "no ResourceQuota counts those of all pods" in found.proposal.devices_from
    texts = [one.text for one in found.changes if one.about == "quotas"]
    assert [text.split(" stays ")[1] for text in texts] == [
        "beside Tenure's, and counts the pods of its scopes only."
    ] * 2


def test_a_quota_that_is_no_limit_leaves_it_to_the_pods() -> None:
    found = propose(workspace(quota(devices="1000"), pod(devices=3)), A100, DEFAULT.spec.tenancy)
    assert found.grant is not None
    assert found.grant.devices == 4
    assert "allows 1000, more than any bundle, so the pods decide" in found.devices_from


def test_a_rung_that_is_not_offered_is_told() -> None:
    found = propose(workspace(pod(devices=2)), A100, DEFAULT.spec.tenancy)
    assert found.grant is not None
    assert found.grant.devices == 4
    assert "a rung of 2 that is not offered; with offered: true" in found.devices_from


def test_where_no_bundle_fits_nothing_is_awarded_and_the_way_out_is_told() -> None:
    found = planned(pod(devices=8), pod("more", 4))
    assert found.proposal.grant is None
    text, bodies = written(found, take_over=True)
    assert [body["kind"] for body in bodies] == ["Project"]
    assert "No bundle of a100-40gb holds 12: offered are 4, 8 (R1)." in " ".join(text.replace("#", "").split())
    assert "adoptNamespace" not in bodies[0]["spec"]


def test_storage_alone_is_an_award_without_devices() -> None:
    found = planned(claim("data", "12T"), programme=OPEN)
    _, (_, award) = written(found)
    assert "accelerator" not in award["spec"]
    assert award["spec"]["storage"] == "20T"


def test_a_namespace_with_nothing_is_no_award() -> None:
    assert planned().proposal.grant is None


@given(st.lists(st.integers(1, 60 * 10**12), max_size=5))
def test_storage_is_the_least_number_of_steps_that_holds_all_claims(sizes: list[int]) -> None:
    found = propose(
        workspace(pod(), *(claim(f"c{n}", str(size)) for n, size in enumerate(sizes))), A100, DEFAULT.spec.tenancy
    )
    assert found.grant is not None
    storage = int(parse(found.grant.storage))
    assert storage % STORAGE_STEP_BYTES == 0
    assert storage - STORAGE_STEP_BYTES < sum(sizes) <= storage
    assert found.consultation == (storage > 50 * 10**12)


def test_a_volume_that_has_more_than_was_asked_for_counts_whole() -> None:
    grown = claim("data", "5T") | {"status": {"capacity": {"storage": "11T"}}}
    assert "with 11T in all" in propose(workspace(grown), A100, DEFAULT.spec.tenancy).storage_from


def test_members_come_from_the_bindings_with_the_larger_role() -> None:
    found = planned(
        pod(),
        binding("a", "view", "kim", "lee"),
        binding("b", "edit", "kim"),
        binding("c", "admin", "bot", kind="ServiceAccount", namespace=MINE),
        binding("d", "admin", "bot", kind="ServiceAccount", namespace="ci"),
        binding("e", "custom", "choi"),
    )
    assert [(one.kind, one.name, one.namespace, one.role) for one in found.members] == [
        ("ServiceAccount", "bot", "", "Member"),
        ("ServiceAccount", "bot", "ci", "Member"),
        ("User", "kim", "", "Member"),
        ("User", "lee", "", "Viewer"),
    ]
    assert found.other_bindings == ("e",)
    assert not about(found, "access").harm


def test_a_name_that_no_member_may_have_is_told_and_stops_nothing() -> None:
    found = planned(pod(), binding("a", "edit", "k" * 254, "lee"))
    assert [one.name for one in found.members] == ["lee"]
    assert found.other_bindings == ("a",)


def test_the_award_is_named_so_that_no_claim_is_taken_for_tenures_own() -> None:
    assert planned(pod()).allocation == "lab-2026"
    assert planned(pod(), claim("lab-2026-data", "1T")).allocation == "lab-2026-tenure"


@given(name=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", fullmatch=True), taken=st.booleans())
def test_the_award_has_a_name_that_the_api_takes(name: str, *, taken: bool) -> None:
    """At most 50 letters, also where the namespace has that many itself; no two namespaces share it."""
    claims = [claim(f"{name}-2026-data", "1T")] if taken else []
    found = planned(pod(), *[{**one, "metadata": {**one["metadata"], "namespace": name}} for one in claims], name=name)
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", found.allocation)
    assert len(found.allocation) <= 50
    other = f"{name[:49]}{'1' if name.endswith('0') else '0'}"
    assert found.allocation != planned(pod(), name=other).allocation


def test_without_the_switch_the_namespace_is_left_alone() -> None:
    text, (project, award) = written(planned(pod(devices=4)))
    assert "adoptNamespace" not in project["spec"]
    assert "  # adoptNamespace: true" in text
    assert (project["metadata"]["name"], award["spec"]["project"]) == (MINE, MINE)


def test_with_the_switch_it_is_taken_over_where_nothing_is_harmed() -> None:
    _, (project, _) = written(planned(pod(devices=4)), take_over=True)
    assert project["spec"]["adoptNamespace"] is True


def test_a_harm_keeps_the_switch_from_being_written() -> None:
    text, (project, _) = written(planned(WEB, service(type="NodePort")), take_over=True)
    assert "adoptNamespace" not in project["spec"]
    assert "Left out in spite of --take-over" in text
    first = next(line for line in text.splitlines() if line.startswith("# - "))
    assert first.startswith("# - HARM: ")


def test_observing_writes_nothing_and_says_so() -> None:
    for take_over in (True, False):
        text, (project, _) = written(planned(pod(), programme=programme(mode="Observe")), take_over=take_over)
        assert "with this line or without it nothing in the namespace is written but Reviews" in " ".join(
            text.replace("#", "").split()
        )
        assert project["spec"].get("adoptNamespace", False) is take_over


def test_what_is_printed_are_a_project_and_an_award_of_the_api() -> None:
    found = planned(pod(devices=4), claim("data", "51T"), binding("a", "edit", "kim: {}\n# x"))
    text, (project, award) = written(found)
    assert Project.parse(project).spec.members[0].name == "kim: {}\n# x"
    spec = Allocation.parse(award).spec
    assert (spec.accelerator, spec.devices, spec.storage) == ("a100-40gb", 4, "60T")
    assert spec.storage_consultation == "Held before Tenure, as of 2026-09-01."
    assert (spec.term, spec.in_use_since) == (TERM, TODAY)
    assert max(map(len, text.splitlines())) <= 120


@given(st.text(min_size=1, max_size=40))
def test_no_name_breaks_out_of_a_comment(name: str) -> None:
    found = replace(planned(pod()), changes=(Change("x", False, name), Change("y", True, f"a {name} b")))
    _, bodies = written(found)
    assert [body["kind"] for body in bodies] == ["Project", "Allocation"]


def test_a_short_term_is_told() -> None:
    short = planned(pod(), term=Term(start=TODAY, end=date(2026, 9, 30)))
    assert "Terms of 3 calendar months or fewer are not reviewed" in written(short)[0]
    assert "are not reviewed" not in written(planned(pod()))[0]


def test_several_namespaces_are_compared_with_the_cap() -> None:
    plans = [planned(pod(devices=8)), planned(pod(devices=4, namespace="two"), name="two")]
    harms = [one.text for one in totals(plans, organization(), []) if one.harm]
    assert harms == [
        "These awards come to 12 devices, and hanbit may hold 8 of a100-40gb (R1), so the last of them would not be accepted. "
        "Set Organization.spec.maxDevices."
    ]
    assert list(totals(plans, organization(maxDevices=12), [])) == []
    assert [one.harm for one in totals(plans[1:], None, [])] == [False]
    taken = [one.text for one in totals(plans[1:], organization(), [allocation("two-2026")])]
    assert taken == ["Allocations of these names exist and would be edited: two-2026. Rename those below."]


def test_what_the_organization_has_already_counts() -> None:
    plans, mine = [planned(pod(devices=4))], {"vision": "hanbit"}
    seven = allocation("vision-2026", devices=8)
    (harm,) = totals(plans, organization(), [seven], mine)
    assert (
        "come to 4 devices, beside 8 that it has by vision-2026, and hanbit may hold 8 of a100-40gb (R1)" in harm.text
    )
    assert harm.harm
    assert list(totals(plans, organization(), [seven], {"vision": "other"})) == []
    over = allocation("vision-2025", term="2025-07-01 2025-12-31")
    assert list(totals(plans, organization(), [over], mine)) == []
    (harm,) = totals(plans, organization(maxDevices=99), [allocation("t4", accelerator="t4-16gb")], mine)
    assert harm.text == (
        "hanbit holds t4-16gb by allocation t4 until 2026-12-31, and one accelerator type is allowed at a time (R4)."
    )


def test_a_project_that_is_observed_already_keeps_its_award() -> None:
    """The term of another print would be another, and another award."""
    there = allocation(f"{MINE}-2026", project=MINE)
    found = plan(workspace(pod(devices=4)), Terms("hanbit", A100, DEFAULT, TERM), [A100, T4], [there])
    text, bodies = written(found, take_over=True)
    assert [body["kind"] for body in bodies] == ["Project"]
    assert bodies[0]["spec"]["adoptNamespace"] is True
    assert "It has the Allocation lab-2026 already, so none is written." in text
    assert list(totals([found], organization(), [there], {MINE: "hanbit"})) == []


def test_changes_need_no_award() -> None:
    assert {one.about for one in changes(Case(workspace(), DEFAULT))} == {"network", "pod security"}
