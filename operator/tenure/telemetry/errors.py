"""Why Prometheus could not be asked. Each message is whole sentences with the next step."""

from __future__ import annotations


class QueryFailed(Exception):
    """Prometheus did not answer, or not usefully."""

    reason = "QueryFailed"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PartialAnswer(QueryFailed):
    """Prometheus answered and warned that something is missing."""

    reason = "PartialAnswer"


class TooMuch(QueryFailed):
    """The query exceeds a limit of the server; a shorter window may fit."""


class Unusable(QueryFailed, ValueError):
    """What a profile or an Accelerator says cannot be asked or weighed; a person has to correct it."""


class Busy(QueryFailed):
    """The server, or a proxy before it, is overloaded or away for a moment; the same query may succeed soon."""
