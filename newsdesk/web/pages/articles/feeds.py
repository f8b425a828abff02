"""Feeds of a search, a topic, a story, or of changed headlines, for readers without a session."""

from __future__ import annotations

from collections.abc import Sequence
from threading import BoundedSemaphore
from typing import Annotated, Literal

from attrs import define
from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from newsdesk.answers.export.feeds import feed_of
from newsdesk.answers.export.preparing import FEEDS
from newsdesk.answers.export.selection import Selection
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.feeds import LONGEST, FeedAddresses
from newsdesk.web.visit import Here, Visit

router = APIRouter()
AT_ONCE = 4
TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
_places = BoundedSemaphore(AT_ONCE)


@define(frozen=True)
class FeedLinks:
    """A feed in its forms. kind: what it is of."""

    kind: Literal["articles", "titles"]
    links: dict[str, str]


def feeds_of(visit: Visit, selection: Selection) -> Sequence[FeedLinks]:
    """Returns the addresses of a selection's feeds, to be kept in a reader of feeds."""
    asked = selection.as_dict()
    found = [FeedLinks("articles", _links(visit, asked, titles=False))]
    if selection.query is None:
        found.append(FeedLinks("titles", _links(visit, asked, titles=True)))
    return found


def _links(visit: Visit, asked: dict[str, object], *, titles: bool) -> dict[str, str]:
    name = visit.visitor.name if visit.visitor else ""
    token = FeedAddresses(visit.cookies.key).token(name, asked, titles=titles)
    base = f"{visit.request.url.scheme}://{visit.request.headers['host']}"
    return {form: f"{base}/feeds/{form}/{token}" for form in ("rss", "atom", "json")}


@router.get("/feeds/{form}/{token}")
def feed(
    visit: Here,
    form: Literal["rss", "atom", "json"],
    token: Annotated[str, Path(max_length=LONGEST)],
) -> Response:
    """Answers a reader of feeds. A list that fell silent has an entry that says so."""
    accounts: Accounts = visit.request.app.state.accounts
    asked = FeedAddresses(visit.cookies.key).read(token, accounts.known())
    if asked is None:
        raise HTTPException(404)
    if not _places.acquire(blocking=False):
        return PlainTextResponse("Too many feeds at once.\n", 503, {"Retry-After": "30"})
    try:
        found = feed_of(visit.settings, Selection.from_dict(asked.selection), titles=asked.titles)
        from newsdesk.answers.export.formats.feed_forms import FORMS  # lxml is slow to load

        data = FORMS[form](found)
    finally:
        _places.release()
    assert form in FEEDS  # noqa: S101 - the same forms as `newsdesk export`
    return Response(data, media_type=f"{TYPES[form]}; charset=utf-8")
