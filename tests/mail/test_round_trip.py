"""Out to two hundred organisations, back from them, up to the supervisors, through real servers on loopback."""

import base64
import hashlib
import io
import random
import zipfile
from email import policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import pledgebatch
from tests import books
from tests.mail import places
from tests.mail.places import attachments
from tests.mail.servers import PASSWORD

DOMAIN = "round.test"
OFFICE = f"office@{DOMAIN}"
COUNT = 200
SCHOOLS = range(1, COUNT + 1)
LATE = "05-Apr-2011 09:30:11 +0800"
WRONG_MONTH, OTHERS_MAILBOX = 7, 13


@cache
def received(office, address, count=1):
    """The attachments in a mailbox, by name."""
    mails = office.await_mails(address, count)
    return dict(pair for mail in mails for pair in attachments(mail))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def reply(number, sender, name, data):
    """An answer as four kinds of programs write it."""
    style = number % 4
    if style == 0:  # a mailer of old: bytes in GBK, nothing declared
        head = f'From: "{name}" <{sender}>\r\nTo: {OFFICE}\r\nSubject: 回复 {name}\r\nDate: Tue, 5 Apr 2011 09:00:00 +0800\r\n'.encode(
            "gbk"
        )
        head += b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/octet-stream;'
        head += b' name="' + name.encode("gbk") + b'"\r\nContent-Transfer-Encoding: base64\r\n'
        head += b'Content-Disposition: attachment; filename="' + name.encode("gbk") + b'"\r\n\r\n'
        return head + base64.encodebytes(data).replace(b"\n", b"\r\n") + b"--b--\r\n"
    if style == 1:  # a zip made on Chinese Windows
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as container:
            info = zipfile.ZipInfo("x" * len(name.encode("gbk")))
            container.writestr(info, data)
        placeholder, gbk = b"x" * len(name.encode("gbk")), name.encode("gbk")
        name, data = f"{Path(name).stem}.zip", packed.getvalue().replace(placeholder, gbk)
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, OFFICE, f"回复：{name}"
    message["Date"] = "Tue, 5 Apr 2011 09:00:00 +0800"
    message.set_content("已填好，请查收。")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.fixture(scope="module")
def place(tmp_path_factory, office):
    folder = tmp_path_factory.mktemp("round") / "工作"
    return places.place_of(folder, COUNT, DOMAIN, office.smtp_port, office, stuffed=False)


@pytest.fixture(scope="module")
def environment():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLEDGEBATCH_MAIL_PASSWORD", PASSWORD)
        yield


@pytest.fixture(scope="module")
def sent_out(place, environment):
    """The workbooks, made and mailed."""
    made = pledgebatch.make_templates(place, places.MONTH)
    status, out, err = places.run(place, "send", "--period", places.MONTH)
    assert (status, "已发出 200 封，没有发出 0 封" in out) == (0, True), err
    return made.set_index("organisation")["file"]


@pytest.fixture(scope="module")
def collected(place, office, sent_out, tmp_path_factory):
    """What the schools answered, and two strangers, and one with the wrong month, collected."""
    folder = tmp_path_factory.mktemp("replies")
    replies = []
    for number in SCHOOLS:
        code, name = f"S{number:03d}", f"云溪{number:03d}小学党支部"
        head = {"unit_code": code, "org_name": name, "unit_name": name[:-3]}
        path = folder / f"{name}.xlsx"
        if number == WRONG_MONTH:
            books.write(path, head | {"period": "2011-02"}, period="2011-02")
        elif number % 20 == 1:
            books.write(path, head)
        else:  # sent back as it came
            (data,) = received(office, places.address(number, DOMAIN)).values()
            path.write_bytes(data)
        sender = places.address(number, DOMAIN) if number != OTHERS_MAILBOX else places.address(14, DOMAIN)
        replies.append((number, sender, path.name, path.read_bytes()))
    for number, sender in ((1002, "meixin@elsewhere.test"), (1006, f"xiao999@{DOMAIN}")):
        replies.append((number, sender, "云溪001小学党支部.xlsx", b"PK stranger"))
    random.Random(7).shuffle(replies)
    office.put_all(OFFICE, [reply(*each) for each in replies], LATE)
    office.put(OFFICE, b"From: xiao003@round.test\r\nSubject: only asking\r\n\r\nwhen?\r\n", LATE)
    status, out, err = places.run(place, "collect", "--period", places.MONTH)
    assert status == 0, err
    return out, replies


def test_each_school_got_its_own_workbook_byte_for_byte(place, office, sent_out):
    folder = place / "input_templates" / places.MONTH
    for number in SCHOOLS:
        got = received(office, places.address(number, DOMAIN))
        file = sent_out[f"S{number:03d}"]
        assert {name: sha256(data) for name, data in got.items()} == {file: sha256((folder / file).read_bytes())}


def test_every_reply_stands_in_the_inbox_byte_for_byte_at_the_time_it_was_received(place, collected):
    _, replies = collected
    inbox = place / "inbox" / places.MONTH
    wanted = sorted(
        sha256(data)
        for number, sender, name, data in replies
        if number < 1000
        for _, data in attachments(reply(number, sender, name, data))
    )
    files = [path for path in inbox.rglob("*") if path.is_file()]
    assert sorted(sha256(path.read_bytes()) for path in files) == wanted
    assert len(files) == COUNT
    assert {path.stat().st_mtime for path in files} == {pd.Timestamp("2011-04-05 09:30:11+0800").timestamp()}
    assert {path.suffix for path in files} == {".xlsx", ".zip"}
    assert all("云溪" in path.name for path in files)


