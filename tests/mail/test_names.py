"""Names of attachments, made such that every disk takes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.mail.names import free_names, safe_name


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
        ("\ud83d台账\udc80.xlsx", "台账.xlsx"),
        ("长" * 300 + ".xlsx", "长" * 80 + ".xlsx"),
        ("𠮷" * 300 + ".xlsx", "𠮷" * 60 + ".xlsx"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.lists(st.sampled_from("/\\.. :*?") | st.characters(), max_size=200).map("".join))
def test_no_name_leaves_its_folder(name):
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|\0')
    assert safe.strip(". ") == safe
    assert len(safe) <= 100
    assert len(f"{safe}（999）".encode()) <= 255


def test_a_name_that_is_taken_gets_a_number():
    names = free_names("台账.xlsx")
    assert [next(names) for _ in range(3)] == ["台账.xlsx", "台账（2）.xlsx", "台账（3）.xlsx"]
