"""What of an article queries look at: never its lists of links, which tell of other articles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.items import Article
from pipelines.text.query.matching import Fields

DOCUMENT_FIELDS = ("title", "body", "keywords", "source", "authors", "site", "section")
"""Fields of a stored article that `document_fields` reads."""


def article_fields(article: Article) -> Fields:
    """The fields of an item by the names that queries use."""
    return {
        "title": article.title,
        "body": article.body,
        "keywords": article.keywords,
        "source": article.source.name if article.source else "",
        "author": [author.name for author in article.authors],
        "site": article.site,
        "section": article.section or "",
    }


def document_fields(document: Mapping[str, Any]) -> Fields:
    """The same of a document of `articles`; a field that was not asked for is empty."""
    return {
        "title": document.get("title") or "",
        "body": document.get("body") or "",
        "keywords": document.get("keywords") or [],
        "source": (document.get("source") or {}).get("name") or "",
        "author": [author["name"] for author in document.get("authors") or []],
        "site": document.get("site") or "",
        "section": document.get("section") or "",
    }
