"""Copies on different pages become one story, whoever stores them, and when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article, Source
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.near import near
from tests.support.samples import MORNING, own_words, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)
TEXT = "港口今天恢复通航，积压的货轮正在陆续进港。\n调度中心说，明天傍晚以前可以疏导完毕。"
IN_TRADITIONAL = "港口今天恢復通航，積壓的貨輪正在陸續進港。調度中心說，明天傍晚以前可以疏導完畢。"
OTHER = "码头工会和船公司谈妥了新的加班办法，下月起试行三个月，再看效果。"


def copy(site: str, number: int, body: str = TEXT, **changes: object) -> Article:
    return sample(number, site=site, body=body, title=f"{site}的标题{number}", **changes)


@pytest.fixture
def articles(async_database: AsyncDatabase[Document]) -> ArticleRepository:
    return ArticleRepository(async_database)


def state(database: Database[Document]) -> tuple[dict[str, Document], dict[str, str | None]]:
    """Stories by id, and the story of each article."""
    stories = {document["_id"]: document for document in database["stories"].find()}
    linked = {document["_id"]: document.get("story") for document in database["articles"].find()}
    return stories, linked


async def test_copies_of_one_batch_and_of_a_later_one(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    first = copy("guancha", 1, published_at=MORNING + HOUR, source=Source(name="港口报"))
    second = copy("sina", 2, IN_TRADITIONAL, published_at=MORNING)
    outcome = await articles.write([first, second, sample(3)], MORNING)
    assert outcome.same_story == {first.id, second.id}
    third = copy("sina", 4, published_at=MORNING + 3 * HOUR)
    outcome = await articles.write([third, sample(5)], MORNING + HOUR)
    assert outcome.same_story == {third.id}
    stories, linked = state(database)
    (story,) = stories.values()
    assert linked == {
        first.id: story["_id"],
        second.id: story["_id"],
        third.id: story["_id"],
        sample(3).id: None,
        sample(5).id: None,
    }
    assert sorted(story["members"]) == [first.id, second.id, third.id]
    assert story["first"] == {"published_at": MORNING, "article": second.id}
    assert (story["first_published_at"], story["last_published_at"]) == (
        MORNING,
        MORNING + 3 * HOUR,
    )
    assert sorted(story["titles"]) == ["guancha的标题1", "sina的标题2", "sina的标题4"]
    assert (story["sources"], sorted(story["sites"])) == (["港口报"], ["guancha", "sina"])
    assert story["updated_at"] == MORNING + HOUR


async def test_the_order_of_arrival_makes_no_difference(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    copies = [copy("sina", number, published_at=MORNING + number * HOUR) for number in range(4)]
    for article in reversed(copies):
        await articles.write([article], MORNING)
    one_by_one = state(database)[0]
    for name in ("articles", "stories"):
        database[name].delete_many({})
    await articles.write(copies, MORNING)
    together = state(database)[0]
    for story in (*one_by_one.values(), *together.values()):
        del story["_id"]  # it names the copy that was known first
        for name in ("members", "titles", "sites"):
            story[name].sort()
    assert [*one_by_one.values()] == [*together.values()]


async def test_a_killed_writer_leaves_copies_that_the_next_look_links(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    copies = [copy("guancha", 1), copy("sina", 2)]
    await articles.write(copies, MORNING)
    whole = state(database)
    database["articles"].update_many({}, {"$unset": {"story": ""}})  # killed before the articles
    await articles.write(copies, MORNING)
    assert state(database) == whole
    database["articles"].update_many({}, {"$unset": {"story": ""}})
    database["stories"].delete_many({})  # killed before the story
    await articles.write([copies[1]], MORNING)
    assert state(database) == whole


async def test_a_killed_writer_leaves_an_edit_that_the_next_look_adds(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    edited = sample(2, site="sina", body=TEXT, title="改过的标题", published_at=MORNING - HOUR)
    await articles.write([copy("guancha", 1), copy("sina", 2)], MORNING)
    before = list(database["stories"].find())
    await articles.write([edited], MORNING + HOUR)
    whole, _ = state(database)
    database["stories"].delete_many({})
    database["stories"].insert_many(before)  # killed before the story
    await articles.write([edited], MORNING + 2 * HOUR)
    (story,) = state(database)[0].values()
    assert story == whole[story["_id"]] | {"updated_at": MORNING + 2 * HOUR}
    assert "改过的标题" in story["titles"]
    await articles.write([edited], MORNING + 3 * HOUR)
    assert database["stories"].find_one() == story


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_new_title_is_added_also_once_the_copies_have_changed(
    articles: ArticleRepository, database: Database[Document], at_once: bool
) -> None:
    await articles.write([copy("guancha", 1), copy("sina", 2)], MORNING)
    changed = copy("sina", 2, OTHER)
    retitled = sample(1, site="guancha", body=TEXT, title="改过的标题")
    for batch in [[changed, retitled]] if at_once else [[changed], [retitled]]:
        outcome = await articles.write(batch, MORNING + HOUR)
        assert outcome.same_story == {each.id for each in batch}  # by what they said before
    (story,) = state(database)[0].values()
    assert sorted(story["titles"]) == sorted(["guancha的标题1", "sina的标题2", "改过的标题"])


async def test_an_edited_copy_keeps_its_story_and_brings_none_together(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    port = [copy("guancha", 1), copy("sina", 2)]
    await articles.write(port, MORNING)
    await articles.write([copy("sina", 2, TEXT + "（完）")], MORNING + HOUR)
    stories, linked = state(database)
    assert len(stories) == 1
    assert set(linked.values()) == set(stories)

    union = [copy("guancha", 3, OTHER), copy("sina", 4, OTHER)]
    await articles.write(union, MORNING)
    before, _ = state(database)
    assert len(before) == 2
    await articles.write([copy("sina", 2, OTHER)], MORNING + 2 * HOUR)
    assert state(database) == (before, linked | dict.fromkeys((a.id for a in union), max(before)))


async def test_near_copies_become_one_story_and_updates_are_named(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    toll = "渡船在江心搁浅，3人受伤，救援人员已经把船上的41名乘客转移上岸，原因正在调查。"
    first = copy("guancha", 1, f"{TEXT}\n{toll}")
    header = copy("sina", 2, f"（本报记者江上报道）{IN_TRADITIONAL}\n{toll}")
    update = copy("sina", 3, f"{TEXT}\n{toll.replace('3人', '5人')}")
    late = copy("sina", 4, first.body, published_at=MORNING + timedelta(days=7, seconds=1))
    outcome = await articles.write([first, header, update, late], MORNING)
    assert outcome.same_story == {first.id, header.id}
    (story,), linked = state(database)[0].values(), state(database)[1]
    assert sorted(story["members"]) == [first.id, header.id]
    assert [linked[each.id] for each in (update, late)] == [None, None]
    similar = {each["_id"]: each.get("similar") for each in database["articles"].find()}
    assert similar[first.id] == similar[header.id] == [update.id]
    assert sorted(similar[update.id] or ()) == [first.id, header.id]
    assert similar[late.id] is None


LINES = [own_words(900 + part) + "。" for part in range(12)]
CHAIN = [own_words(900 + part, 25) + "。" for part in range(50)]


async def test_a_text_that_holds_two_articles_brings_none_together(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    begin, end = "\n".join(LINES[:6]), "\n".join(LINES[6:])
    await articles.write([copy("guancha", 1, begin), copy("sina", 2, begin)], MORNING)
    await articles.write([copy("guancha", 3, end), copy("sina", 4, end)], MORNING)
    before = state(database)
    digest = copy("sina", 5, "\n".join(LINES))
    outcome = await articles.write([digest], MORNING)
    assert outcome.same_story == set()
    assert state(database) == (before[0], before[1] | {digest.id: None})
    found = database["articles"].find_one({"_id": digest.id}) or {}
    assert sorted(found["contains"]) == ["guancha:800001", "guancha:800003"]
    assert sorted(found["similar"]) == sorted(before[1])


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
async def test_a_text_that_holds_two_articles_joins_none_in_whatever_order_they_come(
    articles: ArticleRepository, database: Database[Document], order: tuple[int, ...]
) -> None:
    begin, end = "\n".join(LINES[:6]), "\n".join(LINES[6:])
    some = [
        copy("guancha", 1, begin, published_at=MORNING + HOUR),
        copy("sina", 2, begin, published_at=MORNING + 2 * HOUR),
        copy("guancha", 3, end, published_at=MORNING + 3 * HOUR),
        copy("sina", 5, "\n".join(LINES), published_at=MORNING),
    ]
    for number in order:
        await articles.write([some[number]], MORNING)
    stories, linked = state(database)
    (story,) = stories.values()
    assert sorted(story["members"]) == [some[0].id, some[1].id]
    assert linked == {
        some[0].id: story["_id"], some[1].id: story["_id"], some[2].id: None, some[3].id: None,
    }  # fmt: skip


@pytest.mark.parametrize("order", ["forwards", "backwards", "at random"])
async def test_copies_of_copies_make_no_chain(
    articles: ArticleRepository, database: Database[Document], order: str
) -> None:
    """Each text is a copy of the next one, and of no other."""
    some = [
        copy("sina", part, "\n".join(CHAIN[2 * part :][:25]), published_at=MORNING + part * HOUR)
        for part in range(12)
    ]
    if order == "backwards":
        some.reverse()
    elif order == "at random":
        Random(5).shuffle(some)
    for article in some:
        await articles.write([article], MORNING)
    stories, linked = state(database)
    sizes = [len(story["members"]) for story in stories.values()]
    assert sum(sizes) >= 8
    assert max(sizes) <= 3
    for name, story in stories.items():
        assert sorted(story["members"]) == sorted(i for i, each in linked.items() if each == name)
    assert {each for each in linked.values() if each} == set(stories)


async def test_a_ghost_of_a_story_goes_with_the_next_look(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    copies = [copy("guancha", 1), copy("sina", 2)]
    await articles.write(copies, MORNING)
    (story,) = state(database)[0].values()
    database["stories"].insert_one({**story, "_id": "text:ffff"})  # killed before its articles
    await articles.write([copies[1]], MORNING)
    assert list(state(database)[0]) == [story["_id"]]


async def test_a_copy_of_a_later_day_cannot_put_itself_before_the_others(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    """Else a site could rename the stories of others, and join two, by a time that it makes up."""
    sentences = [f"{line}。" for line in TEXT.split("。") if line.strip()]
    numbers = [f"这一天渡口运了{number}个人和{number}辆车过江。" for number in (3105, 4210)]
    told = [copy("guancha", n, "\n".join([*sentences, number])) for n, number in enumerate(numbers)]
    await articles.write(told, MORNING)
    before, _linked = state(database)
    early = copy("sina", 9, "\n".join(sentences), published_at=MORNING - 20 * HOUR)
    await articles.write([early], MORNING + 24 * HOUR)
    after, linked = state(database)
    assert before == {}
    assert linked[told[0].id] != linked[told[1].id]
    assert {each["_id"].partition("/")[2] for each in after.values()} <= {each.id for each in told}


async def test_what_another_writer_notes_between_two_looks_stays(
    articles: ArticleRepository, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One writer has looked for neighbours when another stores a copy, sees both and links them."""
    others = [copy("sina", 2)]

    async def look_and_wait(*asked: Any) -> Any:
        found = await near(*asked)
        if others:
            await articles.write([others.pop()], MORNING)
        return found

    monkeypatch.setattr("pipelines.storage.news.stories.near", look_and_wait)
    await articles.write([copy("guancha", 1)], MORNING)
    (story,), linked = state(database)
    assert set(linked.values()) == {story}


async def test_copies_stored_by_many_writers_at_once(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    async def write(site: str) -> None:
        repository = ArticleRepository(async_database)
        for part in range(4):
            bodies = {part * 10 + each: f"第{part * 10 + each}条：{TEXT}" for each in range(10)}
            await repository.write(
                [copy(site, number, body) for number, body in bodies.items()], MORNING
            )

    await asyncio.gather(*(write(site) for site in ("guancha", "sina", "third", "fourth")))
    stories, linked = state(database)
    assert len(stories) == 40
    assert all(len(story["members"]) == 4 for story in stories.values())
    assert set(linked.values()) == set(stories)
