from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure, WriteError

from pipelines.config import Settings
from pipelines.storage.exceptions import SchemaBusy, SchemaError, SchemaTooNew
from pipelines.storage.schema import ensure
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.declarations import schema_problems
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.schema.fields import Collection, Index, string
from pipelines.storage.schema.migrations import CURRENT, Migration, Target
from pipelines.storage.server import client
from pipelines.storage.session import StorageSession

Document = dict[str, Any]
META = COLLECTIONS["meta"]


@pytest.fixture
def empty(settings: Settings) -> Iterator[Database[Document]]:
    """A database without anything; dropped afterwards."""
    with client.connect(settings) as connection:
        yield client.database(connection, settings)
        connection.drop_database(settings.database)


def notes(*names: str, indexes: tuple[Index, ...] = ()) -> Collection:
    fields = tuple(string(name, "A text.", required=name == "_id") for name in ("_id", *names))
    return Collection(name="notes", purpose="For tests.", fields=fields, indexes=indexes)


def target(version: int, collection: Collection, *steps: Migration) -> Target:
    return Target(version=version, collections=(META, collection), migrations=steps)


def rename(old: str, new: str) -> Callable[[Database[Document]], None]:
    """A migration: one field gets another name."""

    def run(database: Database[Document]) -> None:
        database["notes"].update_many(
            {old: {"$exists": True}}, {"$rename": {old: new}}, bypass_document_validation=True
        )

    return run


def never(database: Database[Document]) -> None:
    raise AssertionError(f"a migration ran on {database.name} that has nothing to migrate")


async def nothing(_database: AsyncDatabase[Document]) -> None:
    """All that a session does for it is to prepare the schema."""


def state(database: Database[Document]) -> Document:
    found = database.meta.find_one({"_id": "schema"})
    assert found is not None
    return found


def test_an_empty_database_gets_everything(empty: Database[Document]) -> None:
    assert len(schema_problems(empty)) == len(COLLECTIONS)
    ensure_schema(empty)
    assert schema_problems(empty) == []
    assert set(empty.list_collection_names()) == set(COLLECTIONS)
    assert state(empty)["version"] == CURRENT.version
    lock = empty.meta.find_one({"_id": "schema_lock"})
    assert lock is not None
    assert lock["owner"] == ""


async def test_when_nothing_is_to_be_done_one_find_tells(
    database: Database[Document], settings: Settings
) -> None:
    database.command({"profile": 2})
    ensure_schema(database)
    session = StorageSession(settings)
    await session.run(nothing)
    await session.close()
    database.command({"profile": 0})
    entries = list(database["system.profile"].find({"op": {"$exists": True}}))
    commands = [next(iter(entry["command"])) for entry in entries]
    assert [command for command in commands if command != "profile"] == ["find", "find"]
    database["system.profile"].drop()


async def test_processes_and_tasks_at_once_make_it_once(
    empty: Database[Document], settings: Settings
) -> None:
    script = (
        "from pipelines.config import Settings\n"
        "from pipelines.storage.schema import ensure\n"
        "from pipelines.storage.server import client\n"
        "import sys\n"
        "settings = Settings(mongodb_uri=sys.argv[1], database=sys.argv[2])\n"
        "with client.connect(settings) as connection:\n"
        "    ensure.ensure_schema(client.database(connection, settings))\n"
    )
    uri = client.resolve_uri(settings)
    command = [sys.executable, "-P", "-c", script, uri, settings.database]
    processes = [await asyncio.create_subprocess_exec(*command) for _number in range(3)]
    sessions = [StorageSession(settings) for _number in range(3)]
    await asyncio.gather(*(session.run(nothing) for session in sessions))
    for session in sessions:
        await session.close()
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert schema_problems(empty) == []


def test_a_changed_validator_and_index_are_applied(empty: Database[Document]) -> None:
    old = (
        Index(name="a", keys=(("a", 1),), purpose="x"),
        Index(name="b", keys=(("b", 1),), purpose="x"),
    )
    ensure_schema(
        empty,
        target(
            1,
            notes("a", "b"),
        ),
    )
    ensure_schema(empty, target(1, notes("a", "b", indexes=old)))
    empty.notes.insert_one({"_id": "1", "a": "x"})
    new = (
        Index(name="a", keys=(("a", -1),), purpose="Same name, other keys."),
        Index(
            name="other",
            keys=(("b", 1),),
            purpose="Same keys, other options.",
            unique=True,
            sparse=True,
        ),
    )
    changed = target(1, notes("a", "b", "c", indexes=new))
    assert len(schema_problems(empty, changed)) == 3
    ensure_schema(empty, changed)
    assert schema_problems(empty, changed) == []
    assert set(empty.notes.index_information()) == {"_id_", "a", "other"}
    empty.notes.insert_one({"_id": "2", "c": "x"})


def test_an_analysts_own_index_stays(database: Database[Document]) -> None:
    database.articles.create_index("section")
    database.meta.update_one({"_id": "schema"}, {"$set": {"digest": "old"}})
    ensure_schema(database)
    assert "section_1" in database.articles.index_information()


