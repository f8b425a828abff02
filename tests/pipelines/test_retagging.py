"""Applying topics to what is stored and what was turned away; killed anywhere, the same result."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.clean import clean_article
from pipelines.config import Settings
from pipelines.dedup import DedupPipeline
from pipelines.items import Article, Source
from pipelines.keywords import match_article
from pipelines.retagging import Retagging
from pipelines.storage.entries import Entry, pack_reject
from pipelines.storage.exceptions import TaggingReplaced
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.taggings import Tagging
from pipelines.storage.writing.writer import BatchWriter
from pipelines.topics.topics import Topic, TopicMatcher, Topics
from tests.support.rounds import rounds
from tests.support.samples import own_words

READ = datetime(2026, 3, 1, tzinfo=UTC)
OLD = Topics((Topic(name="chips", title="chips", terms=("芯片",)),))
NEW = Topics(
    (
        Topic(name="rail", title="rail", query="高铁 NEAR/9 开通 NOT source:晚报"),
        Topic(name="chips", title="chips", terms=("晶圆",)),
    )
)
BODIES = (
    "芯片厂的消息，第{}条，今天继续生产晶圆。",
    "芯片的另一条消息，编号{}，没有别的内容可说。",
    "高铁线路第{}号昨日开通，车站人来人往热闹得很。",
    "高鐵線路第{}號今晨開通，繁體字的同一種消息。",
    "與主題無關的第{}条消息，谁也不想再看第二遍。",
)


def articles(count: int) -> list[Article]:
    found = []
    for number in range(count):
        article = Article(
            site="sina" if number % 3 else "guancha",
            key=f"{number:05d}",
            url=f"https://www.example.com/{number}",
            title=f"第{number}条消息",
            # Each tenth is a copy of another.
            body=f"{BODIES[number % len(BODIES)].format(number // 7)}\n"
            f"{own_words(number - 5 if number % 10 == 7 else number)}",
            published_at=READ - timedelta(hours=number % 50),
            source=Source(name="晚报" if number % 11 == 0 else "日报"),
        )
        clean_article(article)
        found.append(article)
    return found


async def store(session: StorageSession, topics: Topics, count: int) -> None:
    """What a crawl with these topics would have left."""
    matcher, dedup = TopicMatcher(topics), DedupPipeline()
    entries: list[Entry] = []
    for article in articles(count):
        article.topics = match_article(article, matcher)
        kept = dedup.process_item(article) if article.topics else None
        entries.append(kept or pack_reject(article, "off_topic", article.title))
    for start in range(0, count, 100):
        batch = entries[start : start + 100]
        await session.run(partial(write, session.settings, batch, READ + timedelta(minutes=start)))


async def write(
    settings: Settings, batch: list[Entry], at: datetime, database: AsyncDatabase[dict[str, Any]]
) -> None:
    await BatchWriter(database, settings).write(batch, at)


@pytest.fixture
async def session(
    settings: Settings, database: Database[dict[str, Any]]
) -> AsyncIterator[StorageSession]:
    found = StorageSession(settings)
    yield found
    await found.close()


async def apply(session: StorageSession, topics: Topics, *only: str, dry: bool = False) -> Tagging:
    return await Retagging(session, topics, only or None, dry=dry).run(lambda _done, _total: None)


def state(database: Database[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """All that applying topics may change, without the moment at which it was done."""
    moments = {each["_id"]: each["started_at"] for each in database["taggings"].find()}
    found = {}
    for name in ("articles", "rejects", "urls", "stories", "revisions"):
        for document in database[name].find():
            document.pop("expires_at", None)
            if document.get("stored_at") in moments.values():
                document["stored_at"] = "when the topics were applied"
            found[f"{name}/{document['_id']}"] = document
    return found


async def test_new_topics_reach_what_is_stored_and_what_was_turned_away(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    await store(session, OLD, 60)
    assert database["rejects"].count_documents({}) == 36
    before = state(database)
    rehearsed = await apply(session, NEW, dry=True)
    assert state(database) == before
    assert database["taggings"].count_documents({}) == 0

    tagging = await apply(session, NEW)
    assert (rehearsed.counts.pop("looked_at"), tagging.counts.pop("looked_at")) == (60, 82)
    assert rehearsed.counts == tagging.counts
    assert tagging.counts["returned"] == 22
    assert tagging.counts["added/rail"] == 22
    assert tagging.counts["lost/chips"] == 12
    assert tagging.counts["unmatched"] == 12
    assert tagging.counts["changed"] == 24
    matcher = TopicMatcher(NEW)
    for article in articles(60):
        stored = database["articles"].find_one({"_id": article.id})
        topics = [match.topic for match in match_article(article, matcher)]
        assert [each["topic"] for each in stored["topics"]] == topics if stored else topics == []
    assert database["rejects"].count_documents({}) == 14
    assert database["urls"].count_documents({"state": "stored"}) == 46
    assert database["taggings"].find_one({}, {"state": 1, "_id": 0}) == {"state": "done"}


async def test_what_comes_back_is_as_it_was_read(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    await store(session, OLD, 10)
    tagging = await apply(session, NEW)
    found = database["articles"].find_one({"body": {"$regex": "繁體"}})
    assert found is not None
    assert found["first_seen_at"] == found["checked_at"] == READ
    assert found["stored_at"] == tagging.started_at
    assert found["topics"][0]["hits"][0] == {"term": "高铁", "field": "body", "start": 0, "end": 2}
    url = database["urls"].find_one({"_id": found["_id"]})
    assert url is not None
    assert (url["state"], url["reason"], url["checked_at"]) == ("stored", None, READ)


async def test_only_some_topics_can_be_applied(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    await store(session, OLD, 20)
    await apply(session, NEW, "rail")
    assert database["articles"].count_documents({"topics.topic": "chips"}) == 8
    assert database["articles"].count_documents({"topics.topic": "rail"}) == 8
    await apply(session, OLD, "rail")
    assert database["articles"].count_documents({"topics.topic": "rail"}) == 0
    assert database["articles"].count_documents({"topics.topic": "chips"}) == 8
    assert database["articles"].count_documents({}) == 16


async def test_an_article_that_changes_meanwhile_gets_the_topics_of_its_new_text(
    session: StorageSession, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl with earlier topics revises an article between reading and writing it."""
    await store(session, OLD, 5)
    again = Retagging(session, NEW)
    write = again._write
    revised: list[str] = []

    async def later(changes: Any) -> bool:
        if not revised:
            revised.append("guancha:00000")
            body = {"body": "高铁昨日开通", "fingerprint.content": "0" * 64, "revision": 2}
            database["articles"].update_one({"_id": revised[0]}, {"$set": body})
        return await write(changes)

    monkeypatch.setattr(again, "_write", later)
    tagging = await again.run(lambda _done, _total: None)
    found = database["articles"].find_one({"_id": "guancha:00000"})
    assert found is not None
    assert [each["topic"] for each in found["topics"]] == []  # the evening paper is excepted
    assert tagging.counts["lost/chips"] == 2


