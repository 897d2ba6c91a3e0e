"""A server that refuses, hangs up or is full: each with its sentence, and the next run finishes the work."""

import imaplib
import os

import pytest

from tests.mail import places
from tests.mail.receiver import Receiver, receiving
from tests.mail.servers import PASSWORD, certify

ASKED = ("send", "--period", places.MONTH)
DOMAIN = "refused.test"


@pytest.fixture
def receiver():
    with receiving(Receiver()) as running:
        yield running


def once_each(receiver, count=3):
    return {recipient: len(mails) for recipient, mails in receiver.by_recipient().items()} == {
        places.address(number, DOMAIN): 1 for number in range(1, count + 1)
    }


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("550 5.1.1 no such user", "服务器说没有这个邮箱"),
        ("552 5.2.2 mailbox full", "对方邮箱已满"),
        ("452 4.2.2 mailbox full", "对方邮箱已满"),
        ("452 requested action not taken", "对方邮箱已满"),
        ("450 4.2.0 greylisted", "服务器叫稍后再试"),
        ("421 4.7.0 too many messages", "服务器暂停服务，或嫌发得太快"),
        ("552 5.3.4 message too big", "邮件太大"),
        ("554 5.7.1 spam", "服务器拒收"),
    ],
)
def test_who_is_refused_is_named_with_the_reason(tmp_path, receiver, answer, told):
    place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port)
    receiver.at_recipient = lambda address: answer if "xiao002" in address else None
    status, out, _ = places.run(place, *ASKED)
    assert (status, "已发出 2 封，没有发出 1 封" in out) == (1, True)
    line = next(line for line in out.splitlines() if line.startswith("S002"))
    assert told in line
    assert "xiao002@refused.test" in line
    receiver.at_recipient = lambda address: None
    assert places.run(place, *ASKED)[0] == 0
    assert once_each(receiver)


def test_later_is_tried_again_in_the_same_run(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port)
    asked = []
    receiver.at_recipient = lambda address: "450 4.2.0 later" if asked.append(address) or len(asked) < 3 else None
    assert places.run(place, *ASKED)[0] == 0
    assert once_each(receiver)


def test_a_server_that_hangs_up_every_few_messages_gets_them_all(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 9, DOMAIN, receiver.port)
    asked = []
    receiver.at_recipient = lambda address: "421 4.7.0 enough" if asked.append(address) or len(asked) % 3 == 0 else None
    assert places.run(place, *ASKED)[0] == 0
    assert once_each(receiver, 9)


def test_a_connection_cut_in_the_middle_of_a_message_leaves_it_for_later(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port, attempts=2)
    for file in (place / "input_templates" / places.MONTH).iterdir():
        file.write_bytes(os.urandom(6_000_000))
    receiver.within = lambda: len(receiver.taken) == 1
    status, out, _ = places.run(place, *ASKED)
    assert (status, "连接中断，服务器没有收下" in out) == (1, True)
    receiver.within = lambda: False
    assert places.run(place, *ASKED)[0] == 0
    assert once_each(receiver)


def test_a_connection_cut_after_the_end_of_a_message_goes_out_again_as_the_same(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port)
    cut = []

    def hang_up(server):
        if len(receiver.taken) == 2 and not cut:
            cut.append(server.transport.abort())
            return "250 gone"
        return None

    receiver.at_end = hang_up
    assert places.run(place, *ASKED)[0] == 0
    got = receiver.by_recipient()
    assert sorted(map(len, got.values())) == [1, 1, 2]
    assert all(len(set(mails)) == 1 for mails in got.values())


def test_a_server_that_is_not_there_is_told_and_the_next_run_finishes(tmp_path):
    receiver = Receiver()
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port)
    status, out, err = places.run(place, *ASKED)
    assert (status, out) == (2, "")
    assert f"连不上邮件服务器 127.0.0.1:{receiver.port}" in err
    assert "其余 3 封下次运行接着发" in err
    with receiving(receiver):
        assert places.run(place, *ASKED)[0] == 0
    assert once_each(receiver)


