"""What stands in an inbox and is no file of it: named with the reason, never followed, never waited for."""

import errno
import os
import socket
import sys
from pathlib import Path

import pytest

import pledgebatch
from pledgebatch.intake import find as room
from pledgebatch.intake.find import LEADS_NOWHERE, LEADS_OUT, LEADS_TO_FOLDER, NO_ACCESS, NO_FILE, TOO_LONG, find
from tests import books, quick_months

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make links")
NAME = "云溪一小党支部_承诺台账_201103.xlsx"


@pytest.fixture
def inbox(tmp_path):
    inbox = tmp_path / "w" / "inbox" / "2011-03"
    (inbox / "补报").mkdir(parents=True)
    (inbox / "补报" / "甲.xlsx").write_bytes(b"PK")
    return inbox


def refused(inbox):
    return {each.file: each.refused for each in find(inbox) if each.refused}


def link(place: Path, target: Path | str) -> Path:
    place.symlink_to(target)
    return place


def test_links_are_followed_to_files_of_the_same_inbox_alone(inbox, tmp_path):
    (tmp_path / "别处").mkdir()
    (tmp_path / "别处" / "乙.xlsx").write_bytes(b"PK")
    link(inbox / "同一处.xlsx", inbox / "补报" / "甲.xlsx")
    link(inbox / "别处.xlsx", tmp_path / "别处" / "乙.xlsx")
    link(inbox / "绕出去.xlsx", "../../../别处/乙.xlsx")
    link(inbox / "别处", tmp_path / "别处")
    link(inbox / "转一手.xlsx", inbox / "别处.xlsx")
    link(inbox / "自己", inbox)
    link(inbox / "圈", inbox / "圈")
    link(inbox / "失效.xlsx", "没有.xlsx")
    link(inbox / "设备", "/dev/zero")
    assert refused(inbox) == {
        **dict.fromkeys(("别处.xlsx", "绕出去.xlsx", "别处", "转一手.xlsx", "设备"), LEADS_OUT),
        **dict.fromkeys(("圈", "失效.xlsx"), LEADS_NOWHERE),
        "自己": LEADS_TO_FOLDER,
    }
    assert [each.file for each in find(inbox) if not each.refused] == ["同一处.xlsx", "补报/甲.xlsx"]


def test_an_inbox_that_the_office_keeps_elsewhere_is_an_inbox(inbox, tmp_path):
    assert [each.file for each in find(link(tmp_path / "inbox", inbox))] == ["补报/甲.xlsx"]


def test_pipes_and_sockets_are_named_and_not_waited_for(inbox):
    os.mkfifo(inbox / "管道.xlsx")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(inbox / "s.xlsx"))
        assert refused(inbox) == {"管道.xlsx": NO_FILE, "s.xlsx": NO_FILE}


@pytest.mark.parametrize(
    ("code", "reason"), [(errno.EACCES, NO_ACCESS), (errno.EIO, NO_ACCESS), (errno.ENAMETOOLONG, TOO_LONG)]
)
def test_a_folder_that_cannot_be_opened_is_named(inbox, monkeypatch, code, reason):
    scan = os.scandir

    def closed(folder):
        if Path(folder).name == "补报":
            raise OSError(code, "closed", str(folder))
        return scan(folder)

    monkeypatch.setattr(room.os, "scandir", closed)
    assert refused(inbox) == {"补报": reason}


def test_folders_deeper_than_the_system_can_name_are_named_as_far_as_it_goes(inbox, monkeypatch):
    monkeypatch.chdir(inbox)
    for _ in range(30):
        Path("深" * 60).mkdir()
        os.chdir("深" * 60)
    Path("丙.xlsx").touch()
    assert set(refused(inbox).values()) == {TOO_LONG}
    assert [each.file for each in find(inbox) if not each.refused] == ["补报/甲.xlsx"]


def test_what_is_not_followed_is_listed_with_the_month_and_costs_nobody_else_anything(tmp_path):
    place = books.workspace(tmp_path / "w")
    inbox = place / "inbox" / "2011-03"
    books.write(inbox / NAME)
    link(inbox / "名册.xlsx", place / "registry.xlsx")
    os.mkfifo(inbox / "管道")
    (inbox / os.fsdecode(b"\xb9\xfe.xlsx")).write_bytes(b"PK")
    with quick_months.asking("FIL05"):
        month = pledgebatch.consolidate(place, "2011-03", workers=0)
    told = month.submissions.set_index("file")
    assert told["state"].to_dict() == {
        NAME: "accepted", "名册.xlsx": "unreadable", "管道": "unreadable", "\ufffd\ufffd.xlsx": "unreadable",
    }  # fmt: skip
    assert told.loc["名册.xlsx", "reason"] == LEADS_OUT
    page = (place / "output" / "2011-03" / "index.html").read_text("utf-8")
    assert "名册.xlsx" in page
    assert LEADS_OUT in page
    assert pledgebatch.status(place)["next"].tolist()[0].startswith("按催报名单")


def test_a_mail_without_attachments_says_who_sent_it(tmp_path):
    head = b"From: Li <two@yunxi.example>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    (tmp_path / "a.eml").write_bytes(head + b"\r\nno change\r\n")
    (mail,) = find(tmp_path)
    assert ("没有附件" in mail.refused, mail.sender) == (True, "two@yunxi.example")
