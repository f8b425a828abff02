"""What a spider may ask about earlier runs, without knowing where that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from crawler.urls import ArticleUrl


class Memory(Protocol):
    """Knows which articles are stored, which are due for another look, and which lists were left
    in the middle. Every method may raise `MemoryUnavailable`, after all attempts."""

    async def to_fetch(self, articles: Sequence[ArticleUrl]) -> set[str]:
        """The ids of those to be fetched now: unknown, failed before, or due for a look.

        For the others this counts as having been seen in a list (`last_seen_at`).
        """
        ...

    async def begin_walk(self, source: str) -> datetime | None:
        """Note that this run walks a list page by page.

        Gives since when walks of this list have not come to their end, None if the last one did:
        below articles that were looked at since then there may be some at which nobody has looked.
        """
        ...

    async def end_walks(self, sources: Sequence[str]) -> None:
        """Note that these walks have come to their end, and that all they found is kept."""
        ...

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        """Whether any of these (ids) was asked for since then."""
        ...
