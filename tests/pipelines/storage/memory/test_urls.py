"""Which URLs are asked for, and what is written down of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import FetchedArticle, ListedArticle, PageReport, PageState, Validators
from pipelines.storage.entries import pack_page, pack_reject
from pipelines.storage.memory.url_updates import (
    REVISITS,
    UrlUpdate,
    failed_url,
    next_visit,
    rejected_url,
    stored_url,
    unchanged_url,
)
from pipelines.storage.memory.urls import ATTEMPTS, GIVE_UP_AFTER, UrlRepository
from pipelines.storage.news.articles import ArticleRepository
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def urls(async_database: AsyncDatabase[Document]) -> UrlRepository:
    return UrlRepository(async_database)


def failed(number: int, state: PageState = "failed", reason: str = "timeout") -> UrlUpdate:
    article = sample(number)
    report = PageReport(
        site=article.site, key=article.key, url=article.url, state=state, reason=reason
    )
    return failed_url(pack_page(report, "job-1"))


def asked(*numbers: int) -> dict[str, str]:
    return {sample(number).id: sample(number).url for number in numbers}


async def to_fetch(urls: UrlRepository, site: str, asked: dict[str, str], at: datetime) -> set[str]:
    """The unknown and the due."""
    found = await urls.look_up(site, asked, at)
    assert found.new.isdisjoint(found.due)
    return found.new | found.due.keys()


def test_the_plan_of_visits() -> None:
    at, visits = MORNING, []
    while (at := next_visit(MORNING, at)) is not None:  # type: ignore[assignment]
        visits.append(at - MORNING)
    assert visits == list(REVISITS)
    assert next_visit(MORNING, MORNING + 2 * DAY) == MORNING + 3 * DAY
    assert next_visit(MORNING - 30 * DAY, MORNING) is None
    assert next_visit(MORNING + 5 * HOUR, MORNING) == MORNING + HOUR  # printed ahead of time
    assert next_visit(None, MORNING) == MORNING + HOUR


async def test_unknown_and_due_ones_are_asked_for(urls: UrlRepository) -> None:
    assert await to_fetch(urls, "guancha", asked(1, 2), MORNING) == set(asked(1, 2))
    old = sample(2, published_at=MORNING - 30 * DAY)
    await urls.update([stored_url(sample(1), MORNING), stored_url(old, MORNING)], MORNING)
    assert await to_fetch(urls, "guancha", asked(1, 2, 3), MORNING) == set(asked(3))
    assert await to_fetch(urls, "guancha", asked(1, 2, 3), MORNING + HOUR) == set(asked(1, 3))
    assert await to_fetch(urls, "guancha", {}, MORNING) == set()


async def test_the_others_were_seen(
    urls: UrlRepository,
    async_database: AsyncDatabase[Document],
    database: Database[Document],
) -> None:
    await ArticleRepository(async_database).write([sample(1)], MORNING)
    await urls.update([stored_url(sample(1), MORNING), failed(2)], MORNING)
    before = database["articles"].find_one()
    await to_fetch(urls, "guancha", asked(1, 2, 3), MORNING + HOUR)
    await to_fetch(urls, "guancha", asked(1), MORNING)
    assert before is not None
    assert database["articles"].find_one() == before | {"last_seen_at": MORNING + HOUR}
    assert database["urls"].count_documents({"last_seen_at": MORNING + HOUR}) == 2


@pytest.mark.parametrize("every", [timedelta(minutes=40), 2 * HOUR, DAY - timedelta(minutes=5)])
async def test_what_failed_is_tried_again_for_days(
    urls: UrlRepository, database: Database[Document], every: timedelta
) -> None:
    """However often it is crawled: an outage of hours uses nothing up, and a nightly run always
    tries."""
    at, attempts, given_up = MORNING, 0, set[str]()
    while not given_up:
        if (await to_fetch(urls, "guancha", asked(1), at)) == set(asked(1)):
            given_up = await urls.update([failed(1)], at)
            assert (
                await urls.update([failed(1)], at) == given_up
            )  # repeated, as after a lost answer
            attempts += 1
        else:
            assert every < DAY - HOUR, "a night was left out"
        found = database["urls"].find_one()
        assert found is not None
        assert (found["attempts"], found["failing_since"]) == (attempts, MORNING)
        assert (found["next_check_at"] is None) == bool(given_up)
        at += every
    assert GIVE_UP_AFTER <= at - every - MORNING <= GIVE_UP_AFTER + DAY
    assert ATTEMPTS <= attempts <= 30
    assert given_up == set(asked(1))
    known = await urls.look_up("guancha", asked(1), at)
    assert (known.new, known.due, known.given_up) == (set(), {}, given_up)
    await urls.update([stored_url(sample(1), at)], at)
    found = database["urls"].find_one()
    assert found is not None
    assert (found["state"], found["attempts"], found["reason"]) == ("stored", 0, None)
    assert (found["first_seen_at"], found["failing_since"]) == (MORNING, None)
    assert found["given_up_at"] is None


async def test_what_is_due_is_known_without_any_list(urls: UrlRepository) -> None:
    young, old = sample(1), sample(2, published_at=MORNING - 3 * DAY)
    await urls.update([stored_url(young, MORNING), stored_url(old, MORNING)], MORNING)
    await urls.update([failed(3), failed(4, "not_collectable", "paid")], MORNING)
    report = PageReport(
        site="guancha", key=None, url="https://x.cn/", state="unreadable", reason="list_unreadable"
    )
    await urls.update([failed_url(pack_page(report))], MORNING)

    async def due(at: datetime, limit: int = 10) -> list[str]:
        return [each.id for each in await urls.due("guancha", at, limit)]

    assert await due(MORNING) == [sample(3).id]
    assert await due(MORNING + HOUR) == [sample(3).id, young.id]
    late = MORNING + 5 * DAY
    assert await due(late) == [sample(3).id, old.id, young.id], "the latest due first"
    assert await due(late, 2) == [sample(3).id, old.id]
    assert await due(late, 0) == []
    assert await urls.due("sina", late, 10) == []


async def test_a_text_that_was_stored_belongs_to_its_address(
    urls: UrlRepository, database: Database[Document]
) -> None:
    """A page that was never had is asked for wherever a list shows it."""
    gone = [failed(number, "gone", "http_404") for number in (2, 4)]
    await urls.update([stored_url(sample(1), MORNING), *gone, failed(3)], MORNING)
    known = [{"_id": sample(2).id}]
    database.command("insert", "articles", documents=known, bypassDocumentValidation=True)
    elsewhere = {id_: f"https://evil.guancha.cn/{id_}" for id_ in asked(1, 2, 3, 4)}
    looked = await urls.look_up("guancha", elsewhere, MORNING + 30 * DAY)
    found = {id_: each.url for id_, each in looked.due.items()}
    assert found == {**elsewhere, **asked(1, 2)}


async def test_what_its_list_holds_is_never_due(urls: UrlRepository) -> None:
    """Neither stored nor gone: the list says what becomes of it."""
    listed = ListedArticle(**attrs.asdict(sample(1), recurse=False))
    await urls.update([stored_url(listed, MORNING), stored_url(sample(2), MORNING)], MORNING)
    later = MORNING + 30 * DAY
    assert [each.id for each in await urls.due("guancha", later, 10)] == [sample(2).id]
    gone = PageReport(
        site="guancha", key="1", url=listed.url, state="gone", reason="taken_down", final=True
    )
    await urls.update([failed_url(pack_page(gone))], later)
    looked = await urls.look_up("guancha", asked(1, 2), later + 30 * DAY)
    assert set(looked.due) == {sample(2).id}
    assert not looked.new


async def test_validators_vouch_for_the_text_that_is_stored(
    urls: UrlRepository, database: Database[Document]
) -> None:
    given = Validators(etag='"a1"', last_modified=None)
    article = FetchedArticle(**attrs.asdict(sample(1), recurse=False), validators=given)
    await urls.update([stored_url(article, MORNING)], MORNING)
    (due,) = await urls.due("guancha", MORNING + HOUR, 10)
    assert (due.id, due.validators) == (article.id, given)
    looked = await urls.look_up("guancha", asked(1), MORNING + HOUR)
    assert {id_: each.validators for id_, each in looked.due.items()} == {article.id: given}
    report = PageReport(
        site="guancha", key=article.key, url=article.url, state="unchanged", reason="not_modified"
    )
    at = MORNING + HOUR
    page = pack_page(report, "job-2")
    await urls.update([unchanged_url(page, article.published_at, at)], at)
    found = database["urls"].find_one()
    assert found is not None
    assert (found["state"], found["reason"], found["attempts"]) == ("stored", None, 0)
    assert found["next_check_at"] == (article.published_at or MORNING) + 6 * HOUR
    assert found["validators"] == attrs.asdict(given)
    await urls.update([failed(1, "gone", "http_404")], at + DAY)
    (due,) = await urls.due("guancha", at + 3 * DAY, 10)
    assert due.validators is None, "what has gone must come back whole"
    await urls.update([stored_url(sample(1), at + 3 * DAY)], at + 3 * DAY)
    found = database["urls"].find_one()
    assert found is not None
    assert found["validators"] is None


async def test_a_retry_is_due_even_if_the_clock_starts_anew(urls: UrlRepository) -> None:
    await urls.update([failed(1), stored_url(sample(2), MORNING)], MORNING)
    assert await to_fetch(urls, "guancha", asked(1, 2), MORNING - HOUR) == set(asked(1))


@pytest.mark.parametrize(
    ("update", "state", "due_after"),
    [
        (failed(1, "unreadable", "no_time"), "unreadable", 20 * HOUR),
        (failed(1, "gone", "http_404"), "gone", 20 * HOUR),
        (failed(1, "not_collectable", "paid"), "not_collectable", None),
        (failed(1, "not_collectable", "moved"), "moved", None),
        (rejected_url(pack_reject(sample(1), "off_topic")), "rejected", None),
    ],
)
async def test_states(
    urls: UrlRepository,
    database: Database[Document],
    update: UrlUpdate,
    state: str,
    due_after: timedelta | None,
) -> None:
    await urls.update([update], MORNING)
    found = database["urls"].find_one()
    assert found is not None
    assert (found["state"], found["reason"]) == (state, update.reason)
    due_at = MORNING + due_after if due_after else None
    assert found["next_check_at"] == due_at
    assert await to_fetch(urls, "guancha", asked(1), MORNING + HOUR) == set()


async def test_a_stored_article_whose_page_fails_once_stays_stored(
    urls: UrlRepository, database: Database[Document]
) -> None:
    await urls.update([stored_url(sample(1), MORNING)], MORNING)
    await urls.update([failed(1)], MORNING + HOUR)
    found = database["urls"].find_one()
    assert found is not None
    assert (found["state"], found["reason"], found["attempts"]) == ("stored", "timeout", 1)
    assert await to_fetch(urls, "guancha", asked(1), MORNING + HOUR) == set(asked(1))
    await urls.update([failed(1, "gone", "http_410")], MORNING + 2 * HOUR)
    assert database["urls"].count_documents({"state": "gone"}) == 1


async def test_an_older_report_never_replaces_a_newer_one(
    urls: UrlRepository, database: Database[Document]
) -> None:
    await urls.update([stored_url(sample(1), MORNING), failed(2)], MORNING + HOUR)
    before = list(database["urls"].find())
    await urls.update([failed(1), stored_url(sample(2), MORNING), failed(3)], MORNING)
    assert list(database["urls"].find({"_id": {"$ne": sample(3).id}})) == before
    assert database["urls"].count_documents({}) == 3


async def test_the_last_of_a_batch_counts(
    urls: UrlRepository, database: Database[Document]
) -> None:
    await urls.update([failed(1), stored_url(sample(1), MORNING)], MORNING)
    assert [found["state"] for found in database["urls"].find()] == ["stored"]


async def test_odd_urls(urls: UrlRepository, database: Database[Document]) -> None:
    odd = "https://news.example.cn/\ud83d" + "长" * 5_000
    report = PageReport(
        site="sina", key=None, url=odd, state="unreadable", reason="no_body", detail="\udc00" * 900
    )
    await urls.update([failed_url(pack_page(report))], MORNING)
    found = database["urls"].find_one()
    assert found is not None
    assert found["_id"].startswith("sina:https://news.example.cn/\ufffd长")
    assert len(found["url"]) == 2_000
