"""The commands about mail: ``send`` and ``collect``; what they show of the trail."""

import json
from pathlib import Path

import click
import pandas as pd

from pledgebatch.cli import options, printing
from pledgebatch.cli.exit_status import DONE, FOUND_ERRORS
from pledgebatch.engine.workers import Workers
from pledgebatch.mail.outbox import Delivery, Prepared
from pledgebatch.mail.outcome import Outcome
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import mailing
from pledgebatch.pipeline.letters import LABELS, ORGANISATIONS, SUPERVISORS
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.records import records
from pledgebatch.schema.states import State

WHO = {"all": (ORGANISATIONS, SUPERVISORS), ORGANISATIONS: (ORGANISATIONS,), SUPERVISORS: (SUPERVISORS,)}
PREVIEW = {
    "organisation": "组织编码",
    "org_name": "党组织",
    "kind": "内容",
    "address": "电子邮箱",
    "files": "附件",
    "reason": "说明",
}
PASSWORDS = {"organisation": "组织编码", "org_name": "党组织", "phone": "联系电话", "password": "打开密码"}
MESSAGES = {
    "organisation": "组织编码", "org_name": "党组织", "kind": "内容", "address": "电子邮箱", "state": "情况", "settled": "时间",
    "reason": "说明",
}  # fmt: skip
FILES = {
    "organisation": "组织编码",
    "kind": "内容",
    "name": "附件",
    "size": "字节数",
    "sha256": "SHA-256",
    "manifest": "月度清单 SHA-256",
}
NOTHING_NEW = Prepared(0, 0, ())
MAILS = {
    "sender": "发件人", "received": "收到时间", "subject": "主题", "outcome": "处理", "organisation": "组织编码（按工作簿）",
    "state": "工作簿", "reason": "说明", "path": "存放", "sha256": "SHA-256",
}  # fmt: skip


@click.command(help="发邮件：汇总前把工作簿发给各单位；汇总后把报告、退回件发给各单位，台账报给上级。每封只发一次。")
@options.period
@click.option(
    "--to", "who", metavar="all|organisations|supervisors", type=click.Choice(list(WHO)), default="all",
    help="只发给各单位（organisations）或只报给上级（supervisors），默认都发。",
)  # fmt: skip
@click.option("--only", metavar="组织编码", type=options.CodeType(), multiple=True, help="只发给这个组织；可以给几个。")
@click.option(
    "--again", is_flag=True, help="已经发过的再发一次；上次没有发完的，先接着发完；不能确定的要用 --only 指名。"
)
@click.option(
    "--received",
    metavar="组织编码",
    type=options.CodeType(),
    multiple=True,
    help="只记下：不能确定的邮件，这个组织说已经收到；可以给几个，不发送。",
)
@click.option("--dry-run", is_flag=True, help="只做出邮件（.eml）和收件清单，不发送。")
@click.option("--passwords", is_flag=True, help="只列出各单位的文件打开密码，供电话告知，不发送。")
@options.workspace
@options.output_format
@options.quiet
def send(
    period: Period | None, who: str, only: tuple[str, ...], again: bool, received: tuple[str, ...], dry_run: bool,
    passwords: bool, workspace: Path, form: str, quiet: bool,
) -> int:  # fmt: skip
    """Mail a month to organisations and supervisors."""
    place = Workspace(workspace)
    if passwords:
        _tell(mailing.file_passwords(place), PASSWORDS, form)
        return DONE
    period = options.month_of(period, place, "send")
    if received:
        _tell_sent(place, period, mailing.Sent(mailing.confirm_arrival(place, period, received), NOTHING_NEW), form)
        return DONE
    if dry_run:
        table, folder = mailing.preview(place, period, WHO[who], only)
        _tell(table.assign(kind=table["kind"].map(LABELS)), PREVIEW, form)
        if form == "text":
            click.echo(f"共 {int(table['part'].notna().sum())} 封，没有发送。邮件和《收件清单》在 {folder}")
        return _outcome(table["part"].isna())
    sent = mailing.send(place, period, WHO[who], again, only, printing.progress(quiet or form == "json"))
    wrong = _tell_sent(place, period, sent, form)
    if sent.stopped:
        raise OfficeMistake(sent.stopped)
    return _outcome(wrong)


