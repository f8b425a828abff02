"""Stored articles: found by an id or an address, with their history and hot lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crawler.sites.any_site import identify_any
from crawler.urls import ArticleUrl
from newsdesk.answers.articles.changes import ArticleState, states
from newsdesk.answers.articles.choosing import cursor_of, read_cursor
from newsdesk.answers.sites import check_site
from newsdesk.answers.topics.in_force import check_topic
from newsdesk.exceptions import BadCursor, NoSuchArticle, NotAmong
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import (
    EVERYTHING,
    Filters,
    Position,
    article_history,
    find_article,
    newest_articles,
    opened,
    sightings_from,
)
from pipelines.storage.search.browsing import newest_counted
from pipelines.storage.search.ranked import hot_lists
from pipelines.text.display import simplified

MOST_NAMED = 12
MOST_DIGITS = 9
SHOWN_TEXTS = ("title", "original_title", "summary", "body")


def articles_listed(
    settings: Settings,
    filters: Filters,
    *,
    after: Position | None = None,
    limit: int,
    whole: bool,
) -> tuple[list[Document], str | None]:
    """The articles published last, and the cursor by which to go on if there are more. Without
    body, lists and hits unless they are wanted `whole`.

    Raises:
        UnknownSite, NoSuchTopic, NotAmong: nothing was found, and there is no such site, topic,
            medium or section.
    """
    found = newest_articles(settings, filters, after=after, limit=limit + 1, whole=whole)
    if not found:
        check_names(settings, filters)
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], cursor_of(Position(at=last["published_at"], id=last["_id"]))


def check_names(settings: Settings, filters: Filters) -> None:
    """Refuses a site or topic that is neither declared nor found in any stored article, and a
    medium or section that is in none.

    Raises:
        UnknownSite, NoSuchTopic, NotAmong: names those that there are.
    """
    site, topic = filters.site, filters.topic
    if site is not None and not newest_articles(settings, Filters(site=site), limit=1):
        check_site(site)
    if topic is not None:
        check_topic(settings, topic)
    for name in ("source", "section"):
        value = getattr(filters, name)
        alone = Filters(**{name: value})
        if value is not None and not newest_articles(settings, alone, limit=1):
            raise NotAmong(f"No stored article has the {name} {value!r}.{_most(settings, name)}")


def _most(settings: Settings, name: str) -> str:
    """Says which values of a field the newest articles have most."""
    with opened(settings) as database:
        counted = newest_counted(database, EVERYTHING).facets[name]
    values = ", ".join(value for value, _count in counted[:MOST_NAMED])
    return f" Most of the newest have one of: {values}." if values else ""


def article_named(settings: Settings, name: str) -> Document:
    """The article of this id, or of any address that leads to it.

    Raises:
        NoSuchArticle: none is stored.
    """
    article = find_article(settings, name)
    if article is None:
        identity = identify_any(name if "://" in name else f"https://{name}")
        if isinstance(identity, ArticleUrl):
            article = find_article(settings, identity.id)
    if article is None:
        raise NoSuchArticle(
            f"{name} is not stored: newsdesk articles list shows what is; an id is site:key."
        )
    return article


def history_of(settings: Settings, name: str) -> tuple[Document, list[ArticleState]]:
    """An article by its id or any address, and all its states, the first one first.

    Raises:
        NoSuchArticle: none is stored.
    """
    article, revisions = article_history(settings, article_named(settings, name)["_id"])
    if article is None:
        raise NoSuchArticle(f"{name} was removed just now.")
    return article, states(revisions, article)


def history_page(
    settings: Settings, name: str, *, after: str | None, limit: int
) -> tuple[Document, list[ArticleState], str | None]:
    """An article, some of its states, the first one first, and the cursor by which to go on: the
    number of the last state.

    Raises:
        NoSuchArticle: none is stored.
        BadCursor: `after` is none.
    """
    since = _state_number(after)
    # The state that was shown last, so that the next one can be compared; and one to look ahead.
    article, revisions = article_history(
        settings, article_named(settings, name)["_id"], since=since, most=limit + 2
    )
    if article is None:
        raise NoSuchArticle(f"{name} was removed just now.")
    known = [each for each in states(revisions, article) if each.revision > since]
    following = str(known[limit - 1].revision) if len(known) > limit else None
    return article, known[:limit], following


def _state_number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MOST_DIGITS):
        raise BadCursor(f"{cursor!r} is no cursor: take it from the page before this one.")
    return int(cursor)


def in_simplified(article: Document) -> Document:
    """Returns the article with its readable texts converted to Simplified script."""
    if article["script"] != "hant":
        return article
    return article | {name: simplified(article[name]) for name in SHOWN_TEXTS if article.get(name)}


def hot_lists_of(settings: Settings, site: str, at: datetime | None) -> list[Document]:
    """What the hot lists of a site show, or showed at a time.

    Raises:
        UnknownSite: there is no such site.
    """
    check_site(site)
    with opened(settings) as database:
        return hot_lists(database, site, at)


def sightings_page(
    settings: Settings, name: str, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """How the lists showed an article, the oldest first, and the cursor by which to go on.

    Raises:
        NoSuchArticle: none is stored.
        BadCursor: `after` is none.
    """
    place = read_cursor(after) if after else None
    id_ = article_named(settings, name)["_id"]
    found = sightings_from(settings, id_, place, limit + 1)
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], cursor_of(Position(at=last["at"], id=last["_id"]))


def history_data(article: Document, known: list[ArticleState]) -> dict[str, Any]:
    """An article's history as plain values."""
    about = {name: article.get(name) for name in ("_id", "url", "title", "gone_at")}
    return {**about, "states": [state.as_dict() for state in known]}
