"""Bring a database to this version's collections, validators and indexes.

At every start one find tells that all is well. Otherwise one process at a time, holding a lock
document, runs the migrations that are missing and applies the table of `collections`. The steps
are written once, as generators of database commands (`migrations`), and run here by a sync or
an async client.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time

import pymongo
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.storage.schema.migrations import (
    CURRENT,
    Document,
    Pause,
    Steps,
    Target,
    bring_up_to_date,
    validation,
)
from pipelines.storage.server.client import with_retries, with_retries_async

STEP_SECONDS = 1800  # an index on a collection that has grown for years


def ensure_schema(db: Database[Document], target: Target = CURRENT) -> None:
    """Create or update what is missing; one find if nothing is.

    Raises:
        SchemaTooNew: the database belongs to a newer Newsdesk.
        SchemaBusy: another process holds the lock for minutes.
        SchemaError: stored documents do not allow an index or a validator.
        AccessDenied: the MongoDB user may not create collections or validators.
        PyMongoError: the server is away or refuses.
    """
    owner = _owner()
    with_retries(lambda: _run(db, bring_up_to_date(db.name, target, owner)))


async def ensure_schema_async(db: AsyncDatabase[Document], target: Target = CURRENT) -> None:
    """As `ensure_schema`."""
    owner = _owner()
    await with_retries_async(lambda: _run_async(db, bring_up_to_date(db.name, target, owner)))


def schema_problems(db: Database[Document], target: Target = CURRENT) -> list[str]:
    """What differs from the declarations, a sentence each; nothing is changed."""
    found = {info["name"]: info["options"] for info in db.list_collections()}
    problems = []
    for collection in target.collections:
        if collection.name not in found:
            problems.append(f"The collection {collection.name} is missing.")
            continue
        wanted = validation(collection)
        if any(found[collection.name].get(name) != value for name, value in wanted.items()):
            problems.append(f"The validator of {collection.name} is not the declared one.")
        indexes = {document["name"]: document for document in db[collection.name].list_indexes()}
        for index in collection.indexes:
            specification = index.specification()
            there = indexes.get(index.name, {})
            if any(there.get(name) != value for name, value in specification.items()):
                problems.append(f"The index {index.name} of {collection.name} is missing or old.")
    return problems


def _owner() -> str:
    """Who holds the lock; the same through all retries of one call."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"


def _run(db: Database[Document], steps: Steps) -> None:
    db.command("ping")  # within a step the driver waits for a server as long as for an answer
    error: OperationFailure | None = None
    reply: Document | None = None
    while True:
        try:
            # A fresh generator is started by sending it None.
            step = steps.send(reply) if error is None else steps.throw(error)  # type: ignore[arg-type]
        except StopIteration:
            return
        error, reply = None, {}
        try:
            if isinstance(step, Pause):
                time.sleep(step.seconds)
            else:
                with pymongo.timeout(STEP_SECONDS):
                    reply = db.command(step, codec_options=db.codec_options)
        except OperationFailure as failure:
            error = failure


async def _run_async(db: AsyncDatabase[Document], steps: Steps) -> None:
    await db.command("ping")  # within a step the driver waits for a server as long as for an answer
    error: OperationFailure | None = None
    reply: Document | None = None
    while True:
        try:
            step = steps.send(reply) if error is None else steps.throw(error)  # type: ignore[arg-type]
        except StopIteration:
            return
        error, reply = None, {}
        try:
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            else:
                with pymongo.timeout(STEP_SECONDS):
                    reply = await db.command(step, codec_options=db.codec_options)
        except OperationFailure as failure:
            error = failure
