"""The memory of a crawl that has a database: what MongoDB knows of its site's articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

from scrapy.crawler import Crawler

from crawler.exceptions import MemoryUnavailable
from crawler.site import Site
from crawler.urls import ArticleUrl
from pipelines.config import current_job, load_settings
from pipelines.crawl_session import crawl_session
from pipelines.records import DueArticle, Gap, ListReport, ListState, UrlLookup, WalkStart
from pipelines.storage.exceptions import StorageError
from pipelines.storage.memory.sources import SourceRepository
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.memory.walks import WalkRepository
from pipelines.storage.session import Operation, StorageSession
from pipelines.timing.clock import now

T = TypeVar("T")


class DatabaseMemory:
    """`crawler.spiders.memory.Memory` over the collections `urls`, `walks` and `sources`.

    due_limit: how many due articles one run may ask for. is_replay: whether a recording answers.
    What lists were like then is nothing that a night may go on from, so in a database in which the
    site is crawled, too, a replay neither reads nor writes `walks` and `sources`, and asks for
    nothing that is due.
    """

    def __init__(
        self, site: str, session: StorageSession, due_limit: int, *, is_replay: bool = False
    ) -> None:
        self._site = site
        self._session = session
        self._due_limit = due_limit
        self._is_aside: bool | None = None if is_replay else False
        self._started: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Builds the memory before the crawl's spider, which is given it."""
        site: Site = crawler.spidercls.site  # type: ignore[attr-defined]
        return cls(
            site.key,
            crawl_session(crawler),
            load_settings().revisits_per_run,
            is_replay=bool(crawler.settings["NEWSDESK_REPLAY"]),
        )

    async def look_up(self, articles: Sequence[ArticleUrl]) -> UrlLookup:
        asked = {article.id: article.url for article in articles}
        return await self._run(
            lambda database: UrlRepository(database).look_up(self._site, asked, now())
        )

    async def due(self) -> Sequence[DueArticle]:
        if await self._is_beside_nights():
            return ()
        return await self._run(
            lambda database: UrlRepository(database).due(self._site, now(), self._due_limit)
        )

    async def list_states(self, sources: Sequence[str]) -> Mapping[str, ListState]:
        if await self._is_beside_nights():
            return {}
        return await self._run(
            lambda database: SourceRepository(database).states(self._site, sources)
        )

    async def begin_walk(self, source: str) -> WalkStart:
        if await self._is_beside_nights():
            return WalkStart()
        started = self._started[source] = now()
        return await self._run(
            lambda database: WalkRepository(database).begin(self._site, source, started)
        )

    async def end_walks(self, complete: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        if await self._is_beside_nights():
            return
        ended = {source: self._started[source] for source in complete}
        left = {source: (self._started[source], gap) for source, gap in gaps.items()}
        await self._run(lambda database: WalkRepository(database).end(self._site, ended, now()))
        await self._run(lambda database: WalkRepository(database).leave(self._site, left))

    async def report(self, lists: Sequence[ListReport]) -> None:
        if await self._is_beside_nights():
            return
        await self._run(
            lambda database: SourceRepository(database).report(
                self._site, lists, now(), current_job()
            )
        )

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return await self._run(lambda database: UrlRepository(database).looked_at(articles, since))

    async def _is_beside_nights(self) -> bool:
        """Tells whether this is a replay in a database in which the site is crawled, too."""
        if self._is_aside is None:
            self._is_aside = await self._run(
                lambda database: SourceRepository(database).is_crawled(self._site)
            )
        return self._is_aside

    async def _run(self, operation: Operation[T]) -> T:
        try:
            return await self._session.run(operation)
        except StorageError as error:
            raise MemoryUnavailable(str(error)) from error
