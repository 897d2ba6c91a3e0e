"""Attachments as the programs of twenty years have written them."""

import binascii
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find, search
from pledgebatch.intake.mails import read_mail
from pledgebatch.readers.file_types import REFUSED, Format
from tests.intake import wrapping
from tests.mail.places import attachments


def mail(*parts, head=b"From: =?gb2312?B?1cXI/Q==?= <Zhang@Example.CN>\r\nSubject: =?gb2312?B?s9DFtQ==?=\r\n"):
    whole = head + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    for part in (b"Content-Type: text/plain; charset=gbk\r\n\r\n\xc4\xe3\xba\xc3", *parts):
        whole += b"--x\r\n" + part + b"\r\n"
    return whole + b"--x--\r\n"


NAME = "云溪一小党支部.xlsx"
GBK = NAME.encode("gbk")


@pytest.mark.parametrize(
    "head",
    [
        b'Content-Type: application/vnd.ms-excel; name="' + GBK + b'"\r\nContent-Disposition: attachment; filename="' + GBK + b'"',
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"" + NAME.encode() + b'"',
        b"Content-Type: application/octet-stream; name*=gb2312''%D4%C6%CF%AA%D2%BB%D0%A1%B5%B3%D6%A7%B2%BF.xlsx",
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''%E4%BA%91%E6%BA%AA;"
        b"\r\n filename*1*=%E4%B8%80%E5%B0%8F%E5%85%9A%E6%94%AF%E9%83%A8.xlsx",
        b'Content-Type: application/octet-stream;\r\n name="=?gb2312?B?1MbPqtK70KG1s9ansr8ueGxzeA==?="',
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment;"
        b'\r\n filename="=?UTF-8?B?5LqR5rqq5LiA5bCP?=\r\n =?UTF-8?B?5YWa5pSv6YOoLnhsc3g=?="',
    ],
    ids=["GBK bytes", "UTF-8 bytes", "RFC 2231 in GB2312", "RFC 2231 in pieces", "encoded words in GB2312", "encoded words, folded"],
)  # fmt: skip
def test_the_name_is_what_the_sender_saw(head):
    message = mail(head + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==")
    assert attachments(message) == [(NAME, b"PK\x03\x04")]
    assert (read_mail(message).sender, read_mail(message).subject) == ("zhang@example.cn", "承诺")


def test_a_character_that_gb2312_lacks_under_its_name():
    words = "朱镕.xlsx".encode("gb18030")
    message = mail(
        b"Content-Type: application/zip; name*=gb2312''" + b"".join(b"%%%02X" % byte for byte in words) + b"\r\n\r\nPK"
    )
    assert attachments(message) == [("朱镕.xlsx", b"PK")]


def test_pictures_within_the_text_are_no_attachments_and_forwarded_mails_are_looked_into():
    inner = b'Content-Type: application/octet-stream; name="a.xlsx"\r\n\r\nPK'
    forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: weiter\r\nMIME-Version: 1.0\r\n" + inner
    message = mail(b'Content-Type: image/png; name="logo.png"\r\nContent-ID: <1>\r\n\r\nPNG', forwarded)
    assert [name for name, _ in attachments(message)] == ["a.xlsx"]


def test_an_attachment_without_a_name_is_taken_too():
    assert attachments(mail(b"Content-Type: application/vnd.ms-excel\r\n\r\nPK")) == [("附件", b"PK")]


def test_names_that_mix_encoded_and_plain_words_and_charsets_that_are_none():
    for head, name in {
        "=?gb2312?B?1MbPqg==?= 一小.xlsx".encode(): "云溪 一小.xlsx",
        b"=?hex?B?1MbPqg==?=.xlsx": "云溪.xlsx",
        b"=?gb2312?B?1MbPq?=.xlsx": "=?gb2312?B?1MbPq?=.xlsx",
        b"=?unicode_escape?Q?=5Cud800?=.xlsx": "?.xlsx",
        b"=?idna?Q?" + b"a" * 80 + b"?=.xlsx": "a" * 80 + ".xlsx",
    }.items():
        part = (
            b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="'
            + head
            + b'"\r\n\r\nPK'
        )
        assert attachments(mail(part)) == [(name, b"PK")]


BOOK = (NAME, wrapping.DATA)
WRAPPED = {
    "winmail.dat": wrapping.tnef(BOOK),
    "winmail.dat with the name in Unicode": wrapping.tnef(BOOK, unicode=True),
    "winmail.dat whose subject its code page lacks": wrapping.tnef(BOOK, subject="𠮷䶮".encode("gb18030")),
    "a mail attached to a winmail.dat": wrapping.tnef(inner=wrapping.tnef(BOOK)),
    "smime.p7m": wrapping.signed(wrapping.mail(BOOK)),
    "smime.p7m with its lengths left open": wrapping.signed(wrapping.mail(BOOK), streamed=True),
    "winmail.dat in a signed mail": wrapping.signed(wrapping.mail(("winmail.dat", wrapping.tnef(BOOK)))),
    "回复.eml": wrapping.mail(BOOK),
    "a mail in a mail in a mail": wrapping.mail(("a.eml", wrapping.mail(("b.eml", wrapping.mail(BOOK))))),
    "回复.msg": wrapping.msg(BOOK),
    "a mail in a .msg": wrapping.msg(("a.eml", wrapping.mail(BOOK))),
    "AppleSingle": wrapping.apple(*BOOK[::-1]),
}


@pytest.mark.parametrize("wrapped", WRAPPED.values(), ids=WRAPPED)
def test_an_attachment_is_taken_out_of_what_it_is_wrapped_in(wrapped):
    """By its bytes, whatever it is called: as an attachment, as the whole of the mail, and between other attachments."""
    assert attachments(wrapping.mail(("unnamed", wrapped))) == [BOOK]
    assert attachments(wrapping.mail(("一.pdf", b"%PDF"), ("smime.p7m", wrapped), ("二.pdf", b"%PDF"))) == [
        ("一.pdf", b"%PDF"), BOOK, ("二.pdf", b"%PDF"),
    ]  # fmt: skip


def test_a_name_is_read_in_the_code_page_that_is_said():
    """In GBK 一 is bytes that UTF-8 takes for another letter."""
    assert attachments(wrapping.mail(("winmail.dat", wrapping.tnef(("一.xlsx", b"PK"))))) == [("一.xlsx", b"PK")]


def test_a_workbook_that_was_signed_itself():
    assert attachments(wrapping.mail((f"{NAME}.p7m", wrapping.signed(wrapping.DATA)))) == [BOOK]


def test_what_is_signed_has_headers_of_its_own():
    entity = b'Content-Type: application/octet-stream; name="a.xlsx"\r\n\r\nPK'
    assert attachments(wrapping.mail(("smime.p7m", wrapping.signed(entity)))) == [("a.xlsx", b"PK")]


def test_signatures_resources_and_rich_text_are_nothing_that_was_sent():
    for name, data in {
        "smime.p7s": wrapping.signed(None),
        "winmail.dat": wrapping.tnef(),
        NAME: wrapping.apple(b"", NAME, double=True),
    }.items():
        assert attachments(wrapping.mail((name, data), BOOK)) == [BOOK]
    signature = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP"
    assert attachments(mail(signature)) == []


def test_apple_mail_sends_both_halves_of_a_file():
    half = b'Content-Type: application/applefile; name="a.xlsx"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    half += binascii.b2a_base64(wrapping.apple(b"", "a.xlsx", double=True))
    whole = b'Content-Type: application/octet-stream; name="a.xlsx"\r\n\r\nPK'
    both = (
        b'Content-Type: multipart/appledouble; boundary="y"\r\n\r\n--y\r\n'
        + half
        + b"\r\n--y\r\n"
        + whole
        + b"\r\n--y--"
    )
    assert attachments(mail(both)) == [("a.xlsx", b"PK")]


def test_files_written_into_the_text():
    text = b"Content-Type: text/plain; charset=gbk\r\n\r\n" + "你好\n\n".encode("gbk")
    data = bytes(range(256)) * 3
    assert attachments(mail(text + wrapping.uuencoded(NAME, data) + b"bye\n")) == [(NAME, data)]
    assert attachments(mail(text + b"begin 644 the day\nwell\nend\n")) == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("winmail.dat", wrapping.tnef(BOOK)[:-10], "winmail.dat"),
        ("smime.p7m", wrapping.signed(wrapping.DATA)[:30], "已损坏"),
        ("smime.p7m", wrapping.sealed(), "加密"),
        ("a.msg", wrapping.msg(BOOK)[:2600], ".msg"),
        ("a.eml", wrapping.mail(BOOK).replace(b"boundary=", b"bindery="), "不完整"),
        ("a.hqx", b"(This file must be converted with BinHex 4.0)\r\n:$f", "BinHex"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_kept_whole_and_told(name, data, reason, tmp_path):
    assert attachments(wrapping.mail((name, data), BOOK)) == [(name, data), BOOK]
    (tmp_path / name).write_bytes(data)
    batch = read_batch(list(enumerate(find(tmp_path))), 2011)
    assert reason in batch.files["reason"].item()


def nested(count):
    head, tail = b"", b""
    for number in range(count):
        head += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
        tail = b"\r\n--%d--" % number + tail
    return (
        b"From: s1@x.cn\r\nTo: o@x.cn\r\nSubject: =?gb2312?B?s9DFtQ==?=\r\nDate: x\r\nMIME-Version: 1.0\r\n"
        + head
        + tail
    )


ODD = {
    "5000 parts within each other": nested(5000),
    "60 parts within each other": nested(60),
    "in pieces": wrapping.mail(BOOK).replace(b"multipart/mixed;", b"message/partial; id=1; number=1; total=3;"),
    "without its boundary": wrapping.mail(BOOK).replace(b"boundary=", b"bindery="),
    "more attachments than one sends": wrapping.mail(*[(f"{number}.xlsx", b"PK") for number in range(501)]),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_mail_that_cannot_be_taken_apart_is_kept_whole_under_its_subject_and_is_its_sender_s(odd):
    read = read_mail(odd)
    assert (read.sender, [each.data for each in read.files]) == ("s1@x.cn", [odd])
    assert [each.name for each in read.files] == [f"{read.subject}.eml"]


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        (b"s1@x.cn", "s1@x.cn"), (b'"\xd5\xc5,\xc8\xfd" <S1@X.cn>', "s1@x.cn"), (b"\xd5\xc5, \xc8\xfd <s1@x.cn>", "s1@x.cn"),
        (b"=?gb2312?B?1cXI/Q==?= <s1@x.cn>", "s1@x.cn"), (b"=?utf-8?B?5bygIDxzMUB4LmNuPg==?=", "s1@x.cn"),
        (b"(" * 5000 + b" <s1@x.cn>", "s1@x.cn"), (b"=?gb2312?B?1?= <s1@x.cn>", "s1@x.cn"), (b"nobody", ""), (b"\0\xff", ""),
    ],
)  # fmt: skip
def test_the_sender_is_the_address_whatever_stands_about_it(said, sender):
    assert read_mail(b"From: " + said + b"\r\nSubject: x\r\n\r\n").sender == sender


@given(st.lists(st.tuples(st.sampled_from(["From", "Date", "Subject", "Message-ID", "Content-Type", "Content-Disposition",
       "Content-Transfer-Encoding", "MIME-Version", ""]), st.binary(max_size=60))), st.binary(max_size=200))  # fmt: skip
def test_no_mail_breaks_the_reader(headers, body):
    head = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers)
    assert read_mail(head + b"\r\n" + body).files is not None


