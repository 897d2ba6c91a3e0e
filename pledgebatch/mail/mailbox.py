"""The office's mailbox over IMAP: read, moved, flagged; nothing is ever deleted."""

import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from imap_tools import AND, BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from pydantic import SecretStr

from pledgebatch.intake.mail_texts import headers_alone, identity_of
from pledgebatch.mail.post import tls_context, why_unreachable, why_untrusted
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mistakes import OfficeMistake

FLAG = "$pledgebatch"
"""Marks a handled mail where it is not moved."""


@contextmanager
def open_mailbox(settings: MailSettings, password: SecretStr) -> Iterator[BaseMailBox]:
    """The mailbox, logged in, no folder chosen yet. Raises OfficeMistake where it cannot be had."""
    host, port = settings.imap_host, settings.port("imap")
    context = tls_context(settings.imap_security, host, settings.ca_file)
    try:
        if settings.imap_security == "tls":
            box: BaseMailBox = MailBox(host, port, timeout=settings.timeout_seconds, ssl_context=context)
        elif settings.imap_security == "starttls":
            box = MailBoxStartTls(host, port, timeout=settings.timeout_seconds, ssl_context=context)
        else:
            box = MailBoxUnencrypted(host, port, timeout=settings.timeout_seconds)
        box.login(settings.login(), password.get_secret_value(), initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error):
        raise OfficeMistake(
            f"收信服务器 {host} 不接受 {settings.login()} 的密码；很多邮箱要先在网页上开通 IMAP，并用“授权码”登录"
        ) from None
    except ssl.SSLCertVerificationError:
        raise OfficeMistake(why_untrusted(host)) from None
    except OSError as mistake:
        raise OfficeMistake(why_unreachable(host, port, mistake)) from None
    try:
        _identify_client(box)
        yield box
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as mistake:
        if isinstance(mistake, FileNotFoundError | PermissionError):
            raise
        raise OfficeMistake(f"与收信服务器 {host} 的连接中断，再运行一次即可，不会重复收取") from None
    finally:
        _leave(box)


def _identify_client(box: BaseMailBox) -> None:
    """NetEase's servers let no folder be chosen before a client has given its name (RFC 2971)."""
    # What a server can do it tells in full only after the login, and the library asks only before.
    box.client.capabilities = tuple(box.client.capability()[1][0].decode("ascii").upper().split())
    if "ID" in box.client.capabilities:
        box.client.xatom("ID", '("name" "pledgebatch" "version" "1")')


def _leave(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (ImapToolsError, imaplib.IMAP4.error, OSError):  # everything is done, and the line is dead anyway
        return


def choose(box: BaseMailBox, folder: str) -> str:
    """Choose a folder; returns what tells it from any other, also one of the same name made anew, or nothing where the
    server does not say (RFC 3501, 2.3.1.1, has it do so)."""
    if not box.folder.exists(folder):
        raise OfficeMistake(f"邮箱中没有文件夹“{folder}”，请核对设置")
    box.folder.set(folder)
    validity = box.client.response("UIDVALIDITY")[1][0]
    if validity is None:
        with suppress(ImapToolsError, imaplib.IMAP4.error, KeyError, ValueError):  # it does not say here either
            validity = str(box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]).encode()
    return f"{folder}/{validity.decode('ascii', 'replace')}" if validity else ""


def uids_since(box: BaseMailBox, day: dt.date) -> list[str]:
    """The mails of the chosen folder that came on ``day`` or later, by the server's clock, oldest first."""
    return sorted(box.uids(AND(date_gte=day)), key=int)


def fetch(box: BaseMailBox, uid: str) -> tuple[bytes, dt.datetime | None]:
    """A mail as it is, and when the server received it where it says so; it stays unread.

    Raises Vanished where the server does not give it, as where somebody moved it meanwhile.
    """
    try:
        status, answer = box.client.uid("fetch", uid, "(INTERNALDATE BODY.PEEK[])")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Vanished from None
    whole = next((part for part in answer if isinstance(part, tuple)), None)
    if status != "OK" or whole is None:
        raise Vanished
    tail = b" ".join(part for part in answer if isinstance(part, bytes))
    return whole[1], _internal_date(whole[0] + tail)


class Vanished(Exception):
    """A mail that was there, and that the server does not give."""


def _internal_date(answer: bytes) -> dt.datetime | None:
    match = re.search(rb'INTERNALDATE "\s*([^"]+)"', answer)
    try:
        return dt.datetime.strptime(_english(match[1].decode("ascii")), "%d %m %Y %H:%M:%S %z") if match else None
    except ValueError:  # servers have been seen to give a day 0, or the years of others
        return None


def _english(text: str) -> str:
    """``05-Apr-2011 09:30:11 +0800`` with its month as a number, whatever the locale. Raises ValueError."""
    day, month, rest = text.split("-", 2)
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    return f"{day} {names.index(month.lower()) + 1} {rest}"


def identities(box: BaseMailBox, folders: Sequence[str], since: dt.datetime) -> set[str]:
    """The Message-IDs of what came to ``folders`` since the day before ``since``."""
    found: set[str] = set()
    day = (since - dt.timedelta(days=1)).date()
    for folder in folders:
        if folder and box.folder.exists(folder):
            box.folder.set(folder)
            uids = box.uids(AND(date_gte=day))
            for start in range(0, len(uids), 200):
                some = ",".join(uids[start : start + 200])
                answer = box.client.uid("fetch", some, "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
                heads = (headers_alone(part[1]) for part in answer if isinstance(part, tuple))
                found |= {identity for head in heads if (identity := identity_of(head))}
    return found


def put_away(box: BaseMailBox, uids: Sequence[str], folder: str) -> None:
    """Mark mails as handled: moved to ``folder`` where the server can move, flagged otherwise. Never deleted."""
    if not uids:
        return
    if folder and "MOVE" in box.client.capabilities:
        if not box.folder.exists(folder):
            box.folder.create(folder)
        box.move(list(uids), folder)
    else:
        box.flag(list(uids), [FLAG, "\\Flagged"], True)
