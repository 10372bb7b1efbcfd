"""The kinds: what is generated from the models, what ships, quantities, and the table of conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import KINDS, Resource, quantity
from tenure.api.conditions import TABLE, Said, conditions, find, is_true
from tenure.api.crd import crd, schema
from tenure.api.generate import outputs
from unit.build import ACCELERATORS, ROOT, at, documents

MODELS = {model.KIND.kind: model for model in KINDS}
EVERY_KIND = pytest.mark.parametrize("model", KINDS, ids=list(MODELS))
Node = dict[str, Any]


@pytest.mark.parametrize("path", list(outputs()))
def test_what_is_generated_is_what_is_there(path: str) -> None:
    assert (ROOT / path).read_text() == outputs()[path], "Run `make generate`."


def test_nothing_else_lies_among_the_generated_files() -> None:
    there = {str(p.relative_to(ROOT)) for folder in ("crds", "charts/tenure/crds") for p in (ROOT / folder).iterdir()}
    assert there == {path for path in outputs() if "crds/" in path}


def fields(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Every field below a node of a schema."""
    for name, field in node.get("properties", {}).items():
        yield f"{path}.{name}", field
        yield from fields(field.get("items", field), f"{path}.{name}")


@EVERY_KIND
def test_every_field_says_what_it_is(model: type[Resource]) -> None:
    tree = schema(model)
    assert tree["description"].endswith(".")
    for part in tree["properties"].keys() & {"spec", "status"}:
        assert tree["properties"][part]["description"]
        for path, field in fields(tree["properties"][part], part):
            assert field.get("description", "").endswith("."), path


@EVERY_KIND
def test_there_are_no_floats_and_every_rule_has_a_sentence(model: type[Resource]) -> None:
    for node in nodes(crd(model)):
        assert node.get("type") != "number"
        for rule in node.get("x-kubernetes-validations", []):
            assert rule["message"].endswith("."), rule


