"""Pipeline 300: fingerprints each article, makes its traces, rejects repetitions within a run.

Whether an article is new, changed or a copy of another is decided where it is stored
(`pipelines.storage.news.articles`, `.stories`), because only there everything known comes together.
"""

from __future__ import annotations

from typing import TypeVar

from pipelines.exceptions import SeenInRun
from pipelines.items import Article
from pipelines.text.finding.article_traces import traces
from pipelines.text.fingerprints import fingerprint

REMEMBERED = 200_000
"""Ids kept in memory (about 25 MB). An older one that comes again is found unchanged by the store.
"""

Item = TypeVar("Item")


class DedupPipeline:
    """Sets `Article.fingerprint` and `.traces`; passes everything else on."""

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
