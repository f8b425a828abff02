"""Two nights of the restless sites, crawled and archived: for what is read out of an archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from attrs import define
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.queries import drop_database
from tests.conftest import Server
from tests.support.kills import Desk
from tests.support.restless_site import MOMENTS, server_of
from tests.support.server import running
from tests.support.snapshot import Snapshot

ARTICLES = 62


@define(frozen=True, kw_only=True)
class Past:
    """What the first night and both nights have left."""

    settings: Settings
    first: Snapshot
    second: Snapshot


@asynccontextmanager
async def past_nights(server: Server, folder: Path) -> AsyncIterator[Past]:
    """Both nights of both sites, in a database and an archive of their own."""
    settings = server.settings().model_copy(update={"archive_dir": folder})
    sites = {night: server_of(night, ARTICLES) for night in MOMENTS}
    found = []
    async with running(sites[1]), running(sites[2]):
        desk = Desk(settings=settings, sites=sites)
        for night in MOMENTS:
            for crawl in await desk.run(night):
                assert crawl.report["finish_reason"] == "finished", crawl.log
            found.append(await asyncio.to_thread(Snapshot.take, settings))
    yield Past(settings=settings, first=found[0], second=found[1])
    await asyncio.to_thread(drop_database, settings)


def as_earlier_rules_read(
    database: Database[dict[str, Any]], site: str = "guancha", number: int = 3
) -> dict[str, str]:
    """Makes stored articles look as if rules of before had read them; returns what was changed of
    which."""
    changed = {}
    articles = database["articles"].find({"site": site}).sort("_id", 1).limit(number).to_list()
    for place, article in enumerate(articles):
        field = ("title", "authors", "summary")[place % 3]
        wrong = {"title": "页头 " + article["title"], "authors": [{"name": "版权所有"}]}
        database["articles"].update_one(
            {"_id": article["_id"]}, {"$set": {field: wrong.get(field, "导语")}}
        )
        changed[article["_id"]] = field
    return changed
