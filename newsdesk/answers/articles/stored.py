"""Stored articles: found by an id or an address, with their history and hot lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newsdesk.answers.articles.changes import ArticleState, states
from newsdesk.answers.sites import load_site
from newsdesk.exceptions import NoSuchArticle
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import article_history, find_article, hot_lists
from pipelines.text.display import simplified

SHOWN_TEXTS = ("title", "original_title", "summary", "body")


def article_named(settings: Settings, name: str) -> Document:
    """The article of this id or address.

    Raises:
        NoSuchArticle: none is stored.
    """
    return _known(find_article(settings, name), name)


def history_of(settings: Settings, name: str) -> tuple[Document, list[ArticleState]]:
    """An article by its id or address, and all its states, the first one first.

    Raises:
        NoSuchArticle: none is stored.
    """
    found, revisions = article_history(settings, name)
    article = _known(found, name)
    return article, states(revisions, article)


def _known(article: Document | None, name: str) -> Document:
    if article is None:
        raise NoSuchArticle(
            f"{name} is not stored: newsdesk articles list shows what is; an id is site:key."
        )
    return article


def in_simplified(article: Document) -> Document:
    """The article with the texts that people read in Simplified script."""
    if article["script"] != "hant":
        return article
    return article | {name: simplified(article[name]) for name in SHOWN_TEXTS if article.get(name)}


def hot_lists_of(settings: Settings, site: str, at: datetime | None) -> list[Document]:
    """What the hot lists of a site show, or showed at a time.

    Raises:
        UnknownSite: there is no such site.
    """
    return hot_lists(settings, load_site(site).key, at)


def history_data(article: Document, known: list[ArticleState]) -> dict[str, Any]:
    """An article's history as plain values."""
    about = {name: article.get(name) for name in ("_id", "url", "title", "gone_at")}
    return {**about, "states": [state.as_dict() for state in known]}
