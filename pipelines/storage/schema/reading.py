"""Reads only documents that are as their collection declares them.

MongoDB checks what is written by its validators, and whoever may write there can pass them by.
What they left in another form (a date that is a text, an operator in place of a name) is as if it
were not there, so that it ends no crawl and no beat of the service; `misfits` names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from pymongo.database import Database

from pipelines.records import JOB_ID
from pipelines.storage.documents import Document
from pipelines.storage.schema.collections import COLLECTIONS

STEERING = ("jobs", "slots", "schedules", "topics", "alerts", "silences", "hosts")
"""Collections whose documents decide what the service and its crawls do."""
MOST_NAMED = 5
_NAMED: dict[str, Document] = {"jobs": {"_id": {"$regex": JOB_ID}}}
"""How ids must look besides, where they name more than a document."""


def declared(name: str, wanted: Document) -> Document:
    """Returns the filter `wanted` over the documents of a collection that are as declared."""
    return {"$and": [wanted, _form_of(name)]}


def misfits(database: Database[Document], names: Iterable[str] = STEERING) -> dict[str, list[str]]:
    """Returns the ids of documents that are not as declared, by collection; some of each."""
    found = {}
    for name in names:
        others = database[name].find({"$nor": [_form_of(name)]}, {"_id": 1}).limit(MOST_NAMED)
        ids = [str(each["_id"])[:100] for each in others]
        if ids:
            found[name] = ids
    return found


@lru_cache
def _form_of(name: str) -> Document:
    schema: Document = COLLECTIONS[name].validator()["$jsonSchema"]
    return {"$and": [{"$jsonSchema": _open(schema)}, _NAMED.get(name, {})]}


def _open(schema: Mapping[str, Any]) -> Document:
    """Returns a schema that lets unknown fields be: those of another version do no harm."""
    kept = {name: value for name, value in schema.items() if value is not False}
    return {
        name: _open(value) if isinstance(value, dict) else value for name, value in kept.items()
    }
