"""What tests, demo and replay share: telemetry written as the real exporters write it."""
