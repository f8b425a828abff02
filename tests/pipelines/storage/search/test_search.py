"""Search finds what stands in the texts and nothing else, gathered or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article, Source, TopicMatch
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.traces import put_traces
from pipelines.storage.queries import Filters
from pipelines.storage.search import search as storage
from pipelines.storage.search.blocks import gather
from pipelines.storage.search.search import SearchResult, search_database
from pipelines.text.fold import fold
from pipelines.text.query.fields import article_fields
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tokens import QueryError
from tests.support.rival_desk import article
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
Search = Callable[..., SearchResult]
HOUR = timedelta(hours=1)
MANY = 60

SPECIAL = [
    sample(901, title="中國電影票房創新高", body="影院經理說，OpenAI與5G网络帶來的變化還在後頭。"),
    sample(902, title="国电集团检修机组", body="国电的工程师说，A股公告以外没有别的消息可以说。",
           source=Source(name="电力报"), published_at=MORNING + HOUR),
    sample(903, title="港口通航", body="他 said 港口的 AI 系统出口很快，芯片不出口。𠮷野家开张了。",
           keywords=["人工智能"], topics=[TopicMatch(topic="ports")]),
]  # fmt: skip


@pytest.fixture
async def articles(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> list[Article]:
    """Sixty-three articles: forty in blocks of ten, one of them changed since, the rest loose."""
    repository = ArticleRepository(async_database)
    many = [article(number, "guancha") for number in range(MANY)]
    await repository.write(many[:40], MORNING)
    assert await gather(async_database, size=10) == 4
    many[7] = sample(
        7, title="第7号车间停产", body="车间停产以后，工人们去码头帮忙，月底再回来开工。"
    )
    await repository.write([*many[40:], *SPECIAL, many[7]], MORNING + HOUR)
    assert await gather(async_database, size=100) == 0
    assert database["traces"].count_documents({"block": None}) == MANY - 40 + len(SPECIAL) + 1
    return [*many, *SPECIAL]


@pytest.fixture
def find(database: Database[Document], articles: list[Article]) -> Search:
    def run(query: str, filters: Filters | None = None, **options: Any) -> SearchResult:
        return search_database(database, parse_query(query), filters or Filters(), **options)

    return run


def ids(found: SearchResult) -> list[str]:
    return [hit.document["_id"] for hit in found.hits]


REGIONAL = sample(
    950, title="晶片廠擴產", body="業者說，軟體\n工程師 與資訊人員，共1,000人，二○二六年到位。"
)


@pytest.mark.parametrize("gathered", [False, True])
async def test_other_wordings_and_signs_are_found(
    async_database: AsyncDatabase[Document], database: Database[Document], gathered: bool
) -> None:
    await ArticleRepository(async_database).write([REGIONAL, sample(951)], MORNING)
    if gathered:
        assert await gather(async_database, size=2) == 1
    for query in ("芯片", "软件", "信息", "软件工程师", "1000人", "二〇二六年", '"工程师与资讯"'):
        assert ids(search_database(database, parse_query(query), Filters())) == [REGIONAL.id], query
    for query in ("=芯片", "=(软件 OR 信息)", "人员共计"):
        assert ids(search_database(database, parse_query(query), Filters())) == [], query


QUERIES = {
    "国电": [902, 901],  # a word of its own first
    "電影": [901],
    "５Ｇ网络": [901],
    "openai": [901],
    "open": [],
    "ai": [903],
    "a股": [902],
    "𠮷野": [903],
    "source:电力": [902],
    "keywords:人工智能": [903],
    "国电 NOT 电影": [902],
    "国电 unless_in [中国电影]": [902],
    "港口 NEAR/20 出口": [903],
    "芯 AND 出口": [903],
    "出口{>=2}": [903],
    "(openai OR 通航) AND site:guancha": [903, 901],
    "openai AND site:sina": [],
}


def test_queries(find: Search) -> None:
    names = {each.id: int(each.key) - 800_000 for each in SPECIAL}
    found = {query: [names.get(id_) for id_ in ids(find(query))] for query in QUERIES}
    assert found == QUERIES


def brute_force(articles: Sequence[Article], query: str) -> set[str]:
    matcher = QueryMatcher([parse_query(query).root])
    return {each.id for each in articles if matcher.match(article_fields(each))}


def test_any_substring_is_found_as_by_reading_everything(
    find: Search, articles: list[Article]
) -> None:
    dice = Random(7)
    for _number in range(60):
        text = fold(dice.choice(articles).body)
        start = dice.randrange(len(text) - 8)
        term = text[start : start + dice.randint(2, 8)].replace("\n", "")
        query = f'"{term}"'
        expected = brute_force(articles, query)
        try:
            found = find(query, limit=100)
        except QueryError:
            assert sum(each.isalnum() for each in term) < 2, term
            continue
        assert set(ids(found)) == expected, term
        assert found.complete


def test_nothing_to_look_up(find: Search) -> None:
    for query in ("国", '"，。"', "国 OR 电影", "出"):
        with pytest.raises(QueryError, match="two characters"):
            find(query)


def test_filters_facets_and_order(find: Search, articles: list[Article]) -> None:
    found = find("国电", newest_first=True)
    assert ids(found) == [SPECIAL[1].id, SPECIAL[0].id]
    assert found.facets == {
        "site": [("guancha", 2)],
        "topic": [],
        "source": [("电力报", 1)],
        "day": [("2026-03-02", 2)],
    }
    assert ids(find("国电", Filters(since=MORNING + HOUR))) == [SPECIAL[1].id]
    assert ids(find("国电", Filters(until=MORNING + HOUR))) == [SPECIAL[0].id]
    assert ids(find("国电", Filters(site="sina"))) == []
    assert ids(find("港口", Filters(topic="ports"))) == [SPECIAL[2].id]
    half = MORNING + timedelta(minutes=20)
    early = {each.id for each in articles if each.published_at and each.published_at < half}
    everywhere = find("泵站 OR 渡船 OR 春茶 OR 课桌 OR 屋顶", Filters(until=half), limit=100)
    assert set(ids(everywhere)) <= early
    assert len(everywhere.hits) > 10


def test_excerpts_show_the_terms(find: Search) -> None:
    (hit,) = find("出口 AND 通航").hits
    assert hit.excerpt is not None
    assert hit.excerpt.field == "body"
    assert {hit.excerpt.text[start:end] for start, end in hit.excerpt.marks} == {"出口"}
    (hit,) = find("source:电力").hits
    assert hit.excerpt is not None
    assert (hit.excerpt.field, hit.excerpt.marks) == ("source", [(0, 2)])


def test_what_is_common_is_answered_by_the_newest(
    find: Search, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "泵站 OR 渡船 OR 春茶 OR 课桌 OR 屋顶"
    expected = brute_force(articles, query)
    monkeypatch.setattr(storage, "RANKED", 5)
    monkeypatch.setattr(storage, "_ARTICLES_AT_ONCE", (5, 5))
    found = find(query, newest_first=True)
    newest = sorted(
        (each for each in articles if each.id in expected),
        key=lambda each: (each.published_at, each.id),
        reverse=True,
    )
    assert ids(found)[:5] == [each.id for each in newest[:5]]
    assert not found.complete
    assert found.back_to == newest[found.matches - 1].published_at


def test_after_many_candidates_there_need_only_be_enough_to_show(
    find: Search, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "泵站 OR 渡船 OR 春茶 OR 课桌 OR 屋顶"
    monkeypatch.setattr(storage, "MOST_READ", 5)
    monkeypatch.setattr(storage, "_ARTICLES_AT_ONCE", (5, 5))
    found = find(query, limit=3)
    assert len(found.hits) == 3
    assert not found.complete
    found = find(query, limit=100)
    assert set(ids(found)) == brute_force(articles, query)
    assert found.complete


async def test_articles_that_were_gathered_twice_are_found_once(
    async_database: AsyncDatabase[Document], find: Search, articles: list[Article]
) -> None:
    # As after a gathering that was killed before it noted what it had gathered.
    await put_traces(async_database, [(each, MORNING + 2 * HOUR) for each in articles])
    assert await gather(async_database, size=20) == 3
    found = ids(find("泵站 OR 渡船 OR 春茶 OR 课桌 OR 屋顶", limit=100))
    assert len(found) == len(set(found)) > 20
