"""Sightings: one document for each change, whatever is written again, late, or half."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Sighting, Sightings
from pipelines.storage.entries import entry_from_record, entry_record
from pipelines.storage.news.sightings import SightingRepository, counts_of
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def sightings(async_database: AsyncDatabase[Document]) -> SightingRepository:
    return SightingRepository(async_database)


def reading(at: datetime, *seen: Sighting, ranked: bool = False) -> Sightings:
    return Sightings(site="guancha", source="yaowen", at=at, seen=list(seen), ranked=ranked)


def counted(article: str, comments: int | None) -> Sighting:
    return Sighting(article=article, comment_count=comments)


def placed(*articles: str) -> list[Sighting]:
    return [Sighting(article=each, rank=rank) for rank, each in enumerate(articles, start=1)]


def course(database: Database[Document], article: str) -> list[tuple[int | None, datetime, object]]:
    """What is kept of an article: count or rank, from when, until when."""
    found = database["sightings"].find({"article": article}).sort("at", 1)
    return [(each["comment_count"] or each["rank"], each["at"], each["until"]) for each in found]


async def test_only_what_has_changed_is_kept(
    sightings: SightingRepository, database: Database[Document]
) -> None:
    for hours, comments in enumerate([100, 100, 105, 120, 121, None, 60]):
        await sightings.write([reading(MORNING + hours * HOUR, counted("a", comments))])
    third, sixth = MORNING + 3 * HOUR, MORNING + 6 * HOUR
    assert course(database, "a") == [(100, MORNING, third), (120, third, sixth), (60, sixth, None)]


async def test_who_leaves_a_hot_list_has_left_it(
    sightings: SightingRepository, database: Database[Document]
) -> None:
    later, last = MORNING + HOUR, MORNING + 2 * HOUR
    await sightings.write([reading(MORNING, *placed("a", "b"), ranked=True)])
    await sightings.write([reading(later, *placed("b"), ranked=True)])
    await sightings.write([reading(last, ranked=True)])
    assert course(database, "a") == [(1, MORNING, later)]
    assert course(database, "b") == [(2, MORNING, later), (1, later, last)]
    await sightings.write([reading(last + HOUR, *placed("a"), ranked=True)])
    assert course(database, "a")[-1] == (1, last + HOUR, None)


async def test_again_and_late_changes_nothing(
    sightings: SightingRepository, database: Database[Document]
) -> None:
    readings = [
        reading(MORNING, *placed("a", "b"), ranked=True),
        reading(MORNING + HOUR, *placed("b", "a"), ranked=True),
    ]
    await sightings.write(readings)
    before = list(database["sightings"].find())
    assert len(before) == 4
    await sightings.write(readings)
    await sightings.write(readings[:1])
    assert list(database["sightings"].find()) == before


async def test_a_writer_that_was_killed_in_the_middle(
    sightings: SightingRepository, database: Database[Document]
) -> None:
    """The new state was written, the old one not closed: the next reading does."""
    await sightings.write([reading(MORNING, counted("a", 10))])
    await sightings.write([reading(MORNING + HOUR, counted("a", 20))])
    database["sightings"].update_one({"at": MORNING}, {"$set": {"until": None}})
    await sightings.write([reading(MORNING + 2 * HOUR, counted("a", 20))])
    assert course(database, "a") == [
        (10, MORNING, MORNING + HOUR),
        (20, MORNING + HOUR, None),
    ]


def test_counts_of_the_articles_own_pages() -> None:
    one, other = sample(1), sample(2)
    one.comment_count, other.comment_count = 7, None
    (found,) = counts_of([one, other], MORNING)
    assert (found.site, found.source, found.seen) == ("guancha", "page", [counted(one.id, 7)])


def test_a_reading_waits_in_the_spool() -> None:
    waiting = reading(MORNING, *placed("a", "b"), ranked=True)
    at, entry = entry_from_record(entry_record(waiting, MORNING))
    assert at == MORNING
    assert isinstance(entry, Sightings)
    assert attrs.asdict(entry) == attrs.asdict(waiting)
