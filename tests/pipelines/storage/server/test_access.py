"""The embedded server serves its owner, and nobody else on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from pipelines.config import Settings
from pipelines.storage.exceptions import AccessDenied
from pipelines.storage.server import client, embedded, mongod
from pipelines.storage.server.data_folder import DataFolder
from tests.pipelines.storage.support import kill_server
from tests.support.ports import free_port

OF_THE_OWNER = {
    "look into the folder", "look into the data", "read password", "read keyfile",
    "read mongod.log", "read server.json", "replace the password", "end the server",
    "read the server's environment",
}  # fmt: skip
"""What the system refuses to others and not to the owner, as whom tests may have to run."""


def write_article(settings: Settings) -> None:
    with client.connect(settings) as connection:
        connection[settings.database]["articles"].insert_one({"_id": "a", "title": "as it was"})


def articles(settings: Settings) -> list[dict[str, Any]]:
    with client.connect(settings) as connection:
        return list(connection[settings.database]["articles"].find())


def refused_to_all(uri: str) -> bool:
    """Whether the server wants a user for a harmless command."""
    with MongoClient[dict[str, Any]](uri) as connection:
        try:
            connection.list_database_names()
        except OperationFailure as error:
            return error.code == 13
    return False


def modes(folder: DataFolder) -> set[tuple[bool, str]]:
    """Whether it is a folder, and who may do what, of all that stands in the data folder."""
    every = [folder.path, *folder.path.iterdir(), *folder.data.glob("*.wt")]
    return {(each.is_dir(), oct(each.stat().st_mode & 0o777)) for each in every}


@pytest.fixture
def in_the_open() -> Iterator[Settings]:
    """Settings of a server in a folder into which everybody may look."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data_dir=Path(folder), db_port=free_port())
        yield settings
        kill_server(settings)


def test_another_user_of_the_machine_is_refused_at_each_step(in_the_open: Settings) -> None:
    own = in_the_open
    embedded.ensure_running(own)
    write_article(own)
    folder = DataFolder.of(own)
    pid = embedded.status(own).pid
    intruder = [sys.executable, "-m", "tests.support.intruder", folder.path, own.db_port, pid]
    skipped = set() if os.geteuid() == 0 else OF_THE_OWNER
    said = subprocess.run(
        [*map(str, intruder), *skipped], capture_output=True, text=True, timeout=100, check=False
    )
    assert said.returncode == 0, said.stderr
    came_of_it = json.loads(said.stdout)
    assert len(came_of_it) == 23 - len(skipped)
    done = {name: what for name, what in came_of_it.items() if not what.startswith("refused")}
    assert done == {}
    assert articles(own) == [{"_id": "a", "title": "as it was"}]
    with client.connect(own) as connection:
        users = connection.admin.command("usersInfo", 1)["users"]
    assert [user["user"] for user in users] == ["newsdesk"]


def test_all_files_are_the_owners_alone(own: Settings) -> None:
    embedded.ensure_running(own)
    folder = DataFolder.of(own)
    assert modes(folder) == {(True, "0o700"), (False, "0o600")}
    process = folder.process()
    assert process is not None
    secrets = [folder.password.read_text(), folder.keyfile.read_text()]
    assert len(secrets[0]) >= 40
    seen = [*process.cmdline(), *process.environ().values(), folder.log.read_text()]
    assert not [text for text in seen if any(secret in text for secret in secrets)]


def start_as_before(settings: Settings) -> str:
    """The server as earlier versions started it: without users, its files open to others."""
    folder = DataFolder.of(settings)
    folder.data.mkdir(parents=True)
    folder.path.chmod(0o755)
    command = [
        str(mongod.find_mongod()),
        *("--dbpath", str(folder.data), "--port", str(settings.db_port), "--bind_ip", mongod.HOST),
        *("--nounixsocket", "--replSet", mongod.REPLICA_SET, "--oplogSize", "256"),
        *("--logpath", str(folder.log), "--logappend", "--fork"),
    ]
    mongod.launch(command, folder.log, 60)
    address = f"127.0.0.1:{settings.db_port}"
    with MongoClient[dict[str, Any]](address, directConnection=True) as connection:
        members = [{"_id": 0, "host": address}]
        connection.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
    with MongoClient[dict[str, Any]](f"mongodb://{address}/?replicaSet=rs0") as connection:
        connection[settings.database]["articles"].insert_one({"_id": "a", "title": "as it was"})
    process = folder.process()
    folder.state.write_text(
        json.dumps(
            {"port": settings.db_port, "pid": process.pid, "started": process.create_time()}
            if process
            else {}
        )
    )
    return f"mongodb://{address}/?replicaSet=rs0"


@pytest.mark.parametrize("still_runs", [True, False])
def test_a_folder_of_an_earlier_version_is_guarded_in_place(
    own: Settings, still_runs: bool
) -> None:
    open_uri = start_as_before(own)
    assert not refused_to_all(open_uri)
    if not still_runs:
        kill_server(own)
    assert articles(own) == [{"_id": "a", "title": "as it was"}]
    assert refused_to_all(open_uri)
    assert modes(DataFolder.of(own)) == {(True, "0o700"), (False, "0o600")}


@pytest.mark.parametrize("lost", [["password"], ["keyfile"], ["password", "keyfile"]])
def test_a_lost_secret_is_replaced(own: Settings, lost: Sequence[str]) -> None:
    before = embedded.ensure_running(own)
    write_article(own)
    kill_server(own)
    for name in lost:
        (DataFolder.of(own).path / name).unlink()
    assert (embedded.ensure_running(own) == before) is ("password" not in lost)
    assert articles(own) == [{"_id": "a", "title": "as it was"}]


def test_a_password_lost_while_the_server_runs_is_replaced(own: Settings) -> None:
    before = embedded.ensure_running(own)
    write_article(own)
    pid = embedded.status(own).pid
    DataFolder.of(own).password.unlink()
    assert articles(own) == [{"_id": "a", "title": "as it was"}]
    assert embedded.uri_of(own) != before
    assert embedded.status(own).pid == pid


def test_a_wrong_password_says_how_to_get_the_right_one(own: Settings) -> None:
    embedded.ensure_running(own)
    right = DataFolder.of(own).password.read_text()
    DataFolder.of(own).password.write_text("hunter2")
    with pytest.raises(AccessDenied, match="newsdesk db stop") as caught, client.explained(own):
        articles(own)
    assert "hunter2" not in str(caught.value)
    assert right not in str(caught.value)
    embedded.stop(own)
    assert articles(own) == []


def test_a_path_too_long_for_a_socket_is_served_without_one(own: Settings, tmp_path: Path) -> None:
    deep = own.model_copy(update={"data_dir": tmp_path / ("long" * 25)})
    assert DataFolder.of(deep).socket(own.db_port) is None
    try:
        write_article(deep)
        assert refused_to_all(embedded.address_of(deep))
    finally:
        kill_server(deep)
