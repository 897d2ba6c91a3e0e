"""Collecting: cut off anywhere nothing is lost or taken twice; what is odd is named; nothing is deleted."""

import random
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pledgebatch
from pledgebatch.intake.find import find
from tests import books
from tests.mail import places
from tests.mail.places import MONTH, place_of
from tests.mail.servers import PASSWORD

COLLECT = ("collect", "--period", MONTH)
RECEIVED = "05-Apr-2011 09:30:11 +0800"


def mail(sender, *files, subject="回复", identity=""):
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = sender, subject
    if identity:
        message["Message-ID"] = identity
    message.set_content("见附件")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_killed_at_random_moments_every_attachment_is_taken_once(tmp_path, office):
    domain = "cut.test"
    place = place_of(tmp_path / "w", 40, domain, 1, office)
    for number in range(1, 41):
        office.put(
            f"office@{domain}", mail(places.address(number, domain), ("台账.xlsx", f"{number}".encode())), RECEIVED
        )
    chance = random.Random(3)
    for _ in range(8):
        collecting = places.begin(place, *COLLECT)
        if collecting.says("第"):
            time.sleep(chance.uniform(0, 0.1))
        collecting.kill()
    status, out, _ = places.run(place, *COLLECT)
    assert (status, "收到附件 40 件" in out) == (0, True)
    files = [path for path in (place / "inbox" / MONTH).rglob("*") if path.is_file()]
    assert sorted(int(path.read_bytes()) for path in files) == list(range(1, 41))
    assert len(office.mails(f"office@{domain}", "pledgebatch")) == 40
    assert not office.mails(f"office@{domain}")


def test_the_client_says_its_name_before_it_chooses_a_folder(tmp_path, office):
    places.run(place_of(tmp_path / "w", 1, "id.test", 1, office), *COLLECT)
    log = (office.folder / "dovecot.log").read_text("utf-8")
    assert "ID sent: name=pledgebatch" in log


def test_without_a_folder_for_them_handled_mails_are_flagged_where_they_are(tmp_path, office):
    place = place_of(tmp_path / "w", 1, "flag.test", 1, office, handled_folder="")
    office.put("office@flag.test", mail(places.address(1, "flag.test"), ("a.xlsx", b"PK")), RECEIVED)
    for _ in range(2):
        assert "收到附件 1 件" in places.run(place, *COLLECT)[1]
    box = office.mailbox("office@flag.test")
    assert box.search(None, "FLAGGED KEYWORD $pledgebatch UNSEEN")[1] == [b"1"]
    box.logout()


def test_a_name_that_the_clerk_has_used_is_left_alone(tmp_path, office):
    place = place_of(tmp_path / "w", 2, "name.test", 1, office)
    (place / "inbox" / MONTH / "邮件").mkdir(parents=True)
    (place / "inbox" / MONTH / "邮件" / "台账.xlsx").write_bytes(b"the clerk's own")
    for number in (1, 2):
        office.put("office@name.test", mail(places.address(number, "name.test"), ("../台账.XLSX", b"PK")), RECEIVED)
    places.run(place, *COLLECT)
    assert names(place / "inbox" / MONTH) == ["台账.XLSX", "台账.xlsx", "台账（2）.XLSX"]
    assert (place / "inbox" / MONTH / "邮件" / "台账.xlsx").read_bytes() == b"the clerk's own"


def test_mails_from_before_the_month_are_left_alone(tmp_path, office):
    place = place_of(tmp_path / "w", 1, "old.test", 1, office)
    office.put("office@old.test", mail(places.address(1, "old.test"), ("a.xlsx", b"PK")), "05-Feb-2011 09:30:11 +0800")
    assert "收到附件 0 件" in places.run(place, *COLLECT)[1]
    assert len(office.mails("office@old.test")) == 1


def test_a_mail_given_back_is_told_of_the_message_it_was(tmp_path, office):
    place = place_of(tmp_path / "w", 2, "bounce.test", office.smtp_port, office)
    places.run(place, "send", "--period", MONTH)
    (sent,) = office.await_mails(places.address(2, "bounce.test"), 1)
    identity = message_from_bytes(sent)["Message-ID"].strip()
    report = (
        'From: MAILER-DAEMON@mx.test\r\nSubject: failed\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nDiagnostic-Code: smtp; 552 5.2.2 full\r\n"
        f"--r\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {identity}\r\n\r\nbody\r\n--r--\r\n"
    )
    office.put("office@bounce.test", report.encode())
    assert "退信" in places.run(place, *COLLECT)[1]
    out = places.run(place, "status", "--period", MONTH)[1]
    line = next(line for line in out.splitlines() if line.startswith("S002"))
    assert "被退回" in line
    assert "552 5.2.2 full" in line
    assert not (place / "inbox" / MONTH).exists()


def test_a_reply_of_one_organisation_from_another_s_mailbox_stands_under_its_own_code(tmp_path, office):
    place = books.workspace(tmp_path / "w")
    registry = books.REGISTRY.assign(email=["", "s1@code.test", "s2@code.test"])
    places.write_registry(place / "registry.xlsx", registry)
    settings = place_of(tmp_path / "other", 1, "code.test", 1, office) / "pledgebatch.toml"
    (place / "pledgebatch.toml").write_bytes(settings.read_bytes())
    data = books.write(tmp_path / "x.xlsx").read_bytes()
    office.put("office@code.test", mail("s2@code.test", ("我们的.xlsx", data)), RECEIVED)
    out = places.run(place, *COLLECT)[1]
    assert "已回信 1 个组织" in out
    month = pledgebatch.consolidate(place, MONTH, workers=0)
    assert month.submissions[["organisation", "received"]].to_numpy().tolist() == [["S1", "2011-04-05 09:30:11"]]
    assert [each.file for each in find(place / "inbox" / MONTH)] == ["邮件/我们的.xlsx"]


def test_no_password_in_what_a_crash_leaves_behind(tmp_path, office, monkeypatch):
    """A server that speaks nonsense, with the password already given."""
    place = place_of(tmp_path / "w", 1, "crash.test", 1, office, folder="没有这个")
    status, out, err = places.run(place, *COLLECT)
    assert (status, "邮箱中没有文件夹“没有这个”" in err) == (2, True)
    told = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [text for text in (*told, out.encode(), err.encode()) if PASSWORD.encode() in text]
