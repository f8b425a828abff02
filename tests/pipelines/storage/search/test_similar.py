"""What an article names as similar, and what the whole archive has that is like it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.search.similar import Similar, similar_articles
from pipelines.text.finding.similarity import numbered_sentences
from tests.support.samples import MORNING, own_words, sample

Document = dict[str, Any]
LINES = [own_words(200 + number, 30) + "。" for number in range(80)]


def text(start: int, end: int, *more: int) -> str:
    return "\n".join([*LINES[start:end], *(LINES[line] for line in more)])


ARTICLE = sample(1, body=text(0, 30))
COPY = sample(2, site="sina", body=text(0, 30) + "\n责任编辑：白露")
HALF = sample(3, site="sina", body=text(0, 22, *range(40, 50)))
EXCERPT = sample(4, site="sina", body=text(3, 9))
QUOTING = sample(5, site="sina", body=text(10, 16, 60, 61))
OTHER = sample(6, site="sina", body=text(60, 80, 3, 4))
LATER = sample(7, site="sina", body=text(0, 30), published_at=MORNING + timedelta(days=30))
PIECE_LATER = sample(8, site="sina", body=text(5, 11), published_at=MORNING + timedelta(days=90))


@pytest.fixture
async def stored(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> dict[str, Document]:
    for article in (EXCERPT, OTHER, HALF, ARTICLE, COPY, QUOTING, LATER, PIECE_LATER):
        await ArticleRepository(async_database).write([article], MORNING)
    return {each["_id"]: each for each in database["articles"].find()}


def test_an_article_names_what_shares_half_or_stands_in_it(stored: dict[str, Document]) -> None:
    assert set(stored[ARTICLE.id]["similar"]) == {HALF.id, EXCERPT.id, QUOTING.id}
    assert stored[ARTICLE.id]["story"] == stored[COPY.id]["story"] is not None
    for each in (HALF, EXCERPT, QUOTING):
        assert ARTICLE.id in stored[each.id]["similar"]
    assert all("similar" not in stored[each.id] for each in (OTHER, LATER, PIECE_LATER))


def test_the_archive_is_searched_through_all_time(
    stored: dict[str, Document], settings: Settings
) -> None:
    def found(article: Article) -> dict[str, Similar]:
        alike = similar_articles(settings, stored[article.id])
        return {each.document["_id"]: each for each in alike}

    alike = found(ARTICLE)
    ids = {each.id for each in (COPY, HALF, EXCERPT, QUOTING, LATER, PIECE_LATER)}
    assert alike.keys() == ids
    assert next(iter(alike)) in (COPY.id, LATER.id)
    assert [alike[each.id].verdict for each in (COPY, HALF, LATER)] == ["same", "related", None]
    assert ARTICLE.id in found(PIECE_LATER)


def test_a_site_s_own_sentences_are_left_out(
    stored: dict[str, Document], settings: Settings, database: Database[Document]
) -> None:
    rows = [
        {
            "_id": f"sina:{-number}", "site": "sina", "number": number, "sentence": sentence,
            "found_at": MORNING,
        }
        for number, sentence in numbered_sentences(EXCERPT.body).items()
    ]  # fmt: skip
    database["furniture"].insert_many(rows)
    alike = similar_articles(settings, stored[ARTICLE.id])
    assert EXCERPT.id not in [each.document["_id"] for each in alike]
