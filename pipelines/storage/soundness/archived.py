"""Where the database says that pages stand in the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import define

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened

_WHERE: Final = (
    ("articles", "archive"),
    ("revisions", "document.archive"),
    ("evidence", "archive"),
)


@define(frozen=True, kw_only=True)
class Place:
    """Where a page stands, and which document says so."""

    owner: str
    file: str
    offset: int
    digest: str


def places(settings: Settings, most: int | None) -> Iterator[Place]:
    """Yields where pages stand: all of them, or `most` of each collection, by chance."""
    with opened(settings) as database:
        for collection, path in _WHERE:
            steps: list[Document] = [{"$match": {f"{path}.file": {"$type": "string"}}}]
            if most is not None:
                steps.append({"$sample": {"size": most}})
            steps.append({"$project": {"place": f"${path}"}})
            for document in database[collection].aggregate(steps):
                yield _place(f"{collection} {document['_id']}", document["place"])


def _place(owner: str, place: Mapping[str, Any]) -> Place:
    return Place(
        owner=owner,
        file=str(place["file"]),
        offset=int(place["offset"]),
        digest=str(place["digest"]),
    )
