"""Where the database says that pages stand in the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import define

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened

PAGES: Final = {
    "articles": "archive",
    "revisions": "document.archive",
    "evidence": "archive",
}
"""The collections that name pages, and where in their documents."""


@define(frozen=True, kw_only=True)
class Place:
    """Where a page stands, and which document says so: its `_id`, and a name for people."""

    id: Any
    owner: str
    file: str
    offset: int
    digest: str


def places(settings: Settings, collection: str, *, after: object) -> Iterator[Place]:
    """Yields where pages stand, in the order of their documents' ids, behind one of these."""
    path = PAGES[collection]
    with opened(settings) as database:
        found: Any = database[collection].find(_wanted(path), {path: 1}).sort("_id", 1)
        found = found.hint("_id_")
        if after is not None:
            found = found.min([("_id", after)])
        with found:
            for document in found:
                if after is None or document["_id"] != after:
                    yield _place(collection, document)


def some_places(settings: Settings, collection: str, number: int) -> Iterator[Place]:
    """Yields so many of them, by chance."""
    path = PAGES[collection]
    steps: list[Document] = [
        {"$match": _wanted(path)},
        {"$sample": {"size": number}},
        {"$project": {path: 1}},
    ]
    with opened(settings) as database:
        for document in database[collection].aggregate(steps):
            yield _place(collection, document)


def _wanted(path: str) -> Document:
    return {f"{path}.file": {"$type": "string"}}


def _place(collection: str, document: Mapping[str, Any]) -> Place:
    place: Any = document
    for name in PAGES[collection].split("."):
        place = place[name]
    return Place(
        id=document["_id"],
        owner=f"{collection} {document['_id']}",
        file=str(place["file"]),
        offset=int(place["offset"]),
        digest=str(place["digest"]),
    )
