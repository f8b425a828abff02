"""What searches for articles and for similar ones give, as plain values."""

from __future__ import annotations

from typing import Any

from newsdesk.answers.articles.stored import article_named
from pipelines.config import Settings
from pipelines.storage.search.search import Hit, SearchResult
from pipelines.storage.search.similar import Similar, similar_articles


def similar_to(settings: Settings, name: str, limit: int) -> list[Similar]:
    """The articles whose text is most like that of the article of this id or address.

    Raises:
        NoSuchArticle: none is stored.
    """
    return similar_articles(settings, article_named(settings, name), limit)


def found_data(found: SearchResult) -> dict[str, Any]:
    """The hits of a search, and how complete they are."""
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
    """An article that is like another, and how like."""
    like = each.likeness
    return {
        **each.document,
        "verdict": each.verdict,
        "jaccard": round(like.jaccard, 3),
        "contained": round(like.contained, 3),
        "contradictions": like.contradictions,
    }
