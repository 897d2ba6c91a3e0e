"""Files that programs leave behind beside those that people send: the one list of them, for folders, zips and mails."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from pledgebatch.readers.file_types import Format, identify

FILES = (
    "._*", ".ds_store", ".localized", ".apdisk", ".volumeicon.icns", ".com.apple.*", "icon\r", "icon\uf00d",  # macOS
    "thumbs.db", "thumbs.db:encryptable", "ehthumbs*.db", "desktop.ini", "autorun.inf", "indexervolumeguid", "wpsettings.dat",  # Windows
    "~$*", "~*.tmp", "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f].tmp", ".~*",  # Excel, LibreOffice, WPS
    ".directory", ".hidden", ".fuse_hidden*", ".nfs[0-9a-f]*",  # Linux
    ".gitkeep", ".gitignore", ".gitattributes", ".keep",
    ".sync*", "._sync_*", ".stignore", ".dropbox", ".dropbox.attr", ".owncloudsync.log*", ".picasa.ini",  # copying to a cloud
)  # fmt: skip
"""Their names, in lower case."""
FOLDERS = (
    "__macosx", ".appledouble", ".spotlight-v100", ".fseventsd", ".trashes", ".trash-*", ".temporaryitems",
    ".documentrevisions-v100", "$recycle.bin", "recycler", "system volume information", "lost+found",
    "@eadir", "#recycle", "@recycle", ".@__thumb", ".sync*", ".stfolder*", ".stversions", ".dropbox.cache", ".git", ".svn",
)  # fmt: skip
"""Folders of which all is theirs, in lower case."""
SENT = frozenset((
    Format.XLSX, Format.XLS, Format.ODS, Format.ENCRYPTED, Format.BINARY, Format.NUMBERS, Format.ARCHIVE, Format.RAR,
    Format.SEVEN_ZIP, Format.PDF, Format.MAIL, Format.OUTLOOK, Format.TNEF, Format.SIGNED, Format.SEALED,
))  # fmt: skip
"""What somebody may have sent, whatever its name: programs leave nothing of the kind."""


def is_litter(path: str, read: Callable[[], bytes]) -> bool:
    """Whether a program left the file at ``path``: its name says so, and what ``read`` gives is nothing people send.

    A real workbook is one whatever its name. What cannot be read is judged by its name.
    """
    *folders, name = path.lower().split("/")
    if not (_among(FILES, name) or any(_among(FOLDERS, folder) for folder in folders)):
        return False
    try:
        return identify(read()) not in SENT
    except Exception:  # whatever is wrong with the file, nobody would be told to send it again
        return True


def _among(patterns: tuple[str, ...], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
