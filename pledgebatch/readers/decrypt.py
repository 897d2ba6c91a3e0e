"""Opens workbooks that have a password to open them."""

import io
from collections.abc import Sequence

from msoffcrypto import OfficeFile

EXCELS_OWN = "VelvetSweatshop"
"""With which Excel encrypts a workbook that is only protected against changes; it asks nobody for it."""


def unlock(data: bytes, passwords: Sequence[str]) -> bytes | None:
    """The workbook inside, or None where no password opens it."""
    for password in (EXCELS_OWN, *passwords):
        inside = io.BytesIO()
        try:
            file = OfficeFile(io.BytesIO(data))
            file.load_key(password=password, **({"verify_password": True} if file.format == "ooxml" else {}))
            file.decrypt(inside)
        except Exception:  # the library raises whatever its parsers raise, for a wrong password as for a broken file
            continue
        if inside.tell():
            return inside.getvalue()
    return None
