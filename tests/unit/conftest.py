"""Settings of all unit tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test: durations are never what is tested here.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")
