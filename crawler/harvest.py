"""What one run has found so far: which links are articles, wanted, and not yet asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import define, field

from crawler.arguments import CrawlArguments
from crawler.memory import Memory
from crawler.pages.times import date_of_url
from crawler.sites import Site
from crawler.sources.base import Found
from crawler.urls import ArticleUrl, NotAnArticleUrl


class NothingKnown:
    """The memory of a crawl without a database: every article is new."""

    async def to_fetch(self, articles: Sequence[ArticleUrl]) -> set[str]:
        return {article.id for article in articles}

    async def begin_walk(self, source: str) -> datetime | None:
        return None

    async def end_walks(self, sources: Sequence[str]) -> None:
        return

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return False


@define(kw_only=True)
class Chosen:
    """What a list page came to.

    articles: to be asked for now, in the list's order. identified: links that are articles.
    fresh: this run, or one that was cut short, wants something on the page, so that what comes
    after it may be wanted too.
    older: all its articles are before `since`; later: some are after `until`. repeated: all of
    them stood on earlier pages of the same list.
    """

    articles: list[ArticleUrl] = field(factory=list)
    identified: int = 0
    fresh: bool = False
    older: bool = False
    later: bool = False
    repeated: bool = False


@define(kw_only=True)
class Harvest:
    """Chooses over all lists of a run; each article is asked for once.

    count: adds one to the counter of that name. requested: articles asked for so far. failed:
    ids of those that gave nothing and are to be tried again.
    """

    site: Site
    arguments: CrawlArguments
    memory: Memory
    count: Callable[[str], None]
    requested: int = 0
    failed: set[str] = field(factory=set)
    _found: dict[str, set[str]] = field(factory=dict)
    _wanted: dict[str, bool] = field(factory=dict)
    _walks: dict[str, datetime | None] = field(factory=dict)
    _ended: set[str] = field(factory=set)

    @property
    def limit_reached(self) -> bool:
        """As many articles as the operator wanted were asked for."""
        return self._room() == 0

    async def choose(self, source: str, links: Iterable[Found]) -> Chosen:
        """Judge the links of one list page."""
        chosen = Chosen()
        candidates: dict[str, ArticleUrl] = {}
        ages = set()
        new_here = 0
        for link in links:
            article = self.site.identify(link.url)
            if isinstance(article, NotAnArticleUrl):
                self.count(f"excluded/{article.reason}")
                continue
            chosen.identified += 1
            new_here += self._count_found(article.id, source, f"found/{source}")
            first_time = self._count_found(article.id, "", "found")
            age = self._age(link.published_at, article.url)
            ages.add(age)
            if age is None:
                candidates.setdefault(article.id, article)
            elif first_time:
                self.count(f"excluded/{age}")
        chosen.older = ages == {"before_since"}
        chosen.later = "after_until" in ages
        chosen.repeated = chosen.identified > 0 and not new_here
        chosen.articles = self._within_limit(await self._unknown(candidates))
        chosen.fresh = await self._leads_on(source, list(candidates))
        return chosen

    async def begin_walk(self, source: str) -> None:
        """Ask for this before the first page of a list that has more pages."""
        self._walks[source] = await self.memory.begin_walk(source)

    def end_walk(self, source: str) -> None:
        """The list was walked to where it ends, or where what is known begins."""
        self._ended.add(source)

    @property
    def complete_walks(self) -> list[str]:
        """Lists below whose newest articles nothing is missing, once all that was found is kept.

        A run over a span of time leaves a list as it has found it, whole or cut short.
        """
        if self.limit_reached:
            return []
        whole = self.arguments.since is None and self.arguments.until is None
        return [
            source
            for source, cut_since in self._walks.items()
            if source in self._ended
            and (whole or cut_since is None)
            and not self.failed & self._found.get(source, set())
        ]

    async def claim(self, article: ArticleUrl) -> bool:
        """Whether an article that another page led to is still to be asked for."""
        wanted = bool(await self._unknown({article.id: article}))
        if wanted:
            self.count("followed")
        return wanted

    def out_of_range(self, published_at: datetime | None) -> str | None:
        """Why an article of that time is not wanted: "before_since", "after_until" or None."""
        since, until = self.arguments.since, self.arguments.until
        if published_at is None:
            return None
        if since is not None and published_at < since:
            return "before_since"
        return "after_until" if until is not None and published_at >= until else None

    async def _leads_on(self, source: str, candidates: Sequence[str]) -> bool:
        """Whether articles further down a list may be wanted, by those on one of its pages."""
        if any(self._wanted[each] for each in candidates):
            return True
        cut_since = self._walks.get(source)
        return cut_since is not None and await self.memory.looked_at(candidates, cut_since)

    def _count_found(self, article: str, source: str, counter: str) -> bool:
        """Count an article once for a source (or "" for all of them); True at its first time."""
        known = self._found.setdefault(source, set())
        first_time = article not in known
        if first_time:
            known.add(article)
            self.count(counter)
        return first_time

    def _age(self, published_at: datetime | None, url: str) -> str | None:
        """As `out_of_range`, by the list's time or else by the day in the URL."""
        since, until = self.arguments.since, self.arguments.until
        if published_at is not None or (since is None and until is None):
            return self.out_of_range(published_at)
        day = date_of_url(url)
        if day is None:
            return None
        if since is not None and day < self._day(since):
            return "before_since"
        last = None if until is None else self._day(until - timedelta.resolution)
        return "after_until" if last is not None and day > last else None

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.site.zone)).date()

    async def _unknown(self, candidates: dict[str, ArticleUrl]) -> list[ArticleUrl]:
        """Those that this run has not asked the memory about and that it wants fetched."""
        unasked = {each: url for each, url in candidates.items() if each not in self._wanted}
        if not unasked:
            return []
        # Marked before the memory answers, so that no other list asks for them meanwhile.
        self._wanted |= dict.fromkeys(unasked, True)
        try:
            wanted = await self.memory.to_fetch(list(unasked.values()))
        except BaseException:
            for each in unasked:
                del self._wanted[each]
            raise
        for each in unasked.keys() - wanted:
            self._wanted[each] = False
            self.count("known")
        return [url for each, url in unasked.items() if each in wanted]

    def _within_limit(self, articles: list[ArticleUrl]) -> list[ArticleUrl]:
        room = self._room()
        taken = articles if room is None else articles[:room]
        self.requested += len(taken)
        for _ in taken:
            self.count("requested")
        for _ in articles[len(taken) :]:
            self.count("excluded/over_limit")
        return taken

    def _room(self) -> int | None:
        limit = self.arguments.limit
        return None if limit is None else max(0, limit - self.requested)
