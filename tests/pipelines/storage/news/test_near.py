"""What shares enough to be compared is found, and no more than can be compared."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.news import near as storage
from pipelines.storage.news.near import near, shown
from pipelines.storage.news.traces import write_traces
from pipelines.text.finding.grouping import Pair, pair_of
from tests.support.samples import MORNING, sample

Document = dict[str, Any]


async def near_pairs(database: AsyncDatabase[Document], articles: list[Article]) -> set[Pair]:
    return (await near(database, shown(articles), {})).pairs


async def test_of_a_flood_the_nearest_are_compared(
    async_database: AsyncDatabase[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "\n".join(
        f"第{line}项检查已经做完，结果贴在门口，请各车间自己来看。" for line in range(9)
    )
    flood = [
        sample(number, body=f"{body}{number}车间" + "另行通知。" * number) for number in range(12)
    ]
    await write_traces(async_database, flood, MORNING)
    copy = sample(50, site="sina", body=flood[7].body)
    await write_traces(async_database, [copy], MORNING)
    monkeypatch.setattr(storage, "MOST_CANDIDATES", 4)
    pairs = await near_pairs(async_database, [copy])
    assert (flood[7].id, copy.id) in pairs
    assert len(pairs) == 4


async def test_a_batch_with_more_than_is_held_at_once_is_no_flood(
    async_database: AsyncDatabase[Document],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    stored = [sample(number) for number in range(8)]
    copies = [sample(50 + each, site="sina", body=stored[each].body) for each in range(8)]
    await write_traces(async_database, [*stored, *copies], MORNING)
    whole = await near_pairs(async_database, copies)
    monkeypatch.setattr(storage, "MOST_CANDIDATES", 4)
    monkeypatch.setattr(storage, "MOST_LOOKED_AT", 12)
    assert await near_pairs(async_database, copies) == whole
    assert whole >= {pair_of(one.id, other.id) for one, other in zip(stored, copies, strict=True)}
    assert "flood" not in caplog.text
