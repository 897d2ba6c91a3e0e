"""Files with a password to open them, each tried before it goes out."""

import io
import logging

from msoffcrypto import OfficeFile
from msoffcrypto.format.ooxml import OOXMLFile
from pydantic import SecretStr

from pledgebatch.mistakes import OfficeMistake

LOG = logging.getLogger(__name__)


def seal(data: bytes, password: SecretStr, name: str) -> bytes:
    """The workbook called ``name`` with a password.

    Raises OfficeMistake unless the password gives the same bytes back, whatever the library says: it costs one letter.
    """
    try:
        sealed, again = _sealed_and_opened(data, password)
    except Exception as why:  # it costs one letter; the fault is the library's or ours
        LOG.exception("%s could not be given a password", name)
        raise OfficeMistake(f"{name} 加不上打开密码（{type(why).__name__}），没有寄出，请再生成一次") from why
    if again != data:
        raise OfficeMistake(f"{name} 加上打开密码后打不开，没有寄出，请再生成一次")
    return sealed


def _sealed_and_opened(data: bytes, password: SecretStr) -> tuple[bytes, bytes]:
    sealed = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password.get_secret_value(), sealed)
    again = io.BytesIO()
    file = OfficeFile(io.BytesIO(sealed.getvalue()))
    file.load_key(password=password.get_secret_value(), verify_password=True)
    file.decrypt(again, verify_integrity=True)
    return sealed.getvalue(), again.getvalue()
