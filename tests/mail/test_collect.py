"""Collecting: cut off anywhere nothing is lost or taken twice; what is odd is named; nothing is deleted."""

import datetime as dt
import imaplib
import io
import random
import time
import zipfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

import pledgebatch
from pledgebatch.intake.find import find
from pledgebatch.mail.incoming import Office, collect_mails
from pledgebatch.mail.journal import Journal
from pledgebatch.mail.settings import MailSettings
from tests import books, quick_months
from tests.intake import wrapping
from tests.mail import places
from tests.mail.places import MONTH, place_of
from tests.mail.servers import PASSWORD

COLLECT = ("collect", "--period", MONTH, "--workers", "0")
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
    mails = [mail(places.address(n, domain), ("台账.xlsx", f"{n}".encode())) for n in range(1, 41)]
    office.put_all(f"office@{domain}", mails, RECEIVED)
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


@pytest.fixture
def two(tmp_path, office):
    """A workspace with two schools that have addresses, at a domain of its own."""
    domain = f"{tmp_path.name.replace('_', '-')}.test"
    place = books.workspace(tmp_path / "w")
    registry = books.REGISTRY.assign(email=[f"p0@{domain}", f"s1@{domain}", f"s2@{domain}"])
    places.write_registry(place / "registry.xlsx", registry)
    settings = place_of(tmp_path / "other", 1, domain, 1, office) / "pledgebatch.toml"
    (place / "pledgebatch.toml").write_bytes(settings.read_bytes())

    def post(sender, received, *files):
        office.put(f"office@{domain}", mail(f"{sender}@{domain}", *files), received)

    post.whole = lambda data: office.put(f"office@{domain}", data.replace(b"@%s", f"@{domain}".encode()), RECEIVED)
    return place, post


def consolidated(place):
    """The month and its pages; what stands in the workbooks is no matter."""
    with quick_months.asking():
        return pledgebatch.consolidate(place, MONTH, workers=0)


def first_of_page(place):
    return (place / "output" / MONTH / "index.html").read_text("utf-8").partition('<section id="delivery">')[0]


def test_a_reply_of_one_organisation_from_another_s_mailbox_is_used_for_want_of_its_own_and_named_first(two, tmp_path):
    place, post = two
    post("s2", RECEIVED, ("我们的.xlsx", books.write(tmp_path / "x.xlsx").read_bytes()))
    out = places.run(place, *COLLECT)[1]
    assert "已回信 1 个组织" in out
    assert ",s2@" in (place / "inbox" / "收件登记.csv").read_text("utf-8-sig")
    month = consolidated(place)
    assert month.submissions[["organisation", "received"]].to_numpy().tolist() == [["S1", "2011-04-05 09:30:11"]]
    assert [each.file for each in find(place / "inbox" / MONTH)] == ["邮件/我们的.xlsx"]
    said = "“邮件/我们的.xlsx”填的是它，却是从 云溪二小党支部 的邮箱寄来的，已采用，因为没有它自己报来的"
    assert f"<b>云溪一小党支部</b>　{said}" in first_of_page(place)
    assert "s2@" not in first_of_page(place)


def test_what_another_mails_never_takes_the_place_of_an_organisation_s_own(two, tmp_path):
    """Neither as a file nor in a zip, however late, wherever the clerk moves it; its own from two addresses is its own."""
    place, post = two
    own, other, third = (
        books.write(tmp_path / f"{n}.xlsx", {"phone": f"0519-8550123{n}"}).read_bytes() for n in range(3)
    )
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("一小.xlsx", third)
    post("s1", "05-Apr-2011 09:00:00 +0800", ("own.xlsx", own))
    post("s2", "06-Apr-2011 09:00:00 +0800", ("other.xlsx", other))
    post("p0", "07-Apr-2011 09:00:00 +0800", ("包.zip", zipped.getvalue()))
    places.run(place, *COLLECT)
    inbox = place / "inbox" / MONTH
    (inbox / "邮件" / "other.xlsx").rename(inbox / "最新.xlsx")
    files = consolidated(place).submissions.set_index("file")
    assert files["state"].to_dict() == {
        "最新.xlsx": "superseded", "邮件/own.xlsx": "accepted", "邮件/包.zip/一小.xlsx": "superseded",
    }  # fmt: skip
    assert files["received"].tolist() == ["2011-04-06 09:00:00", "2011-04-05 09:00:00", "2011-04-07 09:00:00"]
    reason = "是从 S2（云溪二小党支部）的邮箱寄来的；以“邮件/own.xlsx”为准，后者与之相比："
    assert files.loc["最新.xlsx", "reason"].startswith(reason)
    assert "从 云溪二小党支部 的邮箱寄来的，没有采用" in first_of_page(place)
    assert "从 云溪区教育党委 的邮箱寄来的，没有采用" in first_of_page(place)
    post("s1", "08-Apr-2011 09:00:00 +0800", ("again.xlsx", other))
    places.run(place, *COLLECT)
    files = consolidated(place).submissions.set_index("file")
    assert files.loc["邮件/again.xlsx", "received"] == "2011-04-06 09:00:00"
    assert sorted(files.index[files["state"] == "accepted"]) in (["最新.xlsx"], ["邮件/again.xlsx"])
    assert "从 云溪二小党支部 的邮箱寄来的" not in first_of_page(place)


