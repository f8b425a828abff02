"""One request of one person: what a page is made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from attrs import define
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from newsdesk.web.navigation import Entry
from newsdesk.web.rendering import render
from newsdesk.web.security.cookies import Cookies
from newsdesk.web.security.visitor import Visitor
from newsdesk.web.texts import Language, Texts, language_for, texts
from pipelines.config import Settings

THEMES = ("auto", "light", "dark")


@define(frozen=True)
class Visit:
    """Gives a page its settings, its reader and their language, and makes the answer."""

    request: Request

    @property
    def settings(self) -> Settings:
        found: Settings = self.request.app.state.settings
        return found

    @property
    def cookies(self) -> Cookies:
        found: Cookies = self.request.app.state.cookies
        return found

    @property
    def visitor(self) -> Visitor | None:
        """Who reads; None on the page where they say it."""
        found: Visitor | None = getattr(self.request.state, "visitor", None)
        return found

    @property
    def may_operate(self) -> bool:
        return self.visitor is not None and self.visitor.may_operate

    @property
    def is_fragment(self) -> bool:
        """Whether a part of a page is asked for, by htmx."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def language(self) -> Language:
        accepted = self.request.headers.get("accept-language", "")
        return language_for(self.cookies.read(self.request, "language"), accepted)

    @property
    def theme(self) -> str:
        kept = self.cookies.read(self.request, "theme")
        return kept if kept in THEMES else "auto"

    @property
    def t(self) -> Texts:
        return texts(self.language)

    @property
    def path(self) -> str:
        """The address of this page within the console, to come back to."""
        query = f"?{self.request.url.query}" if self.request.url.query else ""
        return f"{self.request.url.path}{query}"

    @property
    def csrf(self) -> str:
        """What a form of this page carries."""
        self.request.scope["state"]["csrf"] = True  # the guard gives the browser its cookie
        return self.cookies.form_token(self.request.state.browser)

    @property
    def navigation(self) -> list[Entry]:
        """The pages that there are."""
        found: list[Entry] = self.request.app.state.navigation
        return found

    def has(self, name: str) -> bool:
        """Tells whether there is a page of this name in the navigation."""
        return any(entry.name == name for entry in self.navigation)

    def page(self, template: str, *, status: int = 200, **given: object) -> HTMLResponse:
        """Returns a page. given: what its template shows."""
        flashed = self.cookies.flashed(self.request)
        said = self.t(flashed[0], **flashed[1]) if flashed and self.t.has(flashed[0]) else None
        html = render(self.language, template, visit=self, said=said, **given)
        answer = HTMLResponse(html, status)
        if flashed:
            self.cookies.drop(answer, "flash")
        return answer

    def redirect(
        self, path: str | None, said: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Response:
        """Leads to another page of the console. said: key of a message that it shows."""
        answer = RedirectResponse(local_path(path), 303)
        if said is not None:
            self.cookies.flash(answer, said, dict(values or {}))
        return answer


def local_path(path: str | None) -> str:
    """Returns a path of this console; "/" for anything that would lead elsewhere."""
    if not path or len(path) > 2000 or not path.startswith("/") or path.startswith(("//", "/\\")):
        return "/"
    return path if path.isprintable() else "/"


def visit_of(request: Request) -> Visit:
    """Returns the visit of a request."""
    return Visit(request)


Here = Annotated[Visit, Depends(visit_of)]
"""What a page's function takes to be given its visit."""
