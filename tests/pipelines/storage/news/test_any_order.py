"""What articles say of each other does not depend on when they came, with which, or who died."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from tests.support.made_texts import dated_footer
from tests.support.samples import MORNING, own_words, sample

Document = dict[str, Any]
State = dict[str, dict[str, Any]]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WRITES = ["insert", "update", "delete"]
WRITE_REFUSED = 96  # OperationFailed: the driver does not try again
MOST_WRITES = 100
FRAME = "\n".join(f"{own_words(700 + line, 50)}。" for line in range(8))
ADVERTISEMENT = "更多消息请下载江声客户端，随时关注渡口动态。"


def lines(seed: int, count: int, start: int = 0) -> str:
    return "\n".join(f"{own_words(1000 * seed + line, 30)}。" for line in range(start, count))


def reworded(text: str, dice: Random) -> str:
    """The text with another character in each of its sentences."""
    return "\n".join(
        line.replace(line[place := dice.randrange(25)], own_words(place, 1), 1)
        for line in text.split("\n")
    )


def bodies() -> Iterator[tuple[str, str, timedelta]]:
    """Of each article the site, the text, and when it came out."""
    dice = Random(7)
    for seed in range(1, 5):  # copies with a frame of their own; cuts; excerpts; a digest
        text = lines(seed, 16)
        yield "sina", text, seed * HOUR
        yield "guancha", f"{text}\n{dated_footer(dice)}", (9 - seed) * HOUR
        yield "sina", f"{lines(seed, 7)}\n{dated_footer(dice)}", seed * 2 * DAY
        yield "guancha", lines(seed, 16, 12), DAY
    yield "sina", "\n".join(lines(seed, 16) for seed in (1, 2)), 3 * HOUR
    yield "guancha", "\n".join(lines(seed, 16) for seed in (2, 3, 4)), 30 * HOUR
    for part in range(10):  # copies of copies
        chain = [f"{own_words(90_000 + line, 25)}。" for line in range(60)]
        yield "sina", "\n".join(chain[2 * part :][:25]), dice.randint(0, 90) * HOUR
    for number in range(8):  # pages of one frame, and copies of two of them elsewhere
        own = own_words(50_000 + number, 45)
        yield "sina", f"{own}。\n{FRAME}", number * 2.5 * DAY
        if number in (1, 6):
            yield "guancha", f"{own}。", number * 2.5 * DAY + HOUR
    for number in range(6):  # the same line below different articles
        yield "guancha", f"{lines(60 + number, 5)}\n{ADVERTISEMENT}", number * DAY
    for number in range(24):  # a series of which everyone is like all others
        yield "sina", reworded(lines(80, 16), dice), number * HOUR


ARTICLES = [
    sample(number, site=site, body=body, published_at=MORNING + after)
    for number, (site, body, after) in enumerate(bodies())
]
MOMENTS = {"stored_at", "first_seen_at", "checked_at", "last_seen_at", "updated_at", "found_at"}


def state(database: Database[Document]) -> State:
    """All that follows from the articles, without when it was found."""
    found: State = {}
    for name in ("articles", "stories", "furniture", "likenesses"):
        for document in database[name].find():
            kept = {key: each for key, each in document.items() if key not in MOMENTS}
            if name == "stories":
                kept |= {key: sorted(kept[key]) for key in ("members", "titles", "sites")}
            found[f"{name} {document['_id']}"] = kept
    return found


def clear(database: Database[Document]) -> None:
    for name in ("articles", "traces", "stories", "furniture", "likenesses"):
        database[name].delete_many({})


def cut(dice: Random, most: int) -> list[list[Article]]:
    """All articles in some order, in batches of some sizes."""
    order = dice.sample(ARTICLES, len(ARTICLES))
    batches = []
    while order:
        size = dice.randint(1, most)
        batches.append(order[:size])
        del order[:size]
    return batches


@pytest.fixture
async def wanted(async_database: AsyncDatabase[Document], database: Database[Document]) -> State:
    """What all articles are to each other that came in one batch."""
    await ArticleRepository(async_database).write(ARTICLES, MORNING)
    found = state(database)
    clear(database)
    return found


def test_what_is_compared_here_holds_all_kinds(wanted: State) -> None:
    def of(name: str) -> list[dict[str, Any]]:
        return [each for key, each in wanted.items() if key.startswith(f"{name} ")]

    articles = of("articles")
    assert len([each for each in articles if each.get("contains")]) == 2
    assert len({each.get("story") for each in articles}) > 8
    assert max(len(each.get("similar") or ()) for each in articles) == 20
    assert len(of("furniture")) >= 9  # each line of the frame, and the advertisement
    assert {each["verdict"] for each in of("likenesses")} == {"same", "related"}


@pytest.mark.parametrize(("seed", "most"), [(1, 1), (2, 3), (3, 8), (4, 20), (5, 60)])
async def test_in_any_order_and_any_batches(
    wanted: State,
    async_database: AsyncDatabase[Document],
    database: Database[Document],
    seed: int,
    most: int,
) -> None:
    for batch in cut(Random(seed), most):
        await ArticleRepository(async_database).write(batch, MORNING)
    assert state(database) == wanted


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_stored_by_several_at_once(
    wanted: State, async_database: AsyncDatabase[Document], database: Database[Document], seed: int
) -> None:
    waiting = cut(Random(seed), 6)

    async def work() -> None:
        while waiting:
            await ArticleRepository(async_database).write(waiting.pop(), MORNING)

    await asyncio.gather(*(work() for _writer in range(4)))
    assert state(database) == wanted


@contextmanager
def dying_after(server_client: MongoClient[Document], writes: int) -> Iterator[None]:
    """After so many writes every further one fails, as for a process that is dead."""
    point = {
        "configureFailPoint": "failCommand",
        "mode": {"skip": writes},
        "data": {"failCommands": WRITES, "errorCode": WRITE_REFUSED, "appName": "newsdesk"},
    }
    server_client.admin.command(point)
    try:
        yield
    finally:
        server_client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


async def test_killed_between_any_two_writes(
    wanted: State,
    async_database: AsyncDatabase[Document],
    database: Database[Document],
    server_client: MongoClient[Document],
) -> None:
    """A writer dies after each of its writes, and others store more before its batch comes
    again."""
    repository = ArticleRepository(async_database)
    order = Random(9).sample(ARTICLES, len(ARTICLES))
    first, killed, between = order[:-40], order[-40:-2], order[-2:]
    for writes in range(MOST_WRITES):
        clear(database)
        await repository.write(first, MORNING)
        with dying_after(server_client, writes), suppress(OperationFailure):
            await repository.write(killed, MORNING)
            break
        await repository.write(between, MORNING)
        await repository.write(killed, MORNING)
        assert state(database) == wanted
    assert 6 <= writes < MOST_WRITES - 1