def test_a_mail_whose_book_was_never_written_is_received_when_the_mail_was(two, tmp_path):
    place, post = two
    post("s2", RECEIVED, ("我们的.xlsx", books.write(tmp_path / "x.xlsx").read_bytes()))
    places.run(place, *COLLECT)
    (place / "inbox" / "收件登记.csv").unlink()
    (path,) = (place / "inbox" / MONTH / "邮件").iterdir()
    path.touch()
    month = consolidated(place)
    assert month.submissions["received"].tolist() == ["2011-04-05 09:30:11"]
    assert "云溪二小党支部 的邮箱" in first_of_page(place)


def test_a_file_that_cannot_be_read_is_its_sender_s(two):
    place, post = two
    post("s2", RECEIVED, ("扫描件.pdf", b"%PDF-1.4"))
    places.run(place, *COLLECT)
    month = quick_months.consolidate(place, MONTH)
    assert month.submissions[["organisation", "state"]].to_numpy().tolist() == [["S2", "unreadable"]]


def test_no_mail_keeps_another_from_being_taken(two, tmp_path):
    """Wrapped, damaged, without a date, thousands of parts within each other: each is the workbook, or itself, whole."""
    place, post = two
    data = books.write(tmp_path / "x.xlsx").read_bytes()
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5000))
    post.whole(b"From: s2@%s\r\nTo: o@x.cn\r\nSubject: =?gb2312?B?s9DFtQ==?=\r\nDate: x\r\n" + nested)
    post.whole(wrapping.mail(("winmail.dat", wrapping.tnef(("一.xlsx", data))), sender="s1@%s"))
    post.whole(b"From: " + b"(" * 3000 + b"s2@%s\r\nDate: Fri, 31 Feb 2011 25:61 +9999\r\n\r\n")
    post("s2", RECEIVED, ("扫描件.pdf", b"%PDF-1.4"))
    status, out, err = places.run(place, *COLLECT)
    assert (status, "收到附件 3 件" in out, "已回信 1 个组织" in out) == (0, True, True), err
    assert names(place / "inbox" / MONTH) == sorted(["一.xlsx", "承诺.eml", "扫描件.pdf"])
    month = quick_months.consolidate(place, MONTH)
    assert sorted(month.submissions[["organisation", "state"]].to_numpy().tolist()) == [
        ["S1", "accepted"], ["S2", "unreadable"], ["S2", "unreadable"],
    ]  # fmt: skip
    assert month.submissions["reason"].str.contains("一层套一层").fillna(False).sum() == 1


class Server:
    """A mailbox as some servers give it: a mail that is gone, one without a date, and no UIDVALIDITY."""

    def __init__(self, mails):
        self.mails = mails
        self.client = self.folder = self
        self.capabilities = ()
        self.put_away = []

    def exists(self, folder):
        return True

    def set(self, folder):
        return None

    def response(self, name):
        return name, [None]

    def status(self, folder, wanted):
        return {}

    def uids(self, criteria):
        return sorted(self.mails)

    def uid(self, command, uid, wanted):
        said = self.mails[uid]
        if isinstance(said, Exception):
            raise said
        return ("OK", [(b'1 (INTERNALDATE "00-Xxx-2011" BODY[] {1}', said), b")"]) if said else ("OK", [None])

    def flag(self, uids, flags, value):
        self.put_away += uids


def test_a_server_that_gives_less_than_it_should(tmp_path):
    """What vanished is named; where the numbers of mails mean nothing, none is taken twice all the same."""
    sent = [wrapping.mail((f"{n}.xlsx", b"PK")) for n in range(2)]
    server = Server({"1": sent[0], "2": b"", "3": imaplib.IMAP4.error("bad"), "4": sent[1]})
    (tmp_path / "mail").mkdir()
    office = Office(tmp_path, MONTH, {"s1@x.cn"})
    for _ in range(2):
        journal = Journal(tmp_path / "mail")
        gone = collect_mails(server, journal, MailSettings(), office, dt.date(2011, 3, 1), print)
        journal.close()
        assert gone == ["2", "3"]
        assert names(tmp_path / "inbox") == ["0.xlsx", "1.xlsx"]
        server.mails = {"2": b"", "3": imaplib.IMAP4.error("bad"), "14": sent[0], "15": sent[1]}
    server.mails = {"1": imaplib.IMAP4.abort("cut")}
    with pytest.raises(imaplib.IMAP4.abort):
        collect_mails(server, Journal(tmp_path / "mail"), MailSettings(), office, dt.date(2011, 3, 1), print)


def test_no_password_in_what_a_crash_leaves_behind(tmp_path, office, monkeypatch):
    """A server that speaks nonsense, with the password already given."""
    place = place_of(tmp_path / "w", 1, "crash.test", 1, office, folder="没有这个")
    status, out, err = places.run(place, *COLLECT)
    assert (status, "邮箱中没有文件夹“没有这个”" in err) == (2, True)
    told = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [text for text in (*told, out.encode(), err.encode()) if PASSWORD.encode() in text]
