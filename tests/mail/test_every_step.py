"""A server that drops, delays, lies, refuses at every step: each of 24 gets theirs at most once, or is named."""

import json
import time

import pytest

from pledgebatch.intake.registry import read_registry
from pledgebatch.mail.outbox import Delivery
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import mailing
from pledgebatch.pipeline.send_out import template_files
from pledgebatch.pipeline.workspace import Workspace
from tests.mail import places
from tests.mail.liar import ENCRYPTING, FAULTS, STEPS, Liar, lying
from tests.mail.servers import certify

MONTH = Period(2011, 3)
COUNT = 24
PATIENCE = 0.5


@pytest.fixture
def liar():
    with lying(Liar()) as running:
        yield running


def place_of(tmp_path, liar, domain, office=None, **more):
    settings = {"timeout_seconds": PATIENCE, "answer_seconds": PATIENCE, "settle_seconds": 0} | more
    return Workspace(places.place_of(tmp_path / "w", COUNT, domain, liar.port, office, **settings))


def send(workspace, liar, **asked):
    """Send, and see that what is told of each of the 24 is what became of it; returns the states and what stopped it."""
    sent = mailing.send(workspace, MONTH, **asked)
    last = sent.messages.drop_duplicates("organisation", keep="last")
    assert len(last) == COUNT
    for row in last.itertuples():
        got = liar.taken[row.address]
        assert got <= 1, row
        if row.state == Delivery.SENT:
            assert got == 1, row
        elif row.state == Delivery.SENDING:
            assert "请问对方收到没有" in row.reason, row
        else:
            assert got == 0, row
            assert row.reason or sent.stopped, row
    return dict(zip(last["organisation"], last["state"], strict=True)), sent.stopped


def now_and_then(at):
    """One fault after the other at a step, with messages that go well between them."""
    faults = {3 + 4 * number: fault for number, fault in enumerate(FAULTS[:3] if at == "answer" else FAULTS)}
    return lambda step, count: faults.get(count, "") if step == at else ""


def finished(states):
    return set(states.values()) <= {Delivery.SENT, Delivery.SENDING}


@pytest.mark.parametrize("step", STEPS)
def test_every_fault_once_at_a_step_costs_nobody_a_second_letter(tmp_path, liar, step):
    workspace = place_of(tmp_path, liar, f"{step}.test")
    liar.fault = now_and_then(step)
    send(workspace, liar)
    liar.fault = lambda step, count: ""
    for _ in range(2):
        states, stopped = send(workspace, liar)
        assert not stopped
        assert finished(states)
    unsure = [code for code, state in states.items() if state == Delivery.SENDING]
    assert len(unsure) == (3 if step in ("end", "answer") else 0)  # no answer, none in time, none that is one
    assert max(liar.ends.values()) <= (2 if step == "end" else 1)


@pytest.mark.parametrize("step", [*ENCRYPTING, "ehlo", "mail", "data", "end", "answer"])
def test_every_fault_once_at_a_step_of_an_encrypted_conversation(tmp_path, liar, step):
    liar.encrypting = certify(tmp_path)
    more = {"smtp_security": "starttls", "smtp_host": "localhost", "ca_file": str(tmp_path / "cert.pem")}
    workspace = place_of(tmp_path, liar, f"{step}.tls.test", **more)
    liar.fault = now_and_then(step)
    send(workspace, liar)
    liar.fault = lambda step, count: ""
    states, stopped = send(workspace, liar)
    assert (finished(states), stopped) == (True, "")
    unsure = [code for code, state in states.items() if state == Delivery.SENDING]
    assert len(unsure) == (3 if step in ("end", "answer") else 0)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", ENCRYPTING)
def test_a_server_that_never_encrypts_gets_no_letter_and_everybody_is_named(tmp_path, liar, step, fault):
    liar.encrypting = certify(tmp_path)
    more = {"smtp_security": "starttls", "smtp_host": "localhost", "ca_file": str(tmp_path / "cert.pem")}
    workspace = place_of(tmp_path, liar, f"{step}{fault}.tls.test", attempts=2, **more)
    liar.fault = lambda at, count: fault if at == step else ""
    states, stopped = send(workspace, liar)
    assert (set(states.values()), bool(stopped)) == ({Delivery.PREPARED}, True)
    assert not liar.taken


