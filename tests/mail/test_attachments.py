"""Attachments as the programs of twenty years have written them."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.mail.attachments import attachments, free_names, safe_name, sender_of, subject_of


def mail(*parts, head=b"From: =?gb2312?B?1cXI/Q==?= <Zhang@Example.CN>\r\nSubject: =?gb2312?B?s9DFtQ==?=\r\n"):
    whole = head + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
    for part in (b"Content-Type: text/plain; charset=gbk\r\n\r\n\xc4\xe3\xba\xc3", *parts):
        whole += b"--x\r\n" + part + b"\r\n"
    return message_from_bytes(whole + b"--x--\r\n", policy=policy.compat32)


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
    assert (sender_of(message), subject_of(message)) == ("zhang@example.cn", "承诺")


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


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\a\台账.xlsx", "台账.xlsx"),
        ("a\0b\r\n:*?.xlsx", "ab.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        (".htaccess", "htaccess"),
        ("~$台账.xlsx", "_~$台账.xlsx"),
        ("台账\u202exslx.exe", "台账xslx.exe"),
        ("...", "附件"),
        ("长" * 300 + ".xlsx", "长" * 80 + ".xlsx"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=200))
def test_no_name_leaves_its_folder(name):
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|\0')
    assert safe.strip(". ") == safe
    assert len(safe) <= 100


def test_a_name_that_is_taken_gets_a_number():
    names = free_names("台账.xlsx")
    assert [next(names) for _ in range(3)] == ["台账.xlsx", "台账（2）.xlsx", "台账（3）.xlsx"]
