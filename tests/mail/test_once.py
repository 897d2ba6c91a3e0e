"""Once: killed at any moment and run again, nobody gets a message twice and nobody is left out."""

import os
import random
import re
import signal
import time
from collections import Counter
from email import message_from_bytes

import pytest

from tests.mail import places
from tests.mail.receiver import Receiver, receiving

ASKED = ("send", "--period", places.MONTH)


def identities(mails):
    return [message_from_bytes(mail)["Message-ID"] for mail in mails]


def test_killed_at_twenty_random_moments_two_hundred_get_one_each(tmp_path, office):
    place = places.place_of(tmp_path / "w", 200, "killed.test", office.smtp_port, office)
    chance = random.Random(20)
    killed = 0
    for _ in range(20):
        sending = places.begin(place, *ASKED)
        if sending.says("已发"):
            time.sleep(chance.uniform(0, 0.12))
        killed += sending.kill()
    assert killed >= 15
    status, out, err = places.run(place, *ASKED)
    unsure = re.findall(r"(?m)^S(\d{3})\t.*不能确定", out)  # cut off between the journal and the wire, and no copy came
    assert (status, err.count("错误")) == (1 if unsure else 0, 0), out
    assert "没有发出 0 封" in out
    assert len(unsure) <= killed
    for number in unsure:
        assert places.run(place, *ASKED, "--again", "--only", f"S{number}")[0] in (0, 1)
    counts = {number: len(office.await_mails(places.address(number, "killed.test"), 1)) for number in range(1, 201)}
    assert set(counts.values()) == {1}, Counter(counts.values())
    copies = identities(office.await_mails("office@killed.test", 200))
    assert len(copies) == len(set(copies)) == 200


@pytest.mark.parametrize("moment", ["taken", "not_taken"])
def test_killed_between_the_end_of_a_message_and_the_journal(tmp_path, office, moment):
    """The worst moment: the copy in the office's own mailbox tells whether the server took the message."""
    domain = f"{moment.replace('_', '')}.test"
    receiver = Receiver()
    sending = None

    def kill(server):
        if len(receiver.taken) == (3 if moment == "taken" else 2) and sending.running():
            os.kill(sending.pid, signal.SIGKILL)
            return "250 2.0.0 OK" if moment == "taken" else "451 4.3.0 no"
        return None

    if moment == "taken":
        receiver.at_end = kill
    else:
        receiver.before_end = kill
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 5, domain, receiver.port, office, settle_seconds=2)
        sending = places.begin(place, *ASKED)
        assert sending.ended()[0] is None
        for recipients, content in receiver.taken:
            if f"office@{domain}" in recipients:
                office.put(f"office@{domain}", content)
            status, out, _ = places.run(place, *ASKED)
        if moment == "not_taken":  # no copy proves nothing: the office finds out
            assert (status, "已发出 4 封，不能确定 1 封，没有发出 0 封" in out) == (1, True)
            assert "自己的邮箱里没有见到密送的一份" in out
            assert len(receiver.taken) == 4
            status, out, _ = places.run(place, *ASKED, "--again", "--only", "S003")
    assert (status, "已发出 5 封，没有发出 0 封" in out) == (0, True)
    got = receiver.by_recipient(but=f"office@{domain}")
    assert {recipient: len(mails) for recipient, mails in got.items()} == {
        places.address(number, domain): 1 for number in range(1, 6)
    }


def test_without_a_mailbox_to_look_into_a_doubtful_message_is_asked_about(tmp_path):
    """Plain SMTP cannot be asked: the clerk is, and nobody gets a second letter meanwhile."""
    receiver = Receiver()
    sending = None

    def kill(server):
        if len(receiver.taken) == 3 and sending.running():
            os.kill(sending.pid, signal.SIGKILL)

    receiver.at_end = kill
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 5, "blind.test", receiver.port)
        sending = places.begin(place, *ASKED)
        assert sending.ended()[0] is None
        for _ in range(2):
            status, out, _ = places.run(place, *ASKED)
            assert (status, "已发出 4 封，不能确定 1 封" in out) == (1, True)
            assert "请先问对方收到没有" in out
    assert {len(mails) for mails in receiver.by_recipient().values()} == {1}


def test_what_was_sent_is_not_sent_again_unless_asked(tmp_path):
    receiver = Receiver()
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 3, "again.test", receiver.port)
        assert places.run(place, *ASKED)[0] == 0
        status, out, _ = places.run(place, *ASKED)
        assert (status, "其中 3 封以前已经发过" in out) == (0, True)
        assert len(receiver.taken) == 3
        (place / "input_templates" / places.MONTH / "云溪002小学党支部_承诺台账_201103.xlsx").write_bytes(b"PK other")
        out = places.run(place, *ASKED)[1]
        assert "发过以后内容又有变动的：S002" in out
        assert len(receiver.taken) == 3
        places.run(place, *ASKED, "--again", "--only", "S002")
    first, second = receiver.by_recipient()[places.address(2, "again.test")]
    assert identities([first]) != identities([second])
    assert len(receiver.taken) == 4


def test_a_second_round_cut_short_is_finished_before_a_third_begins(tmp_path):
    receiver = Receiver()
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 4, "round.test", receiver.port, attempts=1)
        places.run(place, *ASKED)
        receiver.at_recipient = lambda address: "450 4.2.0 later" if "xiao003" in address else None
        assert places.run(place, *ASKED, "--again")[0] == 1
        receiver.at_recipient = lambda address: None
        assert places.run(place, *ASKED, "--again")[0] == 0
    assert {len(mails) for mails in receiver.by_recipient().values()} == {2}


def test_two_windows_do_not_send_at_once(tmp_path):
    receiver = Receiver()
    with receiving(receiver):
        place = places.place_of(tmp_path / "w", 3, "two.test", receiver.port, per_minute=20)
        first = places.begin(place, *ASKED)
        assert first.says("已发")
        status, _, err = places.run(place, *ASKED)
        first.kill()
    assert (status, f"正在运行：send {places.MONTH}" in err) == (2, True)
