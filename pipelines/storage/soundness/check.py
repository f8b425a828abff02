"""What a check is: documents of a collection that do not fit what other collections say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import sound

Wrong = Callable[[Database[Document], Sequence[Document]], Iterable[Any]]
"""Of some documents, the ids of those that are wrong."""
Mend = Callable[[AsyncDatabase[Document], Sequence[Any]], Any]
"""Mends the documents with these ids; may be repeated."""


@define(frozen=True, kw_only=True)
class Check:
    """One kind of fault.

    says: what is wrong, before a colon and the number of such documents. todo: what to do if it is
    not mended.
    wanted, shown: which documents of the collection are looked at, and what of them.
    any_form: also those that are not as their collection declares them.
    """

    name: str
    collection: str
    says: str
    wrong: Wrong
    todo: str
    mends: str = ""
    mend: Mend | None = None
    wanted: Mapping[str, Any] = field(factory=dict)
    shown: Sequence[str] = ()
    any_form: bool = False

    def wrong_among(self, database: Database[Document], documents: list[Document]) -> list[Any]:
        """Returns the ids of those that are wrong."""
        if not self.any_form:
            documents = sound(self.collection, documents, dict.fromkeys(("_id", *self.shown), 1))
        return list(self.wrong(database, documents))


def names_missing(path: str, target: str) -> Wrong:
    """Returns what finds documents that name something, at a path, that `target` does not have."""

    def wrong(database: Database[Document], documents: Sequence[Document]) -> Iterable[Any]:
        named = {document["_id"]: values_at(document, path) for document in documents}
        known = known_ids(database, target, {value for some in named.values() for value in some})
        return [id_ for id_, values in named.items() if not set(values) <= known]

    return wrong


def known_ids(database: Database[Document], collection: str, ids: Iterable[Any]) -> set[Any]:
    """Returns which of these a collection has."""
    found = database[collection].find({"_id": {"$in": list(ids)}}, {"_id": 1})
    return {each["_id"] for each in found}


def values_at(document: Mapping[str, Any], path: str) -> list[Any]:
    """Returns what stands at a path: one value, those of a list, or none."""
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
