"""Tests against a real API server, with the real scheduler and controllers."""
