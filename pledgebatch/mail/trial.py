"""A letter of the office to itself, by which it sees whether mail goes out; no delivery, and in no journal."""

from dataclasses import replace
from email.utils import make_msgid

from pledgebatch.mail.letter import Letter, Unwritable, compose
from pledgebatch.mail.outgoing import sender_of
from pledgebatch.mail.post import Dropped, Post, Refused, Unreachable, sentence
from pledgebatch.mail.secret import login_password
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mail.tables import now
from pledgebatch.mistakes import OfficeMistake

PATIENCE = 20.0
"""Seconds that the server has for each answer: somebody waits before the page."""
SUBJECT = "试信：公开承诺工作办公室的邮件设置"
BODY = "这是办公室给自己发的一封试信，看看邮件设置对不对。收到就是能发了，不用回复，可以删去。\n"
TAKEN = "试信已交给 {host}，它收下了：请到邮箱 {address} 看看收到没有"
NOT_SET = "还没有设置发件邮箱，请填“发件邮箱”和“发信服务器”，保存后再试"
OWN_ADDRESS = "设置中的发件邮箱和登录名"
UNSURE = "试信已交给 {host}，没有等到它说收下没有：请到邮箱 {address} 看看收到没有"
CUT_OFF = "给 {host} 发试信时连接断了，没有发出：请核对加密方式和端口，过一会再试"


def write_to_self(settings: MailSettings) -> str:
    """Send one letter from the office's address to the same; returns what the server said, in a sentence.

    Raises OfficeMistake, in a sentence too, where it did not take it.
    """
    if not settings.address or not settings.smtp_host:
        raise OfficeMistake(NOT_SET)
    patient = {key: min(getattr(settings, key), PATIENCE) for key in ("timeout_seconds", "answer_seconds")}
    settings = replace(settings, **patient)
    about = {"host": settings.smtp_host, "address": settings.address}
    whole: list[bool] = []
    post = Post(settings, login_password(settings))
    try:
        post.hand_over(settings.address, _letter(settings), whole.append)
    except Refused as refused:
        raise OfficeMistake(sentence(refused.code, refused.reply, OWN_ADDRESS)) from None
    except Unreachable as why:
        raise OfficeMistake(str(why)) from None
    except Dropped:
        if whole:
            return UNSURE.format(**about)
        raise OfficeMistake(CUT_OFF.format(**about)) from None
    finally:
        post.close()
    return TAKEN.format(**about)


def _letter(settings: MailSettings) -> bytes:
    """The letter, another one each time: mailboxes show those of one identity once."""
    sender = sender_of(settings)
    letter = Letter("trial", "", settings.name, settings.address, SUBJECT, BODY, ())
    try:
        return compose(letter, [], sender, make_msgid(domain=sender.domain), now())
    except Unwritable as why:
        raise OfficeMistake(str(why)) from None
