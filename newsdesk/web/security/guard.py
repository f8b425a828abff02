"""What stands in front of every page: names, sizes, who it is, what they may, and the headers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection
from urllib.parse import quote, urlsplit

from attrs import define
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsdesk.answers.who import acting
from newsdesk.exceptions import BadAccountsFile
from newsdesk.web.problems import API, problem
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.cookies import Cookies
from newsdesk.web.security.loopback import is_loopback
from newsdesk.web.security.visitor import Visitor, visitor_of
from pipelines.config import Settings
from schedules.service.web import is_known

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = ("/login", "/static/", "/feeds/")
"""Paths that ask nobody who they are; the address of a feed says it itself."""
PERSONAL = frozenset({"/login", "/logout", "/preferences"})
"""Paths by which people change only what their own browser keeps."""
MCP = "/api/mcp"
READERS = frozenset({"/articles/saved", "/articles/saved/remove", MCP})
"""Paths by which readers change what is theirs, or ask what they read."""
FORWARDED = re.compile(r"x-forwarded-.+|forwarded|via|.{0,40}(real|client|connecting)-ip")
"""Headers that proxies add: somebody else than this machine may be asking."""
LARGEST_BODY = 256 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ELSEWHERE = "/archived/"
INERT = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""What a page of a site may do when it is shown: nothing. It has no origin, runs no script, sends
no form and fetches nothing; only the style sheets within it colour it."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Refuse = Callable[[Request, int, str], Response]
"""Makes the page of a refusal: status, key of its text."""
Broken = Callable[[Request, Exception], Response]
"""Notes an error that nobody expected, and makes its page."""


@define(frozen=True)
class Guard:
    """An ASGI application in front of another. names: under which it answers besides addresses."""

    app: ASGIApp
    accounts: Accounts
    cookies: Cookies
    names: Collection[str]
    refuse: Refuse
    broken: Broken

    @staticmethod
    def names_of(settings: Settings) -> frozenset[str]:
        """Returns the names under which a console answers. Those of the machine are not among
        them: only an operator says under which name others reach it."""
        return frozenset({"localhost", *settings.web_names.lower().split()})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        browser = self.cookies.read(request, "browser")
        known_browser = browser is not None
        scope.setdefault("state", {})["browser"] = browser = browser or secrets.token_urlsafe(16)

        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _set_headers(headers, request.url.path, message["status"])
                if not known_browser and request.method == "GET" and "csrf" in scope["state"]:
                    kept = Response()
                    self.cookies.write(kept, "browser", browser)
                    headers.append("Set-Cookie", kept.headers["set-cookie"])
            await send(message)

        answer = self._refusal(request)
        if answer is not None:
            return await answer(scope, receive, send_guarded)
        visitor: Visitor | None = scope["state"]["visitor"]
        with acting(visitor.name if visitor else "nobody", visitor.via if visitor else "console"):
            try:
                return await self.app(scope, receive, send_guarded)
            except Exception as error:
                if begun:
                    raise
                return await self.broken(request, error)(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        """Returns why a request is not answered; None if it is. Notes who sent it."""
        request.scope["state"]["visitor"] = None
        if not is_known(request.headers.get("host", ""), self.names):
            body = "No console of this name: set NEWSDESK_WEB_NAMES to answer under it, too.\n"
            return _said(request, 421, body)
        if _is_part_elsewhere(request):
            return self.refuse(request, 403, "error.other_origin")
        if request.method not in SAFE and (refusal := self._wrong_body(request)):
            return refusal
        try:
            visitor = visitor_of(request, self.accounts, self.cookies)
        except BadAccountsFile as error:
            return _said(request, 503, f"{error}\n")
        if visitor is not None and not visitor.is_known and not self._is_alone(request):
            body = "Reached from elsewhere, the console needs an account: newsdesk web user add.\n"
            return _said(request, 403, body)
        request.scope["state"]["visitor"] = visitor
        return self._not_for(request, visitor)

    def _is_alone(self, request: Request) -> bool:
        """Tells whether only this machine can be asking. Asked again and again, since the last
        account may go while a console answers others."""
        here = request.client is not None and is_loopback(request.client.host)
        return here and len(self.names) == 1 and not any(map(FORWARDED.fullmatch, request.headers))

    def _not_for(self, request: Request, visitor: Visitor | None) -> Response | None:
        """Refuses what this visitor may not see or do."""
        path = request.url.path
        if path.startswith(OPEN):
            return None
        if visitor is None:
            return self._ask_who(request)
        theirs = path in PERSONAL or path in READERS
        if request.method not in SAFE and not visitor.may_operate and not theirs:
            return self.refuse(request, 403, "error.read_only")
        return None

    def _wrong_body(self, request: Request) -> Response | None:
        """Refuses a body without a length or a large one, and forms of another origin."""
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers or not length.isdigit():
            return _said(request, 411, "Say how long it is (Content-Length).\n")
        if int(length) > LARGEST_BODY:
            return _said(request, 413, f"At most {LARGEST_BODY} bytes.\n")
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        elsewhere = origin and urlsplit(origin).netloc.lower() != request.headers["host"].lower()
        if elsewhere or site not in (None, "same-origin", "none"):
            return self.refuse(request, 403, "error.other_origin")
        return None

    def _ask_who(self, request: Request) -> Response:
        if "hx-request" in request.headers:  # a part of a page that is open: the whole tab goes
            return Response(None, 401, {"HX-Redirect": "/login"})
        is_page = not request.url.path.startswith(f"{API}v")
        wants_page = is_page and "text/html" in request.headers.get("accept", "")
        if wants_page and "authorization" not in request.headers and request.method == "GET":
            query = f"?{request.url.query}" if request.url.query else ""
            back = quote(request.url.path + query, safe="")
            return RedirectResponse(f"/login?next={back}", 303)
        said = "Log in, or send a token: Authorization: Bearer nd_..."
        return problem(401, said, {"WWW-Authenticate": "Bearer"})


def _is_part_elsewhere(request: Request) -> bool:
    """Tells whether a page of another site asks for a part of its own: it cannot read the answer,
    but making it costs us. Its links may lead here."""
    mode = request.headers.get("sec-fetch-mode", "navigate")
    return request.headers.get("sec-fetch-site") == "cross-site" and mode != "navigate"


def _set_headers(headers: MutableHeaders, path: str, status: int) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    if status == 200 and path.startswith(ELSEWHERE):
        headers["Content-Security-Policy"] = INERT
        del headers["Cross-Origin-Opener-Policy"]  # with it, browsers show no sandbox
    headers.setdefault("Cache-Control", "no-store")


def _said(request: Request, status: int, sentence: str) -> Response:
    if request.url.path.startswith(API):
        return problem(status, sentence)
    return PlainTextResponse(sentence, status)


async def checked_form(request: Request) -> None:
    """Lets a change pass only if its form came from a page of ours. Programs show tokens, which no
    browser sends by itself; where there are no accounts they send JSON, which a page of another
    origin may not send unasked.

    Raises:
        ForeignForm: it did not.
    """
    visitor: Visitor | None = request.state.visitor
    if request.method in SAFE or (visitor is not None and _is_program(request, visitor)):
        return
    cookies: Cookies = request.app.state.cookies
    given: object = request.headers.get("x-csrf-token")
    if given is None:
        given = (await request.form(max_files=0, max_fields=200)).get("csrf")
    if not cookies.fits_form(cookies.read(request, "browser"), given):
        raise ForeignForm


def _is_program(request: Request, visitor: Visitor) -> bool:
    if visitor.via == "token":
        return True
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_api = request.url.path.startswith(API)
    return is_api and not visitor.is_known and kind == "application/json"


class ForeignForm(Exception):
    """Raised when a form did not come from a page of this console in this browser."""
