"""The steps that bring a database up to date, as generators of database commands.

A generator yields a command, or a `Pause`, and is sent the server's reply, or is thrown its
`OperationFailure`. So the same steps serve sync and async clients (`schema` runs them).

Raise `SCHEMA_VERSION` with every release that changes the table of `collections`: an older
Newsdesk then refuses the database instead of putting its own validators back. Where stored
documents must change too, add a `Migration` of that version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any

from attrs import define, field
from pymongo.errors import OperationFailure, WriteConcernError

from pipelines import clock
from pipelines.storage.exceptions import AccessDenied, SchemaBusy, SchemaError, SchemaTooNew
from pipelines.storage.schema import data_changes as changes
from pipelines.storage.schema.collections import COLLECTIONS, digest_of
from pipelines.storage.schema.fields import Collection

Document = dict[str, Any]

SCHEMA_VERSION = 3
LEASE_SECONDS = 30
WAIT_SECONDS = 180.0
_POLL_SECONDS = 0.1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WRITE_CONCERN = {"w": "majority", "wtimeout": 60_000}
_UNAUTHORIZED = 13
_NAMESPACE_EXISTS = 48
_INDEX_CONFLICTS = {85, 86}  # IndexOptionsConflict, IndexKeySpecsConflict
_DUPLICATE_KEY = 11000


@define(frozen=True)
class Pause:
    """A step that only waits."""

    seconds: float


Steps = Generator[Document | Pause, Document, None]


@define(frozen=True)
class Migration:
    """A change of stored documents that the declarations alone cannot make.

    It may be cut short, or run by two processes when one is very slow, so running it again on
    its own result must change nothing. It runs before the new validators are applied.
    """

    version: int
    summary: str
    steps: Callable[[], Steps]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "Stories without a text of their own.", changes.copies_without_text),
)


@define(frozen=True, kw_only=True)
class Target:
    """What a database is brought to; the default is this version of Newsdesk."""

    version: int = SCHEMA_VERSION
    collections: tuple[Collection, ...] = tuple(COLLECTIONS.values())
    migrations: tuple[Migration, ...] = MIGRATIONS

    @property
    def digest(self) -> str:
        return digest_of(self.collections)


CURRENT = Target()


def bring_up_to_date(name: str, target: Target, owner: str) -> Steps:
    """All steps for the database `name`: one find when nothing is to be done."""
    wanted = target.digest
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            state = yield from _find_state()
            if _is_current(state, name, target.version, wanted):
                return
            taken = yield from _take_lock(owner)
        except OperationFailure as error:
            raise _told(error, name) from error
        if taken:
            break
        if time.monotonic() > deadline:
            raise SchemaBusy(
                f"Another process has been preparing the database {name} for "
                f"{WAIT_SECONDS:.0f} s (its collection meta says which): wait for it, or end it "
                "and try again."
            )
        yield Pause(_POLL_SECONDS)
    try:
        state = yield from _find_state()
        if not _is_current(state, name, target.version, wanted):
            lease = _Lease(owner)
            yield from _migrate(state, target, lease)
            yield from _apply(target, lease)
            yield from _record(target.version, wanted)
    except OperationFailure as error:
        yield from _release_lock(owner)
        raise _told(error, name) from error
    except Exception:  # not GeneratorExit: an abandoned generator may send nothing more
        yield from _release_lock(owner)
        raise
    yield from _release_lock(owner)


def validation(collection: Collection) -> Document:
    """The options of `create` and `collMod` for a collection."""
    return {
        "validator": collection.validator(),
        "validationLevel": "strict",
        "validationAction": "error",
    }


def _is_current(state: Document, name: str, version: int, wanted: str) -> bool:
    found = state.get("version", 0)
    if found > version:
        raise SchemaTooNew(
            f"The database {name} has schema version {found} and this Newsdesk knows {version}: "
            "install the newer Newsdesk that has used it, or set NEWSDESK_DATABASE to another "
            "name."
        )
    return bool(found == version and state.get("digest") == wanted)


def _told(error: OperationFailure, name: str) -> Exception:
    """Our error for a refusal, where there is something to say."""
    if error.code == _UNAUTHORIZED:
        return AccessDenied(
            f"The MongoDB user may not prepare the database {name}: grant it readWrite and "
            f"dbAdmin on {name}."
        )
    if error.code == _DUPLICATE_KEY:
        return SchemaError(
            f"A unique index cannot be made in the database {name}, because documents stand "
            f"there twice ({error}): remove one of each, then try again."
        )
    return error


def _find_state() -> Generator[Document | Pause, Document, Document]:
    reply = yield {"find": "meta", "filter": {"_id": "schema"}, "limit": 1, "singleBatch": True}
    batch = reply["cursor"]["firstBatch"]
    return dict(batch[0]) if batch else {}


def _update(query: Document, change: Document | list[Document]) -> Steps:
    """One upsert in `meta`; raw write commands report their errors in the reply."""
    reply = yield {
        "update": "meta",
        "updates": [{"q": query, "u": change, "upsert": True}],
        "writeConcern": _WRITE_CONCERN,
    }
    for error in reply.get("writeErrors", ()):
        # Another process made the lock document in the same moment.
        if error["code"] != _DUPLICATE_KEY:
            raise OperationFailure(error["errmsg"], error["code"], error)
    if concern := reply.get("writeConcernError"):
        raise WriteConcernError(concern["errmsg"], concern["code"], concern)


def _take_lock(owner: str) -> Generator[Document | Pause, Document, bool]:
    """Take the lock, or renew it. Its lease runs by the server's clock."""
    idle = {
        "owner": {"$ifNull": ["$owner", ""]},
        "until": {"$ifNull": ["$until", _EPOCH]},
    }
    yield from _update({"_id": "schema_lock"}, [{"$set": idle}])
    until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LEASE_SECONDS}}
    free = {"$expr": {"$lte": ["$until", "$$NOW"]}}
    reply = yield {
        "findAndModify": "meta",
        "query": {"_id": "schema_lock", "$or": [{"owner": owner}, free]},
        "update": [{"$set": {"owner": {"$literal": owner}, "until": until}}],
        "new": True,
        "writeConcern": _WRITE_CONCERN,
    }
    return reply["value"] is not None


