"""Rules that may be wrong: they judge what a text says, and are capped at a warning but for template residue."""
