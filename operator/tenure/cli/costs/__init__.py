"""`tenure costs`: what a month costs, and what was granted, requested and busy in it (R5)."""
