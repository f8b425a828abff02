"""What another user of the machine tries against an embedded server; prints what came of it.

As a program: FOLDER (of the server), PORT, PID, and names of attempts to leave out. Started by
root it becomes `nobody` first, once all that it needs is loaded. Prints a JSON object: by attempt
"done", or why it was refused.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import PyMongoError

NOBODY = 65534
Client = MongoClient[dict[str, Any]]
SET = {"_id": "rs0", "version": 99, "members": [{"_id": 0, "host": "127.0.0.1:1"}]}
COMMANDS: dict[str, Callable[[Client], object]] = {
    "list the databases": lambda client: client.list_database_names(),
    "read articles": lambda client: client["newsdesk"]["articles"].find_one(),
    "insert a job": lambda client: client["newsdesk"]["jobs"].insert_one({"_id": "x"}),
    "change a title": lambda client: client["newsdesk"]["articles"].update_many(
        {}, {"$set": {"title": "x"}}
    ),
    "be the first user": lambda client: client.admin.command(
        {"createUser": "intruder", "pwd": "x", "roles": ["root"]}
    ),
    "take over the set": lambda client: client.admin.command(
        {"replSetReconfig": SET, "force": True}
    ),
    "begin a set": lambda client: client.admin.command("replSetInitiate", SET),
    "read the log": lambda client: client.admin.command("getLog", "global"),
    "read the options": lambda client: client.admin.command("getCmdLineOpts"),
    "switch the users off": lambda client: client.admin.command(
        {"setParameter": 1, "enableLocalhostAuthBypass": True}
    ),
    "stop the server": lambda client: client.admin.command("shutdown"),
}


def outcome(attempt: Callable[[], object]) -> str:
    """What came of an attempt."""
    try:
        attempt()
    except (OSError, PyMongoError) as error:
        return f"refused: {type(error).__name__}: {error}"[:200]
    return "done"


def attempts(folder: Path, port: int, pid: int) -> dict[str, Callable[[], object]]:
    """Every attempt, by what it is."""

    def client(user: str = "", host: str = f"127.0.0.1:{port}", source: str = "admin") -> Client:
        uri = f"mongodb://{user}{host}/?directConnection=true&authSource={source}"
        return MongoClient(uri, serverSelectionTimeoutMS=3_000)

    def run(command: Callable[[Client], object], **where: str) -> object:
        with client(**where) as connection:
            return command(connection)

    files = {f"read {path}": path for path in ("password", "keyfile", "mongod.log", "server.json")}
    tried: dict[str, Callable[[], object]] = {
        "look into the folder": lambda: [*folder.iterdir()],
        "look into the data": lambda: [*(folder / "data").iterdir()],
        **{name: (folder / path).read_text for name, path in files.items()},
        "replace the password": lambda: (folder / "password").write_text("x"),
        "read the server's environment": Path(f"/proc/{pid}/environ").read_bytes,
        "end the server": lambda: os.kill(pid, 9),
    }
    for name, command in COMMANDS.items():
        tried[name] = lambda command=command: run(command)  # type: ignore[misc]
    socket = quote(str(folder / f"mongodb-{port}.sock"), safe="")
    every = COMMANDS["list the databases"]
    tried["come by the socket"] = lambda: run(every, host=socket)
    tried["guess the password"] = lambda: run(every, user="newsdesk:newsdesk@")
    tried["guess the key"] = lambda: run(every, user="__system:newsdesk@", source="local")
    return tried


def main() -> None:
    """Try everything."""
    folder, port, pid = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    tried = attempts(folder, port, pid)
    for name in sys.argv[4:]:
        del tried[name]
    with MongoClient[dict[str, Any]](f"127.0.0.1:{port}", directConnection=True) as connection:
        connection.admin.command("hello")  # what is loaded late is loaded now
    outcome(tried["guess the password"])
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    print(json.dumps({name: outcome(attempt) for name, attempt in tried.items()}))


if __name__ == "__main__":
    main()
