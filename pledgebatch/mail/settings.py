"""The ``[mail]`` section of the settings."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Security = Literal["tls", "starttls", "none"]
"""How a connection is guarded; ``none`` is only for a server on this machine."""
PORTS = {("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("smtp", "none"): 25,
         ("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143}  # fmt: skip
Port = Annotated[int, Field(ge=0, le=65535)]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
HERE = ("127.0.0.1", "::1", "localhost")


class MailSettings(BaseModel):
    """How mail is sent and collected; passwords are never here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = ""
    name: str = "公开承诺工作办公室"
    user: str = ""
    smtp_host: str = ""
    smtp_port: Port = 0
    smtp_security: Security = "tls"
    imap_host: str = ""
    imap_port: Port = 0
    imap_security: Security = "tls"
    ca_file: str = ""
    folder: str = "INBOX"
    handled_folder: str = "pledgebatch"
    copy_to_self: bool = True
    settle_seconds: Count = 120
    max_mb: Annotated[float, Field(gt=0)] = 20
    per_minute: Count = 60
    attempts: Annotated[int, Field(ge=1)] = 3
    retry_seconds: Seconds = 10
    timeout_seconds: Annotated[float, Field(gt=0)] = 60
    encrypt: bool = False

    def login(self) -> str:
        """The name to log in with."""
        return self.user or self.address

    def port(self, protocol: Literal["smtp", "imap"]) -> int:
        """The port that is set, or the usual one."""
        given, security = (
            (self.smtp_port, self.smtp_security) if protocol == "smtp" else (self.imap_port, self.imap_security)
        )
        return given or PORTS[protocol, security]


BLANK_MAIL_SETTINGS = """
[mail]
# 密码不写在这里：放进环境变量 PLEDGEBATCH_MAIL_PASSWORD，或系统的密码箱（见说明“邮件”一节）。
# address = "office@example.cn"      # 发件邮箱
# name = "公开承诺工作办公室"         # 收件人看到的发件人
# user = ""                          # 登录名，默认与发件邮箱相同
# smtp_host = "smtp.example.cn"      # 发信服务器
# smtp_port = 0                      # 端口；0 表示按下一项取 465、587 或 25
# smtp_security = "tls"              # 加密方式：tls、starttls；none 只能用于本机
# imap_host = "imap.example.cn"      # 收信服务器；不填则不能收取回信，也不能核对已发邮件
# imap_port = 0                      # 端口；0 表示按下一项取 993 或 143
# imap_security = "tls"              # 加密方式：tls、starttls；none 只能用于本机
# ca_file = ""                       # 单位自建邮件服务器的根证书文件，一般不填
# folder = "INBOX"                   # 收取哪个邮箱文件夹
# handled_folder = "pledgebatch"     # 处理过的邮件移到哪个文件夹；留空表示只加旗标，不移动
# copy_to_self = true                # 密送一份给自己，中断后据此核对那一封是否已发出
# settle_seconds = 120               # 核对时，发出多少秒后仍没有见到密送的一份，就认为没有发出
# max_mb = 20                        # 一封邮件最大多少 MB，装不下的分成几封
# per_minute = 60                    # 每分钟最多发几封；0 表示不限
# attempts = 3                       # 服务器叫稍后再试时，一共试几次
# retry_seconds = 10                 # 第一次隔多少秒再试，以后每次加倍
# timeout_seconds = 60               # 服务器多少秒没有回应算断线
# encrypt = false                    # 台账和退回件是否加打开密码，每个收件单位一个密码
"""
