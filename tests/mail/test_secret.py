"""Passwords: where they come from, what they seal, and that they stand nowhere else."""

import io
import smtplib
import struct
import sys
import traceback
import types

import msoffcrypto
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

import pledgebatch
from pledgebatch.cli.commands import pledgebatch as command
from pledgebatch.mail import seal as sealing
from pledgebatch.mail.outbox import Delivery
from pledgebatch.mail.post import Post
from pledgebatch.mail.secret import file_password, mail_password
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import mailing
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months
from tests.mail import places
from tests.mail.places import attachments
from tests.mail.receiver import Receiver, receiving
from tests.mail.servers import PASSWORD

SECRET = "Qp-niemand-weiss-es-88"


def test_the_environment_comes_before_the_keyring(monkeypatch):
    ring = types.ModuleType("keyring")
    errors = types.ModuleType("keyring.errors")
    ring.get_password = lambda service, user: f"{service}/{user}"
    errors.KeyringError = RuntimeError
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert mail_password("office@x.test").get_secret_value() == PASSWORD
    monkeypatch.delenv("PLEDGEBATCH_MAIL_PASSWORD")
    assert mail_password("office@x.test").get_secret_value() == "pledgebatch/office@x.test"
    ring.get_password = lambda service, user: None
    with pytest.raises(OfficeMistake, match="keyring set pledgebatch office@x.test"):
        mail_password("office@x.test")


def test_a_password_typed_with_the_wrong_input_method_is_told(monkeypatch):
    monkeypatch.setenv("PLEDGEBATCH_MAIL_PASSWORD", "ａｂｃ１２３")
    with pytest.raises(OfficeMistake, match="输入法") as told:
        mail_password("office@x.test")
    assert "ａｂｃ" not in str(told.value)


def test_each_organisation_has_a_file_password_of_its_own_the_same_every_month(monkeypatch):
    monkeypatch.setenv("PLEDGEBATCH_FILE_SECRET", SECRET)
    first, again = file_password(), file_password()
    told = {code: first(code).get_secret_value() for code in ("S1", "S2", "P0")}
    assert told == {code: again(code).get_secret_value() for code in told}
    assert len(set(told.values())) == 3
    assert all(len(password) == 12 for password in told.values())
    monkeypatch.setenv("PLEDGEBATCH_FILE_SECRET", "kurz")
    with pytest.raises(OfficeMistake, match="太短"):
        file_password()


def test_ledgers_and_returns_are_sealed_for_each_recipient_and_open_to_what_they_were(tmp_path, monkeypatch):
    monkeypatch.setenv("PLEDGEBATCH_FILE_SECRET", SECRET)
    place = books.workspace(tmp_path / "w")
    places.write_registry(
        place / "registry.xlsx", books.REGISTRY.assign(email=["p0@seal.test", "s1@seal.test", "s2@seal.test"])
    )
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": "123"})
    with receiving(Receiver()) as receiver:
        settings = place_of_settings(tmp_path, receiver.port)
        (place / "pledgebatch.toml").write_text(settings, "utf-8")
        with quick_months.asking("ORG06"):
            pledgebatch.consolidate(place, "2011-03", workers=0)
        status, out, _ = places.run(place, "send", "--period", "2011-03")
        assert (status, "已发出 3 封" in out) == (0, True)
    output = place / "output" / "2011-03"
    for address, code, folder in (
        ("s1@seal.test", "S1", "organisations/S1_云溪一小党支部"),
        ("p0@seal.test", "P0", "supervisors/P0_云溪区教育党委"),
    ):
        (content,) = receiver.by_recipient()[address]
        password = file_password()(code).get_secret_value()
        sent = enclosed(content)
        for path in (output / folder).iterdir():
            name = f"{folder.rpartition('_')[2]}_{path.stem.removesuffix('_2011-03')}_201103{path.suffix}"
            data = sent.pop(name)
            assert (opened(data, password) if name.endswith(".xlsx") else data) == path.read_bytes()
        assert not sent
    listed = CliRunner().invoke(command, ["send", "--period", "2011-03", "--passwords", "--workspace", str(place)])
    assert file_password()("S1").get_secret_value() in listed.output
    secrets = [SECRET, PASSWORD, *(file_password()(code).get_secret_value() for code in ("S1", "S2", "P0"))]
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or not [secret for secret in secrets if secret.encode() in path.read_bytes()], path


