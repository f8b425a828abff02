"""The database in use: server, schema, clock, and what waits for it in the spool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from newsdesk.doctor.check import Check
from pipelines.config import Settings
from pipelines.storage.exceptions import EmbeddedServerError, StorageError
from pipelines.storage.queries import opened
from pipelines.storage.schema.declarations import schema_problems
from pipelines.storage.schema.reading import misfits
from pipelines.storage.server import client, embedded, mongod
from pipelines.storage.writing.spool import segment_files, spool_bytes

OLDEST_SERVER = 6
CLOCK_SECONDS = 5.0


def check_database(settings: Settings) -> Iterator[Check]:
    """Asks the server in use; an embedded one that does not run is not started."""
    if settings.mongodb_uri is None and not embedded.status(settings).running:
        yield check_embedded()
        return
    try:
        with opened(settings) as database:
            admin = database.client.admin
            hello = admin.command("hello", codec_options=database.codec_options)
            asked_at = datetime.now(UTC)
            version = str(database.client.server_info()["version"])
            empty = not database.list_collection_names()
            problems = [] if empty else schema_problems(database)
            strange = {} if empty else misfits(database)
    except StorageError as error:
        yield Check(name="MongoDB", state="fail", found="no answer", todo=str(error))
        return
    yield judge_server(version, hello, where(settings))
    if empty:
        found = f"{settings.database} is empty; the first crawl prepares it"
        yield Check(name="Schema", state="note", found=found)
    else:
        yield judge_schema(settings.database, problems)
    yield judge_records(strange)
    yield judge_clock((asked_at - hello["localTime"]).total_seconds())


def check_embedded() -> Check:
    """Whether the embedded server could be started."""
    try:
        program = mongod.find_mongod()
    except EmbeddedServerError as error:
        return Check(name="MongoDB", state="fail", found="cannot be started", todo=str(error))
    return Check(
        name="MongoDB",
        state="note",
        found=f"embedded, not running ({program.name} is installed)",
        todo="The first command that needs it starts it; or: newsdesk db start",
    )


def where(settings: Settings) -> str:
    """The address of the server in use, without its password."""
    if settings.mongodb_uri is None:
        return f"embedded, {embedded.address_of(settings)}"
    return client.masked_uri(settings.mongodb_uri.get_secret_value())


def judge_server(version: str, hello: Mapping[str, Any], address: str) -> Check:
    """The server's version, and whether it is part of a replica set and takes writes."""
    name, replica_set = "MongoDB", hello.get("setName")
    found = f"{version}, {'replica set ' + replica_set if replica_set else 'alone'}, {address}"
    if int(version.partition(".")[0]) < OLDEST_SERVER:
        todo = f"Newsdesk needs MongoDB {OLDEST_SERVER}.0 or later: upgrade the server."
        return Check(name=name, state="fail", found=found, todo=todo)
    if not replica_set and hello.get("msg") != "isdbgrid":
        todo = (
            "Make it a replica set (one node is enough): without, a crash can lose acknowledged "
            "articles, and changes cannot be watched."
        )
        return Check(name=name, state="warn", found=found, todo=todo)
    if not hello.get("isWritablePrimary", False):
        todo = "Name the replica set in MONGODB_URI (replicaSet=...), so that its primary is used."
        return Check(name=name, state="fail", found=f"{found}, takes no writes", todo=todo)
    return Check(name=name, state="ok", found=found)


def judge_schema(database: str, problems: list[str]) -> Check:
    """Whether collections, validators and indexes are as declared."""
    if not problems:
        found = f"collections, validators and indexes of {database} are up to date"
        return Check(name="Schema", state="ok", found=found)
    return Check(
        name="Schema",
        state="warn",
        found=f"{database}: {problems[0]}"
        + (f" And {len(problems) - 1} more." if len(problems) > 1 else ""),
        todo="The next crawl brings it up to date; or: newsdesk db start (embedded server).",
    )


def judge_records(strange: Mapping[str, Sequence[str]]) -> Check:
    """Whether the documents that steer the service are as declared."""
    if not strange:
        return Check(name="Records", state="ok", found="as their collections declare them")
    named = "; ".join(f"{name}: {', '.join(ids)}" for name, ids in strange.items())
    return Check(
        name="Records",
        state="warn",
        found=f"not as declared, and not believed: {named}",
        todo="Somebody wrote them past Newsdesk: look who may write there, and delete them.",
    )


def judge_clock(seconds: float) -> Check:
    """This machine's clock against the server's; `seconds` it is ahead."""
    found = f"{abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} MongoDB's"
    if abs(seconds) <= CLOCK_SECONDS:
        return Check(name="Clock", state="ok", found="agrees with MongoDB's")
    todo = "Set the clock by NTP (timedatectl set-ntp true): expiry and schedules depend on it."
    return Check(name="Clock", state="warn", found=found, todo=todo)


def check_spool(settings: Settings) -> Check:
    """Checks whether articles wait on this machine for MongoDB."""
    files, size = len(segment_files(settings.spool_dir)), spool_bytes(settings.spool_dir)
    if not files:
        return Check(name="Spool", state="ok", found="empty")
    return Check(
        name="Spool",
        state="warn",
        found=f"{size / 1024**2:.1f} MB in {files} files wait for MongoDB in {settings.spool_dir}",
        todo="A crawl that runs now may own them; else any crawl, or newsdesk db replay, "
        "stores them.",
    )
