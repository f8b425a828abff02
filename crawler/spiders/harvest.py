"""What one run has found so far: which links are articles, wanted, and not yet asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import define, field

from crawler.pages.times import date_of_url
from crawler.site import Site
from crawler.sources.base import Found
from crawler.spiders.arguments import CrawlArguments
from crawler.spiders.memory import DueArticle, Fared, Gap, Memory, Wanted
from crawler.spiders.walks import Chosen, Walk
from crawler.urls import ArticleUrl, NotAnArticleUrl
from pipelines.items import Sighting, Validators

Fate = Literal["shown", "new", "due", "known"]
"""What this run does about an article: it is on a list and nobody has looked it up, or it is asked
for (new, due), or known and left alone."""


@define(kw_only=True)
class Page(Chosen):
    """What a list page came to. articles: to be asked for now, in the list's order. validators:
    of those among them that are known, by id. seen: all its articles, as it shows them."""

    articles: list[ArticleUrl] = field(factory=list)
    validators: dict[str, Validators | None] = field(factory=dict)
    seen: list[Sighting] = field(factory=list)


@define(kw_only=True)
class Harvest:
    """Chooses over all lists of a run; each article is asked for once.

    count: adds one to the counter of that name. requested: articles asked for so far. walks: over
    the lists of this run, by name.
    """

    site: Site
    arguments: CrawlArguments
    memory: Memory
    count: Callable[[str], None]
    requested: int = 0
    walks: dict[str, Walk] = field(factory=dict)
    _fates: dict[str, Fate] = field(factory=dict)
    _due: dict[str, DueArticle] = field(factory=dict)
    _asking: asyncio.Lock = field(factory=asyncio.Lock)

    @property
    def limit_reached(self) -> bool:
        """As many articles as the operator wanted were asked for."""
        return self._room() == 0

    @property
    def is_plain(self) -> bool:
        """The run is over no span of time and has no limit: it is to find all that is new."""
        asked = self.arguments
        return asked.since is None and asked.until is None and asked.limit is None

    async def recall(self) -> None:
        """Ask what earlier runs have learnt of the lists, and what is due."""
        names = [source.name for source in self.arguments.sources]
        for name, remembered in (await self.memory.remember(names)).items():
            self.walks[name] = Walk(name=name, remembered=remembered)
        if self.is_plain:
            self._due = {each.id: each for each in await self.memory.due()}

    def walk(self, source: str) -> Walk:
        """This run's walk over a list."""
        return self.walks.setdefault(source, Walk(name=source))

    async def choose(self, source: str, links: Iterable[Found]) -> Page:
        """Judge the links of one list page."""
        walk, page = self.walk(source), Page()
        shown: dict[str, tuple[ArticleUrl, Found]] = {}
        candidates: dict[str, ArticleUrl] = {}
        ages = set()
        first_here: list[str] = []
        for link in links:
            article = self.site.identify(link.url)
            if isinstance(article, NotAnArticleUrl):
                self.count(f"excluded/{article.reason}")
                continue
            page.identified += 1
            id_ = article.id  # one string for all that remembers it
            shown.setdefault(id_, (article, link))
            if self._count_found(walk, id_):
                first_here.append(id_)
            first_time = id_ not in self._fates
            if first_time:
                self._fates[id_] = "shown"
                self.count("found")
            age = self._age(link.published_at, article.url)
            ages.add(age)
            if age is None:
                candidates.setdefault(id_, article)
            elif first_time:
                self.count(f"excluded/{age}")
        page.older = ages == {"before_since"}
        page.later = "after_until" in ages
        page.repeated = page.identified > 0 and not first_here
        await self._take(page, candidates)
        page.wanted = any(self._fates[each] == "new" for each in candidates)
        page.fresh = page.wanted or await self._was_cut(walk, list(candidates))
        walk.new += sum(self._fates.get(each) == "new" for each in first_here)
        self._note(walk, page, shown)
        return page

    def _note(self, walk: Walk, page: Page, shown: Mapping[str, tuple[ArticleUrl, Found]]) -> None:
        """Keep what the page says of its list, and of its articles."""
        known = [self._fates.get(id_) != "new" for id_ in shown]
        walk.note(list(shown), known, entries=page.identified)
        for id_, (article, link) in shown.items():
            moment = link.published_at or self._day_of(article.url)
            if moment is not None:
                walk.newest_at = max(walk.newest_at or moment, moment)
                walk.oldest_at = min(walk.oldest_at or moment, moment)
            page.seen.append(
                Sighting(
                    article=id_,
                    rank=link.rank,
                    title=link.title,
                    comment_count=link.comment_count,
                    read_count=link.read_count,
                )
            )

    async def begin_walk(self, source: str) -> None:
        """Ask for this before the first page of a list that has more pages."""
        self.walk(source).begun = await self.memory.begin_walk(source)

    @property
    def complete_walks(self) -> list[str]:
        """Lists below whose newest articles nothing is missing, once all that was found is kept.

        A run over a span of time is none to go by: what it has stored may stand between articles
        that nobody has looked at.
        """
        if self.limit_reached:
            return []
        whole = self.arguments.since is None and self.arguments.until is None
        return [
            name
            for name, walk in self.walks.items()
            if walk.ended
            and walk.begun is not None
            and (whole or not (walk.begun.ended_once or walk.begun.cut_since))
        ]

    @property
    def gaps(self) -> dict[str, Gap]:
        """Where walks had to leave their lists; only a run that asks for all can say so."""
        if not self.is_plain:
            return {}
        return {name: walk.gap for name, walk in self.walks.items() if walk.gap and walk.begun}

    def fared(self, now: datetime) -> list[Fared]:
        """How the lists have fared. What a run leaves out, the next one must not take for known:
        validators are for those that kept all."""
        by_name = {source.name: source for source in self.arguments.sources}
        lists = [walk.fared(by_name[walk.name], now) for walk in self.walks.values()]
        for each in lists:
            walk = self.walks[each.source]
            if not (self.is_plain and walk.ended and walk.error is None):
                each.validators = None
        return lists

    def take_due(self) -> list[tuple[ArticleUrl, Validators | None]]:
        """What is due and was not asked for because a list showed it; once."""
        due, self._due = self._due, {}
        taken = []
        for each in due.values():
            if self._is_looked_up(each.id):
                continue
            self._fates[each.id] = "due"
            self.count("due")
            article = self.site.identify(each.url)
            if not isinstance(article, ArticleUrl) or article.id != each.id:
                # The rules have changed since: the address alone says where to look.
                key = each.id.removeprefix(f"{self.site.key}:")
                article = ArticleUrl(site=self.site.key, key=key, url=each.url)
            taken.append((article, each.validators))
        return taken

    async def claim(self, article: ArticleUrl) -> bool:
        """Whether an article that another page led to is still to be asked for."""
        wanted = bool(await self._unasked({article.id: article}))
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

    async def _was_cut(self, walk: Walk, candidates: Sequence[str]) -> bool:
        """Whether articles further down may be missing, though all on this page are known."""
        since = walk.cut_since
        return since is not None and await self.memory.looked_at(candidates, since)

    def _count_found(self, walk: Walk, article: str) -> bool:
        """Count an article once for its list; True at its first time."""
        if article in walk.ids:
            return False
        walk.ids.add(article)
        walk.items += 1
        self.count(f"found/{walk.name}")
        return True

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

    def _day_of(self, url: str) -> datetime | None:
        """The day in an article's URL, as its first moment."""
        day = date_of_url(url)
        return datetime.combine(day, time(), ZoneInfo(self.site.zone)) if day else None

    async def _take(self, page: Page, candidates: dict[str, ArticleUrl]) -> None:
        """Put what is to be asked for, within the operator's limit, on the page."""
        unasked = await self._unasked(candidates)
        room = self._room()
        page.articles = [candidates[each] for each in list(unasked)[:room]]
        page.validators = {each.id: unasked[each.id] for each in page.articles}
        self.requested += len(page.articles)
        for _ in page.articles:
            self.count("requested")
        for _ in range(len(unasked) - len(page.articles)):
            self.count("excluded/over_limit")

    async def _unasked(self, candidates: Mapping[str, ArticleUrl]) -> dict[str, Validators | None]:
        """Those that this run has not asked the memory about and that are to be fetched."""
        # One list after another: what one has asked about, the next one must know the answer to.
        async with self._asking:
            unasked = {
                each: url for each, url in candidates.items() if not self._is_looked_up(each)
            }
            if not unasked:
                return {}
            wanted = await self.memory.wanted(list(unasked.values()))
            self._fates |= dict.fromkeys(unasked, "new")
            return self._judged(unasked, wanted)

    def _is_looked_up(self, article: str) -> bool:
        return self._fates.get(article, "shown") != "shown"

    def _judged(
        self, unasked: Mapping[str, ArticleUrl], wanted: Wanted
    ) -> dict[str, Validators | None]:
        """Count what is known, and give the others."""
        for each in unasked.keys() - wanted.new:
            self._fates[each] = "due" if each in wanted.due else "known"
            if each not in wanted.due:
                self.count("known")
            if each in wanted.given_up:
                self.count("known/given_up")
        return {each: wanted.due.get(each) for each in unasked if self._fates[each] != "known"}

    def _room(self) -> int | None:
        limit = self.arguments.limit
        return None if limit is None else max(0, limit - self.requested)
