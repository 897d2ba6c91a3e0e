"""Two clerks at one desk at the same time: no write is lost, no job begins twice, each sees what the other did or is told why not."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import Any

import pytest

from pledgebatch.desk import incoming
from pledgebatch.desk.books import REPLACED
from tests import books, decided
from tests.desk.conftest import OWN, Browser, enter, judged_by_nobody, wait_for
from tests.desk.test_answers import decisions, shown
from tests.desk.test_month import text_of

EACH = 6
"""What each of the two does in a row."""


@pytest.fixture
def clerks(guard) -> Iterator[list[Browser]]:
    with ExitStack() as stack:
        yield [stack.enter_context(enter(guard)) for _ in range(2)]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What the works come to, begun together."""
    start = Barrier(len(works))

    def begun(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return [each.result() for each in [threads.submit(begun, work) for work in works]]


def statuses(answers: Sequence[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def word(code: str, opinion: str) -> dict[str, str]:
    return {"unit_code": code, "period": "2011-03", "opinion": opinion}


def test_what_both_write_down_is_all_there(clerks, place):
    def write(number: int) -> list[int]:
        lines = [word(f"S{number + 1}", f"第 {each} 句") for each in range(EACH)]
        return [clerks[number].post("/answers/words", data=line, headers=OWN).status_code for line in lines]

    assert at_once(lambda: write(0), lambda: write(1)) == [[200] * EACH] * 2
    words = decisions(place).words
    assert sorted(zip(words["unit_code"], words["opinion"], strict=True)) == [
        (code, f"第 {each} 句") for code in ("S1", "S2") for each in range(EACH)
    ]
    assert f"经办意见（{2 * EACH}）" in text_of(clerks[0].get("/answers").text)


def test_of_two_who_decide_the_same_one_is_told(clerks, place):
    decided.decide(place, "说明审定", {}, {"组织编码": "S2"})
    rows = [str(each) for each in decisions(place).explanations["row"]]
    forms = [
        {"row": rows, "decision": decision, "decided_by": name, "shown": shown(clerk, "explanations")}
        for clerk, decision, name in zip(clerks, ("采纳", "不采纳"), ("周敏", "吴芳"), strict=True)
    ]
    answers = at_once(
        *(
            lambda clerk=clerk, form=form: clerk.post("/answers/explanations", data=form, headers=OWN)  # type: ignore[misc]
            for clerk, form in zip(clerks, forms, strict=True)
        )
    )
    assert statuses(answers) == [200, 409]
    assert "刚刚改过" in next(each.text for each in answers if each.status_code == 409)
    won = next(form for form, each in zip(forms, answers, strict=True) if each.status_code == 200)
    held = decisions(place).explanations
    assert set(zip(held["decision"], held["decided_by"], strict=True)) == {(won["decision"], won["decided_by"])}
    for clerk, form in zip(clerks, forms, strict=True):  # each is offered the own name
        clerk.press("/answers/words", **word("S1", "一句"))
        assert f'name="decided_by" value="{form["decided_by"]}"' in clerk.get("/answers").text


def test_nobody_takes_back_what_the_other_wrote_since(clerks, place):
    def last(clerk: Browser) -> str:
        found = re.search(r'name="last" value="([^"]+)"', clerk.get("/answers").text)
        assert found
        return found[1]

    clerks[0].press("/answers/words", **word("S1", "周敏的一句"))
    seen = last(clerks[0])
    clerks[1].press("/answers/words", **word("S2", "吴芳的一句"))
    refused = clerks[0].post("/answers/undo", data={"last": seen}, headers=OWN)
    assert refused.status_code == 409
    assert "别的窗口刚刚又写入过" in refused.text
    form = {"last": last(clerks[1])}
    answers = at_once(
        *(lambda clerk=clerk: clerk.post("/answers/undo", data=form, headers=OWN) for clerk in clerks)  # type: ignore[misc]
    )
    assert statuses(answers) == [200, 409]
    assert decisions(place).words["opinion"].tolist() == ["周敏的一句"]


def test_a_job_that_both_begin_is_begun_once_and_both_see_it(clerks, place):
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    answers = at_once(
        *(
            lambda clerk=clerk: clerk.post("/results/consolidate", data={"month": "2011-03"}, headers=OWN)  # type: ignore[misc]
            for clerk in clerks
        )
    )
    assert statuses(answers) == [200, 409]
    assert "“汇总 2011-03”还在做，一次只做一件" in next(each.text for each in answers if each.status_code == 409)
    assert [wait_for(clerk)["ending"] for clerk in clerks] == ["做完了"] * 2
    assert (place / "desk.log").read_text("utf-8").count("汇总 2011-03：") == 1
    for clerk in clerks:
        assert "云溪一小党支部" in clerk.get("/results").text


def test_files_of_one_name_that_both_drop_are_both_there_and_the_same_bytes_once(clerks, place, monkeypatch):
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)

    def drop(number: int) -> list[int]:
        return [clerks[number].drop("台账.xlsx", f"{number}-{each}".encode())["status"] for each in range(EACH)] + [
            clerks[number].drop("同一份.xlsx", b"the same")["status"]
        ]

    assert at_once(lambda: drop(0), lambda: drop(1)) == [[200] * (EACH + 1)] * 2
    contents = sorted(path.read_bytes() for path in (place / "inbox" / "2011-03").iterdir())
    assert contents == sorted(f"{number}-{each}".encode() for number in range(2) for each in range(EACH)) + [
        b"the same"
    ]
    assert not list((place / ".desk" / "quarantine").iterdir())


def test_a_registry_that_both_replace_is_kept_each_time(clerks, place, tmp_path):
    def data(number: int) -> bytes:
        books.write_registry(tmp_path / f"{number}.xlsx", books.REGISTRY.assign(contact=f"第 {number} 份"))
        return (tmp_path / f"{number}.xlsx").read_bytes()

    versions = [(place / "registry.xlsx").read_bytes(), *(data(number) for number in range(2))]
    answers = at_once(
        *(
            lambda clerk=clerk, version=version: clerk.post("/registry", content=version, headers=OWN)  # type: ignore[misc]
            for clerk, version in zip(clerks, versions[1:], strict=True)
        )
    )
    assert statuses(answers) == [200, 200]
    kept = [path.read_bytes() for path in (place / ".desk" / REPLACED).iterdir()]
    assert sorted([*kept, (place / "registry.xlsx").read_bytes()]) == sorted(versions)
    answers = at_once(*(lambda clerk=clerk: clerk.post("/restore", headers=OWN) for clerk in clerks))  # type: ignore[misc]
    assert statuses(answers) == [200, 200]
    kept = [path.read_bytes() for path in (place / ".desk" / REPLACED).iterdir()]
    assert sorted([*kept, (place / "registry.xlsx").read_bytes()]) == sorted(versions)