def nodes(value: Any) -> Iterator[Node]:
    """Every mapping inside a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


@EVERY_KIND
def test_how_a_kind_is_served(model: type[Resource]) -> None:
    body = crd(model)
    [version] = body["spec"]["versions"]
    assert body["spec"]["names"]["categories"] == ["tenure"]
    assert ("subresources" in version) is (model.KIND.kind not in ("Decision", "TelemetryProfile"))
    for column in version["additionalPrinterColumns"]:
        assert column["jsonPath"].startswith((".spec.", ".status.", ".metadata.")), column


SHIPPED = sorted(
    {str(p.relative_to(ROOT)) for p in (ROOT / "manifests").glob("*.yaml")}
    | {str(p.relative_to(ROOT)) for p in (ROOT / "examples").glob("*.yaml")}
)
OURS = [
    pytest.param(body, id=f"{path}: {body['kind']} {body['metadata']['name']}")
    for path in SHIPPED
    for body in documents(path)
    if body.get("apiVersion", "").startswith("tenure.dev/")
]


@pytest.mark.parametrize("body", OURS)
def test_what_ships_parses_and_has_no_field_that_does_not_exist(body: Node) -> None:
    model = MODELS[body["kind"]]
    model.parse(body)
    assert list(unknown(body["spec"], schema(model)["properties"]["spec"], "spec")) == []


def unknown(value: Any, node: Node, path: str) -> Iterator[str]:
    """Fields of a value that its schema does not have. Models ignore them, API servers drop them."""
    if isinstance(value, list):
        for inner in value:
            yield from unknown(inner, node.get("items", {}), path)
    elif isinstance(value, dict) and "properties" in node:
        for name, inner in value.items():
            if name in node["properties"]:
                yield from unknown(inner, node["properties"][name], f"{path}.{name}")
            else:
                yield f"{path}.{name}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("plan", "Review", id="R18 a plan"),
        pytest.param("verdict", "Review", id="R18 a verdict"),
        pytest.param("relocation", "Relocation", id="R21 evidence"),
        pytest.param("report", "Report", id="R23 a report"),
    ],
)
def test_what_people_add_to_an_object_fits_it(name: str, kind: str) -> None:
    [patch] = documents(f"examples/{name}.yaml")
    assert list(unknown(patch["spec"], schema(MODELS[kind])["properties"]["spec"], "spec")) == []


@pytest.mark.parametrize(
    ("name", "devices", "cpu", "memory", "device_memory", "teraflops"),
    [
        pytest.param("a100-40gb", 8, "92", "1800G", "320G", 156, id="R1 A100 8"),
        pytest.param("a100-40gb", 4, "48", "900G", "160G", 78, id="R1 A100 4"),
        pytest.param("t4-16gb", 8, "48", "700G", "128G", 64, id="R1 T4 8"),
        pytest.param("t4-16gb", 4, "24", "350G", "64G", 32, id="R1 T4 4"),
        pytest.param("t4-16gb", 2, "12", "175G", "32G", 16, id="R1 T4 2"),
        pytest.param("v100-32gb", 8, "64", "720G", "256G", 125, id="R1 V100 8"),
        pytest.param("v100-32gb", 4, "32", "360G", "128G", 62, id="R1 V100 4"),
    ],
)
def test_the_offer(name: str, devices: int, cpu: str, memory: str, device_memory: str, teraflops: int) -> None:
    bundle = next(b for b in ACCELERATORS[name].spec.ladder if b.devices == devices)
    assert (bundle.cpu, bundle.memory, bundle.device_memory, bundle.teraflops) == (
        cpu,
        memory,
        device_memory,
        teraflops,
    )
    assert bundle.offered


def test_the_ladders_go_on_below_the_offer() -> None:
    for accelerator in ACCELERATORS.values():
        ladder = accelerator.spec.ladder
        assert [bundle.devices for bundle in ladder] == [8, 4, 2, 1]
        least = min(bundle.devices for bundle in ladder if bundle.offered)
        offered = next(bundle for bundle in ladder if bundle.devices == least)
        for bundle in (b for b in ladder if not b.offered):
            for part in ("cpu", "memory"):
                amounts = [quantity.parse(getattr(one, part)) / one.devices for one in (bundle, offered)]
                assert amounts[0] == amounts[1], (accelerator.name, bundle.devices, part)


@pytest.mark.parametrize(
    ("name", "won"),
    [
        pytest.param("a100-40gb", 4_500_000, id="R5 A100"),
        pytest.param("v100-32gb", 3_000_000, id="R5 V100"),
        pytest.param("t4-16gb", 750_000, id="R5 T4"),
    ],
)
def test_the_book_value(name: str, won: int) -> None:
    assert ACCELERATORS[name].spec.book_value == won
    assert ACCELERATORS[name].spec.max_devices_per_organization == 8


@pytest.mark.parametrize(
    ("text", "value", "written"),
    [
        pytest.param("92", 92, "92", id="a number"),
        pytest.param(92, 92, "92", id="an integer"),
        pytest.param("0", 0, "0", id="nothing"),
        pytest.param("0G", 0, "0", id="nothing of a unit"),
        pytest.param("1800G", 1_800_000_000_000, "1800G", id="R1 1.8 TB"),
        pytest.param("1.8T", 1_800_000_000_000, "1800G", id="a fraction of a larger unit"),
        pytest.param("87500M", 87_500_000_000, "87500M", id="R1 a rung below the offer"),
        pytest.param("10T", 10_000_000_000_000, "10T", id="R3 10 TB"),
        pytest.param("1Ki", 1024, "1024", id="a binary unit"),
        pytest.param("1Gi", 1_073_741_824, "1073741824", id="a larger one"),
        pytest.param("500m", Decimal("0.5"), "500m", id="half a core"),
        pytest.param("0.5", Decimal("0.5"), "500m", id="the same"),
        pytest.param("1e3", 1000, "1k", id="an exponent"),
    ],
)
def test_quantities(text: str | int, value: int | Decimal, written: str) -> None:
    assert quantity.parse(text) == value
    assert quantity.write(quantity.parse(text)) == written


@pytest.mark.parametrize("text", ["", "G", "ten", "10 TB", "10Q"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity; write for example 92, 1800G or 20T"):
        quantity.parse(text)


@given(st.decimals(0, 10**18, places=9))
def test_a_quantity_survives_being_written(value: Decimal) -> None:
    assert quantity.parse(quantity.write(value)) == value


UNITS = st.sampled_from(["", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"])
TEXTS = st.builds(lambda number, unit: f"{number}{unit}", st.integers(0, 10**6), UNITS)


@given(st.lists(TEXTS, max_size=6))
def test_a_sum_is_exact(texts: list[str]) -> None:
    assert quantity.parse(quantity.total(texts)) == sum(map(quantity.parse, texts))


@given(TEXTS, TEXTS)
def test_amounts_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert quantity.same({"a": one}, {"a": quantity.write(quantity.parse(one))})
    assert quantity.same({"a": one}, {"a": other}) is (quantity.parse(one) == quantity.parse(other))
    assert not quantity.same({"a": one}, {"b": one})
    assert not quantity.same({"a": one}, {})


@pytest.mark.parametrize("type_", list(TABLE))
def test_the_table_of_conditions_is_for_people(type_: str) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", type_)
    for reason, meaning in TABLE[type_].items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", reason), reason
        assert meaning.endswith("."), reason


def spoken() -> Iterator[tuple[str, str, str]]:
    """(place, condition type, reason) of every reason that the code writes by name."""
    for path in sorted((ROOT / "operator/tenure").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Said":
                type_, reasons = call.args[0], call.args[2]
                assert isinstance(type_, ast.Constant), path
                for word in ast.walk(reasons if not isinstance(reasons, ast.IfExp) else _both(reasons)):
                    if isinstance(word, ast.Constant):
                        yield f"{path.name}:{call.lineno}", str(type_.value), str(word.value)


def _both(choice: ast.IfExp) -> ast.List:
    return ast.List([choice.body, choice.orelse], ast.Load())


def test_the_code_writes_no_reason_that_is_not_in_the_table() -> None:
    assert [(place, type_, reason) for place, type_, reason in spoken() if reason not in TABLE[type_]] == []


def test_a_reason_that_is_not_in_the_table_cannot_be_written() -> None:
    with pytest.raises(KeyError):
        conditions((), [Said("Ready", True, "Splendid", "")], generation=1, now=at("2026-07-01"))


def test_a_condition_keeps_its_time_unless_its_status_changes() -> None:
    first = at("2026-07-01")
    later = first + timedelta(days=1)
    waiting = conditions((), [Said("Ready", False, "NotReady", "It waits.")], generation=1, now=first)
    still = conditions(waiting, [Said("Ready", False, "Observed", "It watches.")], generation=2, now=later)
    ready = conditions(still, [Said("Ready", True, "Ready", "")], generation=2, now=later)
    unknown_ = conditions(ready, [Said("Measured", None, "NotStarted", "")], generation=2, now=later)
    assert [c[0].last_transition_time for c in (waiting, still, ready)] == [first, first, later]
    assert (still[0].reason, still[0].message, still[0].observed_generation) == ("Observed", "It watches.", 2)
    assert (is_true(ready, "Ready"), is_true(still, "Ready"), is_true((), "Ready")) == (True, False, False)
    assert unknown_[0].status == "Unknown"
    assert find(unknown_, "Ready") is None


def test_the_api_server_fills_nothing_into_a_decision() -> None:
    """A later version's default would change what the hash was taken over. Of other kinds it fills in what is left out."""
    assert "default: " not in (ROOT / "crds/decisions.yaml").read_text(encoding="utf-8")
    assert "default: " in (ROOT / "crds/reviews.yaml").read_text(encoding="utf-8")
