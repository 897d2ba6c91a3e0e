"""One connection to the office's mail server, and one message over it."""

import binascii
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress

from pydantic import SecretStr

from pledgebatch.mail.settings import HERE, MailSettings, Security
from pledgebatch.mistakes import OfficeMistake

LONGEST_REPLY = 160
LONGEST_ANSWER = 100_000
MOST_IN_A_SESSION = 50
"""Messages over one connection; some servers take no more than 100, and say only "later"."""


class Refused(Exception):
    """The server did not take a message; ``passing`` where it may take it later, ``closing`` where it hangs up,
    ``whole`` where it had all of the message before it said so."""

    def __init__(self, code: int, reply: bytes, whole: bool = False) -> None:
        """What the server answered."""
        self.code, self.reply, self.whole = code, reply, whole
        self.passing = 400 <= code < 500
        self.closing = code in (421, -1)
        super().__init__(sentence(code, reply))


class Dropped(Exception):
    """The connection broke; whether the server took the message is known only before its end went out."""


class Unreachable(Exception):
    """The server does not answer at all, or not now."""


def sentence(code: int, reply: bytes, recipient: str = "单位名册中的电子邮箱") -> str:
    """What a server's refusal means, and what to do, in Chinese; its own words at the end.

    ``recipient`` is where the address stands that was written to.
    """
    text = " ".join(reply.decode("utf-8", "replace").split())[:LONGEST_REPLY]
    enhanced = re.match(r"[45]\.(\d+\.\d+)", text)
    detail = enhanced[1] if enhanced else ""
    if detail == "2.2" or (code in (452, 552) and not detail):
        advice = "对方邮箱已满，请电话通知对方清理"
    elif code == 552 or detail in ("2.3", "3.4"):
        advice = "邮件太大，服务器不收，请把设置中的 max_mb 改小"
    elif code == 421:
        advice = "服务器暂停服务，或嫌发得太快，过一会再运行；常出现时把设置中的 per_minute 改小"
    elif 400 <= code < 500:
        advice = "服务器叫稍后再试，过一会再运行"
    elif code in (550, 551, 553) or detail.startswith("1."):
        advice = f"服务器说没有这个邮箱，或不准发给它，请核对{recipient}"
    else:
        advice = "服务器拒收，请把这句话告诉维护人员"
    return f"{advice}（{code} {text}）"


class Post:
    """Hands messages over, connecting when there is need."""

    def __init__(self, settings: MailSettings, password: SecretStr | None) -> None:
        """Use the server of ``settings``; without a ``password`` there is no login."""
        self._settings, self._password = settings, password
        self._line: smtplib.SMTP | None = None
        self._taken = 0

    def hand_over(
        self, recipient: str, data: bytes, about_to_end: Callable[[bool], None], witness: str | None = None
    ) -> None:
        """Send one message. ``about_to_end`` is called when all but its end is out, with whether ``witness`` gets it too.

        Raises Refused or Dropped for what became of the message, Unreachable or OfficeMistake for the server.
        """
        line = self._line_in_use()
        try:
            size = [f"SIZE={len(data)}"] if line.has_extn("size") else []
            _must(line.mail(self._settings.address, size))
            _must(line.rcpt(recipient))
            witnessed = bool(witness) and witness != recipient and line.rcpt(str(witness))[0] in (250, 251)
            _must(line.docmd("DATA"), 354)
            line.send(_in_dots(data))
            _must_be_silent(line)
            about_to_end(witnessed or witness == recipient)
            line.send(b".\r\n")
            _must_be_settled(_last_answer(line, self._settings.answer_seconds))
            self._taken += 1
        except Refused as refused:
            if refused.passing:
                self.close()  # "later" may mean later in this session
            else:
                with suppress(smtplib.SMTPException, OSError):  # the next letter finds the line dead, and calls again
                    line.rset()
            raise
        except (smtplib.SMTPServerDisconnected, OSError):
            self.close()
            raise Dropped from None

    def _line_in_use(self) -> smtplib.SMTP:
        if self._taken >= MOST_IN_A_SESSION:
            self.close()
        if self._line is None:
            self._line, self._taken = self._connect(), 0
        return self._line

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.smtp_host, settings.port("smtp")
        context = tls_context(settings.smtp_security, host, settings.ca_file)
        try:
            if settings.smtp_security == "tls" and context:
                line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=settings.timeout_seconds, context=context)
            else:
                line = smtplib.SMTP(host, port, timeout=settings.timeout_seconds)
            try:
                self._log_in(line, context)
            except BaseException:  # whatever it is, told below or further up: the line is not left open
                line.close()
                raise
        except smtplib.SMTPAuthenticationError as refused:
            if refused.smtp_code < 500:
                raise Unreachable(f"服务器 {host} 叫稍后再登录（{refused.smtp_code}）") from None
            raise OfficeMistake(
                f"邮件服务器 {host} 不接受 {settings.login()} 的密码；很多邮箱要用“授权码”而不是网页登录的密码"
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise OfficeMistake(
                f"邮件服务器 {host} 不支持设置的加密或登录方式，请核对 smtp_security 和 smtp_port"
            ) from None
        except ssl.SSLCertVerificationError:
            raise OfficeMistake(why_untrusted(host)) from None
        except ssl.SSLError:
            raise OfficeMistake(
                f"与邮件服务器 {host}:{port} 不能建立加密连接，请核对 smtp_security 和 smtp_port"
            ) from None
        except (smtplib.SMTPException, OSError, binascii.Error) as mistake:  # a login asked for in no Base64
            raise Unreachable(why_unreachable(host, port, mistake)) from None
        return line

    def _log_in(self, line: smtplib.SMTP, context: ssl.SSLContext | None) -> None:
        settings = self._settings
        if settings.smtp_security == "starttls" and context:
            line.starttls(context=context)
        line.ehlo_or_helo_if_needed()
        if self._password and (settings.smtp_security != "none" or line.has_extn("auth")):
            line.login(settings.login(), self._password.get_secret_value())

    def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):  # who hangs up first is no matter
                line.quit()


