"""The chain of Decisions as a file that is evidence by itself: written, read back, and recomputed, offline and years later."""
