"""The table of all collections: names, fields, validators, indexes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final

from pipelines.storage.schema.fields import Collection
from pipelines.storage.schema.tables.articles import ARTICLES, REVISIONS, STORIES
from pipelines.storage.schema.tables.crawl import EVIDENCE, HOSTS, REJECTS, URLS
from pipelines.storage.schema.tables.finding import (
    BLOCKS,
    FURNITURE,
    LIKENESSES,
    POSTINGS,
    TRACES,
)
from pipelines.storage.schema.tables.lists import SIGHTINGS, SOURCES, WALKS
from pipelines.storage.schema.tables.operations import (
    ALERTS,
    CHANGES,
    CHANNELS,
    JOBS,
    LEASES,
    LOGS,
    META,
    SCHEDULES,
    SILENCES,
    SLOTS,
)
from pipelines.storage.schema.tables.searches import SEARCHES
from pipelines.storage.schema.tables.topics import TAGGINGS, TOPICS

COLLECTIONS: Final[dict[str, Collection]] = {
    collection.name: collection
    for collection in (
        ARTICLES,
        REVISIONS,
        STORIES,
        TRACES,
        BLOCKS,
        POSTINGS,
        LIKENESSES,
        FURNITURE,
        SIGHTINGS,
        URLS,
        WALKS,
        SOURCES,
        HOSTS,
        REJECTS,
        EVIDENCE,
        JOBS,
        LOGS,
        SLOTS,
        SCHEDULES,
        TOPICS,
        TAGGINGS,
        SEARCHES,
        ALERTS,
        SILENCES,
        CHANNELS,
        CHANGES,
        LEASES,
        META,
    )
}


def digest_of(collections: Iterable[Collection]) -> str:
    """Returns a digest that changes whenever a validator or an index does."""
    table = [
        [
            collection.name,
            collection.validator(),
            [index.specification() for index in collection.indexes],
        ]
        for collection in collections
    ]
    return hashlib.sha256(json.dumps(table).encode()).hexdigest()
