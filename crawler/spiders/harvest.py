"""Gathers what one run finds: which links are articles, which of them are wanted, which wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import define, field

from crawler.pages.entries.text import EntryText
from crawler.pages.times import date_of_url, is_plausible
from crawler.site import Site
from crawler.sources.base import Link
from crawler.spiders.arguments import CrawlArguments
from crawler.spiders.listed.texts import ListedText, texts_to_read
from crawler.spiders.memory import Memory
from crawler.spiders.reporter import Reporter
from crawler.spiders.walks import ListedPage, Walk
from crawler.urls import ArticleUrl, NotAnArticleUrl
from crawler.urls.parts import web_address
from pipelines.counting import counters
from pipelines.items import Sighting, Validators
from pipelines.records import DueArticle, Gap, ListReport, UrlLookup
from pipelines.timing.clock import now

Status = Literal["listed", "new", "due", "known"]
"""What this run does about an article. listed: a list shows it, the memory was not asked yet.
new, due: it is asked for. known: it is left alone."""
NO_LIST = 0


@define(frozen=True, kw_only=True)
class WaitingArticle:
    """An article that is to be asked for.

    page: number of the list page that showed it; NO_LIST if none did. validators: of its page, as
    it was last read.
    """

    article: ArticleUrl
    page: int
    validators: Validators | None = None


@define(kw_only=True)
class Harvest:
    """Chooses articles over all lists of a run, so that each is asked for once.

    requested: articles asked for so far because a list showed them. walks: over the lists of this
    run, by name.
    """

    reporter: Reporter
    arguments: CrawlArguments
    memory: Memory
    requested: int = 0
    walks: dict[str, Walk] = field(factory=dict)
    _waiting: list[WaitingArticle] = field(factory=list)
    _statuses: dict[str, Status] = field(factory=dict)
    _due: dict[str, DueArticle] = field(factory=dict)
    _asking: asyncio.Lock = field(factory=asyncio.Lock)

    @property
    def site(self) -> Site:
        return self.reporter.site

    @property
    def limit_reached(self) -> bool:
        """Whether as many articles as the operator wanted were asked for."""
        return self._room() == 0

    @property
    def is_plain(self) -> bool:
        """Whether the run is to find all that is new: no span of time, no limit."""
        asked = self.arguments
        return asked.since is None and asked.until is None and asked.limit is None

    # What earlier runs know.

    async def recall(self) -> None:
        """Asks what earlier runs have learnt of the lists, and what is due."""
        names = [source.name for source in self.arguments.sources]
        for name, known in (await self.memory.list_states(names)).items():
            self.walks[name] = Walk(name=name, known=known)
        if self.is_plain:
            self._due = {each.id: each for each in await self.memory.due()}

    async def tell_memory(self, moment: datetime) -> None:
        """Tells later runs which walks have ended and how the lists fared.

        All that the lists led to must be stored by now.
        """
        await self.memory.end_walks(self.complete_walks, self.gaps)
        await self.memory.report(self.list_reports(moment))

    # Lists.

    def walk(self, source: str) -> Walk:
        """Returns this run's walk over a list."""
        return self.walks.setdefault(source, Walk(name=source))

    async def begin_walk(self, source: str) -> None:
        """Asks the memory where earlier walks have stopped.

        Call this before the first page of a list with several pages is judged.
        """
        self.walk(source).start = await self.memory.begin_walk(source)

    async def choose(self, source: str, number: int, links: Iterable[Link]) -> ListedPage:
        """Judges the links of one list page; wanted articles wait from now on."""
        walk, page, stats = self.walk(source), ListedPage(), self.reporter.stats
        shown: dict[str, tuple[ArticleUrl, Link]] = {}
        candidates: dict[str, ArticleUrl] = {}
        ages = set()
        first_here: list[str] = []
        for link in links:
            article = self.site.identify(link.url)
            if isinstance(article, NotAnArticleUrl):
                counters.EXCLUDED.by(article.reason).add(stats)
                continue
            page.identified += 1
            id_ = article.id  # one string for all that remembers it
            shown.setdefault(id_, (article, link))
            if self._count_found(walk, id_):
                first_here.append(id_)
            first_time = id_ not in self._statuses
            if first_time:
                self._statuses[id_] = "listed"
                counters.FOUND.add(stats)
            age = self._age(_believed(link.published_at), article.url)
            ages.add(age)
            if age is None:
                candidates.setdefault(id_, article)
            elif first_time:
                counters.EXCLUDED.by(age).add(stats)
        page.older = ages == {"before_since"}
        page.later = "after_until" in ages
        page.repeated = page.identified > 0 and not first_here
        texts = {id_: link.text for id_, (_, link) in shown.items() if link.text is not None}
        page.texts = await self._take(number, candidates, texts)
        page.wanted = any(self._statuses[each] == "new" for each in candidates)
        page.fresh = page.wanted or await self._was_cut(walk, list(candidates))
        walk.new += sum(self._statuses.get(each) == "new" for each in first_here)
        self._note(walk, page, shown)
        return page

    @property
    def complete_walks(self) -> list[str]:
        """Lists of which no article is missing once everything that was found is stored.

        A run over a span of time completes no walk that an earlier run began: what it stores may
        stand between articles that nobody has looked at.
        """
        if self.limit_reached:
            return []
        whole = self.arguments.since is None and self.arguments.until is None
        return [
            name
            for name, walk in self.walks.items()
            if walk.ended
            and walk.start is not None
            and walk.error is None
            and (whole or not (walk.start.ended_once or walk.start.cut_since))
        ]

    @property
    def gaps(self) -> dict[str, Gap]:
        """Where walks had to leave their lists; only a plain run can say so."""
        if not self.is_plain:
            return {}
        return {name: walk.gap for name, walk in self.walks.items() if walk.gap and walk.start}

    def list_reports(self, moment: datetime) -> list[ListReport]:
        """Sums up how the lists have fared.

        Validators are left out unless the run took all: "unchanged" must never mean that
        something is missing.
        """
        by_name = {source.name: source for source in self.arguments.sources}
        reports = [walk.report(by_name[walk.name], moment) for walk in self.walks.values()]
        for report in reports:
            walk = self.walks[report.source]
            if not (self.is_plain and walk.ended and walk.error is None):
                report.validators = None
        return reports

    # Articles.

    def add_due(self) -> None:
        """Adds the articles that are due and that no list has shown; call it after all lists."""
        due, self._due = self._due, {}
        for each in due.values():
            if self._is_looked_up(each.id):
                continue
            self._statuses[each.id] = "due"
            if web_address(each.url) is None:
                counters.EXCLUDED.by("bad_url").add(self.reporter.stats)
                self.reporter.logger.warning("%s is known by no address of the web", each.id)
                continue
            counters.DUE.add(self.reporter.stats)
            self._waiting.append(
                WaitingArticle(
                    article=self._address(each), page=NO_LIST, validators=each.validators
                )
            )

    def next_articles(self, number: int) -> list[WaitingArticle]:
        """Takes up to `number` articles out of those that wait.

        What stood furthest back in its list comes first, in the list's order; what no list showed
        comes last.
        """
        self._waiting.sort(key=lambda each: -each.page)
        taken = self._waiting[:number]
        del self._waiting[:number]
        return taken

    async def claim(self, article: ArticleUrl) -> ArticleUrl | None:
        """The address to ask for an article that another page led to; None if it is not wanted."""
        wanted = await self._unasked({article.id: article})
        if not wanted:
            return None
        counters.FOLLOWED.add(self.reporter.stats)
        due = wanted[article.id]
        return article if due is None else self._address(due, article)

    def out_of_range(self, published_at: datetime | None) -> str | None:
        """Says why an article of that time is not wanted: "before_since", "after_until" or None."""
        since, until = self.arguments.since, self.arguments.until
        if published_at is None:
            return None
        if since is not None and published_at < since:
            return "before_since"
        return "after_until" if until is not None and published_at >= until else None

    def _note(
        self, walk: Walk, page: ListedPage, shown: Mapping[str, tuple[ArticleUrl, Link]]
    ) -> None:
        """Notes what the page says of its list, and of its articles."""
        known = [self._statuses.get(id_) != "new" for id_ in shown]
        walk.note(list(shown), known, entries=page.identified)
        for id_, (article, link) in shown.items():
            moment = _believed(link.published_at) or self._day_of(article.url)
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

    async def _was_cut(self, walk: Walk, candidates: Sequence[str]) -> bool:
        """Whether articles further down may be missing, though all on this page are known."""
        since = walk.cut_since
        return since is not None and await self.memory.looked_at(candidates, since)

    def _count_found(self, walk: Walk, article: str) -> bool:
        """Counts an article once for its list; True at its first time."""
        if article in walk.ids:
            return False
        walk.ids.add(article)
        walk.items += 1
        counters.FOUND.by(walk.name).add(self.reporter.stats)
        return True

    def _age(self, published_at: datetime | None, url: str) -> str | None:
        """Does as `out_of_range`, by the list's time or else by the day in the URL."""
        since, until = self.arguments.since, self.arguments.until
        if published_at is not None or (since is None and until is None):
            return self.out_of_range(published_at)
        day = self._url_day(url)
        if day is None:
            return None
        if since is not None and day < self._day(since):
            return "before_since"
        last = None if until is None else self._day(until - timedelta.resolution)
        return "after_until" if last is not None and day > last else None

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.site.zone)).date()

    def _day_of(self, url: str) -> datetime | None:
        """Returns the day in an article's URL, as its first moment."""
        day = self._url_day(url)
        return datetime.combine(day, time(), ZoneInfo(self.site.zone)) if day else None

    def _url_day(self, url: str) -> date | None:
        """Returns the day in a URL; None for one on which nothing can have been published."""
        day = date_of_url(url)
        if day is None:
            return None
        begins = datetime.combine(day, time(), ZoneInfo(self.site.zone))
        return day if is_plausible(begins, now()) else None

    async def _take(
        self, number: int, candidates: dict[str, ArticleUrl], texts: Mapping[str, EntryText]
    ) -> list[ListedText]:
        """Adds the wanted ones to those that wait, within the operator's limit.

        Returns those whose list holds their texts: these wait for nothing.
        """
        asked = {id_: url for id_, url in candidates.items() if not self._is_looked_up(id_)}
        found = await self._unasked(candidates)
        gone = found.keys() & {id_ for id_, text in texts.items() if text.gone}
        self._statuses |= dict.fromkeys(gone, "known")  # before anyone has read it
        unasked = {id_: due for id_, due in found.items() if id_ not in gone}
        taken = list(unasked)[: self._room()]
        for id_ in taken:
            if id_ in texts:
                continue
            due = unasked[id_]
            self._waiting.append(
                WaitingArticle(article=candidates[id_], page=number)
                if due is None
                else WaitingArticle(
                    article=self._address(due, candidates[id_]),
                    page=number,
                    validators=due.validators,
                )
            )
        self.requested += len(taken)
        for _ in taken:
            counters.REQUESTED.add(self.reporter.stats)
        for _ in range(len(unasked) - len(taken)):
            counters.EXCLUDED.by("over_limit").add(self.reporter.stats)
        return texts_to_read(asked, texts, wanted=found, taken=taken)

    def _address(self, due: DueArticle, shown: ArticleUrl | None = None) -> ArticleUrl:
        """Returns a due article at its stored address; as it is shown, if that can be none."""
        if shown is not None and web_address(due.url) is None:
            return shown
        article = self.site.identify(due.url)
        if isinstance(article, ArticleUrl) and article.id == due.id:
            return article
        # The site's URL rules have changed since: the stored address alone counts.
        key = due.id.removeprefix(f"{self.site.key}:")
        return ArticleUrl(site=self.site.key, key=key, url=due.url)

    async def _unasked(self, candidates: Mapping[str, ArticleUrl]) -> dict[str, DueArticle | None]:
        """Returns the wanted ones among those about which this run has not asked the memory.

        With each stands what is due of it; None if it is new.
        """
        # One list after another: what one has asked about, the next one must know the answer to.
        async with self._asking:
            unasked = {
                each: url for each, url in candidates.items() if not self._is_looked_up(each)
            }
            if not unasked:
                return {}
            found = await self.memory.look_up(list(unasked.values()))
            self._statuses |= dict.fromkeys(unasked, "new")
            return self._judged(unasked, found)

    def _is_looked_up(self, article: str) -> bool:
        return self._statuses.get(article, "listed") != "listed"

    def _judged(
        self, unasked: Mapping[str, ArticleUrl], found: UrlLookup
    ) -> dict[str, DueArticle | None]:
        """Counts known articles; returns the others."""
        for each in unasked.keys() - found.new:
            self._statuses[each] = "due" if each in found.due else "known"
            if each not in found.due:
                counters.KNOWN.add(self.reporter.stats)
            if each in found.given_up:
                counters.KNOWN.by("given_up").add(self.reporter.stats)
        return {each: found.due.get(each) for each in unasked if self._statuses[each] != "known"}

    def _room(self) -> int | None:
        limit = self.arguments.limit
        return None if limit is None else max(0, limit - self.requested)


def _believed(moment: datetime | None) -> datetime | None:
    """Returns the time that a list gives; None for one at which nothing can have been published."""
    return moment if moment is not None and is_plausible(moment, now()) else None