def _must(answer: tuple[int, bytes], *codes: int) -> None:
    code, reply = answer
    if code == -1:
        raise smtplib.SMTPServerDisconnected
    if code not in (codes or (250, 251)):
        raise Refused(code, reply)


def _must_be_silent(line: smtplib.SMTP) -> None:
    """A server that speaks or hangs up before a message is whole has not taken it."""
    sock, file = line.sock, line.file
    if sock is None or file is None or select.select([sock], [], [], 0)[0]:
        raise smtplib.SMTPServerDisconnected
    patience = sock.gettimeout()
    sock.settimeout(0)
    try:
        early = file.peek(1)  # what came along with an earlier answer, and waits to be taken for the last
    except OSError:
        early = b""
    finally:
        sock.settimeout(patience)
    if early:
        raise smtplib.SMTPServerDisconnected


def _last_answer(line: smtplib.SMTP, seconds: float) -> tuple[int, bytes]:
    """What the server says of a message that is whole, waited for so long in all, by a clock that nobody sets.

    Raises SMTPServerDisconnected or TimeoutError where that does not come, or is no answer.
    """
    until, received, texts = time.monotonic() + seconds, b"", list[bytes]()
    while len(received) + sum(map(len, texts)) < LONGEST_ANSWER:
        first, whole, rest = received.partition(b"\n")
        if not whole:
            received += _receive(line, until - time.monotonic())
            continue
        found = re.fullmatch(rb"(\d{3})(?:([ -])(.*?))?\r?", first)
        if not found:
            break
        texts.append(found[3] or b"")
        if found[2] != b"-":
            return int(found[1]), b"\n".join(texts)
        received = rest
    raise smtplib.SMTPServerDisconnected


def _receive(line: smtplib.SMTP, seconds: float) -> bytes:
    if line.sock is None or seconds <= 0:
        raise TimeoutError
    patience = line.sock.gettimeout()
    line.sock.settimeout(seconds)
    received = line.sock.recv(4096)
    if not received:
        raise smtplib.SMTPServerDisconnected
    line.sock.settimeout(patience)
    return received


def _must_be_settled(answer: tuple[int, bytes]) -> None:
    """Yes (2yz) and no (4yz, 5yz) are answers to a message; anything else leaves open whether it was taken."""
    code, reply = answer
    if 400 <= code < 600:
        raise Refused(code, reply, whole=True)
    if not 200 <= code < 300:
        raise smtplib.SMTPServerDisconnected


def _in_dots(data: bytes) -> bytes:
    """A message as it goes over the wire, but for the dot that ends it."""
    return re.sub(rb"(?m)^\.", b"..", data)


def tls_context(security: Security, host: str, ca_file: str) -> ssl.SSLContext | None:
    """What guards a connection. Raises OfficeMistake where a password would go unguarded over a network."""
    if security == "none":
        if host not in HERE:
            raise OfficeMistake(f"与 {host} 的连接没有加密，密码会泄露，请把加密方式改为 tls 或 starttls")
        return None
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError:
        raise OfficeMistake(f"根证书文件 {ca_file} 打不开，请核对设置中的 ca_file") from None


def why_untrusted(host: str) -> str:
    """The sentence for a server that cannot show who it is."""
    return f"邮件服务器 {host} 的证书不可信，没有发出密码；单位自建的服务器请把根证书填在设置的 ca_file"


def why_unreachable(host: str, port: int, mistake: Exception) -> str:
    """The sentence for a server that does not answer."""
    if isinstance(mistake, socket.gaierror):
        return f"找不到邮件服务器 {host}，请核对设置中的服务器名和网络"
    if isinstance(mistake, smtplib.SMTPResponseException):
        return f"邮件服务器 {host}:{port} 现在不接待：{sentence(mistake.smtp_code, _bytes(mistake.smtp_error))}"
    return f"连不上邮件服务器 {host}:{port}，请检查网络和设置中的端口"


def _bytes(reply: bytes | str) -> bytes:
    return reply.encode() if isinstance(reply, str) else reply
