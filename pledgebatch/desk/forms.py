"""What handlers share: the month that is meant, the fields of a form, a job to begin."""

import datetime as dt
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pledgebatch.desk.looking import Months, list_months
from pledgebatch.desk.pages import back, desk_of, session_of
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import OFFICE_TIME, Period
from pledgebatch.schema.periods import read_period

MOST_FIELDS = 5_000
NO_FORM = "填写的内容没有传完整，没有保存，请刷新页面再填"
NO_MONTH = "“{typed}”不是月份，应写成 2011-03 这样，2011年3月、201103 也可以"


async def form_of(request: Request) -> FormData:
    """What was filled in, as browsers send a form; files are sent another way. Raises OfficeMistake for what is none."""
    try:
        text = (await request.body()).decode("ascii")
        return FormData([*parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)])
    except ValueError:
        raise OfficeMistake(NO_FORM) from None


def text_in(form: FormData, key: str, otherwise: str = "") -> str:
    """One answer, as it was typed."""
    value = form.get(key, otherwise)
    return value.strip() if isinstance(value, str) else otherwise


def period_in(typed: str) -> Period:
    """The month that was typed. Raises OfficeMistake for what is none."""
    period = read_period(typed[:40])
    if period is None:
        raise OfficeMistake(NO_MONTH.format(typed=typed[:40]))
    return period


async def month_asked(request: Request) -> tuple[Period, Months]:
    """The month that a page is about: the one that is named, or the latest that has begun."""
    months = await desk_of(request).ask(list_months)
    typed = request.query_params.get("month")
    return (period_in(typed) if typed else months.latest), months


def now() -> str:
    """The time, as the office's clock shows it."""
    return dt.datetime.now(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")


def begin_job(request: Request, label: str, target: str, *words: str) -> Response:
    """Begin a command and go on with the page ``target``. Raises OfficeMistake where another is at work."""
    desk = desk_of(request)
    desk.jobs.begin(label, now(), *words)
    desk.log.write(session_of(request), f"{label}：{' '.join(words)}")
    return back(request, target)
