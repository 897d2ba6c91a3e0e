"""An office whose organisations and people move, month after month, through the small doors: no file of a branch is written."""
