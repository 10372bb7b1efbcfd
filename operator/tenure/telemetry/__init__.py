"""Measured use: profiles of exporters, PromQL, the Prometheus gateway and the daily ledger (R16)."""
