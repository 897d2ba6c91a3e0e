"""What somebody may send who wishes the office ill: paths, bombs, scripts, floods; and two windows at once."""

import io
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pledgebatch
from pledgebatch.desk import incoming
from pledgebatch.desk.files import find_file
from pledgebatch.desk.incoming import safe_path
from pledgebatch.pipeline.workspace import Workspace
from tests import books
from tests.desk.conftest import ADDRESS, OWN, Browser, enter, held_elsewhere, judged_by_nobody
from tests.desk.test_month import judged, workbook
from tests.publish.conftest import HOSTILE, NAME

PATHS = (
    "../../escaped.xlsx", "..\\..\\escaped.xlsx", "/etc/escaped.xlsx", "C:\\Windows\\escaped.xlsx", "a/../../escaped.xlsx", "....//escaped.xlsx",
    ".pledgebatch.lock", "con.xlsx", "nul", "x\x00.xlsx", "收件登记.csv", "a/b/c/d/e/f/g/h/i/j/k/escaped.xlsx", "长" * 300 + ".xlsx", "~$a.xlsx",
    "\u202exslx.exe",
)  # fmt: skip


def test_a_file_lands_in_its_month_whatever_its_name(desk, place, monkeypatch):
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)
    for name in PATHS:
        before = {path for path in place.parent.rglob("*") if path.is_file()}
        assert desk.drop(name, name.encode())["status"] == 200
        fresh = {path for path in place.parent.rglob("*") if path.is_file()} - before
        (landed,) = [path for path in fresh if path.read_bytes() == name.encode()]
        assert landed.is_relative_to(place / "inbox" / "2011-03")
        assert not landed.name.startswith(".")


@given(st.lists(st.sampled_from("/\\.. :~") | st.characters(), max_size=60).map("".join))
def test_a_path_never_leaves_its_folder(name):
    path = safe_path(name)
    if path is None:
        assert not name.replace("\\", "/").replace("/", "").strip(" .")
        return
    assert not path.is_absolute()
    assert not {"..", ".", ""} & set(path.parts)
    assert len(path.parts) <= incoming.DEEPEST_FOLDER + 1
    assert all(len(part.encode("utf-8", "replace")) < 256 for part in path.parts)


def test_a_file_without_a_name_is_refused(desk, place):
    for name in ("", "/", "..", "../..", " . / . "):
        assert desk.drop(name, b"x") == {"mistake": "文件没有名字，没有收下", "status": 400}
    assert not list((place / ".desk" / "quarantine").iterdir())


SECRETS = (
    "../secret", "..%2fsecret", "output/../../secret", "output/%2e%2e/%2e%2e/secret", "output/link", "output/away/secret", ".desk/address",
    ".desk/lock", ".pledgebatch.lock", "output/.hidden", "", "output", "output/", "//etc/passwd", "/etc/passwd", "output\\..\\..\\secret",
    "output/a\x00b", "registry.xlsx:stream", "output/./a.html", "decisions.xlsx/../../secret",
)  # fmt: skip


def test_only_what_the_office_may_see_is_handed_out(desk, place):
    (place.parent / "secret").write_text("secret")
    (place / "output").mkdir(exist_ok=True)
    (place / "output" / ".hidden").write_text("secret")
    (place / "output" / "link").symlink_to(place.parent / "secret")
    (place / "output" / "away").symlink_to(place.parent, target_is_directory=True)
    for asked in SECRETS:
        assert find_file(place, asked) is None
        answer = desk.get(f"/files/{quote(asked, safe='/%')}")
        assert answer.status_code in (404, 200)
        assert "secret" not in answer.text.replace(asked, "")