def _tell_sent(place: Workspace, period: Period, sent: mailing.Sent, form: str) -> pd.Series:
    """What sending came to, everybody named who has not got theirs for certain; returns which messages those are."""
    messages, prepared = sent.messages, sent.prepared
    unsure = messages["state"].eq(Delivery.SENDING)
    wrong = messages["state"].ne(Delivery.SENT) & messages["state"].ne(Delivery.REPLACED)
    if form == "json":
        _tell(messages, MESSAGES, form)
        return wrong
    doubtful = f"不能确定 {int(unsure.sum())} 封，" if unsure.any() else ""
    click.echo(
        f"{period.label}：已发出 {int(messages['state'].eq(Delivery.SENT).sum())} 封，{doubtful}"
        f"没有发出 {int((wrong & ~unsure).sum())} 封"
    )
    if prepared.sent_before:
        click.echo(f"其中 {prepared.sent_before} 封以前已经发过，没有再发；要重发请加 --again")
    if prepared.changed_since:
        click.echo(f"发过以后内容又有变动的：{'、'.join(prepared.changed_since)}；可用 --again --only 编码 重发")
    if wrong.any():
        _tell(in_words(messages[wrong]), MESSAGES, form)
    if unsure.any():
        codes = "、".join(dict.fromkeys(messages.loc[unsure, "organisation"]))
        one = messages.loc[unsure, "organisation"].iloc[0]
        click.echo(f"不能确定的（{codes}），服务器可能收下了，也可能没有，程序不会自己重发。请先问对方收到没有：")
        click.echo(f"  收到了，输入 {place.line('send', period, '--received', one)}")
        click.echo(f"  没有收到，输入 {place.line('send', period, '--again', '--only', one)}")
    if (wrong & ~unsure).any():
        click.echo("改正以后再运行一次，只发没有发出的。")
    return wrong


@click.command(help="收取回信：把附件放进收件文件夹，按工作簿认单位；邮件只移动或加旗标，从不删除。")
@options.period
@options.common
def collect(period: Period | None, workspace: Path, workers: Workers, form: str, quiet: bool) -> int:
    """Fetch replies into the inbox."""
    place = Workspace(workspace)
    period = options.month_of(period, place, "collect")
    mails = mailing.collect_replies(place, period, workers, printing.progress(quiet or form == "json"))
    own = mails["outcome"].eq(Outcome.OWN)
    strange = ~mails["outcome"].isin([Outcome.TAKEN, Outcome.OWN])
    odd = mails["outcome"].eq(Outcome.TAKEN) & mails["state"].ne(State.ACCEPTED)
    if form == "json":
        _tell(mails[~own], MAILS, form)
        return DONE
    taken = mails["outcome"].eq(Outcome.TAKEN)
    replied = mails.loc[taken & mails["state"].eq(State.ACCEPTED), "organisation"].nunique()
    click.echo(f"{period.label}：收到附件 {int(taken.sum())} 件，在 {place.inbox(period)}；已回信 {replied} 个组织")
    if (strange | odd).any():
        click.echo("请看一看：")
        shown = [*MAILS][:-1]
        _tell(in_words(mails[strange | odd])[shown], {key: MAILS[key] for key in shown}, form)
    click.echo(f"接下来输入 {place.line('consolidate', period)}")
    return DONE


def tell_trail(place: Workspace, period: Period, form: str) -> None:
    """What was sent to whom, when, with which bytes, and what came in."""
    trail = mailing.trail(place, period)
    if form == "json":
        click.echo(json.dumps({name: records(rows.astype("object").where(rows.notna(), None)) for name, rows in trail.items()}, ensure_ascii=False, indent=1))  # fmt: skip
        return
    for title, name, headers in (
        ("发出的邮件", "messages", MESSAGES),
        ("发出的文件", "files", FILES),
        ("收到的邮件", "mails", MAILS),
    ):
        rows = in_words(trail[name])
        click.echo(f"{title}（{len(rows)}）")
        shown = {key: header for key, header in headers.items() if key in rows}
        _tell(rows, shown, form)


def in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Kinds, states and outcomes as the office says them."""
    words = {str(each): each.label for each in (*State, *Outcome, *Delivery)} | LABELS
    return rows.assign(**{key: rows[key].map(words) for key in ("kind", "state", "outcome") if key in rows})


def _tell(rows: pd.DataFrame, headers: dict[str, str], form: str) -> None:
    if form == "json":
        click.echo(rows.to_json(orient="records", force_ascii=False, indent=1))
    else:
        printing.tell_table(
            rows[[*headers]].astype("object").where(rows[[*headers]].notna(), ""), list(headers.values())
        )


def _outcome(wrong: pd.Series) -> int:
    """1 where somebody has not got what they should."""
    return FOUND_ERRORS if wrong.any() else DONE


COMMANDS = (send, collect)
