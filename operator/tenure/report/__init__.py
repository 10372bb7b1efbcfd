"""What people look at: costs and the packet of a review. It reads the API, the rules and the telemetry's ledger."""
