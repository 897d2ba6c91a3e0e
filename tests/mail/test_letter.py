"""A letter as it goes over the wire, and as old and new clients read it."""

import datetime as dt
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.mail.letter import Enclosure, Letter, compose, message_id, plain_name
from pledgebatch.mail.settings import MailSettings
from pledgebatch.pipeline.letters import split_by_size
from tests.mail.places import attachments

WHEN = dt.datetime(2011, 4, 1, 1, 30, tzinfo=dt.UTC)
OFFICE = Address("公开承诺工作办公室", addr_spec="office@example.cn")


def letter(*names, body="各位同志：\n\n.开头的一行\n", name="云溪一小党支部（本部）"):
    files = tuple(Enclosure(each, Path(each), f"{number:064x}", 10) for number, each in enumerate(names))
    return Letter(
        "report",
        "S1",
        name,
        "s1@example.cn",
        "2011年3月公开承诺核验结果（云溪一小党支部）请查收并按要求改正",
        body,
        files,
    )


def wire(one, contents):
    return compose(one, contents, OFFICE, message_id(one, "2011-03", 1, "office@example.cn"), WHEN)


def test_the_bytes_are_the_same_each_time_and_seven_bits():
    one = letter("合规报告.html", "退回修改.xlsx")
    first = wire(one, [b"<p>\xe4\xb8\x80</p>", b"PK\0\xff"])
    assert first == wire(one, [b"<p>\xe4\xb8\x80</p>", b"PK\0\xff"])
    assert first.isascii()
    assert max(map(len, first.split(b"\r\n"))) <= 100
    assert b"\n" not in first.replace(b"\r\n", b"")


def test_new_clients_read_rfc_2231_and_old_ones_encoded_words():
    name = "云溪第一小学党支部公开承诺台账（退回修改）_201103.xlsx"
    (part,) = [each for each in message_from_bytes(wire(letter(name), [b"PK"])).walk() if each.get_filename()]
    assert b"filename*=utf-8''" in part.as_bytes()
    assert b'filename="S1_201103_1.xlsx"' in part.as_bytes()
    assert attachments(wire(letter(name), [b"PK"])) == [(name, b"PK")]
    old = part.get_param("name")
    assert str(make_header(decode_header(old))) == name
    modern = message_from_bytes(wire(letter(name), [b"PK"]), policy=policy.default)
    assert [each.get_filename() for each in modern.iter_attachments()] == [name]
    assert str(modern["To"]) == "云溪一小党支部（本部） <s1@example.cn>"
    assert str(modern["Subject"]).startswith("2011年3月公开承诺核验结果")
    assert modern["Date"].datetime == WHEN


def test_another_content_is_another_message():
    ids = {
        message_id(letter("a.xlsx"), "2011-03", 1, "o@x.cn"),
        message_id(letter("a.xlsx"), "2011-03", 2, "o@x.cn"),
        message_id(letter("b.xlsx"), "2011-03", 1, "o@x.cn"),
        message_id(letter("a.xlsx", body="别的"), "2011-03", 1, "o@x.cn"),
    }
    assert len(ids) == 4


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40).map(
    lambda text: f"{text}.xlsx"
)


@given(names, st.binary(max_size=300))
def test_whatever_the_name_and_bytes_they_come_out_as_they_went_in(name, data):
    message = message_from_bytes(wire(letter(name), [data]), policy=policy.compat32)
    assert attachments(message) == [(name, data)]


def test_a_letter_too_large_goes_in_parts_and_a_file_too_large_not_at_all():
    one = letter("a.xlsx", "b.xlsx", "c.xlsx")
    large = Letter(
        **{**vars(one), "enclosures": tuple(Enclosure(e.name, e.path, e.sha256, 6_000_000) for e in one.enclosures)}
    )
    parts, why = split_by_size(large, MailSettings(max_mb=20))
    assert [[each.name for each in part.enclosures] for part in parts] == [["a.xlsx", "b.xlsx"], ["c.xlsx"]]
    assert [part.subject[-5:] for part in parts] == ["（1/2）", "（2/2）"]
    assert not why
    parts, why = split_by_size(large, MailSettings(max_mb=5))
    assert not parts
    assert "a.xlsx" in why


def test_the_plain_name_of_an_attachment_tells_the_organisation_and_the_month():
    assert plain_name("YX101", "云溪一小党支部_退回修改_201103.xlsx", 2) == "YX101_201103_2.xlsx"
    assert plain_name('甲 1"', "云溪 one_a b.html", 1) == "1_ab_1.html"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=90))
def test_no_header_begins_with_an_empty_line_and_each_comes_back(name):
    told = name.replace("\ufffe", "").replace("\uffff", "")
    head = wire(letter(name=told or "甲"), []).partition(b"\r\n\r\n")[0].decode("ascii")
    for line in head.split("\r\n"):
        assert line.strip()
        assert not line.rstrip().endswith(":")
        assert len(line) <= 100


@pytest.mark.parametrize("name", ["云" * 60, "x" * 120, 'A "quoted", name', "a@b.cn <c>", "中, 文;<>", "=?utf-8?q?x?="])
def test_a_name_comes_back_as_it_was(name):
    (to,) = message_from_bytes(wire(letter(name=name), []), policy=policy.default)["To"].addresses
    # Python's parser leaves the space between two encoded words that RFC 2047, 6.2, takes away.
    assert (to.display_name.replace(" ", ""), to.addr_spec) == (name.replace(" ", ""), "s1@example.cn")


@pytest.mark.parametrize("name", ["云溪\n一小", "a\r\nBcc: x@y.cn", "a\x00b", "a\u2028b", "a\x85b", "a\ud800b"])
def test_a_name_that_no_header_takes_is_refused(name):
    with pytest.raises(ValueError, match="名称|surrogates"):
        wire(letter(name=name), [])
