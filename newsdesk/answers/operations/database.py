"""Looking at the MongoDB server in use, without changing anything."""

from __future__ import annotations

from typing import Any

import attrs

from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.server import client, embedded


def server_facts(settings: Settings) -> dict[str, Any]:
    """Which server is used, whether it runs, and what it says of itself. Starts nothing."""
    if settings.mongodb_uri is None:
        status = attrs.asdict(embedded.status(settings))
        status["kind"] = "embedded"
        oplog = status.pop("oplog")
        status["oplog_first_at"] = oplog["first_at"] if oplog else None
        status["folder"], status["log_file"] = str(status["folder"]), str(status["log_file"])
        return {"kind": status.pop("kind"), "database": settings.database, **status}
    uri = client.masked_uri(settings.mongodb_uri.get_secret_value())
    facts: dict[str, Any] = {
        "kind": "your own (MONGODB_URI)",
        "database": settings.database,
        "running": False,
        "uri": uri,
    }
    try:
        with client.connect(settings) as connection, client.explained(settings):
            hello = connection.admin.command("hello")
            facts |= {
                "running": True,
                "version": connection.server_info()["version"],
                "replica_set": hello.get("setName"),
                "writable": hello.get("isWritablePrimary", False),
            }
    except StorageError as error:
        facts["problem"] = str(error)
    return facts
