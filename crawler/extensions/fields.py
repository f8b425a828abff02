"""Counts which fields the articles have, so that a site which lost one of them is noticed."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.items import Article

FIELDS = (
    "title", "body", "published_at", "updated_at", "original_title", "summary", "authors",
    "source", "editors", "keywords", "section", "images", "related", "comment_count",
)  # fmt: skip
FALLBACKS = frozenset({"passages"})
"""Methods that read a page without rules of its own site."""


class FieldsExtension:
    """Counts newsdesk/read, newsdesk/filled/<field> and newsdesk/by_fallback.

    Articles that a filter turned away count too: their pages were read all the same.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_seen, signals.item_scraped)
        crawler.signals.connect(extension.item_seen, signals.item_dropped)
        return extension

    def item_seen(self, item: object) -> None:
        if not isinstance(item, Article):
            return
        self._stats.inc_value("newsdesk/read")
        if item.extraction.method in FALLBACKS:
            self._stats.inc_value("newsdesk/by_fallback")
        for name in FIELDS:
            value = getattr(item, name)
            if value is not None and value not in ("", []):
                self._stats.inc_value(f"newsdesk/filled/{name}")
