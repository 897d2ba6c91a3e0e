"""``send`` and ``collect``: letters out of a month's folders, replies into its inbox, the trail of both."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import SecretStr

from pledgebatch.engine.atomic import replacing
from pledgebatch.engine.workers import Workers, workers
from pledgebatch.intake.find import find
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.intake.registry import read_registry
from pledgebatch.mail import mailbox
from pledgebatch.mail.incoming import Office, collect_mails
from pledgebatch.mail.letter import Enclosure, Letter, message_id
from pledgebatch.mail.outbox import Delivery, Entry, Prepared
from pledgebatch.mail.outcome import Outcome
from pledgebatch.mail.outgoing import Copies, Seal, deliver, settle, write_preview
from pledgebatch.mail.post import Post
from pledgebatch.mail.seal import seal
from pledgebatch.mail.secret import file_password, login_password, mail_password
from pledgebatch.mail.settings import MailSettings
from pledgebatch.mail.tables import now
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.delivery import COLLECTED, ENCLOSED, deliveries, journal_of, show_delivery
from pledgebatch.pipeline.letters import LABELS, ORGANISATIONS, SUPERVISORS, is_sealed, write_letters
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.office import registry_now
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.pipeline.receive import enter_receipts
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.data import write_csv
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.frames import frame

Progress = Callable[[str], None]
EVERYBODY = (ORGANISATIONS, SUPERVISORS)
PENDING = (Delivery.PREPARED, Delivery.FAILED)


@dataclass(frozen=True)
class Sent:
    """What sending came to: the messages with their state, those who cannot be written to among them; what was sent
    before; and why the rest was left, where something stopped it."""

    messages: pd.DataFrame
    prepared: Prepared
    stopped: str = ""


@holds("send")
def send(
    workspace: Workspace,
    period: Period,
    who: Collection[str] = EVERYBODY,
    again: bool = False,
    only: Collection[str] = (),
    progress: Progress = lambda step: None,
) -> Sent:
    """Mail a month to organisations and supervisors, each message once.

    What may have been taken goes out once more only where ``again`` says so of organisations named in ``only``. Raises
    OfficeMistake where nothing can be tried; what was sent until then stays sent.
    """
    letters, problems, settings = _letters(workspace, period, who, only)
    if not settings.address or not settings.smtp_host:
        raise OfficeMistake(
            "还没有设置发件邮箱：请在 pledgebatch.toml 的 [mail] 中填写 address 和 smtp_host，"
            f"再输入 {workspace.line('send', period)}"
        )
    sealing, password, stopped = _sealing(settings), login_password(settings), ""
    kinds = {letter.kind for letter in letters} or set(LABELS)
    codes = {letter.organisation for letter in letters}
    with journal_of(workspace) as journal:
        outbox, month = journal.outbox, (str(period), workspace.root)
        if again and only:
            for entry in outbox.messages(*month, [Delivery.SENDING], only):
                outbox.mark_not_taken(entry, NOT_ARRIVED)
        prepared = outbox.prepare(str(period), letters, settings.address, again, workspace.root)
        pending = [
            entry
            for entry in outbox.messages(*month, PENDING)
            if entry.letter.kind in kinds and entry.letter.organisation in codes
        ]
        post = Post(settings, password)
        try:
            deliver(journal, pending, post, settings, sealing, progress)
        except OfficeMistake as why:
            stopped = str(why)
        finally:
            post.close()
            show_delivery(workspace, period)
        settle(journal, outbox.messages(*month, [Delivery.SENDING]), settings, _copies(settings, password), progress)
        show_delivery(workspace, period)
        return Sent(deliveries(journal, period, problems), prepared, stopped)


NOT_ARRIVED, ARRIVED = "办公室说对方没有收到，再发一次", "办公室说对方已经收到"


@holds("send")
def confirm_arrival(workspace: Workspace, period: Period, codes: Collection[str]) -> pd.DataFrame:
    """Enter that what was not sure to be taken has arrived with the organisations ``codes``; returns the messages.

    Raises OfficeMistake where there is no such message.
    """
    workspace.require()
    with journal_of(workspace) as journal:
        entries = journal.outbox.messages(str(period), workspace.root, [Delivery.SENDING], codes)
        if none := sorted(set(codes) - {entry.letter.organisation for entry in entries}):
            raise OfficeMistake(
                f"{period} 发给 {'、'.join(none)} 的没有不能确定的邮件，请核对 --received 后面的组织编码"
            )
        for entry in entries:
            journal.outbox.mark_taken(entry, ARRIVED)
        show_delivery(workspace, period)
        return deliveries(journal, period)


@holds("send --dry-run")
def preview(
    workspace: Workspace, period: Period, who: Collection[str] = EVERYBODY, only: Collection[str] = ()
) -> tuple[pd.DataFrame, Path]:
    """Write the letters as .eml files, and a table of who would get what; nothing is sent, nothing is recorded."""
    letters, problems, settings = _letters(workspace, period, who, only)
    place = workspace.mail / "preview" / str(period)
    entries = [
        Entry(number, each, message_id(each, str(period), 1, settings.address), now(), Delivery.PREPARED, "", False, "")
        for number, each in enumerate(letters)
    ]
    rows: list[dict[str, object]] = [
        {
            "organisation": each.organisation, "org_name": each.org_name, "kind": each.kind, "address": each.address,
            "part": each.part, "files": "、".join(file.name for file in each.enclosures),
            "size": sum(file.size for file in each.enclosures), "reason": "",
        }
        for each in letters
    ]  # fmt: skip
    table = pd.DataFrame([*rows, *problems], columns=[*PREVIEW]).astype(PREVIEW)
    with replacing(place) as folder:
        write_preview(folder, entries, settings, _sealing(settings))
        write_csv(table.assign(kind=table["kind"].map(LABELS)).rename(columns=PREVIEW_HEADERS), folder / "收件清单.csv")
    return table, place


PREVIEW = {
    "organisation": "str", "org_name": "str", "kind": "str", "address": "str", "part": "Int64", "files": "str",
    "size": "Int64", "reason": "str",
}  # fmt: skip
PREVIEW_HEADERS = {
    "organisation": "组织编码", "org_name": "党组织名称", "kind": "邮件", "address": "收件地址", "part": "第几封", "files": "附件",
    "size": "字节数", "reason": "不能发的原因",
}  # fmt: skip


def file_passwords(workspace: Workspace) -> pd.DataFrame:
    """The password of the files of each organisation, to be told by telephone."""
    workspace.require()
    registry, _ = read_registry(workspace.registry)
    password = file_password()
    people = registry[["organisation", "phone"]].copy()
    people.insert(1, "org_name", people["organisation"].map(shown_names(registry)))
    return people.assign(password=[password(code).get_secret_value() for code in people["organisation"]])


def _letters(
    workspace: Workspace, period: Period, who: Collection[str], only: Collection[str]
) -> tuple[list[Letter], list[dict[str, str]], MailSettings]:
    workspace.require()
    registry = registry_now(workspace, period)
    unknown = [code for code in only if code not in set(registry["organisation"])]
    if unknown:
        raise OfficeMistake(f"单位名册中没有组织编码 {'、'.join(unknown)}，请核对 --only")
    letters, problems = write_letters(workspace, period, registry, who, only)
    if not letters and not problems:
        lines = [workspace.line(command, period) for command in ("templates", "consolidate")]
        raise OfficeMistake(f"{period} 没有可发的文件：请先下发，输入 {lines[0]} ；或先汇总，输入 {lines[1]}")
    return letters, problems, workspace.settings().mail


def _sealing(settings: MailSettings) -> Seal:
    """How files go out: as they are, or with the recipient's password."""
    if not settings.encrypt:
        return lambda letter, enclosure, data: data
    password = file_password()

    def sealed(letter: Letter, enclosure: Enclosure, data: bytes) -> bytes:
        return seal(data, password(letter.organisation), enclosure.name) if is_sealed(letter.kind, enclosure) else data

    return sealed