def enclosed(content):
    return dict(attachments(content))


def opened(data, password):
    inside = io.BytesIO()
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=password, verify_password=True)
    file.decrypt(inside)
    return inside.getvalue()


def place_of_settings(tmp_path, port):
    other = places.place_of(tmp_path / "settings", 1, "seal.test", port, encrypt=True, stuffed=False)
    return (other / "pledgebatch.toml").read_text("utf-8")


def test_a_sealed_file_that_does_not_open_to_what_it_was_is_never_sent(monkeypatch):
    encrypt = sealing.OOXMLFile.encrypt

    def other(self, password, out):
        self.file = io.BytesIO(data + b"more")
        encrypt(self, password, out)

    data = (places.ROOT / "input_templates" / "registry.xlsx").read_bytes()
    assert sealing.seal(data, SecretStr(SECRET), "台账.xlsx")
    monkeypatch.setattr(sealing.OOXMLFile, "encrypt", other)
    with pytest.raises(OfficeMistake, match="台账.xlsx 加上打开密码后打不开，没有寄出") as crash:
        sealing.seal(data, SecretStr(SECRET), "台账.xlsx")
    assert SECRET not in "".join(traceback.format_exception(crash.value))


def test_why_a_file_could_not_be_sealed_stands_in_the_log_without_the_password(monkeypatch, caplog):
    def refuse(self, password, out):
        raise ValueError("no room for it")

    monkeypatch.setattr(sealing.OOXMLFile, "encrypt", refuse)
    data = (places.ROOT / "input_templates" / "registry.xlsx").read_bytes()
    with pytest.raises(OfficeMistake, match="台账.xlsx 加不上打开密码（ValueError）"):
        sealing.seal(data, SecretStr(SECRET), "台账.xlsx")
    assert "no room for it" in caplog.text
    assert SECRET not in caplog.text


def test_a_file_that_cannot_be_sealed_costs_its_own_letter_only(tmp_path, monkeypatch):
    monkeypatch.setenv("PLEDGEBATCH_FILE_SECRET", SECRET)
    place = books.workspace(tmp_path / "w")
    addresses = ["p0@seal.test", "s1@seal.test", "s2@seal.test"]
    places.write_registry(place / "registry.xlsx", books.REGISTRY.assign(email=addresses))
    for name, code in (("一小.xlsx", "S1"), ("二小.xlsx", "S2")):
        books.write(place / "inbox" / "2011-03" / name, {"unit_code": code, "phone": "123"})
    encrypt, broken = sealing.OOXMLFile.encrypt, file_password()("S1").get_secret_value()

    def fragile(self, password, out):
        if password == broken:
            raise struct.error("unpack requires a buffer")
        encrypt(self, password, out)

    monkeypatch.setattr(sealing.OOXMLFile, "encrypt", fragile)
    with receiving(Receiver()) as receiver:
        (place / "pledgebatch.toml").write_text(place_of_settings(tmp_path, receiver.port), "utf-8")
        with quick_months.asking("ORG06"):
            pledgebatch.consolidate(place, "2011-03", workers=0)
        sent = mailing.send(Workspace(place), Period(2011, 3)).messages.set_index("organisation")
    assert sent["state"].to_dict() == {"P0": Delivery.SENT, "S1": Delivery.FAILED, "S2": Delivery.SENT}
    assert "加不上打开密码（error），没有寄出" in sent.loc["S1", "reason"]
    assert set(receiver.by_recipient()) == {"p0@seal.test", "s2@seal.test"}


def test_no_password_in_the_traceback_of_a_crash(monkeypatch):
    """Whatever breaks while a server is being logged in to: the traceback, with all that is in it, is clean."""

    def crash(self, user, password):
        raise ValueError(f"{self!r} {user}")

    with receiving(Receiver()) as receiver:
        monkeypatch.setattr(smtplib.SMTP, "login", crash)
        monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda self, name: True)
        settings = MailSettings(
            address="office@x.test", smtp_host="127.0.0.1", smtp_port=receiver.port, smtp_security="none"
        )
        post = Post(settings, mail_password("office@x.test"))
        with pytest.raises(ValueError, match="office@x.test") as told:
            post.hand_over("a@x.test", b"x", lambda witnessed: None)
    said = "".join(traceback.format_exception(told.value)) + repr(vars(post)) + repr(settings)
    assert PASSWORD not in said
