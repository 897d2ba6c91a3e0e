"""A letter to oneself from the settings page: one goes out, to nobody else; what went wrong is one sentence."""

import email
from collections.abc import Callable
from email.header import decode_header, make_header
from typing import Any

import pytest

from pledgebatch.mail import trial
from pledgebatch.mail.post import Dropped
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mistakes import OfficeMistake
from tests.desk.conftest import OWN, Browser
from tests.desk.test_month import text_of
from tests.mail.receiver import Receiver, receiving
from tests.mail.servers import free_ports

OFFICE = "office@yunxi.example"
PASSWORD = "PLEDGEBATCH_MAIL_PASSWORD"


def typed(desk: Browser, **fields: object) -> dict[str, str]:
    """The form with what is typed into its section on mail."""
    before = desk.get("/settings").text.partition('name="before" value="')[2].partition('"')[0]
    pairs = {f"mail.{key}": str(value) for key, value in fields.items()}
    return pairs | {f"has {key}": "1" for key in pairs} | {"before": before, "then": trial_button(desk)}


def trial_button(desk: Browser) -> str:
    return desk.get("/settings").text.partition('name="then" value="')[2].partition('"')[0]


def here(port: int, **more: object) -> dict[str, object]:
    return {"address": OFFICE, "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"} | more


def test_one_letter_goes_to_oneself_each_time_and_counts_for_nobody(desk, place):
    with receiving(Receiver()) as server:
        first = text_of(desk.press("/settings", **typed(desk, **here(server.port))))
        again = text_of(desk.press("/settings", **typed(desk)))
    assert "已保存：mail.address、mail.smtp_host、mail.smtp_port、mail.smtp_security" in first
    for page in (first, again):
        assert f"它收下了：请到邮箱 {OFFICE} 看看收到没有" in page
    assert [recipients for recipients, _ in server.taken] == [(OFFICE,), (OFFICE,)]
    letters = [email.message_from_bytes(content) for _, content in server.taken]
    assert len({letter["message-id"] for letter in letters}) == 2
    assert str(make_header(decode_header(letters[0]["subject"]))) == trial.SUBJECT
    assert not (place / "mail").exists()
    assert "发送情况" not in desk.get("/letters").text
    assert (place / "desk.log").read_text("utf-8").count("给自己发一封试信") == 2


def refusing(answer: str) -> Receiver:
    return Receiver(at_recipient=lambda address: answer)


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (refusing("550 5.1.1 no such user"), "请核对设置中的发件邮箱和登录名（550 5.1.1 no such user）"),
        (refusing("451 4.7.1 later"), "服务器叫稍后再试"),
        (Receiver(before_end=lambda session: "554 5.7.1 spam"), "服务器拒收"),
        (Receiver(at_end=lambda session: session.transport.abort()), "没有等到它说收下没有：请到邮箱"),
    ],
)
def test_a_server_that_does_not_take_it_is_one_sentence(desk, place, server: Receiver, sentence: str):
    with receiving(server):
        page = text_of(desk.press("/settings", **typed(desk, **here(server.port))))
    assert sentence in page
    assert "单位名册中的" not in page
    assert sentence in (place / "desk.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (lambda port: {"address": ""}, "请填“发件邮箱”和“发信服务器”"),
        (lambda port: {"address": OFFICE}, "请填“发件邮箱”和“发信服务器”"),
        (lambda port: here(port), "连不上邮件服务器 127.0.0.1"),
        (
            lambda port: here(port, smtp_host="no.invalid", smtp_security="tls"),
            "没有找到邮箱 office@yunxi.example 的密码",
        ),
        (lambda port: here(port, smtp_host="mail.example"), "没有加密，密码会泄露"),
        (lambda port: here(port, address="a..b@example.org"), "写法不对"),
    ],
)
def test_settings_that_cannot_work_are_one_sentence(
    desk, monkeypatch, fields: Callable[[int], dict[str, Any]], sentence: str
):
    monkeypatch.delenv(PASSWORD, raising=False)
    if "密码会" in sentence:
        monkeypatch.setenv(PASSWORD, "geheim")
    page = text_of(desk.press("/settings", **typed(desk, **fields(free_ports(1)[0]))))
    assert "试信没有发出：" in page
    assert sentence in page


def test_a_connection_that_breaks_before_the_letter_is_whole_is_one_sentence(monkeypatch):
    def breaks(*_: object) -> None:
        raise Dropped

    monkeypatch.setattr(trial.Post, "hand_over", breaks)
    with pytest.raises(OfficeMistake, match="给 127.0.0.1 发试信时连接断了，没有发出"):
        trial.write_to_self(MailSettings(address=OFFICE, smtp_host="127.0.0.1", smtp_security="none"))


def test_a_server_that_says_nothing_is_waited_for_only_so_long_and_by_one(desk, guard, monkeypatch):
    monkeypatch.setattr(trial, "PATIENCE", 0.2)
    desk_state = desk.app.app.state.desk
    with receiving(Receiver(at_end=lambda session: "250-" + "x" * 10)) as server:
        page = text_of(desk.press("/settings", **typed(desk, **here(server.port))))
        assert "没有等到它说收下没有" in page
        form = typed(desk)
        with desk_state.trying:
            answer = desk.post("/settings", data=form, headers=OWN)
    assert (answer.status_code, len(server.taken)) == (409, 1)
    assert "请稍等再试" in answer.text
