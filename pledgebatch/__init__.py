"""Batch processor for the public-pledge workbooks of 常新社委〔2010〕20号; the public interface is that of ``pledgebatch.api``.

What it needs is imported when it is asked for, so that the command line hears Ctrl-C from the first moment.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pledgebatch.api import (
        Month,
        OfficeMistake,
        Period,
        archive_year,
        check,
        consolidate,
        make_templates,
        office_remarks,
        rollup,
        status,
    )

__all__ = [
    "Month", "OfficeMistake", "Period", "archive_year", "check", "consolidate", "make_templates", "office_remarks", "rollup",
    "status",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """What the public interface calls ``name``."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("pledgebatch.api"), name)