@define
class _Lease:
    """The lock as its holder sees it, renewed well before it runs out."""

    owner: str
    taken_at: float = field(factory=time.monotonic)

    def renew(self) -> Steps:
        if time.monotonic() - self.taken_at > LEASE_SECONDS / 3:
            yield from _take_lock(self.owner)
            self.taken_at = time.monotonic()


def _release_lock(owner: str) -> Steps:
    yield {
        "update": "meta",
        "updates": [
            {
                "q": {"_id": "schema_lock", "owner": owner},
                "u": {"$set": {"owner": "", "until": _EPOCH}},
            }
        ],
        "writeConcern": _WRITE_CONCERN,
    }


def _record(version: int, found: str) -> Steps:
    state = {"version": version, "digest": found, "applied_at": clock.now()}
    yield from _update({"_id": "schema"}, {"$set": state})


def _migrate(state: Document, target: Target, lease: _Lease) -> Steps:
    """Run what is missing, in order; a database without a version is new and has nothing."""
    if not state:
        return
    for migration in sorted(target.migrations, key=lambda migration: migration.version):
        if migration.version > state["version"]:
            yield from lease.renew()
            yield from migration.steps()
            yield from _record(migration.version, "")


def _apply(target: Target, lease: _Lease) -> Steps:
    # No write concern of their own: `_record`, which follows, waits until all this is safe.
    reply = yield {"listCollections": 1, "cursor": {"batchSize": 1000}}
    found = {info["name"]: info["options"] for info in reply["cursor"]["firstBatch"]}
    for collection in target.collections:
        yield from lease.renew()
        yield from _apply_validator(collection, found.get(collection.name))
        yield from _apply_indexes(collection)


def _apply_validator(collection: Collection, options: Document | None) -> Steps:
    wanted = validation(collection)
    if options is None:
        try:
            yield {"create": collection.name, **wanted}
        except OperationFailure as error:
            if error.code != _NAMESPACE_EXISTS:
                raise
        else:
            return
    if options is None or any(options.get(name) != value for name, value in wanted.items()):
        yield {"collMod": collection.name, **wanted}


def _apply_indexes(collection: Collection) -> Steps:
    if not collection.indexes:
        return
    command = {
        "createIndexes": collection.name,
        "indexes": [index.specification() for index in collection.indexes],
    }
    try:
        yield command
    except OperationFailure as error:
        if error.code not in _INDEX_CONFLICTS:
            raise
    else:
        return
    yield from _drop_differing_indexes(collection)
    yield command


def _drop_differing_indexes(collection: Collection) -> Steps:
    """Make room for ours: same name with other keys or options, or same keys under another name."""
    reply = yield {"listIndexes": collection.name, "cursor": {"batchSize": 1000}}
    for there in reply["cursor"]["firstBatch"]:
        for index in collection.indexes:
            wanted = index.specification()
            related = there["name"] == index.name or there["key"] == wanted["key"]
            if related and any(there.get(name) != value for name, value in wanted.items()):
                yield {"dropIndexes": collection.name, "index": there["name"]}
                break
