"""Files with a password to open them, each tried before it goes out."""

import io

from msoffcrypto import OfficeFile
from msoffcrypto.format.ooxml import OOXMLFile
from pydantic import SecretStr


def seal(data: bytes, password: SecretStr) -> bytes:
    """The workbook with a password. Raises AssertionError unless the password gives the same bytes back."""
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password.get_secret_value(), sealed)
    again = io.BytesIO()
    file = OfficeFile(io.BytesIO(sealed.getvalue()))
    file.load_key(password=password.get_secret_value(), verify_password=True)
    file.decrypt(again, verify_integrity=True)
    if again.getvalue() != data:
        raise AssertionError("a sealed workbook does not open to what it was")
    return sealed.getvalue()
