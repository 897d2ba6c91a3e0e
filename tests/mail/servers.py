"""Real mail servers on loopback: Debian's OpenSMTPD takes and delivers, Debian's dovecot shows; each with its own folders.

OpenSMTPD runs without TLS here: built against OpenSSL 3, Debian 12's smtpd ends every handshake with "SSL routines::EVP
lib", whatever the key, because the process that talks has no right to the private key and the engine between the two is
no longer asked. TLS and login are tried against dovecot and aiosmtpd.
"""

import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.clients import require

PASSWORD = "Xk-geheim-77-nowhere"
"""The password of every mailbox here; a test looks for it in all that is written."""
ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
"""Both servers change to other users, which only root may."""
PATIENCE = 30


def require_servers() -> None:
    """Skip the test where the servers are missing; fail where skipping is refused."""
    require(_missing())


@cache
def _missing() -> str:
    for name, package in (("smtpd", "opensmtpd"), ("dovecot", "dovecot-imapd"), ("openssl", "openssl")):
        if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
            return f"{name} is not installed (Debian's {package})"
    if ROOT and subprocess.run([*ROOT, "true"], capture_output=True).returncode:
        return "mail servers need root, or sudo without a password"
    return ""


@dataclass(frozen=True)
class Office:
    """A post office: where it takes mail in, and where mailboxes are seen."""

    folder: Path
    smtp_port: int
    imap_port: int
    imaps_port: int

    @property
    def ca_file(self) -> Path:
        return self.folder / "cert.pem"

    def mailbox(self, address: str, folder: str = "INBOX") -> imaplib.IMAP4:
        """The mailbox of any address, with a folder chosen."""
        box = imaplib.IMAP4("127.0.0.1", self.imap_port)
        box.login(address, PASSWORD)
        box.select(folder)
        return box

    def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail in a mailbox, as it is."""
        box = self.mailbox(address, folder)
        try:
            if not box.search(None, "ALL")[1][0]:
                return []
            answer = box.fetch("1:*", "(BODY.PEEK[])")[1]
            return [part[1] for part in answer if isinstance(part, tuple)]
        finally:
            box.logout()

    def put(self, address: str, mail: bytes, received: str = "") -> None:
        """Lay a mail into a mailbox, as one received at a given time."""
        self.put_all(address, [mail], received)

    def put_all(self, address: str, mails: Iterable[bytes], received: str = "") -> None:
        """Lay mails into a mailbox, each as one received at a given time."""
        box = self.mailbox(address)
        try:
            for mail in mails:
                assert box.append("INBOX", "", f'"{received}"' if received else None, mail)[0] == "OK"
        finally:
            box.logout()

    def await_mails(self, address: str, count: int) -> list[bytes]:
        """The mails of a mailbox, once there are so many."""
        deadline = time.monotonic() + PATIENCE
        while len(mails := self.mails(address)) < count and time.monotonic() < deadline:
            time.sleep(0.2)
        return mails


@contextmanager
def post_office() -> Iterator[Office]:
    """Both servers, started in a folder of their own and stopped."""
    folder = Path(tempfile.mkdtemp(prefix="post"))
    folder.chmod(0o755)
    smtp, imap, imaps = free_ports(3)
    certify(folder)
    mailboxes = folder / "mailboxes"
    subprocess.run([*ROOT, "install", "-d", "-o", "nobody", "-g", "nogroup", mailboxes, folder / "home"], check=True)
    (folder / "smtpd.conf").write_text(SMTPD.format(folder=folder, smtp=smtp))
    (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder, imap=imap, imaps=imaps, password=PASSWORD))
    dovecot = [*ROOT, "/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    try:
        with _running(_smtpd(folder), folder / "smtpd.log", smtp), _running(dovecot, folder / "dovecot.out", imap):
            yield Office(folder, smtp, imap, imaps)
    finally:
        subprocess.run([*ROOT, "rm", "-rf", str(folder)], check=False)


SMTPD = """\
table everybody {{ "@" = "nobody" }}
listen on 127.0.0.1 port {smtp}
action "deliver" maildir "{folder}/mailboxes/%{{dest.user:lowercase}}@%{{dest.domain:lowercase}}" virtual <everybody>
match from any for any action "deliver"
"""
DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mailboxes/%u
mail_max_userip_connections = 100
imap_id_log = *
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  service_count = 0
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/home/%u
}}
"""


def _smtpd(folder: Path) -> list[str]:
    """The command: where it may, with a spool and a control socket of its own, so that it disturbs no other."""
    plain = f"exec /usr/sbin/smtpd -d -f {folder}/smtpd.conf"
    own = "mount -t tmpfs -o mode=711 tmpfs /var/spool/smtpd && mount -t tmpfs -o mode=755 tmpfs /run"
    may = subprocess.run([*ROOT, "unshare", "-m", "sh", "-c", own], capture_output=True).returncode == 0
    return [*ROOT, "unshare", "-m", "sh", "-c", f"{own} && {plain}"] if may else [*ROOT, "sh", "-c", plain]


@contextmanager
def _running(command: list[str], log: Path, port: int) -> Iterator[None]:
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        _await_port(port, server, log)
        yield
    finally:
        subprocess.run([*ROOT, "kill", "-TERM", "--", f"-{server.pid}"], capture_output=True, check=False)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            subprocess.run([*ROOT, "kill", f"-{signal.SIGKILL.value}", "--", f"-{server.pid}"], check=False)
            server.wait(10)


def _await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{server.args} does not answer: {log.read_text('utf-8', 'replace')}")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def certify(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine in ``folder``, and what a server makes of it."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
