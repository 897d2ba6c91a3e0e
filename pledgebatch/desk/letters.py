"""Letters: who gets what, a look at each, sending, deliveries; and texts to paste into WeChat."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pledgebatch.desk.files import address_of
from pledgebatch.desk.forms import begin_job, form_of, month_asked, period_in, text_in
from pledgebatch.desk.looking import MOST_LETTERS, list_letters, tell_in_chat
from pledgebatch.desk.pages import desk_of, page
from pledgebatch.mail.outbox import Delivery
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.letters import LABELS, ORGANISATIONS, SUPERVISORS

MOST_SHOWN = 1_000
TO = {"": [], ORGANISATIONS: ["--to", ORGANISATIONS], SUPERVISORS: ["--to", SUPERVISORS]}


async def show(request: Request) -> Response:
    """Who gets what, and what became of what was sent."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    mail = desk.workspace.settings().mail
    find = request.query_params.get("find", "").strip()[:60]
    post = await desk.ask(list_letters, period, find) if not months.mistake else None
    states = {str(each): each.label for each in Delivery}
    return page(
        request, "letters.html.j2", period, months=months, post=post, labels=LABELS, states=states, most=MOST_SHOWN, find=find, listed=MOST_LETTERS,
        ready=bool(mail.address and mail.smtp_host), collects=bool(mail.imap_host), unsure=str(Delivery.SENDING), sent=str(Delivery.SENT),
    )  # fmt: skip


async def look(request: Request) -> Response:
    """One letter as it would go out."""
    desk = desk_of(request)
    period, _ = await month_asked(request)
    code, kind = request.query_params.get("to", "")[:80], request.query_params.get("kind", "")
    post = await desk.ask(list_letters, period, code)
    own = [each for each in post.letters if each.organisation == code and each.kind == kind]
    if not own:
        raise HTTPException(404)
    root = desk.workspace.root
    files = [(file.name, address_of(*file.path.relative_to(root).parts)) for each in own for file in each.enclosures]
    return page(request, "letter.html.j2", period, letter=own[0], files=files, kind=LABELS[kind])


async def send(request: Request) -> Response:
    """Begin to send the letters of a month, all or those of one organisation."""
    form = await form_of(request)
    period, who, code = period_in(text_in(form, "month")), text_in(form, "to"), text_in(form, "only")
    if who not in TO:
        raise HTTPException(404)
    words = ["send", "--period", str(period), *TO[who], *(["--only", code] if code else [])]
    if code and text_in(form, "again"):
        words.append("--again")
    return begin_job(request, f"发 {period} 的信", f"/letters?month={period}", *words)


async def confirm(request: Request) -> Response:
    """Write down that somebody has got what was not sure to have arrived."""
    form = await form_of(request)
    period, code = period_in(text_in(form, "month")), text_in(form, "code")
    if not code:
        raise OfficeMistake("请指明是哪个组织收到了信")
    words = ["send", "--period", str(period), "--received", code]
    return begin_job(request, f"记下 {code} 已收到", f"/letters?month={period}", *words)


async def texts(request: Request) -> Response:
    """Texts to paste into WeChat: for the whole, and for each organisation."""
    desk = desk_of(request)
    period, months = await month_asked(request)
    chat = await desk.ask(tell_in_chat, period) if period in months.done else None
    return page(request, "texts.html.j2", period, months=months, texts=chat)


ROUTES = [
    Route("/letters", show),
    Route("/letters/look", look),
    Route("/letters/send", send, methods=["POST"]),
    Route("/letters/received", confirm, methods=["POST"]),
    Route("/texts", texts),
]
