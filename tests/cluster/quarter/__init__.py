"""One quarter of a small centre, 2026-Q3 and what follows: its tenants, their telemetry, and the days on which we look."""
