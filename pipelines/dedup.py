"""Pipeline 300: fingerprint each article, take its traces, stop what this run has handed on.

Whether an article is new, changed or a copy of another is decided where it is stored: only
there everything that is known comes together (`pipelines.storage.news.articles`, `.stories`).
"""

from __future__ import annotations

from typing import TypeVar

from pipelines.exceptions import SeenInRun
from pipelines.items import Article
from pipelines.text.finding.article_traces import traces
from pipelines.text.fingerprints import fingerprint

REMEMBERED = 200_000
"""Ids kept in memory (about 25 MB); an older one would be found unchanged by the store."""

Item = TypeVar("Item")


class DedupPipeline:
    """Sets `Article.fingerprint` and `.traces`; lets everything that is not an article pass."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._seen: dict[str, None] = {}

    def process_item(self, item: Item) -> Item:
        if not isinstance(item, Article):
            return item
        if item.id in self._seen:
            raise SeenInRun(item.id)
        if len(self._seen) >= self._remembered:
            del self._seen[next(iter(self._seen))]
        self._seen[item.id] = None
        item.fingerprint = fingerprint(item)
        item.traces = traces(item)
        return item
