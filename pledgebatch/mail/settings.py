"""The ``[mail]`` section of the settings."""

from dataclasses import dataclass
from typing import Literal, get_args

from pledgebatch.notice.settings import setting

Security = Literal["tls", "starttls", "none"]
"""How a connection is guarded; ``none`` is only for a server on this machine."""
PORTS = {("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("smtp", "none"): 25,
         ("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143}  # fmt: skip
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class MailSettings:
    """How mail is sent and collected; passwords are never here."""

    address: str = setting("", "发件邮箱", example='"office@example.cn"')
    name: str = setting("公开承诺工作办公室", "收件人看到的发件人")
    user: str = setting("", "登录名，默认与发件邮箱相同")
    smtp_host: str = setting("", "发信服务器", example='"smtp.example.cn"')
    smtp_port: int = setting(0, "端口；0 表示按下一项取 465、587 或 25", low=0, high=65535)
    smtp_security: Security = setting("tls", "加密方式：tls、starttls；none 只能用于本机", choices=get_args(Security))
    imap_host: str = setting("", "收信服务器；不填则不能收取回信，也不能核对已发邮件", example='"imap.example.cn"')
    imap_port: int = setting(0, "端口；0 表示按下一项取 993 或 143", low=0, high=65535)
    imap_security: Security = setting("tls", "加密方式：tls、starttls；none 只能用于本机", choices=get_args(Security))
    ca_file: str = setting("", "单位自建邮件服务器的根证书文件，一般不填")
    folder: str = setting("INBOX", "收取哪个邮箱文件夹")
    handled_folder: str = setting("pledgebatch", "处理过的邮件移到哪个文件夹；留空表示只加旗标，不移动")
    copy_to_self: bool = setting(True, "密送一份给自己，中断后据此核对那一封是否已发出")
    settle_seconds: int = setting(120, "核对时，发出多少秒后仍没有见到密送的一份，就认为没有发出", low=0, high=86_400)
    max_mb: float = setting(20, "一封邮件最大多少 MB，装不下的分成几封", low=0.001, high=1_000)
    per_minute: int = setting(60, "每分钟最多发几封；0 表示不限", low=0, high=6_000)
    attempts: int = setting(3, "服务器叫稍后再试时，一共试几次", low=1, high=100)
    retry_seconds: float = setting(10, "第一次隔多少秒再试，以后每次加倍", low=0, high=86_400)
    timeout_seconds: float = setting(60, "服务器多少秒没有回应算断线", low=0.001, high=86_400)
    encrypt: bool = setting(False, "台账和退回件是否加打开密码，每个收件单位一个密码")

    def login(self) -> str:
        """The name to log in with."""
        return self.user or self.address

    def port(self, protocol: Literal["smtp", "imap"]) -> int:
        """The port that is set, or the usual one."""
        given, security = (
            (self.smtp_port, self.smtp_security) if protocol == "smtp" else (self.imap_port, self.imap_security)
        )
        return given or PORTS[protocol, security]


NO_PASSWORDS = "密码不写在这里：放进环境变量 PLEDGEBATCH_MAIL_PASSWORD，或系统的密码箱（见说明“邮件”一节）。"
