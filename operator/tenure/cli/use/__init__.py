"""`tenure use`: what was used day by day, and what Prometheus says of these days now."""