@settings(max_examples=60)
@given(st.sampled_from([*WRAPPED.values(), *ODD.values()]), st.data())
def test_no_damage_breaks_the_reader(wrapped, data):
    place = data.draw(st.integers(0, min(len(wrapped) - 1, 1500)))
    read_mail(wrapping.mail(("a", wrapped[:place] + data.draw(st.binary(max_size=8)) + wrapped[place + 4 :])))


def test_mails_saved_in_the_inbox_and_in_zips_are_looked_into(tmp_path):
    saved = {"回复.eml": wrapping.mail(BOOK), "回复.msg": wrapping.msg(BOOK), "winmail.dat": wrapping.tnef(BOOK)}
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        for name, data in saved.items():
            (tmp_path / name).write_bytes(data)
            archive.writestr(name, data)
    (tmp_path / "空.eml").write_bytes(wrapping.mail())
    (tmp_path / "smime.p7s").write_bytes(wrapping.signed(None))
    found, left = search(tmp_path)
    read = {each.file: each.refused or (each.read(), each.sender) for each in found}
    assert (read.pop("空.eml"), left) == (REFUSED[Format.MAIL], 1)
    by = {"回复.eml": "s1@x.cn", "回复.msg": "s1@x.cn", "winmail.dat": ""}
    assert read == {
        f"{where}{name}/{NAME}": (wrapping.DATA, sender) for where in ("", "包.zip/") for name, sender in by.items()
    }


def test_zips_and_mails_within_each_other_come_to_an_end(tmp_path):
    data = wrapping.DATA
    for number in range(9):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(f"{number}.eml", wrapping.mail(("a.xlsx", data)) if number % 2 else data)
        data = made.getvalue()
    (tmp_path / "包.zip").write_bytes(data)
    (only,) = find(tmp_path)
    assert "套了太多层" in only.refused
