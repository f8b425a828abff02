"""Makes a mongod on the loopback interface a replica set of one member that takes writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from pipelines.storage.server.mongod import HOST, REPLICA_SET

_POLL_SECONDS = 0.05
_ALREADY_INITIALIZED = 23


def wait_for_primary(
    client: MongoClient[dict[str, Any]], port: int, seconds: float, alive: Callable[[], bool]
) -> bool:
    """Sets up the replica set and waits until it takes writes; returns False if mongod ended.

    Raises:
        TimeoutError: mongod lives and takes no writes; the message is its last answer.
    """
    deadline = time.monotonic() + seconds
    trouble = "it answers, but as no primary"
    while time.monotonic() < deadline:
        if not alive():
            return False
        try:
            _settle(client, port)
            if client.admin.command("hello")["isWritablePrimary"]:
                return True
        except PyMongoError as error:
            trouble = str(error)[:300]
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(trouble)


def _settle(client: MongoClient[dict[str, Any]], port: int) -> None:
    """Initiates the set, or corrects its address when the operator has chosen another port."""
    host = f"{HOST}:{port}"
    config = client.local["system.replset"].find_one()
    if config is None:
        fresh = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]}
        try:
            client.admin.command({"replSetInitiate": fresh})
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                raise
    elif config["members"][0]["host"] != host:
        config["members"][0]["host"] = host
        config["version"] += 1
        client.admin.command({"replSetReconfig": config, "force": True})
