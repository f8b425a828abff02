"""`newsdesk.open()`: what is stored as tables, for pandas, polars and duckdb."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import newsdesk
from newsdesk.client import Newsdesk
from newsdesk.exceptions import BadMoment, NoSuchArticle, UnknownSite
from pipelines.storage.queries import opened
from schedules.jobs.runner import settings_environment
from tests.support.command import Crawled


@pytest.fixture
def desk(crawled: Crawled, monkeypatch: pytest.MonkeyPatch) -> Newsdesk:
    for name, value in settings_environment(crawled.desk.settings).items():
        monkeypatch.setenv(name, value)
    return newsdesk.open()


def count(desk: Newsdesk, collection: str) -> int:
    with opened(desk.settings) as database:
        return database[collection].count_documents({})


def test_all_collections(desk: Newsdesk) -> None:
    articles, stories, sightings = desk.articles(), desk.stories(), desk.sightings()
    assert articles.num_rows == count(desk, "articles") > 0
    assert stories.num_rows == count(desk, "stories") > 0
    assert sightings.num_rows == count(desk, "sightings") > 0
    assert desk.revisions().num_rows == count(desk, "revisions")
    assert articles.schema.field("published_at").type == pa.timestamp("ms", tz="UTC")
    times = articles.column("published_at").to_pylist()
    assert times == sorted(times, reverse=True)


def test_choosing(desk: Newsdesk) -> None:
    everything = desk.articles().to_pandas()
    sina = desk.articles(site="sina").to_pandas()
    assert list(sina["id"]) == list(everything[everything["site"] == "sina"]["id"])
    assert desk.articles(limit=3).num_rows == 3
    noon = datetime(2026, 3, 1, 4, tzinfo=UTC)
    for since in ("2026-03-01T12:00", noon):
        assert desk.articles(since=since).num_rows == int(
            (everything["published_at"] >= noon).sum()
        )
    assert desk.articles(since=date(2031, 1, 1)).num_rows == 0
    found = set(desk.articles("芯片 OR 集成电路").column("id").to_pylist())
    assert set() < found <= set(everything["id"])
    story = desk.stories().to_pylist()[0]
    assert set(desk.articles(story=story["id"]).column("id").to_pylist()) == set(story["members"])
    day = timedelta(days=1)
    assert desk.stories(until=story["last_published_at"] - 30 * day).num_rows == 0
    assert set(desk.stories(site="sina").to_pandas()["id"]) <= set(desk.stories().to_pandas()["id"])
    seen = desk.sightings(site="guancha").to_pylist()
    one = desk.sightings(article=seen[0]["article"], source=seen[0]["source"]).to_pylist()
    assert seen[0] in one
    assert desk.revisions(sina["id"][0]).num_rows == 0


def test_a_part_at_a_time(desk: Newsdesk) -> None:
    reader = desk.article_batches(site="guancha")
    rows = [row["id"] for part in reader for row in part.to_pylist()]
    assert rows == desk.articles(site="guancha").column("id").to_pylist()


def test_other_programs_take_the_tables(desk: Newsdesk) -> None:
    articles = desk.articles()
    frame = pl.from_arrow(articles)
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == articles.num_rows
    counted = duckdb.sql("select site, count(*) from articles group by site").fetchall()
    assert sum(number for _site, number in counted) == articles.num_rows


def test_what_there_is_not(desk: Newsdesk) -> None:
    with pytest.raises(UnknownSite):
        desk.articles(site="sian")
    with pytest.raises(UnknownSite):
        desk.sightings(site="sian")
    with pytest.raises(NoSuchArticle):
        desk.revisions("guancha:1")
    with pytest.raises(BadMoment):
        desk.articles(since="gestern")
    with pytest.raises(BadMoment):
        desk.stories(since="gestern")
    with pytest.raises(BadMoment, match="nothing is between"):
        desk.stories(since="2026-03-02", until="2026-03-01")
    with pytest.raises(BadMoment, match="name the one after it"):
        desk.articles(since="2026-03-02", until="2026-03-02")


def test_another_database(desk: Newsdesk) -> None:
    assert newsdesk.open(database="nothing_here").articles().num_rows == 0
    assert newsdesk.open(database=desk.settings.database).articles(limit=1).num_rows == 1