async def test_what_crawls_with_earlier_topics_bring_meanwhile_is_reached(
    session: StorageSession, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(session, OLD, 3)
    again = Retagging(session, NEW)
    begin = again._begin

    async def began() -> Tagging:
        tagging = await begin()
        for name in ("articles", "rejects"):
            field = "stored_at" if name == "articles" else "rejected_at"
            database[name].update_many({}, {"$set": {field: tagging.started_at}})
        tagging.step = 2  # the first two passes are over
        return tagging

    monkeypatch.setattr(again, "_begin", began)
    tagging = await again.run(lambda _done, _total: None)
    assert (tagging.counts["returned"], tagging.counts["changed"]) == (1, 2)


async def test_an_interrupted_run_goes_on_and_other_topics_begin_anew(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    await store(session, OLD, 10)
    first = await Retagging(session, NEW)._begin()
    second = await Retagging(session, NEW)._begin()
    assert (second.id, second.resumed) == (first.id, True)
    third = await Retagging(session, NEW, ["rail"])._begin()
    assert third.id != first.id
    assert database["taggings"].count_documents({"_id": first.id, "state": "replaced"}) == 1


async def test_a_run_ends_when_another_with_other_topics_has_begun(
    session: StorageSession, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await store(session, OLD, 10)
    first = Retagging(session, NEW)
    begin = first._begin

    async def overtaken() -> Tagging:
        tagging = await begin()
        await apply(session, OLD)
        return tagging

    monkeypatch.setattr(first, "_begin", overtaken)
    with pytest.raises(TaggingReplaced, match="another run with other topics has begun"):
        await first.run(lambda _done, _total: None)
    states = {each["state"] for each in database["taggings"].find()}
    assert states == {"replaced", "done"}


KILLED = """
import asyncio, sys
from pathlib import Path
from pipelines import retagging
from pipelines.config import Settings
from pipelines.storage.session import StorageSession
from tests.pipelines.test_retagging import NEW

retagging.BATCH = 7

async def main():
    session = StorageSession(Settings(data_dir=Path(sys.argv[1]), db_port=int(sys.argv[2]),
                                      database=sys.argv[3]))
    def tell(done, total):
        print(done, flush=True)
    await retagging.Retagging(session, NEW).run(tell)
    print("done", flush=True)

asyncio.run(main())
"""


def applied_in_process(settings: Settings, kill_after: tuple[int, float] | None) -> bool:
    """Apply NEW in a process, killed some time after it has said so many lines; whether it ended
    by itself."""
    where = [str(settings.data_dir), str(settings.db_port), settings.database]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *where],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if kill_after is None:
            output, _ = process.communicate(timeout=100)
            return output.endswith("done\n")
        assert process.stdout is not None
        for _line in range(kill_after[0]):
            if not process.stdout.readline():
                break
        try:
            process.wait(kill_after[1])
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait() == 0


def emptied(database: Database[dict[str, Any]]) -> None:
    for name in set(database.list_collection_names()) - {"meta"}:
        database[name].delete_many({})


async def killed_and_resumed(
    session: StorageSession, database: Database[dict[str, Any]], kills: int
) -> None:
    settings, count = session.settings, 140
    await store(session, OLD, count)
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _kill in range(kills):
        if applied_in_process(settings, (dice.randint(0, 5), dice.uniform(0, 0.1))):
            break
    assert applied_in_process(settings, None)
    disturbed = state(database)
    assert database["taggings"].count_documents({"state": "done"}) >= 1
    assert any(each.startswith("stories/") for each in disturbed)
    emptied(database)
    await store(session, OLD, count)
    await apply(session, NEW)
    assert disturbed == state(database)


async def test_killed_at_random_and_resumed_the_result_is_the_same(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    await killed_and_resumed(session, database, 3)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_killed_many_times(
    session: StorageSession, database: Database[dict[str, Any]]
) -> None:
    for _round in range(rounds(5)):
        await killed_and_resumed(session, database, 12)
        emptied(database)
