"""How the agent was started."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Every field is an environment variable, TENURE_AGENT_ and its name; docs/agent.md lists them."""

    port: int = 9400
    node: str = ""
    """Value of the label Hostname."""
    window_seconds: float = 60
    """A reading is the mean of this long. Scrapes further apart than this miss the time in between."""
    resource_names: re.Pattern[str] = re.compile(r"nvidia\.com/(gpu|gpu\.shared|mig-.+)")
    """The extended resources whose devices are looked up; the whole name has to match."""
    pod_resources: Path = Path("/var/lib/kubelet/pod-resources/kubelet.sock")
    pod_logs: Path = Path("/var/log/pods")
    """The kubelet's folder of logs; only the names in it are read, and they are namespace_pod_uid."""
    proc: Path = Path("/proc")

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """From TENURE_AGENT_PORT and so on. Raises ValueError with a sentence."""

        def given(name: str, default: object) -> str:
            return env.get(f"TENURE_AGENT_{name}") or str(default)

        return cls(
            port=_number("PORT", given("PORT", cls.port), 1, 65535),
            node=given("NODE", socket.gethostname()),
            window_seconds=_number("WINDOW_SECONDS", given("WINDOW_SECONDS", 60), 10, 600),
            resource_names=_pattern(given("RESOURCE_NAMES", cls.resource_names.pattern)),
            pod_resources=Path(given("POD_RESOURCES", cls.pod_resources)),
            pod_logs=Path(given("POD_LOGS", cls.pod_logs)),
            proc=Path(given("PROC", cls.proc)),
        )


def _number(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"TENURE_AGENT_{name} is {text!r}. Write a whole number from {least} to {most}.")
    return int(text)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"TENURE_AGENT_RESOURCE_NAMES is no regular expression: {error}.") from error
