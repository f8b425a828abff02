"""`newsdesk articles history`: what changed, marked with and without colour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from pipelines.config import Settings
from pipelines.items import Author
from pipelines.storage.news.articles import ArticleRepository
from tests.support.command import Desk
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


async def test_a_history_marks_what_changed_and_says_since_when_it_is_gone(
    settings: Settings, async_database: AsyncDatabase[Document]
) -> None:
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
    terminal = desk.run("articles", "history", first.id, env={"FORCE_COLOR": "1"})
    assert "码头\x1b[9;31m三\x1b[0m\x1b[32m四\x1b[0m月开工" in terminal.out
    colourless = desk.run(
        "articles", "history", first.id, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}
    )
    assert "[-三-]" in colourless.out
    assert "{+四+}" in colourless.out
    missing = desk.call("articles", "history", "guancha:1")
    assert (missing.code, missing.out) == (1, "")
    assert "guancha:1 is not stored" in missing.err
