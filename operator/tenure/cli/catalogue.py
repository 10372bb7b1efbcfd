"""Catalogue and rulebook from files: what `tenure check` and `tenure adopt` go by before anything is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

from tenure.api import KINDS, Resource
from tenure.cli.listed import Listed
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import parsed
from tenure.control.kube import Manifest

R = TypeVar("R", bound=Resource)
READ = ("Accelerator", "Programme", "TelemetryProfile")


def read(paths: Sequence[Path]) -> tuple[Resource, ...]:
    """The Accelerators, Programmes and TelemetryProfiles of YAML files and folders. Raises Problem."""
    models = {model.KIND.kind: model for model in KINDS if model.KIND.kind in READ}
    found = [(models[body["kind"]], body) for path in paths for body in _bodies(path) if body.get("kind") in models]
    if paths and not found:
        raise Problem(f"There is no Accelerator, Programme or TelemetryProfile in {paths[0]}. Check --catalogue.")
    return tuple(parsed(model, body) for model, body in found)


def _bodies(path: Path) -> Iterable[Manifest]:
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    for file in files:
        try:
            documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise Problem(f"{file} cannot be read: {error}. Check --catalogue.", BAD_USAGE) from error
        yield from (body for body in documents if isinstance(body, dict))


def known(model: type[R], live: Listed, files: Iterable[Resource]) -> tuple[R, ...]:
    """The objects of a kind in the cluster and in files; a file goes before what is installed. Raises Problem."""
    installed = {one.name: one for one in (parsed(model, body) for body in live.all(model.KIND.kind))}
    named = {one.name: one for one in files if isinstance(one, model)}
    return tuple(one for _, one in sorted((installed | named).items()))
