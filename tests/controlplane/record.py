"""What is written down about a control plane, so that another process can reuse, judge and end it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .cluster import Settings


@dataclass(frozen=True)
class Record:
    """A control plane as it was asked for. `up` turns true when it has come up completely."""

    name: str
    cluster: str
    settings: Settings
    programs: Path
    context: str = ""
    up: bool = False

    def write(self, folder: Path) -> None:
        """Keep the record in the state folder."""
        content = {**asdict(self), "programs": str(self.programs)}
        (folder / "record.json").write_text(json.dumps(content, indent=1))

    def is_up_as(self, wanted: Record) -> bool:
        """Tell whether this one came up, and was asked for with the same words as `wanted`."""
        return self.up and self == replace(wanted, up=True)


def read(folder: Path) -> Record | None:
    """Return the record in a state folder; None if there is none, or none that can be read."""
    try:
        content = json.loads((folder / "record.json").read_text())
        settings = Settings(tuple(content["settings"]["without"]), content["settings"]["extra_args"])
        return Record(**{**content, "settings": settings, "programs": Path(content["programs"])})
    except (OSError, ValueError, LookupError, TypeError):
        return None
