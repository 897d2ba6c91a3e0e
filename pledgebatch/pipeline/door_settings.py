"""The ``[door]`` section of the settings: where branches come in over the network."""

from dataclasses import dataclass

from pledgebatch.notice.settings import setting

OPENS_NOTHING = "网上报送用命令 pledgebatch desk --door 打开，平时不开；单位凭组织编码和密码登录。"


@dataclass(frozen=True)
class DoorSettings:
    """Where the branches' door listens, and for how long a branch stays signed in."""

    addresses: tuple[str, ...] = setting((), "在本机的哪些地址上打开；不写的只在本机打开", example='["10.20.1.5"]')
    port: int = setting(8443, "端口", low=1, high=65535)
    names: tuple[str, ...] = setting(
        (), "单位在浏览器里用什么名称打开，写地址本身的不用填", example='["dangwei.example.cn"]'
    )
    certificate: str = setting("", "证书文件（PEM）；不填则不加密，每一页都提示")
    key: str = setting("", "证书的私钥文件（PEM）")
    idle_minutes: int = setting(20, "多少分钟不动就退出登录", low=1, high=240)
    longest_hours: int = setting(8, "登录一次最多用多少小时", low=1, high=24)

    @property
    def address(self) -> str:
        """What a branch types into its browser; empty where nobody but this machine could."""
        name = next((each for each in (*self.names, *self.addresses)), "")
        host = f"[{name}]" if ":" in name else name
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}" if name else ""
