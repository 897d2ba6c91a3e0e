"""The log for the maintainer: what must be seen, such as the traceback of a rule that crashed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pledgebatch.pipeline.workspace import Workspace

LOG_NAME = "pledgebatch.log"


@contextmanager
def keeping_log(place: Workspace) -> Iterator[None]:
    """Keep what is logged in a file of the workspace, made when there is something to say; nowhere without one."""
    log = logging.getLogger("pledgebatch")
    handler: logging.Handler = logging.NullHandler()
    if place.root.is_dir():
        handler = logging.FileHandler(place.root / LOG_NAME, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()
