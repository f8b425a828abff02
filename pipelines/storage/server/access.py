"""Who may use an embedded server: the keyfile, and the password of its one user.

The server asks everybody for a user. Its only one is `newsdesk`, with a random password that
stands in a file which only the owner of the data folder can read. The keyfile is what replica
sets need besides; whoever has it can set the password anew, which is how it gets there at all.
"""

from __future__ import annotations

import base64
import secrets
import socket
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from pipelines.storage.server.data_folder import DataFolder
from pipelines.storage.server.mongod import HOST, REPLICA_SET

USER = "newsdesk"
_AUTHENTICATION_FAILED = 18
_USER_NOT_FOUND = 11
_PROBE_SECONDS = 1.0
_KEY_BYTES = 756
"""As many as a keyfile may hold."""


def prepare_access(folder: DataFolder) -> None:
    """Makes what is missing of keyfile and password. The caller holds the folder's lock."""
    if not _read(folder, folder.keyfile):
        key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
        folder.write(folder.keyfile, key)
    if not _read(folder, folder.password):
        folder.write(folder.password, secrets.token_urlsafe(32))


def uri_with_password(folder: DataFolder, port: int) -> str:
    """Returns the whole connection string; without a password where there is none yet."""
    password = _read(folder, folder.password)
    if not password:
        return uri_without_password(port)
    return (
        f"mongodb://{USER}:{quote(password, safe='')}@{HOST}:{port}/"
        f"?replicaSet={REPLICA_SET}&authSource=admin"
    )


def uri_without_password(port: int) -> str:
    """Returns the connection string as it may be shown."""
    return f"mongodb://{HOST}:{port}/?replicaSet={REPLICA_SET}"


def has_password(folder: DataFolder) -> bool:
    """Returns whether commands can find a password."""
    return bool(_read(folder, folder.password))


def user_client(folder: DataFolder, port: int) -> MongoClient[dict[str, Any]]:
    """Returns a client of the server's user, whatever state the replica set is in."""
    return _direct_client(folder, port, USER, folder.password, "admin")


def system_client(folder: DataFolder, port: int) -> MongoClient[dict[str, Any]]:
    """Returns a client that may do anything, because it has the keyfile."""
    return _direct_client(folder, port, "__system", folder.keyfile, "local")


def settle_user(folder: DataFolder, port: int, system: MongoClient[dict[str, Any]]) -> None:
    """Makes sure that the server knows the password that stands in the folder."""
    with user_client(folder, port) as user:
        try:
            user.admin.command("ping")
        except OperationFailure as error:
            if error.code != _AUTHENTICATION_FAILED:
                raise
        else:
            return
    password = _read(folder, folder.password)
    try:
        system.admin.command("updateUser", USER, pwd=password, roles=["root"])
    except OperationFailure as error:
        if error.code != _USER_NOT_FOUND:
            raise
        system.admin.command("createUser", USER, pwd=password, roles=["root"])


def _direct_client(
    folder: DataFolder, port: int, user: str, secret: Path, source: str
) -> MongoClient[dict[str, Any]]:
    """By the socket in the folder, which only its owner can reach, where one answers.

    A second mongod that finds the port taken has by then put its own socket in the place of the
    first one's, and ends: the port answers all the same.
    """
    path = folder.socket(port)
    where = quote(str(path), safe="") if path and _answers(path) else f"{HOST}:{port}"
    return MongoClient(
        f"mongodb://{user}:{quote(_read(folder, secret), safe='')}@{where}/?authSource={source}",
        authMechanism="SCRAM-SHA-256",
        directConnection=True,
        tz_aware=True,
        serverSelectionTimeoutMS=2_000,
        connectTimeoutMS=2_000,
        socketTimeoutMS=10_000,
        appname="newsdesk-embedded",
    )


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _read(folder: DataFolder, path: Path) -> str:
    """Returns the secret in a file; "" if there is none."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return ""
    except OSError as error:
        raise folder.trouble(error) from error
