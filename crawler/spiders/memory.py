"""What a spider may ask about earlier runs, without knowing where that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from attrs import define, field

from crawler.urls import ArticleUrl
from pipelines.items import Validators


@define(kw_only=True)
class Wanted:
    """What is to be fetched of some articles, by id. new: nobody knows them. due: known, and to be
    looked at again. given_up: known, could never be had, and asked for no more."""

    new: set[str] = field(factory=set)
    due: dict[str, Validators | None] = field(factory=dict)
    given_up: set[str] = field(factory=set)


@define(frozen=True, kw_only=True)
class DueArticle:
    """An article that is to be looked at again. id: "site:key"."""

    id: str
    url: str
    validators: Validators | None = None


@define(frozen=True, kw_only=True)
class Remembered:
    """What earlier runs have learnt of a list.

    newest_at: publication of the newest article. new_at: when it last showed something new. top:
    ids of its first page, in order. validators: of its first page, where "unchanged" would mean
    that nothing is to be done.
    """

    newest_at: datetime | None = None
    new_at: datetime | None = None
    top: Sequence[str] = ()
    validators: Validators | None = None


@define(frozen=True, kw_only=True)
class Begun:
    """What is known as a walk of a list begins.

    cut_since: since when walks of it have not come to their end (None: the last one did): below
    articles that were looked at since then there may be some at which nobody has looked. gap: the
    page from which on that is so, if the last walk could say it. ended_once: there is something
    known for it to meet.
    """

    cut_since: datetime | None = None
    gap: int | None = None
    ended_once: bool = False


@define(kw_only=True)
class Fared:
    """How a list fared in this run.

    error: why it was given up. unchanged: the site said so. new: of its items, unknown until now.
    flags: stale, empty, repetitive, reordered. validators: of its first page.
    """

    source: str
    error: str | None = None
    unchanged: bool = False
    pages: int = 0
    items: int = 0
    new: int = 0
    newest_at: datetime | None = None
    flags: list[str] = field(factory=list)
    top: list[str] = field(factory=list)
    validators: Validators | None = None


@define(frozen=True, kw_only=True)
class Gap:
    """Where a walk had to leave a list before it met what is known."""

    page: int
    reason: str


class Memory(Protocol):
    """Knows which articles are stored, which are due for another look, and which lists were left
    in the middle. Every method may raise `MemoryUnavailable`, after all attempts."""

    async def wanted(self, articles: Sequence[ArticleUrl]) -> Wanted:
        """What is to be fetched now: what is unknown, failed before, or due for a look.

        For all of them this counts as having been seen in a list (`last_seen_at`).
        """
        ...

    async def due(self) -> Sequence[DueArticle]:
        """Articles to be looked at again though no list may show them; as many as one run may."""
        ...

    async def remember(self, sources: Sequence[str]) -> Mapping[str, Remembered]:
        """What is known of these lists."""
        ...

    async def begin_walk(self, source: str) -> Begun:
        """Note that this run walks a list page by page."""
        ...

    async def end_walks(self, whole: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        """Note which walks have come to their end, all they found being kept, and which had to
        leave a gap."""
        ...

    async def report(self, lists: Sequence[Fared]) -> None:
        """Note how lists fared."""
        ...

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        """Whether any of these (ids) was asked for since then."""
        ...


class NothingKnown:
    """The memory of a crawl without a database: every article is new."""

    async def wanted(self, articles: Sequence[ArticleUrl]) -> Wanted:
        return Wanted(new={article.id for article in articles})

    async def due(self) -> Sequence[DueArticle]:
        return ()

    async def remember(self, sources: Sequence[str]) -> Mapping[str, Remembered]:
        return {}

    async def begin_walk(self, source: str) -> Begun:
        return Begun()

    async def end_walks(self, whole: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        return

    async def report(self, lists: Sequence[Fared]) -> None:
        return

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return False
