"""What memory a process takes from the system, and that it gives back what it frees."""

import ctypes
import sys
from contextlib import suppress

import pyarrow as pa

LIMIT = 2 * 2**30
"""What one task may make a worker take, in bytes."""
M_MMAP_THRESHOLD, LARGE = -3, 2**18
"""glibc: a block of so many bytes is taken from the system by itself, and given back when it is freed."""
M_ARENA_MAX, FEW = -8, 2
"""glibc: threads share so many heaps; each reserves 64 MiB."""
ARROW_POOL = "ARROW_DEFAULT_MEMORY_POOL"
"""The variable that names the allocator of Arrow, which takes its own 1 GiB at a time, and never gives back."""


def give_back() -> None:
    """Have memory that is freed given back to the system: a month takes much, but most of it for a moment only."""
    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library than glibc
            libc = ctypes.CDLL(None)
            libc.mallopt(M_MMAP_THRESHOLD, LARGE)
            libc.mallopt(M_ARENA_MAX, FEW)


def limit_memory() -> None:
    """Let this process take no more than ``LIMIT`` beside what it has, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with open("/proc/self/statm") as pages:
        taken = int(pages.read().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (taken + LIMIT, hard))