def test_what_is_refused_when_it_is_whole_is_not_tried_again_in_the_same_run(tmp_path, liar):
    """The server has taken it, and says that it has not."""
    workspace = place_of(tmp_path, liar, "lies.test")
    liar.fault = lambda step, count: {3: "later", 7: "refuse"}.get(count, "") if step == "answer" else ""
    sent = mailing.send(workspace, MONTH).messages
    assert sent.loc[sent["state"] != Delivery.SENT, "organisation"].tolist() == ["S003", "S007"]
    assert max(liar.ends.values()) == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", ["drop", "stall"])
def test_a_server_that_goes_wrong_for_good_leaves_everybody_delivered_or_named(tmp_path, liar, step, fault):
    workspace = place_of(tmp_path, liar, f"{step}{fault}.test", attempts=2, timeout_seconds=0.2, answer_seconds=0.2)
    since = 2 if step in ("connect", "ehlo", "auth") else 20
    liar.fault = lambda at, count: fault if at == step and count >= since else ""
    states, _ = send(workspace, liar)
    liar.fault = lambda step, count: ""
    states, stopped = send(workspace, liar)
    assert (finished(states), stopped) == (True, "")


@pytest.mark.parametrize("step", ["copy", "end", "answer"])
def test_with_a_mailbox_a_copy_proves_and_none_proves_nothing(tmp_path, liar, office, step):
    domain = f"witness{step}.test"
    liar.office = f"office@{domain}"
    liar.deliver_copy = lambda message: office.put(liar.office, message)
    workspace = place_of(tmp_path, liar, domain, office, answer_seconds=1.5)
    liar.fault = now_and_then(step)
    send(workspace, liar)
    liar.fault = lambda step, count: ""
    states, stopped = send(workspace, liar)
    assert (finished(states), stopped) == (True, "")
    assert list(states.values()).count(Delivery.SENDING) == (3 if step == "end" else 0)


def test_a_server_that_loses_the_copy_and_its_tongue_is_not_believed_to_have_taken_nothing(tmp_path, liar, office):
    liar.office = "office@lost.test"
    workspace = place_of(tmp_path, liar, "lost.test", office, settle_seconds=1)
    liar.fault = lambda step, count: "drop" if (step, count) == ("answer", 5) else ""
    for _ in range(3):
        states, _ = send(workspace, liar)
    assert [code for code, state in states.items() if state == Delivery.SENDING] == ["S005"]
    assert max(liar.ends.values()) == 1


def test_an_answer_before_the_end_is_none(tmp_path, liar):
    workspace = place_of(tmp_path, liar, "early.test")
    liar.fault = lambda step, count: "early" if (step, count) == ("data", 4) else ""
    states, _ = send(workspace, liar)
    assert set(states.values()) == {Delivery.SENT}


def test_an_answer_that_drips_is_waited_for_so_long_in_all(tmp_path, liar):
    workspace = place_of(tmp_path, liar, "drip.test")
    dripping = []

    def drip(step, count):
        if (step, count) == ("answer", 2):
            dripping.append(time.monotonic())
            return "drip"
        return ""

    liar.fault = drip
    states, _ = send(workspace, liar)
    assert [code for code, state in states.items() if state == Delivery.SENDING] == ["S002"]
    assert time.monotonic() - dripping[0] < 10


def test_the_clock_of_the_wall_is_not_waited_by(tmp_path, liar, office, monkeypatch):
    """A clock that is set back while a copy is awaited makes nobody wait for longer."""
    liar.office = "office@clock.test"
    workspace = place_of(tmp_path, liar, "clock.test", office, settle_seconds=1)
    liar.fault = lambda step, count: "drop" if (step, count) == ("answer", 5) else ""
    from pledgebatch.mail import outbox

    monkeypatch.setattr(outbox, "now", lambda: outbox.dt.datetime(2031, 1, 1, tzinfo=outbox.dt.UTC))
    begun = time.monotonic()
    send(workspace, liar)
    assert time.monotonic() - begun < 30


