"""Tenure: accelerators lent for a term, measured, reviewed each quarter, and kept, grown, cut or ended."""

__version__ = "0.1.0"