def test_migrations_run_in_order_and_once(empty: Database[Document]) -> None:
    ensure_schema(empty, target(1, notes("a")))
    empty.notes.insert_one({"_id": "1", "a": "x"})
    steps = (
        Migration(3, "b becomes c.", rename("b", "c")),
        Migration(2, "a becomes b.", rename("a", "b")),
    )
    newest = target(3, notes("c"), *steps)
    ensure_schema(empty, newest)
    assert empty.notes.find_one() == {"_id": "1", "c": "x"}
    assert state(empty)["version"] == 3
    with pytest.raises(WriteError):
        empty.notes.insert_one({"_id": "2", "a": "x"})

    again = target(3, notes("c", "d"), Migration(2, "", never), Migration(3, "", never))
    ensure_schema(empty, again)
    assert schema_problems(empty, again) == []


def test_a_new_database_needs_no_migration(empty: Database[Document]) -> None:
    ensure_schema(empty, target(2, notes("a"), Migration(2, "", never)))
    assert state(empty)["version"] == 2


def test_a_migration_cut_short_goes_on_where_it_was(empty: Database[Document]) -> None:
    ensure_schema(empty, target(1, notes("a")))
    empty.notes.insert_one({"_id": "1", "a": "x"})

    def broken(database: Database[Document]) -> None:
        raise KeyError(f"a bug met {database.name}")

    first = Migration(2, "a becomes b.", rename("a", "b"))
    with pytest.raises(KeyError):
        ensure_schema(empty, target(3, notes("c"), first, Migration(3, "", broken)))
    assert state(empty)["version"] == 2
    with pytest.raises(SchemaTooNew):
        ensure_schema(empty, target(1, notes("a")))
    repaired = Migration(3, "b becomes c.", rename("b", "c"))
    ensure_schema(empty, target(3, notes("c"), first, repaired))
    assert empty.notes.find_one() == {"_id": "1", "c": "x"}


async def test_a_newer_schema_is_left_alone(
    database: Database[Document], settings: Settings
) -> None:
    database.meta.update_one({"_id": "schema"}, {"$inc": {"version": 1}})
    before = state(database)
    with pytest.raises(SchemaTooNew) as caught:
        ensure_schema(database)
    assert f"schema version {CURRENT.version + 1}" in str(caught.value)
    assert "NEWSDESK_DATABASE" in str(caught.value)
    with pytest.raises(SchemaTooNew):
        await StorageSession(settings).run(nothing)
    assert state(database) == before


def test_documents_that_stand_twice_are_named(empty: Database[Document]) -> None:
    ensure_schema(empty, target(1, notes("a")))
    empty.notes.insert_many([{"_id": "1", "a": "x"}, {"_id": "2", "a": "x"}])
    unique = (Index(name="a", keys=(("a", 1),), purpose="x", unique=True),)
    with pytest.raises(SchemaError, match="stand there twice"):
        ensure_schema(empty, target(2, notes("a", indexes=unique)))
    empty.notes.delete_one({"_id": "2"})
    ensure_schema(empty, target(2, notes("a", indexes=unique)))


def hold_lock(database: Database[Document], until: datetime) -> None:
    lock = {"_id": "schema_lock", "owner": "elsewhere:1:x", "until": until}
    database.meta.replace_one({"_id": "schema_lock"}, lock, upsert=True)


def test_the_lock_of_a_dead_process_runs_out(empty: Database[Document]) -> None:
    hold_lock(empty, datetime.now(UTC) + timedelta(seconds=1))
    ensure_schema(empty)
    assert schema_problems(empty) == []


def test_the_lock_of_a_living_process_is_waited_for(
    empty: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensure, "WAIT_SECONDS", 0.3)
    hold_lock(empty, datetime.now(UTC) + timedelta(minutes=5))
    with pytest.raises(SchemaBusy, match="Another process"):
        ensure_schema(empty)
    assert empty.list_collection_names() == ["meta"]


@pytest.mark.parametrize("command", ["find", "findAndModify", "create", "createIndexes", "update"])
def test_a_lost_connection_in_the_middle_is_no_obstacle(
    empty: Database[Document], server_client: MongoClient[Document], command: str
) -> None:
    point = {
        "configureFailPoint": "failCommand",
        "mode": {"times": 1},
        "data": {"failCommands": [command], "closeConnection": True, "appName": "newsdesk"},
    }
    server_client.admin.command(point)
    ensure_schema(empty)
    assert schema_problems(empty) == []


def test_a_refusal_in_the_middle_frees_the_lock(
    empty: Database[Document], server_client: MongoClient[Document]
) -> None:
    point = {
        "configureFailPoint": "failCommand",
        "mode": {"times": 1},
        "data": {"failCommands": ["createIndexes"], "errorCode": 8, "appName": "newsdesk"},
    }
    server_client.admin.command(point)
    with pytest.raises(OperationFailure):
        ensure_schema(empty)
    lock = empty.meta.find_one({"_id": "schema_lock"})
    assert lock is not None
    assert lock["owner"] == ""
    ensure_schema(empty)


def test_the_declared_version_covers_the_declared_migrations() -> None:
    versions = [migration.version for migration in CURRENT.migrations]
    assert len(versions) == len(set(versions))
    assert all(1 < version <= CURRENT.version for version in versions)
    assert attrs.evolve(CURRENT).digest == CURRENT.digest