def test_starttls_and_a_login(tmp_path, monkeypatch):
    with receiving(Receiver(), PASSWORD, tls_context=certify(tmp_path), require_starttls=True) as receiver:
        more = {"smtp_security": "starttls", "ca_file": str(tmp_path / "cert.pem")}
        place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port, **more)
        monkeypatch.setenv("PLEDGEBATCH_MAIL_PASSWORD", "falsch")
        status, _, err = places.run(place, *ASKED)
        assert (status, "不接受 office@refused.test 的密码" in err) == (2, True)
        monkeypatch.setenv("PLEDGEBATCH_MAIL_PASSWORD", PASSWORD)
        assert places.run(place, *ASKED)[0] == 0
    assert set(receiver.logins) == {b"falsch", PASSWORD.encode()}
    assert once_each(receiver)


def test_tls_from_the_first_byte(tmp_path):
    with receiving(Receiver(), ssl_context=certify(tmp_path)) as receiver:
        place = places.place_of(
            tmp_path / "w", 3, DOMAIN, receiver.port, smtp_security="tls", smtp_host="localhost", ca_file=str(tmp_path / "cert.pem")
        )  # fmt: skip
        status, _, err = places.run(place, *ASKED)
        assert (status, "不支持设置的加密或登录方式" in err) == (
            2,
            True,
        )  # it has no login, and must not get the password


def test_a_server_that_cannot_show_who_it_is_gets_no_password(tmp_path):
    with receiving(Receiver(), PASSWORD, tls_context=certify(tmp_path), require_starttls=True) as receiver:
        place = places.place_of(tmp_path / "w", 3, DOMAIN, receiver.port, smtp_security="starttls")
        status, _, err = places.run(place, *ASKED)
    assert (status, "证书不可信，没有发出密码" in err) == (2, True)
    assert not receiver.logins


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"smtp_host": "mail.example.cn"}, "没有加密，密码会泄露"),
        ({"password": "123456"}, "不要写邮箱密码"),
        ({"smtp_security": "ssl"}, 'mail.smtp_security = "ssl" 不对'),
        ({"smtp_host": ""}, "还没有设置发件邮箱"),
    ],
)
def test_settings_that_cannot_work_are_told(tmp_path, setting, told):
    place = places.place_of(tmp_path / "w", 1, DOMAIN, 1, **setting)
    status, _, err = places.run(place, *ASKED)
    assert (status, told in err) == (2, True), err
    assert "123456" not in err


def test_without_a_password_nothing_is_tried(tmp_path, monkeypatch):
    monkeypatch.delenv("PLEDGEBATCH_MAIL_PASSWORD")
    place = places.place_of(tmp_path / "w", 1, DOMAIN, 1, smtp_security="tls")
    status, _, err = places.run(place, *ASKED)
    assert (status, "没有找到邮箱 office@refused.test 的密码" in err) == (2, True)


def test_who_has_no_address_is_named(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 2, DOMAIN, receiver.port)
    registry = places.registry_of(3, DOMAIN)
    registry.loc[registry["unit_code"] == "S002", "email"] = "xiao002#refused.test"
    registry.loc[registry["unit_code"] == "S003", "email"] = ""
    places.write_registry(place / "registry.xlsx", registry)
    status, out, _ = places.run(place, *ASKED)
    assert status == 1
    assert "电子邮箱“xiao002#refused.test”写法不对" in out
    assert "单位名册中没有填电子邮箱" in out
    assert once_each(receiver, 1)


def test_a_file_too_large_for_a_mail_is_refused_by_name(tmp_path, receiver):
    place = places.place_of(tmp_path / "w", 2, DOMAIN, receiver.port, max_mb=0.01)
    file = place / "input_templates" / places.MONTH / "云溪002小学党支部_承诺台账_201103.xlsx"
    file.write_bytes(os.urandom(20_000))
    status, out, _ = places.run(place, *ASKED)
    assert (status, f"{file.name} 装进邮件有 0.0 MB" in out) == (1, True)


def test_collecting_with_a_wrong_password_is_told(tmp_path, office, monkeypatch):
    place = places.place_of(tmp_path / "w", 1, DOMAIN, 1, office)
    monkeypatch.setenv("PLEDGEBATCH_MAIL_PASSWORD", "falsch")
    status, _, err = places.run(place, "collect", "--period", places.MONTH)
    assert (status, "收信服务器 127.0.0.1 不接受" in err) == (2, True)
    assert imaplib.Debug == 0
