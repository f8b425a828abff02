"""The collection `topics`: what operators decided about topics, over the topics file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared
from pipelines.topics.overrides import Override

_FIELDS = tuple(field.name for field in attrs.fields(Override) if field.name != "name")
_SOUND = declared("topics", {})


class TopicRepository:
    """Reads and writes overrides. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._topics = database["topics"]

    def list(self) -> list[Override]:
        """Returns all overrides by name."""
        return [_override(document) for document in self._topics.find(_SOUND).sort("_id", 1)]

    def get(self, name: str) -> Override | None:
        document = self._topics.find_one(declared("topics", {"_id": name}))
        return _override(document) if document else None

    def put(self, override: Override, now: datetime) -> None:
        """Writes an override as a whole."""
        document = attrs.asdict(override)
        document |= {"_id": document.pop("name"), "updated_at": now}
        if override.terms is not None:
            document["terms"] = [*override.terms]
        self._topics.replace_one({"_id": override.name}, document, upsert=True)

    def remove(self, name: str) -> bool:
        """Lets the file decide again; returns False if there was no override."""
        return self._topics.delete_one({"_id": name}).deleted_count == 1


async def read_overrides(database: AsyncDatabase[Document]) -> list[Override]:
    """Returns all overrides by name."""
    return [_override(document) for document in await database["topics"].find(_SOUND).to_list()]


def _override(document: Mapping[str, Any]) -> Override:
    values: dict[str, Any] = {name: document.get(name) for name in _FIELDS}
    if values["terms"] is not None:
        values["terms"] = tuple(values["terms"])
    return Override(name=document["_id"], **values)
