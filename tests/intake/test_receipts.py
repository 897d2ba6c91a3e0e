"""The book of receipts: written once, read strictly, edited by hand without harm."""

import os

import pytest

from pledgebatch.intake.find import digests, find
from pledgebatch.intake.receipts import COLUMNS, NAME, Receipt, Receipts, receive
from pledgebatch.mistakes import OfficeMistake

MARCH = "2011-03"
A, B = "a" * 64, "b" * 64
FIRST, LATER = "2011-03-25 09:30:00", "2011-03-26 09:30:00"


def book(inbox, *lines, encoding="utf-8-sig"):
    text = "\r\n".join([",".join(COLUMNS), *lines]) + "\r\n"
    (inbox / NAME).write_bytes(text.encode(encoding))


def test_what_is_entered_once_stays(tmp_path):
    for moment in (FIRST, LATER):
        known = Receipts(tmp_path)
        known.enter(A, Receipt(moment, f"{MARCH}/一.xlsx"))
        known.save()
    assert Receipts(tmp_path)[A] == Receipt(FIRST, f"{MARCH}/一.xlsx")
    assert (tmp_path / NAME).read_text("utf-8-sig").splitlines() == [
        ",".join(COLUMNS),
        f"{FIRST},{MARCH}/一.xlsx,,{A}",
    ]


def test_the_book_is_the_same_in_whatever_order_it_grew(tmp_path):
    said = []
    for order in ([A, B], [B, A]):
        inbox = tmp_path / order[0]
        inbox.mkdir()
        for sha256 in order:
            known = Receipts(inbox)
            known.enter(sha256, Receipt(FIRST if sha256 == A else LATER, "x"))
            known.save()
        said.append((inbox / NAME).read_bytes())
    assert said[0] == said[1]


@pytest.mark.parametrize("cell", ["=cmd()", "+a@b.cn", "'=x", "-", '逗号,引号"换行\n'])
def test_no_cell_is_run_and_each_reads_as_it_was_entered(tmp_path, cell):
    known = Receipts(tmp_path)
    known.enter(A, Receipt(FIRST, cell, cell))
    known.save()
    assert Receipts(tmp_path)[A] == Receipt(FIRST, cell, cell)
    assert f",{cell}" not in (tmp_path / NAME).read_text("utf-8-sig") or cell[0] in "'逗"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("moment", ["2011-03-25 09:30:00", "2011/3/25 9:30:00", "2011/3/25 9:30"])
def test_a_book_saved_by_excel_is_read(tmp_path, encoding, moment):
    book(tmp_path, f"{moment},一小.xlsx,,{A}", "", encoding=encoding)
    assert Receipts(tmp_path)[A].received == FIRST


def test_a_column_and_an_order_of_the_clerk_stay(tmp_path):
    (tmp_path / NAME).write_text(f"备注,SHA-256,文件,来自,收到时间\n电话问过,{A},一.xlsx,,{FIRST}\n", "utf-8")
    known = Receipts(tmp_path)
    known.enter(B, Receipt(LATER, "二.xlsx"))
    known.save()
    assert (tmp_path / NAME).read_text("utf-8-sig").splitlines() == [
        "备注,SHA-256,文件,来自,收到时间", f"电话问过,{A},一.xlsx,,{FIRST}", f",{B},二.xlsx,,{LATER}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f"去年,一.xlsx,,{A}", "第 3 行"),
        (f"2011-02-30 09:00:00,一.xlsx,,{A}", "第 3 行"),
        (f"{FIRST},一.xlsx,,{A[:-1]}", "第 3 行"),
        (f"{FIRST},一.xlsx", "第 3 行"),
        (f"{FIRST},一.xlsx,,{B}", "第 3 行"),
    ],
    ids=["no time", "no day", "cut hash", "cut line", "another time for the same bytes"],
)
def test_a_line_that_cannot_be_understood_is_named_and_nothing_is_lost(tmp_path, line, named):
    book(tmp_path, f"{LATER},二.xlsx,,{B}", line)
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(OfficeMistake, match=named):
        Receipts(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"\0\1\2", "收到时间,文件\n".encode(), b'"' * 300_001])
def test_a_book_that_is_none_is_a_sentence(tmp_path, data):
    (tmp_path / NAME).write_bytes(data)
    with pytest.raises(OfficeMistake, match="收件登记.*已损坏"):
        Receipts(tmp_path)


@pytest.mark.parametrize("place", range(0, 120, 7))
def test_one_damaged_byte_is_a_sentence_or_harmless(tmp_path, place):
    book(tmp_path, f"{FIRST},一.xlsx,,{A}")
    data = bytearray((tmp_path / NAME).read_bytes())
    data[place] ^= 0x55
    (tmp_path / NAME).write_bytes(data)
    try:
        known = Receipts(tmp_path)
    except OfficeMistake:
        return
    assert A not in known or known[A].received[:3] == FIRST[:3]


def test_a_book_that_cannot_be_written_is_a_sentence_and_the_old_one_stays(tmp_path, monkeypatch):
    book(tmp_path, f"{FIRST},一.xlsx,,{A}")
    before = (tmp_path / NAME).read_bytes()
    known = Receipts(tmp_path)
    known.enter(B, Receipt(LATER, "二.xlsx"))

    def refuse(descriptor):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OfficeMistake, match="收件登记.*无法写入"):
        known.save()
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).read_bytes() == before


def test_of_copies_first_seen_together_the_earliest_time_counts(tmp_path):
    for name, second in (("乙.pdf", 1_300_000_000), ("甲.pdf", 1_300_000_500)):
        (tmp_path / MARCH).mkdir(exist_ok=True)
        (tmp_path / MARCH / name).write_bytes(b"%PDF")
        os.utime(tmp_path / MARCH / name, (second, second))
    found = find(tmp_path / MARCH)
    told = receive(found, digests(found), Receipts(tmp_path), {}, MARCH)
    assert [each.received for each in told] == ["2011-03-13 15:06:40"] * 2


def test_bytes_that_came_by_mail_from_several_are_from_all_of_them(tmp_path):
    known = Receipts(tmp_path)
    known.enter(A, Receipt(FIRST, "一.xlsx", "a@x.cn"))
    known.enter(B, Receipt(FIRST, "二.xlsx"))
    for sha256 in (A, B, A):
        known.add_senders(sha256, "a@x.cn；b@x.cn")
    assert (known[A].sender, known[B].sender) == ("a@x.cn；b@x.cn", "")
