"""Articles: found, read, with their history and what is like them, and taken along."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from newsdesk.answers.articles.browsing import room_of
from newsdesk.answers.articles.choosing import read_cursor, read_filters
from newsdesk.answers.articles.finding import similar_data, similar_to
from newsdesk.answers.articles.hot import hot_page
from newsdesk.answers.articles.stored import (
    article_named,
    articles_listed,
    check_names,
    history_data,
    history_page,
    sightings_page,
)
from newsdesk.answers.articles.stories import stories_page
from newsdesk.answers.export.selection import Selection, chosen
from newsdesk.answers.export.streaming import stream
from newsdesk.web.api import models
from newsdesk.web.api.cursors import closed, opened
from newsdesk.web.api.parts import Asked, Cursor, Days, Id, Key, Limit, Name, Words, new_router
from newsdesk.web.pages.articles.places import Going
from newsdesk.web.pages.articles.taking import Download
from newsdesk.web.parameters import moment
from newsdesk.web.problems import problem
from newsdesk.web.visit import Here
from pipelines.config import Settings
from pipelines.text.query.parser import parse_query

router: APIRouter = new_router("articles")
LINES = "application/x-ndjson"


class Filters(Asked):
    """Which articles. since, until: a date or time, in Beijing unless it has a zone; the day that
    until names is left out."""

    q: Words | None = None
    site: Key | None = None
    topic: Key | None = None
    source: Name | None = None
    section: Name | None = None
    story: Name | None = None
    since: Key | None = None
    until: Key | None = None
    edited: bool = False
    gone: bool = False

    @property
    def chosen(self) -> dict[str, Any]:
        names = set(Filters.model_fields) - {"q"}
        return self.model_dump(include=names, exclude_none=True)


class Search(Filters):
    """A page of them. sort: of a query."""

    sort: Literal["best", "newest"] = "newest"
    after: Cursor | None = None
    limit: Limit = 40


@router.get("/articles")
def articles(visit: Here, asked: Annotated[Search, Query()]) -> models.Page[models.Found]:
    """Articles, the newest first; with q, in the language of topics, those for which it holds,
    one a story."""
    return found_for(visit.settings, asked)


def found_for(settings: Settings, asked: Search) -> models.Page[models.Found]:
    """Returns the page of articles that was asked for."""
    filters = read_filters(**asked.chosen)
    after = opened(asked.after)
    if asked.q is None:
        place = read_cursor(after) if after else None
        found, following = articles_listed(
            settings, filters, after=place, limit=asked.limit, whole=False
        )
        return models.Page(items=[models.Found.of(each) for each in found], next=closed(following))
    query = parse_query(asked.q)
    room = room_of(settings, query, filters, sort=asked.sort, after=after, limit=asked.limit)
    if not room.lines:
        check_names(settings, filters)
    items = [
        models.Found.of(
            line.document, copies=line.copies, excerpt=line.excerpt and line.excerpt.text
        )
        for line in room.lines
    ]
    return models.Page(items=items, next=closed(room.after))


@router.get(
    "/articles.jsonl",
    response_class=StreamingResponse,
    responses={200: {"description": "An article a line", "content": {LINES: {}}}},
)
def export(visit: Here, asked: Annotated[Filters, Query()]) -> Response:
    """All of a result, an article a line, as newsdesk export writes it. A connection that breaks
    before its end says that it was cut off."""
    selection = Selection(**asked.chosen, query=asked.q)
    found = chosen(visit.settings, selection)
    pieces = stream(visit.settings, selection, found, "jsonl")
    return Download(pieces, {}, LINES, visit.visitor, "newsdesk.jsonl", _busy)


def _busy(own: Going | None) -> Response:
    again = {"Retry-After": "30"}
    if own is None:
        return problem(503, "Too many exports at once: ask again in 30 s.", again)
    since = f"{own.name}, begun at {own.since.isoformat(timespec='seconds')}"
    return problem(429, f"One export at a time, and yours still runs: {since}.", again)


@router.get("/articles/{article}")
def article(visit: Here, article: Id) -> models.Article:
    """An article by its id (guancha:516923)."""
    return models.Article.of(article_named(visit.settings, article))


@router.get("/articles/{article}/similar")
def similar(visit: Here, article: Id, limit: Limit = 20) -> models.Page[models.Alike]:
    """The articles whose text is most like its."""
    found = similar_to(visit.settings, article, limit)
    return models.Page(items=[models.Alike.of(similar_data(each)) for each in found])


class Paged(Asked):
    """A page of a list."""

    after: Cursor | None = None
    limit: Limit = 40


@router.get("/articles/{article}/history")
def history(visit: Here, article: Id, asked: Annotated[Paged, Query()]) -> models.History:
    """Its states, the first one first."""
    found, known, following = history_page(
        visit.settings, article, after=opened(asked.after), limit=asked.limit
    )
    return models.History.of(history_data(found, known), next=closed(following))


@router.get("/articles/{article}/sightings")
def sightings(
    visit: Here, article: Id, asked: Annotated[Paged, Query()]
) -> models.Page[models.Sighting]:
    """How the lists showed it, the oldest first."""
    found, following = sightings_page(
        visit.settings, article, after=opened(asked.after), limit=asked.limit
    )
    return models.Page(items=[models.Sighting.of(each) for each in found], next=closed(following))


class StoriesAsked(Paged):
    """Which stories: of the last days, of a topic."""

    days: Days = 7
    topic: Key | None = None


@router.get("/stories")
def stories(visit: Here, asked: Annotated[StoriesAsked, Query()]) -> models.Page[models.Story]:
    """The stories that had a copy in the last days, those with the most copies first, up to the
    1,000th."""
    found, following = stories_page(
        visit.settings,
        days=asked.days,
        topic=asked.topic,
        after=opened(asked.after),
        limit=asked.limit,
    )
    return models.Page(items=[models.Story.told(each) for each in found], next=closed(following))


@router.get("/stories/{story}")
def story(
    visit: Here, story: Id, asked: Annotated[Paged, Query()]
) -> models.Page[models.ArticleLine]:
    """The articles of a story, the newest first."""
    after = opened(asked.after)
    found, following = articles_listed(
        visit.settings,
        read_filters(story=story),
        after=read_cursor(after) if after else None,
        limit=asked.limit,
        whole=False,
    )
    if not found and after is None:
        article_named(visit.settings, story)  # says that there is none
    return models.Page(
        items=[models.ArticleLine.of(each) for each in found], next=closed(following)
    )


class HotAsked(Paged):
    """When. at: a date or time, in Beijing unless it has a zone."""

    at: Key | None = None


@router.get("/hot/{site}")
def hot(visit: Here, site: Id, asked: Annotated[HotAsked, Query()]) -> models.Page[models.Sighting]:
    """What the hot lists of a site show, or showed at a time, by list and rank."""
    found, following = hot_page(
        visit.settings,
        site,
        at=moment(asked.at, "at"),
        after=opened(asked.after),
        limit=asked.limit,
    )
    return models.Page(items=[models.Sighting.of(each) for each in found], next=closed(following))
