"""Changes of stored documents from one version of the schema to the next.

Raise `SCHEMA_VERSION` with every release that changes the table of `collections`: an older
Newsdesk then refuses the database instead of putting its own validators back. Where stored
documents must change too, add a `Migration` of that version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice

import pymongo
from attrs import define
from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.collections import COLLECTIONS, digest_of
from pipelines.storage.schema.fields import Collection

SCHEMA_VERSION = 6
_AT_ONCE = 1000
LONGEST_STEP_SECONDS = 1800  # an index on a collection that has grown for years


@contextmanager
def long_step(database: Database[Document]) -> Iterator[None]:
    """Lets the commands of the block take as long as a large collection needs."""
    database.command("ping")  # within the block the driver waits just as long for a server
    with pymongo.timeout(LONGEST_STEP_SECONDS):
        yield


@define(frozen=True)
class Migration:
    """A change of stored documents that the declarations alone cannot make.

    It may be cut short, or run by two processes when one is very slow, so running it again on
    its own result must change nothing. It runs before the new validators are applied.
    """

    version: int
    summary: str
    run: Callable[[Database[Document]], None]


def _remove_texts_of_stories(database: Database[Document]) -> None:
    """To 2: a story no longer has one text, and due URLs are looked up by site."""
    with long_step(database):
        database["stories"].update_many(
            {"text": {"$exists": True}},
            {"$unset": {"text": ""}},
            bypass_document_validation=True,  # the validator of version 1 wants the text
        )
    _drop_index(database, "stories", "text")
    _drop_index(database, "urls", "next_check")


def _remove_targets_of_urls(database: Database[Document]) -> None:
    """To 3: a moved URL does not name the article to which it leads; nothing ever wrote that."""
    with long_step(database):
        database["urls"].update_many({"target": {"$exists": True}}, {"$unset": {"target": ""}})


def _mend_stories(database: Database[Document]) -> None:
    """To 4: a copy of a copy belongs to a story only if it is like the first one."""
    from pipelines.storage.schema.mended_stories import mend_stories  # compares texts: loads a lot

    mend_stories(database)


def _count_edits(database: Database[Document]) -> None:
    """To 6: an article says how often its site has changed it."""
    with long_step(database):
        counted = database["revisions"].aggregate(
            [
                {"$match": {"re_extracted_at": None}},
                {"$group": {"_id": "$article", "edits": {"$sum": 1}}},
            ],
            allowDiskUse=True,
        )
        while part := list(islice(counted, _AT_ONCE)):
            database["articles"].bulk_write(
                [
                    UpdateOne({"_id": each["_id"]}, {"$set": {"edits": each["edits"]}})
                    for each in part
                ],
                ordered=False,
                bypass_document_validation=True,  # that of version 5 does not know the field
            )


def _drop_index(database: Database[Document], collection: str, name: str) -> None:
    if name in database[collection].index_information():
        database[collection].drop_index(name)


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "Stories without a text of their own.", _remove_texts_of_stories),
    Migration(3, "URLs without a target.", _remove_targets_of_urls),
    Migration(4, "Stories that are decided against their first copy.", _mend_stories),
    Migration(6, "Articles that say how often their sites have changed them.", _count_edits),
)


@define(frozen=True, kw_only=True)
class Target:
    """What a database is brought to; the default is this version of Newsdesk."""

    version: int = SCHEMA_VERSION
    collections: tuple[Collection, ...] = tuple(COLLECTIONS.values())
    migrations: tuple[Migration, ...] = MIGRATIONS

    @cached_property
    def digest(self) -> str:
        return digest_of(self.collections)


CURRENT = Target()