def _copies(settings: MailSettings, password: SecretStr | None) -> Copies | None:
    if not settings.imap_host or not settings.copy_to_self or password is None:
        return None
    folders = [settings.folder, settings.handled_folder]

    def copies(since: dt.datetime) -> set[str]:
        with mailbox.open_mailbox(settings, password) as box:
            return mailbox.identities(box, folders, since)

    return copies


IDENTITY = ("organisation", "state", "reason")
NOT_GIVEN = "收取时邮件已被移走或删除，或服务器读不出来；还在邮箱里的，请再收一次或直接从网页邮箱取出附件"


@holds("collect")
def collect_replies(
    workspace: Workspace, period: Period, count: Workers = None, progress: Progress = lambda step: None
) -> pd.DataFrame:
    """Take the replies of a month out of the mailbox into its inbox; returns what came, whose and for which month.

    Raises OfficeMistake where the mailbox cannot be had; what was taken until then stays.
    """
    workspace.require()
    settings = workspace.settings().mail
    if not settings.imap_host or not settings.login():
        raise OfficeMistake(
            "还没有设置收信服务器：请在 pledgebatch.toml 的 [mail] 中填写 address 和 imap_host，"
            f"再输入 {workspace.line('collect', period)}"
        )
    registry = registry_now(workspace, period)
    password = mail_password(settings.login())
    office = Office(workspace.root, str(period), set(registry["email"].dropna()))
    with journal_of(workspace) as journal:
        with mailbox.open_mailbox(settings, password) as box:
            since = dt.date(period.year, period.month, 1)
            gone = collect_mails(box, journal, settings, office, since, progress)
        rows = journal.trail.mails(str(period))
        rows += [{"outcome": str(Outcome.GONE), "subject": f"第 {uid} 号邮件", "reason": NOT_GIVEN} for uid in gone]
        mails = frame(COLLECTED, _with_identity(workspace, period, registry, rows, count))
        show_delivery(workspace, period)
    return mails


def _with_identity(
    workspace: Workspace, period: Period, registry: pd.DataFrame, rows: list[dict[str, object]], count: Workers
) -> list[dict[str, object]]:
    """Each attachment with whose workbook it is, for which month; a zip with what its files say."""
    inbox = workspace.inbox(period)
    taken = {str(row["path"]): row for row in rows if row["path"] and row["outcome"] == Outcome.TAKEN}
    arrivals = [each for each in find(inbox) if each.path.relative_to(workspace.root).as_posix() in taken]
    with workers(count) as pool:
        batch = read_arrivals(arrivals, period.year, pool)
    files = identify_submissions(enter_receipts(workspace, period, arrivals, batch), registry, period)
    identified = [row for row in rows if str(row.get("path")) not in taken]
    for number, *about in files[["submission", "organisation", "state", "reason"]].itertuples(index=False, name=None):
        whole = arrivals[number].path.relative_to(workspace.root).as_posix()
        identity = {key: None if pd.isna(value) else value for key, value in zip(IDENTITY, about, strict=True)}
        identified.append(taken[whole] | identity)
    return identified


def trail(workspace: Workspace, period: Period) -> dict[str, pd.DataFrame]:
    """What was sent to whom and when, which bytes in it, and what came in, of a month."""
    workspace.require()
    with journal_of(workspace) as journal:
        return {
            "messages": deliveries(journal, period),
            "files": frame(ENCLOSED, journal.trail.enclosures(str(period))),
            "mails": frame(COLLECTED, journal.trail.mails(str(period))),
        }