def test_strangers_are_set_aside_and_named(place, collected):
    out, _ = collected
    assert "meixin@elsewhere.test" in out
    assert f"xiao999@{DOMAIN}" in out
    aside = place / "mail" / "set_aside" / places.MONTH
    assert [path.read_bytes() for path in aside.iterdir()] == [b"PK stranger"] * 2


def test_whose_a_reply_is_says_the_workbook_not_the_sender(collected):
    out, _ = collected
    assert "已回信 199 个组织" in out
    assert "月份不符" in next(line for line in out.splitlines() if "S007" in line)


def test_nothing_is_deleted_and_collecting_again_takes_nothing_twice(place, office, collected):
    assert len(office.mails(OFFICE, "pledgebatch")) >= COUNT + 2
    (left,) = office.mails(OFFICE)
    assert b"only asking" in left
    before = sorted((place / "inbox").rglob("*"))
    status, out, _ = places.run(place, "collect", "--period", places.MONTH)
    assert (status, "收到附件 200 件" in out) == (0, True)
    assert sorted((place / "inbox").rglob("*")) == before


@pytest.fixture(scope="module")
def reported(place, office, collected):
    """The month consolidated, and its reports and ledgers mailed."""
    month = pledgebatch.consolidate(place, places.MONTH)
    pledgebatch.make_templates(place, "2011-04")
    status, out, err = places.run(place, "send", "--period", places.MONTH)
    assert status == 0, (out, err)
    return month


def test_the_month_knows_all_but_the_wrong_month(reported):
    states = reported.coverage.set_index("organisation")["state"]
    assert states["S007"] == "wrong_period"
    assert states.isin(["accepted", "returned", "nil"]).sum() == COUNT - 1
    assert set(reported.submissions["received"]) == {"2011-04-05 09:30:11"}


def test_what_arrives_is_what_stands_in_the_output_folder(place, office, reported):
    output, following = place / "output" / places.MONTH, place / "input_templates" / "2011-04"
    for number in SCHOOLS:
        name = f"云溪{number:03d}小学党支部"
        own = output / "organisations" / f"S{number:03d}_{name}"
        wanted = {f"{name}_{path.stem}_201103{path.suffix}": sha256(path.read_bytes()) for path in own.iterdir()}
        (workbook,) = following.glob(f"{name}_*.xlsx")
        wanted[workbook.name] = sha256(workbook.read_bytes())
        got = received(office, places.address(number, DOMAIN), 2)
        assert {key: sha256(data) for key, data in got.items() if key in wanted} == wanted
    above = next((output / "supervisors").iterdir())
    wanted = {
        f"云溪区教育党委_{path.stem.removesuffix('_2011-03')}_201103{path.suffix}": sha256(path.read_bytes())
        for path in above.iterdir()
    }
    assert {name: sha256(data) for name, data in received(office, f"p0@{DOMAIN}").items()} == wanted
    assert {"云溪区教育党委_一页通_201103.html", "云溪区教育党委_台账_201103.xlsx"} <= set(wanted)


def test_the_trail_tells_who_got_which_bytes_of_which_month(place, reported):
    out = places.run(place, "status", "--period", places.MONTH)[1]
    manifest = sha256((place / "output" / places.MONTH / "manifest.json").read_bytes())
    ledger = place / "output" / places.MONTH / "supervisors" / "P0_云溪区教育党委" / "台账_2011-03.xlsx"
    line = next(
        line
        for line in out.splitlines()
        if line.startswith("P0") and "台账" in line and "SHA" not in line and "云溪区教育党委_台账_201103.xlsx" in line
    )
    assert sha256(ledger.read_bytes()) in line
    assert manifest in line
    assert "发出的邮件（401）" in out


def test_the_month_s_page_shows_delivery_also_when_it_is_written_again(place, reported):
    index = place / "output" / places.MONTH / "index.html"
    shown = index.read_text("utf-8")
    assert "下发工作簿已发出 200 封，报告和退回件已发出 200 封，上报台账已发出 1 封；收到附件 200 件。" in shown
    assert "meixin@elsewhere.test" in shown
    pledgebatch.consolidate(place, places.MONTH)
    assert index.read_text("utf-8") == shown


def test_no_password_stands_anywhere(place, reported):
    secret = PASSWORD.encode()
    files = [path for path in place.parent.rglob("*") if path.is_file()]
    assert place / "mail" / "journal.sqlite3" in files
    for path in files:
        assert secret not in path.read_bytes(), path


def test_a_dry_run_sends_and_records_nothing(place, office, reported):
    before = (place / "mail" / "journal.sqlite3").read_bytes()
    status, out, _ = places.run(place, "send", "--period", places.MONTH, "--dry-run", "--to", "supervisors")
    assert (status, "共 1 封，没有发送" in out) == (0, True)
    folder = place / "mail" / "preview" / places.MONTH
    assert {path.suffix for path in folder.iterdir()} == {".eml", ".csv"}
    (eml,) = folder.glob("*.eml")
    ledger = next((place / "output" / places.MONTH / "supervisors").iterdir()) / "台账_2011-03.xlsx"
    assert dict(attachments(eml.read_bytes()))["云溪区教育党委_台账_201103.xlsx"] == ledger.read_bytes()
    assert (place / "mail" / "journal.sqlite3").read_bytes() == before
