"""Documents that are not as declared are left out, in the same way by MongoDB and by ourselves."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.reading import declared, sound
from tests.support.reading import EDITED, furnish

ODD: tuple[Any, ...] = (
    "x", "", -7, 3, 2.5, True, None, [], [{"a": 1}], ["x", None], {}, {"$gt": ""}, b"\0",
    datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
READ = {"articles": EDITED, "revisions": f"{EDITED}@1", "stories": "story-1", "sightings": None}


def bent(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one field in another form or missing, for each; so in its parts."""
    for name, value in document.items():
        if name == "_id":
            continue
        yield {key: kept for key, kept in document.items() if key != name}
        for odd in ODD:
            yield {**document, name: odd}
        part = value[0] if isinstance(value, list) and value else value
        if isinstance(part, dict):
            for changed in bent(part):
                yield {**document, name: [changed] if isinstance(value, list) else changed}


@pytest.mark.parametrize("name", READ)
def test_it_judges_as_mongodb_does(database: Database[dict[str, Any]], name: str) -> None:
    furnish(database)
    whole = database[name].find_one({"_id": READ[name]} if READ[name] else {})
    assert whole is not None
    others = [
        {**copy.deepcopy(each), "_id": f"guancha:{at}@1"} for at, each in enumerate(bent(whole))
    ]
    assert len(others) > 80
    database[name].drop()
    database[name].insert_many([whole, *others])
    found = [each["_id"] for each in sound(name, database[name].find().sort("_id", 1))]
    wanted = database[name].find(declared(name, {}), {"_id": 1}).sort("_id", 1)
    assert found == [each["_id"] for each in wanted]
    assert whole["_id"] in found
    assert len(found) < len(others)


def test_numbers_are_numbers() -> None:
    site = {"_id": "a", "verdict": "copy"}
    assert "likenesses" in COLLECTIONS
    for value in (math.nan, math.inf):
        assert not sound("likenesses", [{**site, "jaccard": value}], {"jaccard": 1})


def test_what_was_not_read_is_not_missed() -> None:
    shown = {"title": 1, "source.name": 1, "published_at": 1}
    read = {"_id": "a:1", "title": "t", "published_at": datetime(2026, 3, 1, tzinfo=UTC)}
    assert sound("articles", [read], shown) == [read]
    assert sound("articles", [{**read, "source": {"name": "s"}}], shown)
    assert not sound("articles", [{**read, "source": {"name": 5}}], shown)
    assert not sound("articles", [{"_id": "a:1", "title": "t"}], shown)
    assert not sound("articles", [read], {"body": 0})
