"""What becomes of articles: new, unchanged, revised, late, refused; once, again and at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import attrs
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Source, Times
from pipelines.storage.documents import LARGEST_DOCUMENT, article_from_document
from pipelines.storage.news.articles import ArticleRepository
from tests.support.samples import MORNING, full_sample, sample

Document = dict[str, Any]
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def articles(async_database: AsyncDatabase[Document]) -> ArticleRepository:
    return ArticleRepository(async_database)


def stored(database: Database[Document], name: str = "articles") -> dict[str, Document]:
    return {document["_id"]: document for document in database[name].find()}


async def test_new_articles_are_stored_whole(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    batch = [full_sample(1), sample(2), sample(3)]
    outcome = await articles.write(batch, MORNING)
    assert outcome.items == {article.id: "new" for article in batch}
    found = stored(database)
    assert [article_from_document(found[article.id]) for article in batch] == batch
    first = found[batch[0].id]
    assert {first[name] for name in ("first_seen_at", "stored_at", "checked_at")} == {MORNING}
    assert (first["revision"], first["last_seen_at"]) == (1, MORNING)


async def test_the_same_again_moves_only_the_times_of_looking(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    batch = [full_sample(1), sample(2), sample(3, body=full_sample(1).body)]
    await articles.write(batch, MORNING)
    before = {name: stored(database, name) for name in ("articles", "revisions", "stories")}
    again = [attrs.evolve(article, comment_count=99, job="job-2", hot=[]) for article in batch]
    outcome = await articles.write(again, MORNING + HOUR)
    assert set(outcome.items.values()) == {"unchanged"}
    assert outcome.same_story == set()
    for document in before["articles"].values():
        document |= {"checked_at": MORNING + HOUR, "last_seen_at": MORNING + HOUR}
    assert before == {name: stored(database, name) for name in before}


async def test_a_change_makes_a_revision(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    first = full_sample(1)
    await articles.write([first], MORNING)
    before = stored(database)[first.id]
    second = full_sample(1, title="改过的标题", updated_at=None, comment_count=50, job="job-2")
    third = full_sample(1, title="又改过的标题", job="job-3")
    for number, state in enumerate([second, third], 1):
        outcome = await articles.write([state], MORNING + number * HOUR)
        assert outcome.items == {first.id: "revised"}
    now = stored(database)[first.id]
    assert article_from_document(now) == third
    assert (now["revision"], now["first_seen_at"]) == (3, MORNING)
    assert now["stored_at"] == now["checked_at"] == MORNING + 2 * HOUR
    revisions = stored(database, "revisions")
    assert list(revisions) == [f"{first.id}@1", f"{first.id}@2"]
    assert revisions[f"{first.id}@1"] == {
        "_id": f"{first.id}@1",
        "article": first.id,
        "revision": 1,
        "stored_at": MORNING,
        "replaced_at": MORNING + HOUR,
        "changed": ["title", "updated_at"],
        "job": "job-2",
        "document": before,
    }
    assert article_from_document(revisions[f"{first.id}@2"]["document"]) == second


async def test_what_an_earlier_release_did_not_know_is_no_change(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    article = sample(1, source=Source(name="芯路周刊"))
    await articles.write([article], MORNING)
    database["articles"].update_one({}, {"$unset": {"source.origin": ""}})
    edited = attrs.evolve(article, title="另一个标题", fingerprint=None)
    assert (await articles.write([edited], MORNING + HOUR)).items == {article.id: "revised"}
    (revision,) = stored(database, "revisions").values()
    assert revision["changed"] == ["title"]


async def test_several_states_of_one_article_in_one_batch(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    states = [sample(1, title=f"标题{number}") for number in range(3)]
    await articles.write(states, MORNING)
    assert stored(database)[states[0].id]["title"] == "标题2"
    assert len(stored(database, "revisions")) == 2


async def test_repeating_a_batch_gives_the_same_answer_and_the_same_state(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    await articles.write([sample(1), sample(2)], MORNING)
    batch = [sample(1, title="改过"), sample(2), sample(3), sample(4, body=sample(3).body)]
    once = await articles.write(batch, MORNING + HOUR)
    before = {name: stored(database, name) for name in ("articles", "revisions", "stories")}
    again = await articles.write(batch, MORNING + HOUR)
    assert again == once
    assert [once.items[each.id] for each in batch] == ["revised", "unchanged", "new", "new"]
    assert once.same_story == {batch[2].id, batch[3].id}
    assert before == {name: stored(database, name) for name in before}


async def test_a_late_state_goes_between_its_neighbours(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    first, late, last = (sample(1, title=title) for title in ("第一版", "第二版", "第三版"))
    await articles.write([first], MORNING)
    await articles.write([last], MORNING + 2 * HOUR)
    for _ in range(2):
        outcome = await articles.write([late, first], MORNING + HOUR)
        assert outcome.items == {first.id: "late"}
    history = list(database["revisions"].find().sort("revision"))
    assert [each["document"]["title"] for each in history] == ["第一版", "第二版"]
    assert [each["stored_at"] for each in history] == [MORNING, MORNING + HOUR]
    now = stored(database)[first.id]
    assert (now["title"], now["revision"], now["edits"]) == ("第三版", 3, 2)


async def test_an_old_fingerprint_is_renewed_without_a_revision(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    article = full_sample(1)
    await articles.write([article], MORNING)
    old = {"text": "0" * 64, "content": "1" * 64, "version": 1}
    database["articles"].update_one({}, {"$set": {"fingerprint": old}})
    outcome = await articles.write([article], MORNING + HOUR)
    assert outcome.items == {article.id: "unchanged"}
    now = stored(database)[article.id]
    assert article_from_document(now) == article
    assert (now["revision"], now["stored_at"]) == (1, MORNING)
    assert now["last_seen_at"] == MORNING + HOUR


async def test_a_time_that_has_become_exact_is_taken_over(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    vague = sample(1, times=Times(visible="3小时前"))
    exact = sample(
        1, published_at=MORNING + timedelta(minutes=7), times=Times(visible="2026-03-02 09:37")
    )
    await articles.write([vague], MORNING)
    assert (await articles.write([exact], MORNING + HOUR)).items == {exact.id: "unchanged"}
    assert article_from_document(stored(database)[exact.id]) == exact
    assert not stored(database, "revisions")


async def test_what_mongodb_refuses_stays_alone(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    bad = attrs.evolve(sample(2), title=" ")
    huge = attrs.evolve(sample(3), body="字" * (LARGEST_DOCUMENT // 3))
    outcome = await articles.write([sample(1), bad, huge, sample(4)], MORNING)
    assert [outcome.items[sample(each).id] for each in (1, 2, 3, 4)] == [
        "new", "refused", "refused", "new"
    ]  # fmt: skip
    assert outcome.refused[bad.id].reason == "not_valid"
    assert "title" in outcome.refused[bad.id].detail
    assert outcome.refused[huge.id].reason == "too_large"
    worse = [attrs.evolve(sample(1), title=" ", fingerprint=sample(2).fingerprint), sample(5)]
    outcome = await articles.write(worse, MORNING + HOUR)
    assert outcome.items == {worse[0].id: "refused", worse[1].id: "new"}
    assert stored(database)[worse[0].id]["title"] == sample(1).title


async def test_gone_is_noted_once_and_taken_back_when_it_shows_again(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    article = sample(1)
    await articles.write([article], MORNING)
    for hours in (1, 2):
        await articles.mark_gone([article.id, "guancha:unknown"], MORNING + hours * HOUR)
        assert stored(database)[article.id]["gone_at"] == MORNING + HOUR
    await articles.write([article], MORNING + 3 * HOUR)
    assert "gone_at" not in stored(database)[article.id]


async def test_many_writers_of_one_article_lose_no_state(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    """Whatever the order in which they come through, every state is kept exactly once."""
    titles = [f"标题{number}" for number in range(6)]
    await asyncio.gather(
        *(
            ArticleRepository(async_database).write(
                [sample(1, title=title)], MORNING + number * SECOND
            )
            for number, title in enumerate(titles)
        )
    )
    now = stored(database)[sample(1).id]
    revisions = stored(database, "revisions").values()
    assert sorted([now["title"], *(each["document"]["title"] for each in revisions)]) == titles
    assert sorted([now["revision"], *(each["revision"] for each in revisions)]) == [*range(1, 7)]


@pytest.mark.parametrize(
    ("name", "value"),
    [("fingerprint", None), ("title", 5), ("authors", "x"), ("published_at", "x"), ("topics", [5])],
)
async def test_a_document_in_another_form_harms_itself_alone(
    async_database: AsyncDatabase[dict[str, Any]], name: str, value: Any
) -> None:
    repository = ArticleRepository(async_database)
    bent, other = sample(1), sample(2)
    await repository.write([bent, other], MORNING)
    kept = await async_database["articles"].find_one({"_id": bent.id})
    change = {"q": {"_id": bent.id}, "u": {**(kept or {}), name: value}}
    await async_database.command(
        "update", "articles", updates=[change], bypassDocumentValidation=True
    )
    again = [sample(1, title="另一个题目"), sample(2, title="又一个题目"), sample(3)]
    found = await repository.write(again, MORNING + timedelta(hours=1))
    assert found.items == {bent.id: "refused", other.id: "revised", sample(3).id: "new"}
    assert "backup" in found.refused[bent.id].detail
    assert [*await repository.touch([bent.id, other.id], MORNING)] == [other.id]
    await repository.mark_gone([bent.id, other.id], MORNING + timedelta(hours=2))
    gone = async_database["articles"].find({"gone_at": {"$ne": None}}, {"_id": 1})
    assert [each["_id"] for each in await gone.to_list()] == [other.id]
