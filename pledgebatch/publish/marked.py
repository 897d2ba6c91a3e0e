"""The marked-up return: what the branch sent, in a whole workbook, with what to mend."""

from pathlib import Path
from typing import BinaryIO

from pledgebatch.publish.workbook import write_workbook
from pledgebatch.schema.frames import Month, counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ORGANISATION, TABLES


def write_return(month: Month, file: str, target: Path | BinaryIO) -> None:
    """Write what ``file`` held, as typed, with its findings marked. The branch's own file stays as received."""
    heads = month.tables[ORGANISATION.key]
    head = heads[heads["file"] == file]
    typed = head.iloc[0].to_dict() if len(head) else {}
    answers = {field.key: _text(typed.get(field.key + RAW)) for field in ORGANISATION.fields}
    rows = {}
    for sheet in TABLES:
        table = month.tables[sheet.key]
        own = table[table["file"] == file]
        raws = own[["row", *(field.key + RAW for field in sheet.fields)]]
        rows[sheet.key] = raws.rename(columns=lambda name: name.removesuffix(RAW))
    findings = counting(month.findings[month.findings["file"] == file])
    write_workbook(target, month.period, answers, rows, findings, month.parameters.pledge_deadline)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
