"""Logging in and out, and what a browser remembers: language and theme."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse, Response

from newsdesk.web.security.accounts import LONGEST_PASSWORD, Accounts
from newsdesk.web.security.cookies import PREFERENCE_SECONDS
from newsdesk.web.security.passwords import TooBusy, fits
from newsdesk.web.security.throttle import Throttle
from newsdesk.web.texts import LANGUAGES
from newsdesk.web.visit import THEMES, Here, Visit, local_path

router = APIRouter()
Back = Annotated[str, Form(max_length=2000)]


@router.get("/login")
def login(
    visit: Here, back: Annotated[str, Query(alias="next", max_length=2000)] = "/"
) -> Response:
    """Asks who it is."""
    if visit.visitor is not None:
        return visit.redirect(back)
    return visit.page("login.html", back=local_path(back), problem=None, name="")


@router.post("/login")
def log_in(
    visit: Here,
    name: Annotated[str, Form(max_length=60)],
    password: Annotated[str, Form(max_length=LONGEST_PASSWORD)],
    back: Back = "/",
) -> Response:
    """Begins a session. Whether a name is unknown or a password wrong is not said."""
    accounts: Accounts = visit.request.app.state.accounts
    throttle: Throttle = visit.request.app.state.throttle
    address = visit.request.client.host if visit.request.client else ""
    if wait := throttle.wait(address, name):
        return _again(visit, back, name, 429, "login.wait", wait)
    account = accounts.known().accounts.get(name)
    try:
        right = fits(account.password if account else None, password)
    except TooBusy:
        return _again(visit, back, name, 429, "login.busy", 2)
    if account is None or not right:
        throttle.failed(address, name)
        return _again(visit, back, name, 403, "login.wrong", 0)
    throttle.forget(address)
    answer = RedirectResponse(local_path(back), 303)
    visit.cookies.begin_session(answer, account)
    return answer


def _again(visit: Visit, back: str, name: str, status: int, key: str, wait: int) -> Response:
    problem = visit.t(key, n=-(-wait // 60)) if wait > 60 else visit.t(key, n=1)
    answer = visit.page(
        "login.html", status=status, back=local_path(back), problem=problem, name=name
    )
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@router.post("/logout")
def log_out(visit: Here) -> Response:
    """Ends the session of this browser, wherever its cookie was copied to."""
    answer = RedirectResponse("/login", 303)
    visit.cookies.end_session(visit.request, answer)
    return answer


@router.post("/preferences")
def prefer(
    visit: Here,
    language: Annotated[str, Form(max_length=10)] = "",
    theme: Annotated[str, Form(max_length=10)] = "",
    back: Back = "/",
) -> Response:
    """Remembers language and theme in this browser."""
    answer = visit.redirect(back)
    if language in LANGUAGES:
        visit.cookies.write(answer, "language", language, PREFERENCE_SECONDS)
    if theme in THEMES:
        visit.cookies.write(answer, "theme", theme, PREFERENCE_SECONDS)
    return answer
