"""Passwords: from the environment or the system's keyring, never from a file in clear."""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable

from pydantic import SecretStr

from pledgebatch.mail.settings import HERE, MailSettings
from pledgebatch.mistakes import OfficeMistake

SERVICE = "pledgebatch"
"""Under which the keyring keeps our passwords."""
MAIL_PASSWORD = "PLEDGEBATCH_MAIL_PASSWORD"
FILE_SECRET = "PLEDGEBATCH_FILE_SECRET"
FILES = "files"
"""The keyring's user name of the secret that file passwords are made from."""
SHORTEST_SECRET = 12


def mail_password(user: str) -> SecretStr:
    """The password of the mailbox. Raises OfficeMistake where there is none."""
    password = _find(MAIL_PASSWORD, user, f"邮箱 {user} 的密码")
    if not password.get_secret_value().isascii():
        raise OfficeMistake(f"邮箱 {user} 的密码中有中文或全角字符，多半是输入法没有切换，请重新设置")
    return password


def login_password(settings: MailSettings) -> SecretStr | None:
    """The password to send with; a server on this machine need not ask for one. Raises OfficeMistake where there is none."""
    try:
        return mail_password(settings.login())
    except OfficeMistake:
        if settings.smtp_host in HERE and settings.smtp_security == "none":
            return None
        raise


def file_password() -> Callable[[str], SecretStr]:
    """For each organisation's code the password of the files it gets: the same every month, none to be guessed from another's.

    Raises OfficeMistake where there is no secret, or too short a one, to make them from.
    """
    secret = _find(FILE_SECRET, FILES, "加密文件用的口令").get_secret_value()
    if len(secret) < SHORTEST_SECRET:
        raise OfficeMistake(f"加密文件用的口令（{FILE_SECRET}）太短，至少要 {SHORTEST_SECRET} 个字符")

    def password(code: str) -> SecretStr:
        digest = hmac.new(secret.encode(), code.encode(), hashlib.sha256).digest()
        return SecretStr(base64.b32encode(digest)[:12].decode().lower())

    return password


def _find(variable: str, user: str, what: str) -> SecretStr:
    password = os.environ.get(variable) or _from_keyring(user)
    if not password:
        raise OfficeMistake(
            f"没有找到{what}：请设置环境变量 {variable}，或安装 pledgebatch[keyring] 后运行 "
            f"keyring set {SERVICE} {user} 存进系统的密码箱；不要写在设置文件里"
        )
    return SecretStr(password)


def _from_keyring(user: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:  # it is an extra
        return None
    try:
        return keyring.get_password(SERVICE, user)
    except KeyringError:  # a system without a keyring, or one that stays locked
        return None
