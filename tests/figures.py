"""Figures that tests measured, printed at the end of a run."""

MEASURED: list[str] = []
