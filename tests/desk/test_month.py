"""A month at the desk: each page says how it stands, and each button does what the command does."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.desk.action_log import NAME as LOG
from pledgebatch.desk.jobs import Job, Jobs
from pledgebatch.desk.state import Desk
from pledgebatch.pipeline.send_out import begin
from tests import books, quick_months
from tests.desk.conftest import OWN, wait_for


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def workbook(folder: Path, **head: str) -> bytes:
    return books.write(folder / "made.xlsx", head).read_bytes()


def judged(desk, period: str = "2011-03") -> list[dict]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told = desk.get(f"/incoming/{period}.json").json()
        if not told["waiting"]:
            return [file for upload in told["uploads"] for file in upload["files"]]
        time.sleep(0.1)
    raise AssertionError(told)


@pytest.fixture
def few_rules() -> Iterator[None]:
    """Those that something here breaks, for what does not depend on which rules there are; jobs ask all."""
    with quick_months.asking("ORG06", "ORG08"):
        yield


def test_an_empty_folder_becomes_a_workspace(open_desk, tmp_path):
    desk = open_desk(tmp_path)
    assert "在这里新建工作目录" in desk.get("/").text
    told = desk.press("/new")
    assert "是空的" in told
    assert (tmp_path / "registry.xlsx").is_file()
    books.write_registry(tmp_path / "fresh.xlsx", books.REGISTRY.assign(parent_code=["", "P9", "P0"]))
    answer = desk.post("/registry", content=(tmp_path / "fresh.xlsx").read_bytes(), headers=OWN).json()
    assert "要改" in answer["note"]
    page = desk.get("/registry").text
    assert "云溪二小党支部" in page
    assert "P9" in text_of(page)
    assert "恢复上一份" in page
    assert (
        desk.post("/registry", content=b"nonsense", headers=OWN).json()["mistake"].startswith("单位名册 registry.xlsx")
    )
    assert "是空的" in desk.press("/restore")
    assert not list((tmp_path / ".desk" / "quarantine").iterdir())


def test_a_dropped_workbook_is_judged_as_its_month_will_judge_it(desk, place, tmp_path):
    wrong = workbook(tmp_path, phone="", parent_org="云溪区教育党委")
    assert desk.drop("学校/一小.xlsx", wrong) == {"name": "学校/一小.xlsx", "note": "", "status": 200}
    (file,) = judged(desk)
    month = pledgebatch.consolidate(place, "2011-03", workers=0)
    (known,) = month.submissions.to_dict("records")
    assert (file["file"], file["state"], file["whose"]) == (known["file"], known["state"], "云溪一小党支部")
    counts = month.findings["severity"].value_counts()
    assert file["counts"] == [counts.get(each, 0) for each in ("error", "warning", "notice")]
    assert any("B15" in place for _, place, _ in file["causes"])


def test_a_file_is_judged_anew_once_what_it_is_judged_by_has_changed(few_rules, desk, tmp_path):
    desk.drop("一小.xlsx", workbook(tmp_path, parent_org="别的党委"))
    assert [each["state"] for each in judged(desk)] == ["returned"]
    desk.press("/settings", **{"has parameters.deadline_day": "1", "parameters.deadline_day": "20"})
    assert [each["state"] for each in judged(desk)] == ["returned"]


def test_what_is_in_a_zip_is_named_file_by_file_and_the_same_bytes_come_once(few_rules, desk, place, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as container:
        container.writestr("一小.xlsx", workbook(tmp_path))
        container.writestr("说明.txt", "请收")
    desk.drop("全部.zip", packed.getvalue())
    assert {(each["file"], each["state"]) for each in judged(desk)} == {
        ("全部.zip/一小.xlsx", "accepted"),
        ("全部.zip/说明.txt", "unreadable"),
    }
    assert desk.drop("全部.zip", packed.getvalue())["note"] == "已经收过，内容一样"
    assert desk.drop("全部.zip", b"other")["note"] == ""
    assert sorted(path.name for path in (place / "inbox" / "2011-03").iterdir()) == ["全部.zip", "全部（2）.zip"]


def test_a_month_from_workbooks_to_the_next(few_rules, desk, place, tmp_path):
    home = text_of(desk.get("/?month=2011-03").text)
    assert "生成 2011-03 的工作簿" in home
    assert "0 / 2" in home
    desk.press("/workbooks/make", month="2011-03")
    assert wait_for(desk)["ending"] == "做完了"
    packed = zipfile.ZipFile(io.BytesIO(desk.get("/workbooks.zip?month=2011-03").content))
    assert sorted(packed.namelist()) == [
        "云溪一小党支部_承诺台账_201103.xlsx",
        "云溪二小党支部_承诺台账_201103.xlsx",
        "填报须知.html",
    ]
    below = desk.get("/workbooks.zip?month=2011-03&superior=P0")
    assert len(zipfile.ZipFile(io.BytesIO(below.content)).namelist()) == 3
    assert "把收到的文件放进来" in desk.get("/").text

    desk.drop("一小.xlsx", workbook(tmp_path, phone=""))
    judged(desk)
    home = text_of(desk.get("/").text)
    assert "1 / 2" in home
    assert "云溪二小党支部" in home
    assert "汇总 2011-03" in home
    desk.press("/results/consolidate", month="2011-03")
    assert wait_for(desk)["ending"] == "做完了，有要改的"
    assert "入台账" in desk.get("/job").text

    results = desk.get("/results").text
    for link in re.findall(r'href="(/files/[^"]+)"', results):
        assert desk.get(link.replace("&amp;", "&")).status_code == 200, link
    published = desk.get("/files/output/2011-03/index.html")
    assert published.content == (place / "output" / "2011-03" / "index.html").read_bytes()
    assert "sha256-" in published.headers["content-security-policy"]
    texts = text_of(desk.get("/texts").text)
    assert "还没有报的 1 个：云溪二小党支部。" in texts
    assert "有 1 处必须改" in texts
    assert "下发下月工作簿" in desk.get("/").text
    desk.press("/workbooks/make", month="2011-04")
    wait_for(desk)
    assert "2011-04" in text_of(desk.get("/").text)

    assert "云溪一小党支部" in desk.get("/search?q=李明").text
    desk.press("/months/year", organisation="S1", year="2011")
    wait_for(desk)
    assert "2011 年　S1_云溪一小党支部" in desk.get("/months").text
    lines = list(csv.reader((place / LOG).read_text("utf-8").splitlines(), delimiter="\t"))
    assert all(len(line) == 3 for line in lines)
    assert [line[2].partition("：")[0] for line in lines] == [
        "生成 2011-03 的工作簿", "下载 2011-03 工作簿 2 个", "下载 2011-03 工作簿 2 个云溪区教育党委", "收下 2011-03", "汇总 2011-03", "生成 2011-04 的工作簿", "S1 2011 年档案",
    ]  # fmt: skip


def test_the_desk_and_the_commands_write_the_same_bytes(desk, place, tmp_path):
    data = workbook(tmp_path, phone="")
    desk.drop("一小.xlsx", data)
    desk.press("/results/consolidate", month="2011-03")
    wait_for(desk)
    other = books.workspace(tmp_path / "other")
    target = other / "inbox" / "2011-03" / "一小.xlsx"
    target.write_bytes(data)
    for name in ("收件登记.csv",):
        (other / "inbox" / name).write_bytes((place / "inbox" / name).read_bytes())
    (other / "registry.xlsx").write_bytes((place / "registry.xlsx").read_bytes())
    pledgebatch.consolidate(other, "2011-03", workers=0)
    assert books.digests(place / "output") == books.digests(other / "output")


def test_letters_are_shown_before_they_are_sent(desk, place, tmp_path):
    books.write_registry(place / "registry.xlsx", books.REGISTRY.assign(email=["", "one@example.org", "不对"]))
    pledgebatch.make_templates(place, "2011-03", workers=0)
    page = text_of(desk.get("/letters?month=2011-03").text)
    assert "one@example.org" in page
    assert "写法不对" in page
    assert "还没有设置发件邮箱" in page
    letter = desk.get("/letters/look?month=2011-03&to=S1&kind=workbook").text
    assert "随信发去2011年3月公开承诺工作簿" in letter
    (link,) = re.findall(r'href="(/files/[^"]+)"', letter)
    assert (
        desk.get(link).content
        == (place / "input_templates" / "2011-03" / "云溪一小党支部_承诺台账_201103.xlsx").read_bytes()
    )
    desk.press("/letters/send", month="2011-03")
    assert wait_for(desk)["ending"] == "没有做成"
    assert "还没有设置发件邮箱" in desk.get("/job").text


@pytest.mark.parametrize("typed", ["", "2011", "../..", "2011-13", "<b>"])
def test_what_is_no_month_is_one_sentence(desk, typed):
    answer = desk.post("/workbooks/make", data={"month": typed}, headers=OWN)
    assert answer.status_code == 409
    assert "不是月份" in answer.text
    assert "<b>" not in answer.text.replace("<b>生成", "")


def test_a_registry_that_cannot_be_read_says_so_on_every_page(open_desk, tmp_path):
    begin(tmp_path)
    desk = open_desk(tmp_path)
    for address in (
        "/",
        "/registry",
        "/workbooks",
        "/incoming",
        "/letters",
        "/months",
        "/search?q=a",
        "/texts",
        "/results",
    ):
        answer = desk.get(address)
        assert answer.status_code == 200, address
    assert "是空的" in desk.get("/").text


def test_of_many_organisations_a_page_shows_some_and_counts_all(open_desk, tmp_path):
    rows = pd.concat(
        [books.REGISTRY]
        + [books.REGISTRY.iloc[1:2].assign(unit_code=f"T{n}", org_name=f"第{n}小学党支部") for n in range(600)]
    )
    desk = open_desk(books.workspace(tmp_path / "w", rows))
    assert "0 / 602" in text_of(desk.get("/?month=2011-03").text)
    assert desk.get("/registry").text.count("<tr>") < 400


def test_a_job_that_ends_while_a_page_is_made_is_not_said_to_have_ended(desk, monkeypatch):
    """Or the page would show what stood before its end, and not be looked at anew."""
    running = [True]
    monkeypatch.setattr(Jobs, "current", lambda jobs: Job("汇总", "8:00", running[0], None, [], []))
    ask = Desk.ask

    async def slowly(asked, task, *given):
        seen = await ask(asked, task, *given)
        running[0] = False
        return seen

    monkeypatch.setattr(Desk, "ask", slowly)
    assert 'data-running="yes"' in desk.get("/").text
    assert 'data-running=""' in desk.get("/").text
