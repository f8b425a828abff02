"""What a spider asks about earlier runs; where that is kept is not its business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from crawler.urls import ArticleUrl
from pipelines.records import DueArticle, Gap, ListReport, ListState, UrlLookup, WalkStart


class Memory(Protocol):
    """Knows which articles are stored, which are due for another look, and where walks stopped.

    Every method may raise `MemoryUnavailable`, after all attempts.
    """

    async def look_up(self, articles: Sequence[ArticleUrl]) -> UrlLookup:
        """Says which articles are to be fetched now; notes that a list shows all of them."""
        ...

    async def due(self) -> Sequence[DueArticle]:
        """Returns articles that are due, listed or not, up to as many as one run may ask for."""
        ...

    async def list_states(self, sources: Sequence[str]) -> Mapping[str, ListState]:
        """Returns what is known of these lists."""
        ...

    async def begin_walk(self, source: str) -> WalkStart:
        """Notes that this run walks a list; returns where earlier walks stopped."""
        ...

    async def end_walks(self, complete: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        """Notes which walks are complete, all they found being stored, and which left a gap."""
        ...

    async def report(self, lists: Sequence[ListReport]) -> None:
        """Notes how lists fared."""
        ...

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        """Whether any of these articles (ids) was asked for since then."""
        ...


class NothingKnown:
    """The memory of a crawl without a database: every article is new."""

    async def look_up(self, articles: Sequence[ArticleUrl]) -> UrlLookup:
        return UrlLookup(new={article.id for article in articles})

    async def due(self) -> Sequence[DueArticle]:
        return ()

    async def list_states(self, sources: Sequence[str]) -> Mapping[str, ListState]:
        return {}

    async def begin_walk(self, source: str) -> WalkStart:
        return WalkStart()

    async def end_walks(self, complete: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        return

    async def report(self, lists: Sequence[ListReport]) -> None:
        return

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return False
