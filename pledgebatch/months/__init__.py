"""The archive: what was consolidated before, for what rolls forward and what changed."""
