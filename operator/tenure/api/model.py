"""The base of every API object: frozen pydantic models with camelCase names, and the field types they share.

The models are the one source of the API. The CRDs (`tenure.api.crd`), the API reference and the parsing of what
the API server sends all come from them. Reading ignores unknown fields, so that an older operator survives a newer CRD.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

GROUP = "tenure.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""A day of every year, `MM-DD`. 02-29 is the last day of February in any year."""

Name = Annotated[str, Field(min_length=1, max_length=63)]
Quantity = Annotated[
    str,
    BeforeValidator(str),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer"}, {"type": "string"}],
            "maxLength": 32,
            "x-kubernetes-int-or-string": True,
            "x-kubernetes-validations": [
                {
                    "rule": "isQuantity(string(self)) && sign(quantity(string(self))) >= 0",
                    "message": "Write a quantity that is not negative, for example 92, 1800G or 20T.",
                }
            ],
        }
    ),
]
"""A Kubernetes resource quantity, for example 1800G or 92. A plain integer is accepted as well."""

Regex = Annotated[
    str,
    Field(max_length=256),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 256,
            "x-kubernetes-validations": [
                {
                    # What is no expression makes the rule fail with an error, and the sentence is shown with it.
                    "rule": "''.matches(self) in [true, false]",
                    "message": "This is no RE2 expression. Escape what is meant literally, for example nvidia\\.com/gpu.",
                }
            ],
        }
    ),
]
"""An RE2 expression for a whole value. The empty one matches what is absent or empty."""


EnteredBy = Annotated[
    str,
    Field(max_length=253, description="Who entered it. Stamped from the request's user; what is typed is replaced."),
]
DecidedBy = Annotated[str, Field(max_length=253, description="Who decided, where another person enters it.")]


def keyed(key: str) -> dict[str, Any]:
    """A list of which each entry is found by one of its fields, so that appliers merge it entry by entry."""
    return {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key]}


def rules(*pairs: tuple[str, str]) -> dict[str, Any]:
    """CEL rules of a model, as (expression, sentence shown to whoever applies a bad object)."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": message} for rule, message in pairs]}


class Model(BaseModel):
    """A frozen value with camelCase names on the wire."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    def wire(self) -> dict[str, Any]:
        """The object as plain JSON values with the API's names; what is not set is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Metadata(Model):
    """The part of metav1.ObjectMeta that Tenure reads."""

    name: str
    namespace: str = ""
    uid: str = ""
    generation: int = 0
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A printer column of `kubectl get`."""

    name: str
    json_path: str
    type: Literal["string", "integer", "date", "boolean"] = "string"
    priority: int = 0


@dataclass(frozen=True)
class Kind:
    """How a kind is served: names, scope and printer columns."""

    kind: str
    plural: str
    short_names: tuple[str, ...]
    namespaced: bool = False
    columns: tuple[Column, ...] = ()
    root_rules: tuple[tuple[str, str], ...] = ()
    has_status: bool = True
    selectable: tuple[str, ...] = ()
    """JSON paths of fields by which the API server can be asked for some of the objects only."""
    as_written: bool = False
    """The API server adds no defaults: a later version's would change what a hash was taken over."""

    @property
    def crd_name(self) -> str:
        """The name of the CustomResourceDefinition."""
        return f"{self.plural}.{GROUP}"


class Resource(Model):
    """A custom resource: metadata, spec and (for most kinds) status."""

    KIND: ClassVar[Kind]

    metadata: Metadata

    @property
    def name(self) -> str:
        """metadata.name"""
        return self.metadata.name

    @classmethod
    def parse(cls, body: dict[str, Any]) -> Self:
        """The object from what the API server sent. Raises pydantic.ValidationError."""
        return cls.model_validate(body)
