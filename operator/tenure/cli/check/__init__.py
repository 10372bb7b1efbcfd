"""`tenure check`: what is there and what is missing, before anything is installed or enforced."""
