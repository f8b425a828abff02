"""Documents that were changed by hand into another form harm themselves alone: every page, every
answer of the API and every export goes on without them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from tests.support.console import Client, Served
from tests.support.reading import EDITED, furnish

ODD: tuple[Any, ...] = ("x", 7, None, [5], {"$gt": ""}, b"\xff")
LAST = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
PAGES = (
    "/articles", "/articles?q=晶圆", "/articles?q=晶圆&sort=newest", f"/articles/{EDITED}",
    "/stories",
    "/stories/story-1", "/hot?site=sina", "/rising?whole=1", "/topics", "/exports/csv",
    "/exports/jsonl", "/exports/xlsx", "/exports/parquet", "/api/v1/articles",
    "/api/v1/articles?q=晶圆", f"/api/v1/articles/{EDITED}", f"/api/v1/articles/{EDITED}/history",
    f"/api/v1/articles/{EDITED}/similar", f"/api/v1/articles/{EDITED}/sightings",
    "/api/v1/stories", "/api/v1/stories/story-1", "/api/v1/hot/sina",
)  # fmt: skip


def bent(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document, once for each of its fields with an odd value there, and once without it."""
    for place, name in enumerate(sorted(document.keys() - {"_id"})):
        yield {**document, name: ODD[place % len(ODD)]}
        yield {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize("name", ["articles", "revisions", "stories", "sightings"])
async def test_the_rest_goes_on(
    console: Served, database: Database[dict[str, Any]], name: str
) -> None:
    furnish(database)
    wanted = {"_id": EDITED} if name == "articles" else {}
    whole = database[name].find_one(wanted)
    assert whole is not None
    strange = [
        {**copy.deepcopy(each), "_id": f"{whole['_id']}{number}"}
        for number, each in enumerate(bent(whole))
    ]
    for number, each in enumerate(strange):
        if name == "revisions":
            each["revision"] = each.get("revision") and 100 + number  # one index wants it alone
    database.command("insert", name, documents=strange, bypassDocumentValidation=True)
    if name == "articles":
        late = {**copy.deepcopy(whole), "_id": f"{EDITED}x", "published_at": LAST}
        database["articles"].insert_one(late)
    async with console.client() as client:
        states = {path: await _status(client, path) for path in PAGES}
    assert {path: state for path, state in states.items() if state != 200} == {}


async def _status(client: Client, path: str) -> int:
    """How a page is answered, to its end: an export that breaks breaks its connection."""
    async with client.session.get(client.url + path) as answer:
        await answer.read()
        return answer.status
