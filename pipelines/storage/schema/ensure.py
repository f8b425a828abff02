"""Brings a database to this version's collections, validators and indexes.

At every start one find tells whether all is well. If not, one process at a time, holding a lock,
runs the missing migrations and applies the table of `collections`. All of it blocks: async code
calls it in a thread.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from pymongo import ReadPreference
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.storage.documents import Document
from pipelines.storage.exceptions import AccessDenied, SchemaBusy, SchemaError, SchemaTooNew
from pipelines.storage.retries import DUPLICATE_KEY, retry
from pipelines.storage.schema.declarations import declare
from pipelines.storage.schema.lock import SchemaLock, new_owner
from pipelines.storage.schema.migrations import CURRENT, Target
from pipelines.timing import clock

WAIT_SECONDS = 180.0
STATE: Mapping[str, str] = {"_id": "schema"}
"""Query for the document in `meta` that says to which version the database was brought."""
RESTORING = "unfinished_restore"
"""Collection that stands in a database as long as a backup is being put into it."""
_POLL_SECONDS = 0.1
_UNAUTHORIZED = 13


def ensure_schema(database: Database[Document], target: Target = CURRENT) -> None:
    """Creates or updates what is missing; takes one find if nothing is.

    Raises:
        SchemaTooNew: the database belongs to a newer Newsdesk.
        SchemaBusy: another process holds the lock for minutes, or a backup is being restored.
        SchemaError: stored documents do not allow an index or a validator.
        AccessDenied: the MongoDB user may not create collections or validators.
        PyMongoError: the server is away or refuses.
    """
    database = database.with_options(read_preference=ReadPreference.PRIMARY)
    owner = new_owner()
    retry(lambda: _bring_up_to_date(database, target, owner))


def is_current(state: Mapping[str, Any] | None, name: str, target: Target = CURRENT) -> bool:
    """Returns whether the database `name`, whose document `STATE` this is, is up to date.

    Raises:
        SchemaTooNew: the database belongs to a newer Newsdesk.
    """
    found = (state or {}).get("version", 0)
    if found > target.version:
        raise SchemaTooNew(
            f"The database {name} has schema version {found} and this Newsdesk knows "
            f"{target.version}: install the newer Newsdesk that has used it, or set "
            "NEWSDESK_DATABASE to another name."
        )
    return bool(found == target.version and (state or {}).get("digest") == target.digest)


def _bring_up_to_date(database: Database[Document], target: Target, owner: str) -> None:
    meta = database["meta"]
    lock = SchemaLock(meta, owner)
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        while not is_current(meta.find_one(STATE), database.name, target):
            _refuse_half_a_backup(database)
            if lock.take():
                with lock.held():
                    _update(database, target, lock)
                return
            if time.monotonic() > deadline:
                raise SchemaBusy(
                    f"Another process has been preparing the database {database.name} for "
                    f"{WAIT_SECONDS:.0f} s (its collection meta says which): wait for it, or end "
                    "it and try again."
                )
            time.sleep(_POLL_SECONDS)
    except OperationFailure as error:
        raise _explained(error, database.name) from error


def _refuse_half_a_backup(database: Database[Document]) -> None:
    if RESTORING in database.list_collection_names(filter={"name": RESTORING}):
        raise SchemaBusy(
            f"A backup is being restored into the database {database.name}: wait for it. If it was "
            "interrupted, call newsdesk restore again, and it goes on."
        )


def _update(database: Database[Document], target: Target, lock: SchemaLock) -> None:
    state = database["meta"].find_one(STATE)
    if is_current(state, database.name, target):
        return
    if state is not None:  # a database without a version is new and has nothing to migrate
        for migration in sorted(target.migrations, key=lambda each: each.version):
            if migration.version > state["version"]:
                lock.renew()
                migration.run(database)
                _record(database, migration.version, "")
    declare(database, target, lock)
    _record(database, target.version, target.digest)


def _record(database: Database[Document], version: int, digest: str) -> None:
    state = {"version": version, "digest": digest, "applied_at": clock.now()}
    database["meta"].update_one(STATE, {"$set": state}, upsert=True)


def _explained(error: OperationFailure, name: str) -> Exception:
    """Returns our error for a refusal that we can explain, else the refusal itself."""
    if error.code == _UNAUTHORIZED:
        return AccessDenied(
            f"The MongoDB user may not prepare the database {name}: grant it readWrite and "
            f"dbAdmin on {name}."
        )
    if error.code == DUPLICATE_KEY:
        return SchemaError(
            f"A unique index cannot be made in the database {name}, because documents stand "
            f"there twice ({error}): remove one of each, then try again."
        )
    return error
