"""Channels: the address of one in its file, and sending to it. Everything else of telling people knows no address."""

from __future__ import annotations

import logging
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import apprise

from tenure.api import Project
from tenure.api.programme import Channel
from tenure.rules.texts import Message

PATIENCE_SECONDS = 60.0
"""For one message. apprise itself waits four seconds to connect and for each answer, unless its address says otherwise."""

SECRET, LONGEST = 4, 300
"""Characters from which a part of an address may be a secret, and of what is said of one at most."""

# It logs addresses, which are secrets. What went wrong is in its results.
logging.getLogger("apprise").propagate = False


class NotTaken(Exception):
    """A channel did not take a message. Says why, without its address."""


def file_of(channel: Channel, project: Project) -> str:
    """Name of the file of a channel for a project, below the folder of channels."""
    named = channel.url_file.replace("{project}", project.name)
    return named.replace("{organization}", project.spec.organization)


def address(folder: Path | None, name: str) -> str:
    """The one address in a file, read anew each time. Raises NotTaken where there is none."""
    if folder is None:
        raise NotTaken("The operator has no folder of channels: TENURE_CHANNELS is not set.")
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise NotTaken(f"The file {name} lies outside the folder of channels.")
    try:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise NotTaken(f"The file {name} is not in the folder of channels, or cannot be read.") from None
    found = [word for line in lines if not line.lstrip().startswith("#") for word in line.split()]
    if len(found) != 1:
        raise NotTaken(f"The file {name} has {len(found)} addresses. Write one, and another channel for each other.")
    return found[0]


def send(url: str, message: Message) -> None:
    """Send a message to an address. Blocks for PATIENCE_SECONDS at most. Raises NotTaken."""
    # A receiver may be a tenant's own: it does not send the operator on to what only the operator can reach.
    asset = apprise.AppriseAsset(app_id="Tenure", app_desc="Tenure", storage_mode="memory", http_redirects=False)
    service = apprise.Apprise.instantiate(url, asset=asset)  # one alone: add() would take a line with two for both
    if service is None:
        raise NotTaken(
            "The address cannot be read. It is to be as apprise has it, for example mailtos://... or json://..."
        )
    receiver = apprise.Apprise(service, asset=asset)
    result = receiver.notify(
        title=message.title, body=message.text, body_format=apprise.NotifyFormat.TEXT, timeout=PATIENCE_SECONDS
    )
    if not result:
        said = without("; ".join(entry.message for entry in result.logs()), url)
        raise NotTaken(said or f"It did not answer within {PATIENCE_SECONDS:.0f} seconds.")


def without(said: str, url: str) -> str:
    """What was said of an address, cut short and without any part of it that may be a secret: all but its host."""
    parts, host = re.split(r"[/?&=#:@]+", url)[1:], urlsplit(url).hostname or ""
    secret = {one for part in parts for one in (part, unquote(part)) if len(one) >= SECRET and one != host}
    for one in sorted(secret, key=len, reverse=True):
        said = said.replace(one, "***")
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}..."
