"""How people type what is not wrong: other spellings that the office understands, in organisations that are right."""

from collections.abc import Callable
from types import MappingProxyType

from pledgebatch.demo.year import Book
from pledgebatch.notice.lists import vocabulary
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.sheets import BY_KEY, ORGANISATION

FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)} | {ord("-"): "－"}


def _retype(book: Book, kind: Kind, typed: Callable[[str], str]) -> None:
    """Type every value of one kind of the tables in another way."""
    for key, rows in book.rows.items():
        fields = [field.key for field in BY_KEY[key].fields if field.kind is kind]
        for row in rows:
            row.update({name: typed(row[name]) for name in fields if row.get(name)})


def _short_months(book: Book) -> None:
    """1985-03 as 85.3."""
    _retype(book, Kind.MONTH, lambda month: f"{month[2:4]}.{int(month[5:])}")


def _spoken_months(book: Book) -> None:
    """1985-03 as 1985年3月."""
    _retype(book, Kind.MONTH, lambda month: f"{month[:4]}年{int(month[5:])}月")


def _short_words(book: Book) -> None:
    """汉 for 汉族, 本科 for 大学本科."""
    shorter = {"大学本科": "本科", "大学专科": "大专", "普通高中": "高中", "中等职业": "中专"}
    for row in book.rows["members"]:
        row["ethnicity"] = row["ethnicity"].removesuffix(vocabulary("ethnic_groups")[0][-1])
        row["education"] = shorter.get(row["education"], row["education"])


def _ticks(book: Book) -> None:
    """√ for 是, × for 否."""
    marks = {"是": "√", "否": "×"}
    for field in ORGANISATION.fields:
        if field.choices == tuple(marks) and field.key in book.answers:
            book.answers[field.key] = marks.get(book.answers[field.key], book.answers[field.key])
    _retype(book, Kind.CHOICE, lambda choice: marks.get(choice, choice))


def _full_width(book: Book) -> None:
    """Dates and telephone in full width digits."""
    _retype(book, Kind.DATE, lambda date: date.translate(FULL_WIDTH))
    book.answers["phone"] = book.answers["phone"].translate(FULL_WIDTH)


def _spoken_dates(book: Book) -> None:
    """2011-03-05 as 2011年3月5日, a deadline as 6月底前 or 6月20日前."""

    def spoken(date: str) -> str:
        year, month, day = date.split("-")
        return f"{year}年{int(month)}月{int(day)}日"

    _retype(book, Kind.DATE, spoken)
    _retype(book, Kind.DEADLINE, lambda due: f"{spoken(due)[5:]}前")


def _padded_names(book: Book) -> None:
    """张　三, as on printed rosters."""
    _retype(book, Kind.PERSON, lambda name: "　".join(name) if len(name) == 2 else name)


def _with_units(book: Book) -> None:
    """党员人数 as 11人, a telephone with blanks, dates with dots."""
    book.answers["member_count"] += "人"
    book.answers["phone"] = book.answers["phone"].replace("-", " - ")
    _retype(book, Kind.DATE, lambda date: date.replace("-", "."))


HABITS = MappingProxyType(
    {
        "YX103": _short_months,
        "YX107": _short_words,
        "YX108": _ticks,
        "YX201": _full_width,
        "YX203": _spoken_dates,
        "YX205": _padded_names,
        "YX302": _with_units,
        "YX401": _spoken_months,
    }
)
"""Who types how."""


def type_in_own_spelling(code: str, book: Book) -> None:
    """Retype the book of organisation ``code`` in its people's way, if they have one."""
    if code in HABITS:
        HABITS[code](book)
