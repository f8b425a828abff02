"""`newsdesk articles history` and `newsdesk hot`: what changed, and what was hot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from newsdesk.answers.articles.changes import field_change
from pipelines.config import Settings
from pipelines.items import Author, Sighting, Sightings
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.sightings import SightingRepository
from tests.support.command import Desk
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


def marked(before: object, after: object) -> list[str]:
    """The changed lines, with signs."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    change = field_change("body", {"body": before}, {"body": after})
    return [
        "".join(signs[piece.mark].format(piece.text) for piece in line) for line in change.lines
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("三月开工", "四月开工", ["[-三-]{+四+}月开工"]),
        ("甲段。\n乙段。", "甲段。\n乙段。\n又补一句。", ["{+又补一句。+}"]),
        ("甲段。\n乙段。", "乙段。", ["[-甲段。-]"]),
        ("全然另一句话", "别的", ["[-全然另一句话-]", "{+别的+}"]),
        (None, MORNING, ["{+2026-03-02 01:30:00+00:00+}"]),
        ([{"name": "林知秋", "code": None}], [], ["[-林知秋-]"]),
        ("长" * 5_000, "短" * 5_000, ["[-" + "长" * 5_000 + "-]", "{+" + "短" * 5_000 + "+}"]),
    ],
)
def test_changes_are_marked(before: object, after: object, lines: list[str]) -> None:
    assert marked(before, after) == lines


async def test_history(settings: Settings, async_database: AsyncDatabase[Document]) -> None:
    articles = ArticleRepository(async_database)
    first = sample(1, title="河湾镇的码头三月开工")
    second = sample(1, title="河湾镇的码头四月开工", authors=[Author(name="林知秋")])
    for hours, state in enumerate([first, second, second]):
        await articles.write([state], MORNING + hours * HOUR)
    await articles.mark_gone([first.id], MORNING + 30 * HOUR)
    desk = Desk(settings)
    said = desk.call("articles", "history", first.id)
    assert said.code == 0
    assert "河湾镇的码头[-三-]{+四+}月开工" in said.out
    assert "{+林知秋+}" in said.out
    assert "Revision 1, stored 2026-03-02 09:30:00 (Beijing)" in said.out
    assert "Revision 2, changed 2026-03-02 10:30:00 (Beijing)" in said.out
    assert "Gone since 2026-03-03 15:30:00 (Beijing)" in said.out
    data = desk.call("articles", "history", first.url, "--json").json
    assert [state["revision"] for state in data["states"]] == [1, 2]
    assert data["states"][1]["changes"]["title"] == {"before": first.title, "after": second.title}
    missing = desk.call("articles", "history", "guancha:1")
    assert (missing.code, missing.out) == (1, "")
    assert "guancha:1 is not stored" in missing.err


async def test_hot(settings: Settings, async_database: AsyncDatabase[Document]) -> None:
    sightings = SightingRepository(async_database)

    async def read(at: int, *articles: str, source: str = "redian") -> None:
        seen = [
            Sighting(article=f"guancha:{article}", rank=rank, title=f"标题{article}")
            for rank, article in enumerate(articles, start=1)
        ]
        moment = MORNING + at * HOUR
        await sightings.write(
            [Sightings(site="guancha", source=source, at=moment, seen=seen, ranked=True)]
        )

    await read(0, "a", "b", "c")
    await read(1, "a", "b", "c")
    await read(2, "b", "a")
    await read(2, "c", source="page-hot")
    desk = Desk(settings)

    def shown(*options: str) -> list[tuple[str, int, str]]:
        found = desk.call("hot", "guancha", "--json", *options).json
        return [(each["source"], each["rank"], each["article"][-1]) for each in found]

    assert shown() == [("page-hot", 1, "c"), ("redian", 1, "b"), ("redian", 2, "a")]
    before = [("redian", 1, "a"), ("redian", 2, "b"), ("redian", 3, "c")]
    assert shown("--at", "2026-03-02T11:29") == before
    assert shown("--at", "2026-03-02T11:30") == shown()
    assert shown("--at", "2026-03-02T09:29") == []
    rows = desk.call("hot", "guancha").out.splitlines()
    assert rows[1].split("\t")[:4] == ["redian", "1", "guancha:b", "标题b"]
    nothing = desk.call("hot", "sina")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No hot list of sina was seen yet" in nothing.err
    assert desk.call("hot", "nowhere").code == 2
