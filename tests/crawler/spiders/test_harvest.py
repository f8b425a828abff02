from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import pytest
from scrapy.utils.test import get_crawler

from crawler.exceptions import MemoryUnavailable
from crawler.sites.guancha.site import GUANCHA
from crawler.sources.base import Link
from crawler.spiders.arguments import read_arguments
from crawler.spiders.harvest import Harvest
from crawler.spiders.memory import NothingKnown
from crawler.spiders.reporter import Reporter
from crawler.urls import ArticleUrl
from pipelines.records import DueArticle, Gap, ListState, UrlLookup, WalkStart

MORNING = datetime(2026, 3, 2, 3, tzinfo=UTC)


class Known(NothingKnown):
    """A memory that knows some ids and notes what it was asked.

    due: of these, to be looked at again. start: what it knows of walks before this run. touched:
    what was asked for since they were cut short.
    """

    def __init__(
        self,
        *known: str,
        away: bool = False,
        due: Collection[str] = (),
        start: WalkStart | None = None,
        touched: Collection[str] = (),
        top: Sequence[str] = (),
    ) -> None:
        self.known = set(known)
        self.away = away
        self.dues = set(due)
        self.start = start or WalkStart()
        self.touched = set(touched)
        self.top = top
        self.asked: list[list[str]] = []

    async def look_up(self, articles: Sequence[ArticleUrl]) -> UrlLookup:
        if self.away:
            raise MemoryUnavailable("away")
        ids = [article.id for article in articles]
        self.asked.append(ids)
        due = {each.id: each for each in await self.due() if each.id in ids}
        return UrlLookup(new=set(ids) - self.known, due=due)

    async def due(self) -> Sequence[DueArticle]:
        return [
            DueArticle(id=id_, url=f"https://www.guancha.cn/a/2026_03_01_{id_[8:]}.shtml")
            for id_ in sorted(self.dues)
        ]

    async def list_states(self, sources: Sequence[str]) -> Mapping[str, ListState]:
        return dict.fromkeys(sources, ListState(top=self.top))

    async def begin_walk(self, source: str) -> WalkStart:
        return self.start

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return since == self.start.cut_since and not self.touched.isdisjoint(articles)


def harvest(memory: Known, **arguments: str) -> Harvest:
    reporter = Reporter(site=GUANCHA, crawler=get_crawler())
    asked = read_arguments(GUANCHA, arguments)
    return Harvest(reporter=reporter, arguments=asked, memory=memory)


def counts(gathered: Harvest) -> dict[str, int]:
    """What was counted, without the prefix."""
    stats = gathered.reporter.stats.get_stats()
    return {name.removeprefix("newsdesk/"): number for name, number in stats.items()}


def waiting(gathered: Harvest) -> list[str]:
    """Keys of all articles that wait, in the order in which they are asked for."""
    return [each.article.key for each in gathered.next_articles(1000)]


def links(*numbers: int, day: str = "2026_03_01", time: datetime | None = None) -> list[Link]:
    return [
        Link(url=f"https://www.guancha.cn/a/{day}_{n}.shtml", rank=n, published_at=time)
        for n in numbers
    ]


async def test_each_article_is_asked_for_once_over_all_lists() -> None:
    memory = Known("guancha:2")
    gathered = harvest(memory)
    first = await gathered.choose(
        "home", 1, [*links(3, 1, 2, 3), Link(url="https://x.cn/", rank=9)]
    )
    again = await gathered.choose("yaowen", 1, links(1, 2))
    await gathered.choose("home", 1, links(2, 4))
    assert (first.identified, first.fresh) == (4, True)
    assert again.fresh, "the run wants 1, so the list is not known"
    assert waiting(gathered) == ["3", "1", "4"]
    assert memory.asked == [["guancha:3", "guancha:1", "guancha:2"], ["guancha:4"]]
    assert counts(gathered) == {
        "found": 4,
        "found/home": 4,
        "found/yaowen": 2,
        "known": 1,
        "requested": 3,
        "excluded/other_site": 1,
    }


