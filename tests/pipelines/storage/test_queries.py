"""Articles in pages: each once, in one order, by the index, wherever one goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.items import Article, TopicMatch
from pipelines.storage import queries
from pipelines.storage.news.traces import trace_document
from pipelines.storage.queries import (
    Filters,
    Position,
    all_articles,
    newest_articles,
    pages,
)
from pipelines.storage.search.blocks import gather
from pipelines.storage.search.everything import matching_articles
from pipelines.text.query.parser import parse_query
from tests.support.samples import MORNING, sample
from tests.support.shelf import put

MINUTE = timedelta(minutes=1)


def several() -> Iterator[Article]:
    """Twenty-four, three of each minute, on two sites."""
    for number in range(24):
        site = ("guancha", "sina")[number % 2]
        at = MORNING + MINUTE * (number // 3)
        topics = [TopicMatch(topic="ports")] if number % 4 else []
        yield sample(number, site=site, published_at=at, topics=topics)


@pytest.fixture
def stored(database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of what is stored, in the order of the list."""
    articles = list(several())
    put(database, articles)
    monkeypatch.setattr(queries, "PAGE", 5)
    monkeypatch.setattr("pipelines.storage.search.everything.PAGE", 5)
    articles.sort(key=lambda each: each.id)
    articles.sort(key=lambda each: each.published_at or MORNING, reverse=True)
    return [article.id for article in articles]


def read(
    settings: Settings, filters: Filters, query: str = "", after: Any = None
) -> list[Position]:
    reader = matching_articles(parse_query(query), filters) if query else all_articles(filters)
    return [position for page in pages(settings, reader, after) for position, _document in page]


@pytest.mark.parametrize("query", ["", "车间 AND 试产"])
def test_wherever_one_goes_on_each_comes_once(
    settings: Settings, stored: list[str], query: str
) -> None:
    everything = read(settings, Filters(), query)
    assert [position.id for position in everything] == stored
    for number, position in enumerate(everything):
        rest = read(settings, Filters(), query, position)
        assert [each.id for each in rest] == stored[number + 1 :]


@pytest.mark.parametrize("query", ["", "车间"])
def test_filters(settings: Settings, stored: list[str], query: str) -> None:
    def ids(**wanted: Any) -> list[str]:
        return [position.id for position in read(settings, Filters(**wanted), query)]

    assert ids(site="sina") == [id_ for id_ in stored if id_.startswith("sina")]
    assert ids(topic="ports", site="guancha") == [
        id_ for id_ in stored if id_.startswith("guancha") and int(id_[-6:]) % 4
    ]
    assert ids(since=MORNING + MINUTE, until=MORNING + 3 * MINUTE) == stored[-9:-3]
    assert ids(story="none") == []


async def test_an_article_that_was_dated_otherwise_comes_once(
    settings: Settings,
    database: Database[dict[str, Any]],
    async_database: AsyncDatabase[dict[str, Any]],
    stored: list[str],
) -> None:
    """The block in which it was gathered still has its earlier time."""
    assert await gather(async_database, size=8) == 3
    moved = stored[9]
    later = MORNING + 60 * MINUTE
    database["articles"].update_one({"_id": moved}, {"$set": {"published_at": later}})
    again = next(each for each in several() if each.id == moved)
    again.published_at = later
    database["traces"].replace_one({"_id": moved}, trace_document(again, later))
    found = read(settings, Filters(), "车间")
    assert [each.id for each in found] == [moved, *(id_ for id_ in stored if id_ != moved)]
    for number, position in enumerate(found):
        assert read(settings, Filters(), "车间", position) == found[number + 1 :]


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(site="sina"), Filters(topic="ports"), Filters(until=MORNING)]
)
@pytest.mark.parametrize("after", [None, Position(at=MORNING + MINUTE, id="sina:800003")])
@pytest.mark.usefixtures("stored")
def test_no_page_is_sorted_by_mongodb(
    database: Database[dict[str, Any]], filters: Filters, after: Position | None
) -> None:
    """The index gives the order: a page deep in a large archive costs what the first one does."""
    found = database["articles"].find(filters.condition(after))
    plan = found.sort([("published_at", -1), ("_id", 1)]).limit(5).explain()
    assert '"SORT"' not in str(plan["queryPlanner"]["winningPlan"]).replace("'", '"')


def test_the_newest_after_a_place(settings: Settings, stored: list[str]) -> None:
    first = newest_articles(settings, limit=7)
    place = Position(at=first[-1]["published_at"], id=first[-1]["_id"])
    second = newest_articles(settings, after=place, limit=7)
    assert [each["_id"] for each in [*first, *second]] == stored[:14]
    assert "body" not in first[0]