def test_the_office_answers_for_what_is_not_sure(tmp_path, liar):
    workspace = place_of(tmp_path, liar, "asked.test")
    liar.fault = lambda step, count: "drop" if (step, count) in (("answer", 5), ("end", 9)) else ""
    states, _ = send(workspace, liar)
    assert [code for code, state in states.items() if state == Delivery.SENDING] == ["S005", "S009"]
    place = workspace.root
    asked = ("send", "--period", places.MONTH)
    status, out, _ = places.run(place, *asked)
    assert (status, "已发出 22 封，不能确定 2 封，没有发出 0 封" in out) == (1, True)
    assert "不能确定的（S005、S009）" in out
    assert "send --period 2011-03 --again --only S005" in out
    assert places.run(place, *asked, "--again")[0] == 1  # nobody is named: those in doubt are left alone
    status, out, _ = places.run(place, *asked, "--received", "S005")
    assert (status, "已发出 45 封，不能确定 1 封" in out) == (0, True)
    status, out, err = places.run(place, *asked, "--received", "S005")
    assert (status, "发给 S005 的没有不能确定的邮件" in err) == (2, True)
    status, out, _ = places.run(place, *asked, "--again", "--only", "S009")
    assert (status, "不能确定" in out) == (0, False)
    got = [liar.taken[places.address(number, "asked.test")] for number in (5, 9)]
    assert got == [1, 1]


BAD_ADDRESSES = (
    "a..b@c.cn", ".a@c.cn", "a.@c.cn", "小明@c.cn", "a b@c.cn", "a@c.cn;b@c.cn", "a@c.cn, b@c.cn", "A <a@c.cn>", "<a@c.cn>",
    "a@c.cn\nb@c.cn", "a@-c.cn", "a@c", "a@@c.cn", f"{'a' * 65}@c.cn", '"a b"@c.cn', "a@[127.0.0.1]",
)  # fmt: skip
BAD_NAMES = ("云溪\n一小党支部", "云溪\u2028二小党支部", "云溪\x85三小党支部", "云溪\r\n四小党支部")


def test_who_cannot_be_written_to_is_named_and_all_others_get_theirs(tmp_path, liar):
    workspace = place_of(tmp_path, liar, "c.cn")
    registry = places.registry_of(COUNT, "c.cn")
    registry.loc[range(1, 1 + len(BAD_ADDRESSES)), "email"] = BAD_ADDRESSES
    named = range(1 + len(BAD_ADDRESSES), 1 + len(BAD_ADDRESSES) + len(BAD_NAMES))
    registry.loc[named, "org_name"] = BAD_NAMES
    places.write_registry(workspace.registry, registry)
    for file in template_files(read_registry(workspace.registry)[0], MONTH).values():
        (workspace.templates(MONTH) / file).write_bytes(b"PK")
    sent = mailing.send(workspace, MONTH).messages
    wrong = sent[sent["state"] != Delivery.SENT]
    assert wrong["organisation"].tolist() == registry["unit_code"].tolist()[1 : named.stop]
    addresses, names = wrong["reason"][: len(BAD_ADDRESSES)], wrong["reason"][len(BAD_ADDRESSES) :]
    assert addresses.str.contains("电子邮箱“.+”写法不对，请填一个电子邮箱地址").all()
    assert names.str.contains("名称“云溪 .小党支部”中有换行或控制字符.*请删去").all()
    assert set(liar.taken.values()) == {1}
    assert len(liar.taken) == COUNT - len(wrong)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [("address", "office@@x.cn", "电子邮箱“office@@x.cn”写法不对"), ("name", "办公室\n二楼", "中有换行或控制字符")],
)
def test_an_office_that_no_letter_can_name_is_told_before_anything_goes_out(tmp_path, liar, key, value, why):
    workspace = place_of(tmp_path, liar, "office.test")
    text = (workspace.root / "pledgebatch.toml").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(f"{key} =")]
    (workspace.root / "pledgebatch.toml").write_text("\n".join([*lines, f"{key} = {json.dumps(value)}"]), "utf-8")
    with pytest.raises(OfficeMistake, match=f"设置 \\[mail\\] 中发件人的.*{why}"):
        mailing.send(workspace, MONTH)
    assert not liar.counts