async def test_what_stands_furthest_back_is_asked_for_first_and_what_is_due_last() -> None:
    gathered = harvest(Known("guancha:9", due=["guancha:9"]))
    await gathered.recall()
    for number, shown in ((1, (1, 2)), (2, (3,)), (3, (4, 5))):
        await gathered.choose("yaowen", number, links(*shown))
    await gathered.choose("home", 1, links(6))
    gathered.add_due()
    first = [each.article.key for each in gathered.next_articles(3)]
    assert first == ["4", "5", "3"]
    assert waiting(gathered) == ["1", "2", "6", "9"]
    assert waiting(gathered) == []


async def test_a_page_of_known_articles_is_not_fresh() -> None:
    gathered = harvest(Known("guancha:1", "guancha:2"))
    chosen = await gathered.choose("home", 1, links(1, 2))
    assert (chosen.fresh, chosen.older) == (False, False)
    assert waiting(gathered) == []


async def test_a_page_that_repeats_earlier_ones_of_its_list_says_so() -> None:
    gathered = harvest(Known(), since="2026-03-01")
    other = [Link(url="https://x.cn/", rank=1)]
    pages = [links(1, 2), links(2, 3), links(1, 2, 3), links(4, 1), other, []]
    repeated = [(await gathered.choose("yaowen", 1, page)).repeated for page in pages]
    assert repeated == [False, False, True, False, False, False]
    assert not (await gathered.choose("toutiao", 1, links(1, 2))).repeated, (
        "another list's first page"
    )


async def test_limit_counts_requests_and_what_it_leaves_out() -> None:
    gathered = harvest(Known(), limit="2")
    await gathered.choose("home", 1, links(1))
    assert waiting(gathered) == ["1"]
    assert not gathered.limit_reached
    await gathered.choose("home", 1, links(2, 3, 4))
    assert waiting(gathered) == ["2"]
    assert gathered.limit_reached
    assert counts(gathered)["excluded/over_limit"] == 2


async def test_since_and_until_by_the_lists_time_else_by_the_day_in_the_url() -> None:
    gathered = harvest(Known(), since="2026-03-02T12:00", until="2026-03-03")
    early, late = datetime(2026, 3, 2, 3, 59, tzinfo=UTC), datetime(2026, 3, 3, 16, tzinfo=UTC)
    chosen = await gathered.choose(
        "home",
        1,
        [
            *links(1, time=early),
            *links(2, time=late),
            *links(3, day="2026_03_02"),
            *links(4, day="2026_03_01"),
            *links(5, day="2026_03_04"),
            Link(url="https://user.guancha.cn/main/content?id=6", rank=6),
        ],
    )
    assert waiting(gathered) == ["3", "fengwen-6"]
    assert chosen.later
    counted = counts(gathered)
    assert counted["excluded/before_since"] == counted["excluded/after_until"] == 2
    assert (await gathered.choose("home", 1, links(7, day="2026_02_28"))).older
    assert gathered.out_of_range(early) == "before_since"
    assert gathered.out_of_range(late) == "after_until"
    assert gathered.out_of_range(datetime(2026, 3, 2, 4, tzinfo=UTC)) is None


async def test_what_the_memory_could_not_answer_is_asked_again() -> None:
    memory = Known(away=True)
    gathered = harvest(memory)
    with pytest.raises(MemoryUnavailable):
        await gathered.choose("home", 1, links(1))
    memory.away = False
    await gathered.choose("home", 1, links(1))
    assert waiting(gathered) == ["1"]


async def test_claim_is_for_what_no_list_showed() -> None:
    gathered = harvest(Known("guancha:2"), limit="1")
    article = GUANCHA.identify(links(1)[0].url)
    known = GUANCHA.identify(links(2)[0].url)
    assert isinstance(article, ArticleUrl)
    assert isinstance(known, ArticleUrl)
    assert await gathered.claim(article)
    assert not await gathered.claim(article)
    assert not await gathered.claim(known)
    assert counts(gathered) == {"followed": 1, "known": 1}


