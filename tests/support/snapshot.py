"""All that stands in a database, and what of it two runs of the same night have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define

from pipelines.config import Settings
from pipelines.storage.news.rejects import restored
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client as clients

Document = dict[str, Any]
Documents = dict[str, Document]
COLLECTIONS = (
    *("articles", "revisions", "traces", "likenesses", "furniture", "stories"),
    *("rejects", "evidence", "urls"),
)
_PASSING = {
    *("job", "first_seen_at", "stored_at", "checked_at", "last_seen_at", "replaced_at"),
    *("updated_at", "rejected_at", "captured_at", "expires_at", "found_at", "re_extracted_at"),
    "archive",  # a place in a file
}
"""When something was seen and by which job; of an article `updated_at` is compared, too."""
_SETS = ("members", "titles", "sources", "sites")


@define(frozen=True, kw_only=True)
class Difference:
    """Ids ("collection id") that one state lacks, has too many of, or holds otherwise."""

    lost: list[str]
    doubled: list[str]
    other: list[str]


@define(frozen=True)
class Snapshot:
    """The documents of each collection, by id."""

    found: Mapping[str, Documents]

    @classmethod
    def take(cls, settings: Settings) -> Snapshot:
        with opened(settings) as database:
            return cls(
                {
                    name: {str(each["_id"]): each for each in database[name].find()}
                    for name in COLLECTIONS
                }
            )

    def put(self, settings: Settings) -> None:
        """Fill an empty database with this."""
        with clients.connect(settings) as client:
            database = clients.database(client, settings)
            ensure_schema(database)
            for name, documents in self.found.items():
                if documents:
                    database[name].insert_many(documents.values())

    @property
    def articles(self) -> Documents:
        return self.found["articles"]

    def settled(self) -> dict[str, Document]:
        """Every document without what differs from run to run, by "collection id"."""
        return dict(self._settled())

    def _settled(self) -> Iterator[tuple[str, Document]]:
        for name, documents in self.found.items():
            for key, document in documents.items():
                # Evidence is one a page, under an id that MongoDB makes.
                label = document["article"] if name == "evidence" else key
                yield f"{name} {label}", settled(name, document)

    def against(self, wanted: Snapshot) -> Difference:
        """How this differs from a state that is right."""
        mine, right = self.settled(), wanted.settled()
        counts = {name: len(documents) for name, documents in self.found.items()}
        doubled = sorted(mine.keys() - right.keys())
        if sum(counts.values()) != len(mine):
            doubled.append(f"evidence twice: {counts['evidence']} documents")
        return Difference(
            lost=sorted(right.keys() - mine.keys()),
            doubled=doubled,
            other=[key for key in sorted(mine.keys() & right.keys()) if mine[key] != right[key]],
        )


def settled(name: str, document: Mapping[str, Any]) -> Document:
    """A document of the collection `name` without times of looking and jobs."""
    kept = {key: value for key, value in document.items() if key not in _PASSING}
    if name == "articles":
        kept["updated_at"] = document["updated_at"]
        kept["re_extracted"] = bool(document.get("re_extracted_at"))
        kept["gone_at"] = bool(document.get("gone_at"))
    elif name == "revisions":
        kept["document"] = settled("articles", document["document"])
        kept["re_extracted"] = bool(document.get("re_extracted_at"))
    elif name == "traces":
        del kept["at"]
    elif name == "stories":
        kept |= {key: sorted(document[key]) for key in _SETS}
    elif name == "rejects":
        (_, item), *_none = restored([dict(document)])
        item.job = item.archive = None
        kept["item"] = item
    elif name == "urls":
        kept["failing_since"] = bool(document.get("failing_since"))
        if document["state"] != "stored":
            del kept["next_check_at"]
    elif name == "evidence":
        del kept["_id"]
    return kept
