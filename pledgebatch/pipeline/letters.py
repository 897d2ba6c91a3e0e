"""Who gets what in a month: the letters to organisations and to supervisors, and who cannot be written to."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pandas as pd

from pledgebatch.engine.kept import list_own
from pledgebatch.mail.letter import Enclosure, Letter, body_text, quote_text
from pledgebatch.mail.outgoing import why_unwritable
from pledgebatch.mail.settings import MailSettings
from pledgebatch.months.archive import fingerprint, is_month
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.office import registry_now
from pledgebatch.pipeline.send_out import template_files
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.folders import folder_names, subtrees
from pledgebatch.publish.office_words import words_to
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema import file_names
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.kinds import FORMS, RAW
from pledgebatch.xlsx.safe_text import file_name

WORKBOOK, REPORT, LEDGER = "workbook", "report", "ledger"
LABELS = {WORKBOOK: "下发工作簿", REPORT: "报告和退回件", LEDGER: "上报台账"}
ORGANISATIONS, SUPERVISORS = "organisations", "supervisors"
ENCODED = 1.38
"""How much larger a file is in a letter."""
Problem = dict[str, str]
"""Who cannot be written to, and why."""
SEALED = "工作簿设有打开密码，由办公室另行电话告知。"
BODIES = {
    WORKBOOK: "{name}：\n\n随信发去{month}公开承诺工作簿，请按《填表说明》填写，直接回复本邮件报回，附件用原来的工作簿。\n",
    REPORT: "{name}：\n\n随信发去{month}公开承诺的核验结果。有《退回修改》的，请按标出的单元格改正后回复本邮件报回。\n",
    LEDGER: "{name}：\n\n现将所辖党组织{month}公开承诺台账和一页通报上，请审阅。\n",
}
SUBJECTS = {
    WORKBOOK: "{month}公开承诺工作簿（{name}）",
    REPORT: "{month}公开承诺核验结果（{name}）",
    LEDGER: "{month}公开承诺台账（{name}）",
}


def write_letters(
    workspace: Workspace, period: Period, registry: pd.DataFrame, who: Collection[str], only: Collection[str]
) -> tuple[list[Letter], list[Problem]]:
    """The letters of a month, and the organisations that cannot be written to.

    Once the month is consolidated, organisations get their report, receipt and return, with the next workbook where it
    is made, and superiors their ledger; before that, organisations get the month's workbook.
    """
    settings = workspace.settings().mail
    output = workspace.output(period)
    digest = fingerprint(output) if is_month(output) else ""
    words = words_to(read_table(output, "decided", ["organisation", "kind", "after"])) if digest else {}
    letters: list[Letter] = []
    problems: list[Problem] = []
    records = {record["organisation"]: record for record in registry.to_dict("records")}
    shown = shown_names(registry)
    for kind, code, files in _files(workspace, period, registry, who, bool(digest)):
        if only and code not in only:
            continue
        known = {"organisation": code, "org_name": shown.get(code, code), "kind": kind}
        problem = known | {"org_name": quote_text(known["org_name"])}
        address, typed = records[code]["email"], records[code]["email" + RAW]
        if not isinstance(address, str):
            blank = not isinstance(typed, str) or not typed.strip()
            wrong = f"单位名册中的电子邮箱“{quote_text(str(typed))}”写法不对，请填{FORMS[Kind.EMAIL]}"
            problems.append(problem | {"reason": "单位名册中没有填电子邮箱，请补填" if blank else wrong})
            continue
        missing = [path.name for path in files if not path.is_file()]
        if missing or not files:
            problems.append(problem | {"reason": f"缺少文件 {'、'.join(missing)}，请重新生成"})
            continue
        opinion = "\n".join(map(body_text, words.get(code, ()))) if kind == REPORT else ""
        letter = _letter(known | {"words": opinion}, address, period, files, settings, digest)
        if why := why_unwritable(letter, settings):
            problems.append(problem | {"reason": f"单位名册中的{why}"})
            continue
        parts, reason = split_by_size(letter, settings)
        letters.extend(parts)
        problems.extend([problem | {"reason": reason}] if reason else [])
    return letters, problems


def _files(
    workspace: Workspace, period: Period, registry: pd.DataFrame, who: Collection[str], consolidated: bool
) -> Iterator[tuple[str, str, list[Path]]]:
    names, output = folder_names(registry), workspace.output(period)
    if ORGANISATIONS in who:
        following = period.following if consolidated else period
        folder = workspace.templates(following)
        then = registry_now(workspace, following) if consolidated else registry  # who ends until then has none
        made = template_files(then, following)
        for code in registry.loc[registry["reports"] != "否", "organisation"]:
            own = output / "organisations" / names[code]
            if not consolidated:
                if folder.is_dir():
                    yield WORKBOOK, code, [folder / made[code]]
            elif own.is_dir():
                workbook = [folder / made[code]] if code in made and (folder / made[code]).is_file() else []
                yield REPORT, code, list_own(own) + workbook
    if SUPERVISORS in who and consolidated:
        for code in subtrees(registry):
            place = output / "supervisors" / names[code]
            if place.is_dir():
                yield LEDGER, code, list_own(place)


def _letter(
    known: Problem, address: str, period: Period, files: Sequence[Path], settings: MailSettings, digest: str
) -> Letter:
    kind = known["kind"]
    names = {"name": known["org_name"], "month": period.label}
    enclosures = tuple(Enclosure.of(path, name_in_letter(path, known["org_name"], period)) for path in files)
    sealed = settings.encrypt and any(is_sealed(kind, each) for each in enclosures)
    opinion = f"\n办公室的意见：\n{known['words']}\n" if known["words"] else ""
    body = BODIES[kind].format(**names) + opinion + (f"\n{SEALED}\n" if sealed else "") + "\n附件：\n"
    body += "".join(f"  {number}. {each.name}\n" for number, each in enumerate(enclosures, 1))
    body += f"\n{settings.name}\n"
    subject = SUBJECTS[kind].format(**names)
    return Letter(kind, known["organisation"], known["org_name"], address, subject, body, enclosures, digest)


def name_in_letter(path: Path, org_name: str, period: Period) -> str:
    """What a file is called where it arrives among those of others: for its organisation and month."""
    if f"_{file_names.WORKBOOK}_" in path.stem:  # it was made to be sent out, and may be another month's
        return path.name
    stem = path.stem.removesuffix(f"_{period}")
    return f"{file_name(org_name, stem, f'{period.year}{period.month:02d}')}{path.suffix}"


def is_sealed(kind: str, enclosure: Enclosure) -> bool:
    """Whether a file gets a password where the office wants them: ledgers and returns do."""
    return enclosure.path.suffix == ".xlsx" and (kind == LEDGER or enclosure.path.name == file_names.RETURN_FILE)


def split_by_size(letter: Letter, settings: MailSettings) -> tuple[list[Letter], str]:
    """The letter in as many parts as the size of a mail needs, and why not, where one file alone is too large."""
    most = settings.max_mb * 1e6
    parts: list[list[Enclosure]] = [[]]
    for each in letter.enclosures:
        size = each.size * ENCODED + 2_000
        if size > most:
            return [], f"{each.name} 装进邮件有 {size / 1e6:.1f} MB，超过 {settings.max_mb:g} MB，请改用其他办法送达"
        if sum(other.size * ENCODED + 2_000 for other in parts[-1]) + size > most:
            parts.append([])
        parts[-1].append(each)
    if len(parts) == 1:
        return [letter], ""
    return [
        Letter(
            letter.kind, letter.organisation, letter.org_name, letter.address,
            f"{letter.subject}（{number}/{len(parts)}）", letter.body, tuple(part), letter.manifest, number,
        )
        for number, part in enumerate(parts, 1)
    ], ""  # fmt: skip
