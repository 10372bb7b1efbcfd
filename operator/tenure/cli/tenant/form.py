"""The performance report as a YAML form (R23): an empty one with comments, and one that was filled in, checked."""

from __future__ import annotations

import difflib
import textwrap
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from tenure.api.report import ReportSpec, Result
from tenure.cli.problem import Problem

NOT_IN_THE_FORM = {"allocation", "submitted", "assessment"}
HEAD = """\
# The performance report of a grant (R23). Fill in what there is and leave the rest as it is.
# Each result needs its evidence: a link or a reference, for example a DOI or a registration number.
#
#   tenure report --file report.yaml            keeps it as a draft
#   tenure report --file report.yaml --submit   hands it in; then only the committee writes
"""
EXAMPLES = {
    "models": '# models: {count: 2, evidence: ["https://example.org/model-card"]}',
    "accuracy": '# accuracy: [{measure: mAP, target: "0.82", reached: "0.85", evidence: ["https://example.org/run"]}]',
    "dataSharing": "# dataSharing: {level: Research, where: https://example.org/data}   (Public, Research or OnApproval)",
}
"""What a field looks like that is filled in."""


def template() -> str:
    """The empty form. As it stands it says nothing and fits the schema."""
    return "\n".join([HEAD, *(_field(name, field) for name, field in _fields(ReportSpec))])


def read(text: str, source: str) -> dict[str, Any]:
    """The fields of a form, by their names in the API. Raises Problem that names the field and the file."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Problem(f"{source} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict) or not found:
        raise Problem(f"{source} has no fields. tenure report --template prints a form to fill in.")
    for problem in _misspelt(found, ReportSpec, "", NOT_IN_THE_FORM):
        raise Problem(f"{source}: {problem}")
    try:
        ReportSpec.model_validate({"allocation": "-", **found})
    except ValidationError as error:
        raise Problem(f"{source}: {_first(error)}") from error
    return found


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if alias not in NOT_IN_THE_FORM:
            yield alias, field


def _field(name: str, field: FieldInfo) -> str:
    comment = textwrap.fill(field.description or "", 100, initial_indent="# ", subsequent_indent="# ")
    example = [EXAMPLES[name]] if name in EXAMPLES else []
    return "\n".join([comment, *example, f"{name}: {_empty(field)}", ""])


def _empty(field: FieldInfo) -> str:
    if field.annotation is Result:
        return "{count: 0, evidence: []}"
    return {int: "0", str: '""'}.get(typing.cast("type", field.annotation), "null" if field.default is None else "[]")


def _misspelt(given: Mapping[str, Any], model: type[BaseModel], inside: str, left_out: set[str]) -> Iterator[str]:
    """A sentence for each field that the schema does not have; it would be dropped in silence."""
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    for name, value in given.items():
        if name in left_out:
            yield f"{name} is not yours to write in it; leave it out (--submit hands the report in)."
        elif name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            meant = (
                f"; is {near[0]} meant?"
                if near
                else f". There are: {', '.join(one for one in known if one not in left_out)}."
            )
            yield f"there is no field {inside}{name}{meant}"
        else:
            for child, one in _children(known[name], value):
                yield from _misspelt(one, child, f"{inside}{name}.", set())


def _children(field: FieldInfo, value: Any) -> Iterator[tuple[type[BaseModel], Mapping[str, Any]]]:
    """The models inside a field's value, each with what was given for it."""
    annotation = field.annotation
    models = [one for one in (annotation, *typing.get_args(annotation)) if _is_model(one)]
    for one in value if isinstance(value, list) else [value]:
        if models and isinstance(one, dict):
            yield models[0], one


def _is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where} does not fit. {first['msg']}."
