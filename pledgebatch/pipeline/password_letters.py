"""Passwords for branches, printed into a letter for each: for those that have none, for all, or for some."""

from collections.abc import Sequence
from pathlib import Path

from pledgebatch.engine.atomic import writing
from pledgebatch.intake.registry import read_registry
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.pipeline.branch_passwords import make_password
from pledgebatch.pipeline.door_book import DoorBook
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.password_letter import PasswordLetter, render_password_letters
from pledgebatch.rules.facts.names import shown_names

NEW, ALL = "new", "all"
"""Those that have no password yet, and everybody."""
FILE = "网上报送密码信.html"
UNKNOWN = "单位名册中没有要报送的组织编码 {codes}：请核对后再写"
NOBODY = "要报送的党组织都有密码了：要重发的，请写明组织编码；全部重发的，写 {all}"


@holds("passwords")
def write_letters(workspace: Workspace, who: Sequence[str]) -> tuple[Path, int]:
    """Make passwords, and a page with a letter for each; returns where it is, and how many. Raises OfficeMistake."""
    text, count = make_letters(workspace, who)
    path = workspace.root / "letters" / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        with writing(path) as fresh:
            fresh.write_text(text, "utf-8", newline="\n")
    except OSError as mistake:
        raise mendable(mistake, path) or mistake from None
    return path, count


def make_letters(workspace: Workspace, who: Sequence[str]) -> tuple[str, int]:
    """New passwords for ``who``: ``NEW``, ``ALL``, or codes; and the page that says them, which nothing else does.

    Raises OfficeMistake for a code that does not report, or where nobody is left.
    """
    settings = workspace.settings()
    registry, _ = read_registry(workspace.registry)
    reporting = registry.loc[registry["reports"] != "否", "organisation"].tolist()
    names = shown_names(registry)
    if unknown := [code for code in who if code not in (NEW, ALL, *reporting)]:
        raise OfficeMistake(UNKNOWN.format(codes="、".join(unknown)))
    book = DoorBook(workspace.root)
    try:
        known = book.accounts()
        wanted = [code for code in reporting if ALL in who or code in who or (NEW in who and code not in known)]
        if not wanted:
            raise OfficeMistake(NOBODY.format(all=ALL))
        letters = [PasswordLetter(code, names.get(code, code), make_password(book, code)) for code in wanted]
    finally:
        book.close()
    return render_password_letters(letters, settings.door.address, settings.contact), len(letters)
