"""What a spider may ask about earlier runs, without knowing where that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from crawler.urls import ArticleUrl


class Memory(Protocol):
    """Knows which articles are stored and which are due for another look."""

    async def to_fetch(self, articles: Sequence[ArticleUrl]) -> set[str]:
        """The ids of those to be fetched now: unknown, failed before, or due for a look.

        For the others this counts as having been seen in a list (`last_seen_at`).

        Raises:
            MemoryUnavailable: after all attempts.
        """
        ...
