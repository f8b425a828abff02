"""The archived page of an article: its source as text, and itself with nothing in it that acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import PlainTextResponse, Response

from crawler.archive.exceptions import ArchiveError
from newsdesk.answers.archive.evidence import MOST_SHOWN
from newsdesk.answers.archive.pages import ArchivedPage, page_of
from newsdesk.answers.articles.stored import article_named
from newsdesk.exceptions import NotArchived
from newsdesk.web.security.guard import ELSEWHERE
from newsdesk.web.visit import Here, Visit

router = APIRouter()
Name = Annotated[str, Path(max_length=600)]
SOURCE = "source/"


@router.get("/archive/{name:path}")
def archive(visit: Here, name: Name) -> Response:
    """Shows what is known of the archived page, and the beginning of its source."""
    article = article_named(visit.settings, name)
    try:
        page, missing = _page(visit, article["_id"]), None
    except NotArchived as error:
        page, missing = None, str(error)
    text = page.text if page else None
    shown = None if text is None else text[:MOST_SHOWN]
    return visit.page(
        "archived.html",
        article=article,
        page=page,
        sent_at=datetime.fromisoformat(page.entry.date) if page else None,
        missing=missing,
        shown=shown,
        left=len(text or "") - len(shown or ""),
    )


@router.get(ELSEWHERE + SOURCE + "{name:path}")
def source(visit: Here, name: Name) -> Response:
    """Sends the whole source as text."""
    return PlainTextResponse(_text(visit, name))


@router.get(ELSEWHERE + "{name:path}")
def archived(visit: Here, name: Name) -> Response:
    """Sends the page itself. The guard takes from it all that it could do (`guard.INERT`)."""
    return Response(_text(visit, name), media_type="text/html")


def _text(visit: Visit, name: str) -> str:
    text = _page(visit, article_named(visit.settings, name)["_id"]).text
    if text is None:
        raise NotArchived(f"What was archived of {name} is no text: newsdesk archive show {name}")
    return text


def _page(visit: Visit, id_: str) -> ArchivedPage:
    """Returns an archived page. Raises: NotArchived, whatever keeps it from being read."""
    try:
        return page_of(visit.settings, id_, None)
    except (ArchiveError, OSError) as error:
        raise NotArchived(f"{id_} cannot be read out of the archive: {error}") from None