def test_what_came_in_is_never_shown_as_a_page(desk, place):
    (place / "inbox" / "2011-03" / "a.html").write_text("<script>alert(1)</script>")
    answer = desk.get("/files/inbox/2011-03/a.html")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_bomb_is_a_file_that_cannot_be_read(desk, place, tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr("xl/workbook.xml", b" " * 40_000_000)
    desk.drop("弹.xlsx", bomb.getvalue())
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w", zipfile.ZIP_DEFLATED) as container:
        for number in range(1_200):
            container.writestr(f"{number}.xlsx", b"")
    desk.drop("多.zip", nested.getvalue())
    assert {each["state"] for each in judged(desk)} == {"unreadable"}
    assert desk.get("/incoming").status_code == 200


def test_uploads_that_wait_are_taken_or_refused_and_the_desk_answers(desk, place, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_WAITING", 20)
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)
    with held_elsewhere(place, "consolidate 2011-03"):
        told = [desk.drop(f"{number}.xlsx", str(number).encode()) for number in range(40)]
    assert {each["status"] for each in told} == {200, 507}
    assert not list((place / "inbox" / "2011-03").iterdir())
    assert desk.get("/incoming/2011-03.json").status_code == 200  # which puts away what waits
    taken = sum(each["status"] == 200 for each in told)
    assert len(list((place / "inbox" / "2011-03").iterdir())) == taken
    assert not list((place / ".desk" / "quarantine").iterdir())


def test_what_comes_while_a_month_is_made_waits_and_survives_the_desk(desk, place, tmp_path, open_desk):
    data = workbook(tmp_path)
    with held_elsewhere(place, "consolidate 2011-03"):
        assert "做完就放进收件文件夹" in desk.drop("一小.xlsx", data)["note"]
        (place / ".desk" / "quarantine" / "half.part").write_bytes(b"half")
    again = open_desk(place)
    assert [each["state"] for each in judged(again)] == ["accepted"]
    assert (place / "inbox" / "2011-03" / "一小.xlsx").read_bytes() == data
    assert not list((place / ".desk" / "quarantine").iterdir())


def test_a_disk_that_is_full_takes_nothing(desk, place, monkeypatch):
    monkeypatch.setattr(incoming, "KEPT_FREE", 2**60)
    assert desk.drop("a.xlsx", b"x")["status"] == 507
    assert not list((place / ".desk" / "quarantine").iterdir())


def test_two_windows_and_two_clerks(guard, desk, place):
    other = enter(guard)
    old = desk.get("/settings").text.partition('name="before" value="')[2].partition('"')[0]
    form = {"has parameters.deadline_day": "1", "parameters.deadline_day": "20", "before": old}
    assert "已保存" in other.press("/settings", **form)
    later = desk.post("/settings", data=form | {"parameters.deadline_day": "25"}, headers=OWN)
    assert later.status_code == 409
    assert "刚刚在别处改过" in later.text
    assert Workspace(place).settings().parameters.deadline_day == 20
    assert "第 1 个窗口" in (place / "desk.log").read_text("utf-8")
    assert "第 2 个窗口" in (place / "desk.log").read_text("utf-8")
    with held_elsewhere(place, "consolidate 2011-03"):
        refused = desk.post(
            "/answers/words", data={"unit_code": "S1", "period": "2011-03", "opinion": "一句"}, headers=OWN
        )
    assert "正在运行：consolidate 2011-03" in refused.text
    with Browser(guard, base_url=ADDRESS, raise_server_exceptions=False) as stranger:
        assert stranger.get("/settings").status_code == 403


def hostile_workspace(folder: Path) -> Path:
    """A workspace in which every text is one that somebody typed who wishes us ill."""
    registry = books.REGISTRY.assign(
        org_name=["党委", NAME, HOSTILE[0]], contact=HOSTILE[1], unit_name=["局", HOSTILE[2], HOSTILE[3]], phone=HOSTILE[4],
        email=["", "one@example.org", HOSTILE[0]],
    )  # fmt: skip
    place = books.workspace(folder, registry)
    items = [
        books.ITEM | {"item_no": f"Z{n}", "text": text, "due": text, "measures": text}
        for n, text in enumerate(HOSTILE, 1)
    ]
    members = [books.MEMBER | {"member_no": str(n), "name": text} for n, text in enumerate(HOSTILE, 1)]
    head = {"org_name": HOSTILE[0], "head": HOSTILE[1], "phone": HOSTILE[2]}
    books.write(place / "inbox" / "2011-03" / "<img src=x>.xlsx".replace("/", ""), head, members, items)
    (place / "inbox" / "2011-03" / "<script>alert(1)<.txt").write_text("x")
    return place


@pytest.mark.skipif("os.name == 'nt'", reason="names that Windows does not take")
def test_script_in_every_text_stays_text(open_desk, tmp_path):
    place = hostile_workspace(tmp_path / "w")
    pledgebatch.make_templates(place, "2011-03", workers=0)
    desk = open_desk(place)
    pages = [desk.get("/incoming").text]
    pledgebatch.consolidate(place, "2011-03", workers=0)
    desk.post("/answers/words", data={"unit_code": "S1", "period": "2011-03", "opinion": HOSTILE[0]}, headers=OWN)
    desk.post("/months/year", data={"organisation": HOSTILE[0], "year": HOSTILE[0]}, headers=OWN)
    for address in (
        "/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/answers?organisation=S1&value=%3Cscript%3E", "/letters", "/texts",
        "/months", "/search?q=alert", "/search?q=%3Cscript%3Ealert", "/job", "/letters/look?to=S1&kind=report", "/?month=%3Cscript%3E",
    ):  # fmt: skip
        pages.append(desk.get(address).text)
    for page in pages:
        assert page.count("<script") == page.count('<script src="/desk.js" defer>')
        assert "<img" not in page
        assert "<h1>公章" not in page
        assert 'href="javascript' not in page
        assert not any(mark in page for mark in "\u202a\u202b\u202d\u202e\u2066\u2067")
    log = (place / "desk.log").read_text("utf-8")
    assert all(line.count("\t") == 2 for line in log.splitlines())
