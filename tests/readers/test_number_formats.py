"""A number in a format: what is shown, and what each kind of field makes of it."""

import datetime as dt

import pytest

from pledgebatch.readers.number_formats import as_shown, formats_of, shows_day, tells
from pledgebatch.schema.cells import LOST, as_typed
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import for_kind, understand


def value(kind, cell):
    return understand(Field("x", "x", kind), cell, 2011)


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (1, "000", "001"), (12, "000", "012"), (1234, "000", "1234"), (5198000121, "0000-0000000", "0519-8000121"),
        (5198000121, "00000000000", "05198000121"), (3, '"第"0"号"', "第3号"), (3, "\\第0\\号", "第3号"), (7, "[Red]00", "07"),
        (7, "[$-804]00", "07"), (20110001, "0000-0000", "2011-0001"), (7, "00_ ", "07"), (7, "000;-000;0", "007"),
        (7, '"YX"000', "YX007"), (7, "#", "7"), (7, "0", "7"), (7, "General", "7"), (7, "@", "7"), (7, "0.00", "7"),
        (1200, "#,##0", "1200"), (12, '"¥"0.00', "12"), (13861234567, "0.00E+00", "13861234567"), (12, "# ?/?", "12"),
        (12.000000000000002, "000", "012"), (2, "[DBNum1]0", "2"), (9, "[<=9]00;000", "9"), (1985.1, "0.00", "1985.10"),
        (0.85, "0%", "85%"),
    ],
)  # fmt: skip
def test_a_code_is_read_as_it_is_shown(number, code, text):
    assert as_typed(as_shown(number, code)) == text
    assert value(Kind.TEXT, as_shown(number, code)) == text


@pytest.mark.parametrize(
    ("number", "code", "meant"),
    [
        (12, "yyyy-mm-dd", 12), (60, "yyyy/m/d", 60), (0, "m/d", 0), (3, "h:mm", 3), (12, "[h]:mm", 12), (12, '0" 人"', 12),
        (12, "0%", 12), (0.12, "0%", 12), (0.85, "0.00%", 85), (1, "0%", 100), (12, '"¥"#,##0.00', 12), (12, "# ?/?", 12),
        (12, "0.00E+00", 12), (20.999999999999996, "General", 21), (12.000000000000002, "yyyy-mm-dd", 12), (2011, "yyyy-m", 2011),
        (40607, "yyyy-mm-dd", None), (12.5, "yyyy-mm-dd", None), (12.5, "General", None), (0.5, "h:mm", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("since_1904", [False, True])
def test_a_count_is_the_number_however_it_is_shown(number, code, meant, since_1904):
    assert value(Kind.INTEGER, as_shown(number, code, since_1904)) == meant


@pytest.mark.parametrize(
    ("number", "code", "day"),
    [
        (40607, "yyyy-mm-dd", "2011-03-05"), (40607.4, "m月d日", "2011-03-05"), (40606.99999999999, "yyyy-mm-dd", "2011-03-05"),
        (20110305, "yyyy-mm-dd", "2011-03-05"), (20110305, "0000-00-00", "2011-03-05"), (5543, "yyyy-mm-dd", "1915-03-05"),
        (1985, "yyyy-mm-dd", None), (12.5, "h:mm", "1900-01-12"),
    ],
)  # fmt: skip
def test_a_day_is_a_day(number, code, day):
    assert value(Kind.DATE, as_shown(number, code)) == (dt.date.fromisoformat(day) if day else None)


def test_a_day_counted_from_1904_is_the_same_day():
    assert value(Kind.DATE, as_shown(40607 - 1462, "yyyy-mm-dd", True)) == dt.date(2011, 3, 5)


@pytest.mark.parametrize(
    ("number", "code", "month"),
    [(1985.1, "0.00", 10), (1985.1, "0.0", None), (1985.1, "General", None), (1985.03, "yyyy-mm-dd", 3), (198503, "yyyy-mm", 3),
     (198503, '0000"年"00"月"', 3), (31107, "yyyy年m月", 3)],
)  # fmt: skip
def test_a_month_is_the_one_that_is_shown(number, code, month):
    assert value(Kind.MONTH, as_shown(number, code)) == (1985 * 12 + month - 1 if month else None)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.TEXT, Kind.PERSON])
def test_what_takes_no_date_takes_the_number_in_a_date_format(kind):
    assert value(kind, as_shown(3, "yyyy-mm-dd")) == "3"


def test_a_code_that_became_a_day_or_time_is_no_code():
    assert value(Kind.CODE, as_shown(40544, "m月d日")) is None
    assert value(Kind.CODE, as_shown(0.0423611111111111, "h:mm")) is None


def test_a_phone_in_any_number_format():
    for number, code in ((5198000121, "0000-0000000"), (5198000121, "00000000000"), (5198000121, "0.00E+00")):
        assert value(Kind.PHONE, as_shown(number, code)) == "0519-8000121"


@pytest.mark.parametrize(
    "code", ["yyyy-mm-dd", "m月d日", 'yyyy"年"m"月"', "[$-804]h:mm", "[h]:mm", "mm:ss.0", "上午/下午h时"]
)
def test_formats_of_days(code):
    assert shows_day(code)


@pytest.mark.parametrize(
    "code", ["General", "0", '0" days"', "[Red]0", "G/通用格式", "0.00E+00", '#,##0"元"', "\\d0", "@"]
)
def test_formats_of_no_days(code):
    assert not shows_day(code)


@pytest.mark.parametrize("code", ["", "0", "#", "##0", "General", "@", "#,##0", "0.00E+00", "# ?/?", "G/通用格式"])
def test_formats_that_tell_nothing_cost_nothing(code):
    assert not tells(code)


def test_the_styles_of_a_workbook_name_their_formats_by_number():
    styles = formats_of(
        b'<styleSheet xmlns="x"><numFmts><numFmt numFmtId="200" formatCode="000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        b'<cellXfs><xf/><xf numFmtId="200"/><xf numFmtId="31"/><xf numFmtId="57"/><xf numFmtId="9"/><xf numFmtId="999"/></cellXfs>'
        b'<dxfs><dxf><numFmt numFmtId="200" formatCode="yyyy"/></dxf><dxf><numFmt numFmtId="999" formatCode="000"/></dxf></dxfs></styleSheet>'
    )
    assert set(styles.codes) == {1, 2, 3, 4}
    assert styles.days == {2, 3}


def test_styles_that_cannot_be_read_tell_nothing():
    assert not formats_of(b"<styleSheet><cellXfs>").codes


def test_other_cells_are_the_same_for_every_kind():
    for cell in ("x", 1.0, LOST, None, dt.date(2011, 3, 5)):
        assert for_kind(Kind.INTEGER, cell) is cell
