"""Counts which fields the articles have, so that it is noticed when a site loses one."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.counting import counters
from pipelines.items import Article

FIELDS = (
    "title", "body", "published_at", "updated_at", "original_title", "summary", "authors",
    "source", "editors", "keywords", "section", "images", "related", "comment_count",
)  # fmt: skip
FALLBACKS = frozenset({"passages"})
"""Methods that read a page without rules of its own site."""


class FieldsExtension:
    """Counts articles read, their fields, those read by a fallback and those in doubt.

    Articles that a filter rejected count, too: their pages were read all the same.
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
        counters.READ.add(self._stats)
        if item.extraction.method in FALLBACKS:
            counters.BY_FALLBACK.add(self._stats)
        if "doubtful_body" in item.extraction.flags:
            counters.DOUBTFUL.add(self._stats)
        for name in FIELDS:
            value = getattr(item, name)
            if value is not None and value not in ("", []):
                counters.FILLED.by(name).add(self._stats)
