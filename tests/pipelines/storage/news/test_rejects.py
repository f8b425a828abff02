"""Rejected articles are kept whole, for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.storage.entries import pack_reject
from pipelines.storage.news.rejects import RejectRepository, restored
from pipelines.timing.clock import machine_now
from tests.support.samples import MORNING, full_sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


async def test_a_reject_comes_back_whole(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    rejects = RejectRepository(async_database, days=90)
    article = full_sample(1)
    for hours, state in enumerate([attrs.evolve(article, title="旧"), article]):
        entry = pack_reject(state, "off_topic", "no topic has its terms")
        await rejects.write([entry], MORNING + hours * HOUR)
    (found,) = database["rejects"].find()
    assert [*restored([found])] == [(found, article)]
    assert (found["reason"], found["title"]) == ("off_topic", article.title)
    assert found["rejected_at"] == MORNING + HOUR
    assert abs(found["expires_at"] - machine_now() - timedelta(days=90)) < timedelta(minutes=5)
    assert len(found["item"]) < 2_000