async def test_a_list_that_was_left_in_the_middle_is_walked_beyond_what_was_asked_for() -> None:
    ids = [f"guancha:{number}" for number in range(1, 7)]
    gathered = harvest(Known(*ids, start=WalkStart(cut_since=MORNING), touched=ids[:2]))
    await gathered.begin_walk("yaowen")
    assert (await gathered.choose("yaowen", 1, links(1, 2))).fresh
    assert (await gathered.choose("yaowen", 1, links(2, 3))).fresh
    assert not (await gathered.choose("yaowen", 1, links(3, 4))).fresh
    assert not (await gathered.choose("home", 1, links(1, 2))).fresh, "that one came to its end"


@pytest.mark.parametrize(
    ("arguments", "start", "whole"),
    [
        ({}, WalkStart(), True),
        ({}, WalkStart(cut_since=MORNING), True),
        ({"limit": "2"}, WalkStart(), True),
        ({"limit": "1"}, WalkStart(), False),
        ({"since": "2026-03-01"}, WalkStart(), True),
        ({"since": "2026-03-01"}, WalkStart(ended_once=True), False),
        ({"since": "2026-03-01"}, WalkStart(cut_since=MORNING), False),
        ({"until": "2026-03-01"}, WalkStart(cut_since=MORNING), False),
    ],
)
async def test_which_walks_are_whole(
    arguments: dict[str, str], start: WalkStart, whole: bool
) -> None:
    gathered = harvest(Known(start=start), **arguments)
    for source in ("yaowen", "toutiao"):
        await gathered.begin_walk(source)
    await gathered.choose("yaowen", 1, links(1))
    assert gathered.complete_walks == []
    gathered.walk("home").end()
    gathered.walk("yaowen").end()
    assert gathered.complete_walks == (["yaowen"] if whole else [])


async def test_what_is_due_is_asked_for_once_and_leads_no_walk_on() -> None:
    ids = ["guancha:1", "guancha:2", "guancha:3"]
    gathered = harvest(Known(*ids, due=ids[1:]))
    await gathered.recall()
    page = await gathered.choose("yaowen", 1, links(1, 2))
    assert waiting(gathered) == ["2"]
    assert not page.fresh
    gathered.add_due()
    gathered.add_due()
    assert waiting(gathered) == ["3"]
    assert counts(gathered) == {"found": 2, "found/yaowen": 2, "known": 1, "requested": 1, "due": 1}


@pytest.mark.parametrize("arguments", [{"limit": "5"}, {"since": "2026-03-01"}])
async def test_only_a_plain_run_asks_for_what_is_due(arguments: dict[str, str]) -> None:
    gathered = harvest(Known("guancha:1", due=["guancha:1"]), **arguments)
    await gathered.recall()
    gathered.add_due()
    assert waiting(gathered) == []


async def test_gaps_are_of_walks_that_a_plain_run_has_begun() -> None:
    for arguments, gaps in (({}, {"yaowen": Gap(page=3, reason="http_503")}), ({"limit": "9"}, {})):
        gathered = harvest(Known(), **arguments)
        await gathered.begin_walk("yaowen")
        gathered.walk("yaowen").leave(3, "http_503")
        gathered.walk("home").leave(1, "timeout")
        assert gathered.gaps == gaps
        assert gathered.complete_walks == []


@pytest.mark.parametrize(
    ("year", "given"),
    [(2199, None), (1900, None), (2026, datetime(2199, 1, 1, tzinfo=UTC)),
     (2026, datetime(1970, 1, 1, tzinfo=UTC))],
)  # fmt: skip
async def test_a_time_at_which_nothing_was_published_steers_nothing(
    year: int, given: datetime | None
) -> None:
    gathered = harvest(Known(), since="2026-02-28")
    urls = [f"https://www.guancha.cn/a/{year}_03_01_{number}.shtml" for number in (1, 2)]
    page = await gathered.choose(
        "home", 1, [Link(url=url, rank=1, published_at=given) for url in urls]
    )
    assert (page.older, page.later, page.wanted) == (False, False, True)
    walk = gathered.walk("home")
    believed = None if year != 2026 else datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert (walk.newest_at, walk.oldest_at) == (believed, believed)
