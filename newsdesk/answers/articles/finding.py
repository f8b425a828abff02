"""Articles found by a query, or because they are like another one; also as plain values."""

from __future__ import annotations

from typing import Any

from newsdesk.answers.articles.stored import article_named, check_names
from pipelines.config import Settings
from pipelines.storage.queries import Filters
from pipelines.storage.search.search import Hit, SearchResult, search
from pipelines.storage.search.similar import Similar, similar_articles
from pipelines.text.query.parser import Query


def similar_to(settings: Settings, name: str, limit: int) -> list[Similar]:
    """Finds the articles whose text is most like that of one article, named by id or address.

    Raises:
        NoSuchArticle: none is stored.
    """
    return similar_articles(settings, article_named(settings, name), limit)


def search_articles(
    settings: Settings, query: Query, filters: Filters, *, limit: int, newest_first: bool
) -> SearchResult:
    """Stored articles that match a query.

    Raises:
        UnknownSite, NoSuchTopic: nothing was found, and there is no such site or topic.
    """
    found = search(settings, query, filters, limit=limit, newest_first=newest_first)
    if not found.hits:
        check_names(settings, filters)
    return found


def found_data(found: SearchResult) -> dict[str, Any]:
    """Returns the hits of a search as plain values, and whether they are all."""
    return {
        "matches": found.matches,
        "complete": found.complete,
        "back_to": found.back_to,
        "facets": {name: dict(counts) for name, counts in found.facets.items()},
        "articles": [_hit_data(hit) for hit in found.hits],
    }


def _hit_data(hit: Hit) -> dict[str, Any]:
    excerpt = hit.excerpt and {
        "field": hit.excerpt.field,
        "text": hit.excerpt.text,
        "marks": [list(mark) for mark in hit.excerpt.marks],
    }
    return {
        **hit.document,
        "score": round(hit.score, 3),
        "matches": hit.matches,
        "excerpt": excerpt,
    }


def similar_data(each: Similar) -> dict[str, Any]:
    """Returns a similar article and its likeness as plain values."""
    like = each.likeness
    return {
        **each.document,
        "verdict": each.verdict,
        "jaccard": round(like.jaccard, 3),
        "contained": round(like.contained, 3),
        "contradictions": like.contradictions,
    }
