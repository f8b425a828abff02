"""Makes collections, validators and indexes as the table of `collections` declares them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.storage.documents import Document
from pipelines.storage.schema.fields import Collection
from pipelines.storage.schema.lock import SchemaLock
from pipelines.storage.schema.migrations import CURRENT, Target, long_step

logger = logging.getLogger(__name__)
_LARGE = 10_000
"""Documents from which on an index takes long enough for a line in the log."""
_NAMESPACE_EXISTS = 48
_INDEX_CONFLICTS = {85, 86}  # IndexOptionsConflict, IndexKeySpecsConflict


def declare(database: Database[Document], target: Target, lock: SchemaLock) -> None:
    """Creates what is missing and changes what differs; removes nothing that is not declared."""
    found = _collection_options(database)
    for collection in target.collections:
        lock.renew()
        _declare_validator(database, collection, found.get(collection.name))
        _declare_indexes(database, collection)


def schema_problems(database: Database[Document], target: Target = CURRENT) -> list[str]:
    """Returns a sentence for each difference from the declarations; changes nothing."""
    found = _collection_options(database)
    problems = []
    for collection in target.collections:
        name = collection.name
        if name not in found:
            problems.append(f"The collection {name} is missing.")
            continue
        if not _has(found[name], _validation(collection)):
            problems.append(f"The validator of {name} is not the declared one.")
        indexes = {index["name"]: index for index in database[name].list_indexes()}
        problems += [
            f"The index {index.name} of {name} is missing or old."
            for index in collection.indexes
            if not _has(indexes.get(index.name, {}), index.specification())
        ]
    return problems


def _collection_options(database: Database[Document]) -> dict[str, Document]:
    return {info["name"]: info["options"] for info in database.list_collections()}


def _has(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def _validation(collection: Collection) -> Document:
    """Returns the options of `create` and `collMod` for a collection."""
    return {
        "validator": collection.validator(),
        "validationLevel": "strict",
        "validationAction": "error",
    }


def _declare_validator(
    database: Database[Document], collection: Collection, options: Document | None
) -> None:
    wanted = _validation(collection)
    if options is None:
        try:
            database.command("create", collection.name, **wanted)
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:
                raise
        else:
            return
    if options is None or not _has(options, wanted):
        database.command("collMod", collection.name, **wanted)


def _declare_indexes(database: Database[Document], collection: Collection) -> None:
    if not collection.indexes:
        return
    indexes = [index.specification() for index in collection.indexes]
    _announce(database, collection)
    try:
        _create_indexes(database, collection.name, indexes)
    except OperationFailure as error:
        if error.code not in _INDEX_CONFLICTS:
            raise
        _drop_differing_indexes(database, collection)
        _create_indexes(database, collection.name, indexes)


def _announce(database: Database[Document], collection: Collection) -> None:
    """Says in the log which indexes will take a while."""
    there = database[collection.name].index_information()
    missing = [index.name for index in collection.indexes if index.name not in there]
    if missing and (size := database[collection.name].estimated_document_count()) >= _LARGE:
        logger.info(
            "Indexes of %s (%d documents) are made: %s. Others read and write meanwhile",
            collection.name,
            size,
            ", ".join(missing),
        )


def _create_indexes(database: Database[Document], name: str, indexes: list[Document]) -> None:
    with long_step(database):
        database.command("createIndexes", name, indexes=indexes)


def _drop_differing_indexes(database: Database[Document], collection: Collection) -> None:
    """Drops indexes that stand in the way: same name with other keys or options, or same keys under
    another name."""
    wanted = [index.specification() for index in collection.indexes]
    for there in database[collection.name].list_indexes():
        related = [
            each for each in wanted if there["name"] == each["name"] or there["key"] == each["key"]
        ]
        if any(not _has(there, each) for each in related):
            database[collection.name].drop_index(there["name"])
