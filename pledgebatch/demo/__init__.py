"""A workspace of made-up organisations and people over several months, with mistakes seeded and listed."""

from pledgebatch.demo.course import PERIODS
from pledgebatch.demo.inbox import build

__all__ = ["PERIODS", "build"]
