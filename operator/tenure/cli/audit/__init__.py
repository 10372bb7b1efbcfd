"""`tenure audit`: the chain of Decisions as a file that is evidence by itself; docs/audit.md."""
