"""What was stored is damaged, or older than the declaration: named in a sentence, made again, or read as it can be."""

import os
import shutil
import sqlite3

import pyarrow.parquet as pq
import pytest

import pledgebatch
from pledgebatch import OfficeMistake
from pledgebatch.months.archive import read_month
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import mailing
from pledgebatch.pipeline.make_forms import make_forms
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.rules.book import RULES
from pledgebatch.schema.archive_tables import ARCHIVE_TABLES, ESSENTIAL
from pledgebatch.schema.digests import DamagedMonth, seal
from tests import quick_months
from tests.past import unpack

MARCH, APRIL, MAY = "2011-03", "2011-04", "2011-05"
OF_THE_PAST = ("last_", "earlier_", "handed_", "registry")
LOOKING_BACK = sorted(
    {
        rule.code
        for rule in RULES
        for case in rule.cases
        if any(name.startswith(OF_THE_PAST) for name in (case.on, *case.takes))
    }
)
"""The rules that read anything of earlier months."""


def flipped(file):
    """One bit, the size and the time as they were."""
    stat, data = file.stat(), bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


DAMAGES = {
    "flipped": flipped,
    "cut": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "emptied": lambda file: file.write_bytes(b""),
    "garbage": lambda file: file.write_bytes(b"\xff{]" * 99),
    "another": lambda file: file.write_bytes(b"[]"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two months consolidated, with digests; the third is in the inbox."""
    place = unpack(tmp_path_factory.mktemp("damaged") / "w")
    for period in (MARCH, APRIL):
        seal(place / "output" / period)
    return place


@pytest.fixture
def place(built, tmp_path):
    return shutil.copytree(built, tmp_path / "w")


def month_of(place, period=APRIL):
    return place / "output" / period


def files_of(folder):
    return [folder / "manifest.json", *sorted((folder / "data").iterdir())]


SEEN = [name for name in DAMAGES if name != "flipped"]
"""The damages that are seen without a digest."""


def is_its_turn(number, damage, damages):
    """Whether ``status`` is asked of this file: of each for one of the damages, since it looks at the whole workspace."""
    return number % len(damages) == list(damages).index(damage)


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_file_of_a_month_is_damaged_the_month_is_named(place, damage):
    for number, file in enumerate(files_of(month_of(place))):
        good, stat = file.read_bytes(), file.stat()
        DAMAGES[damage](file)
        with pytest.raises(DamagedMonth, match=f"{APRIL} 的存档已损坏"):
            read_month(month_of(place))
        if is_its_turn(number, damage, DAMAGES):
            told = pledgebatch.status(place).set_index("period")["next"]
            assert f"{APRIL} 的存档已损坏" in told[APRIL], file.name
            assert "损坏" not in told[MARCH]
        file.write_bytes(good)
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("damage", SEEN)
def test_so_is_one_of_an_earlier_version_without_digests(place, damage):
    (month_of(place) / "data" / "digests.json").unlink()
    for number, file in enumerate(files_of(month_of(place))):
        good = file.read_bytes()
        DAMAGES[damage](file)
        with pytest.raises(DamagedMonth, match=f"{APRIL} 的存档已损坏"):
            read_month(month_of(place))
        if is_its_turn(number, damage, SEEN):
            assert f"{APRIL} 的存档已损坏" in pledgebatch.status(place).set_index("period")["next"][APRIL]
        file.write_bytes(good)


COMMANDS = {
    "consolidate": lambda place: pledgebatch.consolidate(place, MAY, workers=0),
    "templates": lambda place: pledgebatch.make_templates(place, MAY, workers=0),
    "forms": lambda place: make_forms(Workspace(place), Period.parse(APRIL), count=0),
    "year": lambda place: pledgebatch.archive_year(place, "S1", 2011),
}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        *((name, "data/members.parquet") for name in COMMANDS),
        ("consolidate", "manifest.json"),
        ("year", "manifest.json"),
    ],
)
def test_a_command_that_reads_a_damaged_month_names_it(place, name, file):
    flipped(month_of(place) / file)
    with pytest.raises(OfficeMistake, match=f"{APRIL} 的存档已损坏（{file}.*--period {APRIL} --again"):
        COMMANDS[name](place)
    assert not (place / "output" / MAY).exists()


@pytest.mark.parametrize("run", [mailing.send, mailing.preview])
def test_a_damaged_month_is_not_sent(place, run):
    flipped(month_of(place) / "manifest.json")
    with pytest.raises(DamagedMonth, match=f"{APRIL} 的存档已损坏"):
        run(Workspace(place), Period.parse(APRIL))


def test_a_damaged_office_is_not_rolled_up(place):
    flipped(month_of(place) / "data" / "items.parquet")
    with pytest.raises(OfficeMistake, match="请让下级办公室重新汇总"):
        pledgebatch.rollup(place, [month_of(place)], workers=0)


def test_a_damaged_month_is_made_again(place):
    """What was sent is kept as it stands, and the month's page says that it cannot be compared with."""
    folder = month_of(place, MARCH)
    flipped(folder / "data" / "members.parquet")
    damaged = (folder / "data" / "members.parquet").read_bytes()
    with quick_months.asking():
        pledgebatch.consolidate(place, MARCH, workers=0, again=True)
    assert (folder / "sent" / "1" / "data" / "members.parquet").read_bytes() == damaged
    assert "sent/1）已损坏，无法列出差别" in (folder / "index.html").read_text("utf-8")
    assert len(read_month(folder).tables["members"]) == 6
    assert quick_months.consolidate(place, MAY).submissions["state"].notna().all()


def lessened(month, keys):
    """Take columns out of stored tables, by the name of the table, as if they had not been declared yet."""
    for table, gone in keys.items():
        path = month / "data" / f"{table}.parquet"
        if path.exists():  # the version that made the month had not all tables of today
            rows = pq.read_table(path)
            pq.write_table(rows.drop_columns([key for key in gone if key in rows.schema.names]), path)
    seal(month)


def one_each(place):
    """The last column of every table, with what was typed."""
    last = {
        table: [key for key in columns if key not in ESSENTIAL][-1].removesuffix("_raw")
        for table, columns in ARCHIVE_TABLES.items()
    }
    return {table: [key, f"{key}_raw"] for table, key in last.items()}


def all_that_may(place):
    return {table: [key for key in columns if key not in ESSENTIAL] for table, columns in ARCHIVE_TABLES.items()}


@pytest.mark.parametrize("which", [one_each, all_that_may])
def test_a_past_that_lacks_columns_is_built_on(place, which):
    for period in (MARCH, APRIL):
        lessened(month_of(place, period), which(place))
    with quick_months.asking(*LOOKING_BACK):
        for run in COMMANDS.values():
            run(place)
    assert pledgebatch.make_templates(place, "2011-06", workers=0)["organisation"].tolist() == ["S1", "S2"]
    assert len(pledgebatch.rollup(place, [month_of(place)], workers=0).coverage) == 2
    assert pledgebatch.status(place)["period"].tolist() == [MARCH, APRIL, MAY, "2011-06"]


def test_a_column_that_is_declared_no_more_is_left_out(place):
    path = month_of(place) / "data" / "members.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.append_column("远古", rows["name"]), path)
    seal(month_of(place))
    assert "远古" not in read_month(month_of(place)).tables["members"]
    assert len(quick_months.consolidate(place, MAY, *LOOKING_BACK).coverage) == 2


def test_a_damaged_journal_of_mail_does_not_keep_the_month_from_its_readers(place):
    (place / "mail").mkdir()
    with sqlite3.connect(place / "mail" / "journal.sqlite3") as base:
        base.execute("CREATE TABLE messages (id INTEGER)")
    with quick_months.asking():
        pledgebatch.consolidate(place, MAY, workers=0)
    page = (place / "output" / MAY / "index.html").read_text("utf-8")
    assert "邮件记录 mail/journal.sqlite3 读不出来" in page
    (place / "mail" / "journal.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(OfficeMistake, match=r"journal\.sqlite3 读不出来"):
        mailing.trail(Workspace(place), Period.parse(APRIL))
