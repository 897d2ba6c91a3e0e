"""Files that programs leave behind: no submissions, but counted; a real workbook is one whatever its name."""

import zipfile
from email.message import EmailMessage

import pytest

import pledgebatch
from pledgebatch.intake.find import search
from tests import books, quick_months
from tests.mail.places import attachments

APPLE_DOUBLE = b"\0\x05\x16\x07\0\x02\0\0Mac OS X        "
LEFT = {
    "._一小.xlsx": APPLE_DOUBLE,
    ".~lock.一小.xlsx#": b",PC,25.03.2011 09:00,file:///C:/Users/x;",
    ".~一小.xlsx": b"\x02\0WPS lock",
    "~$一小.xlsx": b"\x04User" + b" " * 160,
    "~WRL0003.tmp": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
    "5A3B2000.tmp": b"",
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "desktop.ini": b"[.ShellClassInfo]",
    ".DS_Store": b"\0\0\0\x01Bud1",
    "Icon\r": b"",
    ".gitkeep": b"",
    "__MACOSX/x": b"x",
    ".Spotlight-V100/Store-V2/x.indexHead": b"8tsd",
    ".fseventsd/no_log": b"",
    "$RECYCLE.BIN/S-1-5-21/$I1.xlsx": b"\x02\0\0\0",
    "System Volume Information/IndexerVolumeGuid": b"{\0",
    "@eaDir/一小.xlsx@SynoEAStream": b"x",
    ".sync/ID": b"x",
}
NAMES = list(LEFT)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    return books.write(tmp_path_factory.mktemp("made") / "一小.xlsx").read_bytes()


def put(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize("name", NAMES)
def test_in_a_folder_it_is_counted_and_no_submission(tmp_path, name):
    put(tmp_path / "U盘", name, LEFT[name])
    put(tmp_path, "一小.pdf", b"%PDF")
    found, left = search(tmp_path)
    assert ([each.file for each in found], left) == (["一小.pdf"], 1)


def test_in_a_zip_and_one_within_it_it_is_counted_too(tmp_path):
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("~$一小.xlsx", LEFT["~$一小.xlsx"])
        inner.writestr("二小.pdf", b"%PDF")
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "包.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "里面.zip")
        archive.writestr("一小.pdf", b"%PDF")
        for name, data in LEFT.items():
            archive.writestr(f"U盘/{name}", data)
    found, left = search(tmp_path / "in")
    assert [each.file for each in found] == ["包.zip/一小.pdf", "包.zip/里面.zip/二小.pdf"]
    assert left == len(LEFT) + 1


def test_they_are_no_members_too_many(tmp_path):
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        for number in range(400):
            archive.writestr(f"{number}.pdf", b"%PDF")
            archive.writestr(f"__MACOSX/._{number}.pdf", APPLE_DOUBLE)
    found, left = search(tmp_path)
    assert (len(found), left) == (400, 400)


def test_in_a_mail_it_is_no_attachment():
    message = EmailMessage()
    message.set_content("见附件")
    for name, data in (LEFT | {"一小.pdf": b"%PDF"}).items():
        if "/" not in name and "\r" not in name:
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    assert [name for name, _ in attachments(message)] == ["一小.pdf"]


@pytest.mark.parametrize("name", [name for name in NAMES if "\r" not in name])
def test_a_real_workbook_is_one_whatever_its_name(tmp_path, workbook, name):
    put(tmp_path, name, workbook)
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr(name, workbook)
    found, left = search(tmp_path)
    assert (sorted(each.file for each in found), left) == (sorted([name, f"包.zip/{name}"]), 0)


def test_nobody_is_charged_and_the_page_counts_them_once(tmp_path, workbook):
    place = books.workspace(tmp_path / "w")
    inbox = place / "inbox" / "2011-03"
    put(inbox, "云溪一小党支部_承诺台账_201103.xlsx", workbook)
    for name in NAMES[:4]:
        put(inbox, name.replace("一小", "云溪一小党支部_承诺台账_201103"), LEFT[name])
    with quick_months.asking("FIL05"):
        month = pledgebatch.consolidate(place, "2011-03", workers=0)
    assert month.submissions["state"].tolist() == ["accepted"]
    assert "FIL05" not in set(month.findings["rule"])
    page = (place / "output" / "2011-03" / "index.html").read_text("utf-8")
    assert page.count("另有 4 个程序自留的文件未计") == 1
