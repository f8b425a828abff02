"""The embedded MongoDB: one mongod per data folder, started by whichever command comes first.

It is a single-node replica set on a fixed port of the loopback interface, shared by all commands
and not tied to the life of any. It asks everybody for user and password (`access`). Its folder
`DATA_DIR/mongodb`, which only its owner can enter, holds:

- `data/` what mongod writes, with mongod's own lock naming its process;
- `server.json` the port, and the process that was last seen ready;
- `keyfile`, `password` the server's secrets;
- `mongodb-PORT.sock` its Unix socket, if the path is short enough for one;
- `start.lock` held (flock) by the command that starts or stops the server;
- `mongod.log`.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from attrs import define
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.storage.exceptions import (
    DiskFull,
    EmbeddedServerError,
    FolderInUse,
    PortBusy,
    ServerDidNotStart,
    ServerDidNotStop,
)
from pipelines.storage.server import access, mongod
from pipelines.storage.server.data_folder import DataFolder, option
from pipelines.storage.server.replica_set import wait_for_primary

START_SECONDS = 120.0
STOP_SECONDS = 60.0
DYING_SECONDS = 3.0
FRESH_BYTES = 400 * 1024 * 1024  # the journal alone takes 300 MB at the first start
SPARE_BYTES = 120 * 1024 * 1024  # one more journal file
LOG_BYTES = 16 * 1024 * 1024
_POLL_SECONDS = 0.05


@define(frozen=True, kw_only=True)
class Oplog:
    """How far back the operations log reaches; sizes in bytes, times in UTC."""

    size_bytes: int
    used_bytes: int
    first_at: datetime | None
    last_at: datetime | None


@define(frozen=True, kw_only=True)
class EmbeddedStatus:
    """What is known of the embedded server. What only a running server can say is None
    otherwise."""

    running: bool
    port: int
    uri: str
    folder: Path
    log_file: Path
    size_bytes: int
    pid: int | None = None
    version: str | None = None
    rss_bytes: int | None = None
    started_at: datetime | None = None
    oplog: Oplog | None = None


def ensure_running(settings: Settings, *, extra_arguments: Sequence[str] = ()) -> str:
    """Starts the embedded server unless it runs, waits until it takes writes, returns its URI.

    The URI names the replica set instead of asking for a direct connection: after a crash the
    driver then waits for the new primary, where a direct connection would fail its writes.
    `extra_arguments` go to mongod if this call starts it. Blocks: call it in a thread from async
    code.

    Raises:
        EmbeddedServerError: it cannot be started; the message says what to do.
    """
    folder = DataFolder.of(settings)
    if not _is_ready(folder):
        program = mongod.find_mongod()
        with folder.locked():
            for attempt in (1, 2):
                if _is_ready(folder) or _bring_up(folder, settings, program, extra_arguments):
                    break
                if attempt == 2:
                    raise ServerDidNotStart(
                        f"The embedded MongoDB started twice and ended at once: look at "
                        f"{folder.log}, {mongod.OWN_SERVER}."
                    )
    return uri_of(settings)


def _is_ready(folder: DataFolder) -> bool:
    """Returns whether a server runs that takes writes, asks for a user, and knows ours."""
    process = folder.ready_process()
    return process is not None and folder.is_guarded(process) and access.has_password(folder)


def stop(settings: Settings) -> bool:
    """Stops the embedded server cleanly; returns False if it was not running.

    Raises:
        ServerDidNotStop: it still runs after a minute.
    """
    folder = DataFolder.of(settings)
    if not folder.path.is_dir():
        return False
    with folder.locked():
        process = folder.process()
        if process is None:
            return False
        with suppress(DiskFull):  # it only spares others the attempt to use a dying server
            folder.write_state(folder.last_port(settings), None)
        _terminate(process, folder)
        return True


def _terminate(process: psutil.Process, folder: DataFolder) -> None:
    try:
        process.terminate()
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise ServerDidNotStop(
            f"The embedded MongoDB (pid {process.pid}) belongs to another user: stop it as that "
            "user."
        ) from error
    deadline = time.monotonic() + STOP_SECONDS
    while folder.owns(process):  # not `wait`: a zombie that nobody reaps has ended too
        if time.monotonic() > deadline:
            raise ServerDidNotStop(
                f"The embedded MongoDB (pid {process.pid}) has not ended within "
                f"{STOP_SECONDS:.0f} s: look at {folder.log}."
            )
        time.sleep(_POLL_SECONDS)


def status(settings: Settings) -> EmbeddedStatus:
    """Looks at the embedded server without starting it."""
    folder = DataFolder.of(settings)
    process = folder.process()
    port = folder.port(settings) if process is None else folder.last_port(settings)
    found: dict[str, Any] = {}
    if process is not None:
        try:
            found["pid"] = process.pid
            found["rss_bytes"] = process.memory_info().rss
            found["started_at"] = datetime.fromtimestamp(process.create_time(), UTC)
            found |= _ask(folder, port)
        except psutil.NoSuchProcess:
            process, found = None, {}
    return EmbeddedStatus(
        running=process is not None,
        port=port,
        uri=access.uri_without_password(port),
        folder=folder.path,
        log_file=folder.log,
        size_bytes=_size_on_disk(folder.path),
        **found,
    )


def uri_of(settings: Settings) -> str:
    """Returns the whole connection string of this folder's server, running or not."""
    folder = DataFolder.of(settings)
    return access.uri_with_password(folder, folder.last_port(settings))


def address_of(settings: Settings) -> str:
    """Returns the connection string of this folder's server as it may be shown."""
    return access.uri_without_password(DataFolder.of(settings).last_port(settings))


def _ask(folder: DataFolder, port: int) -> dict[str, Any]:
    """Returns version and oplog; nothing while the server starts or ends."""
    if not access.has_password(folder):
        return {}
    client = access.user_client(folder, port)
    try:
        version = client.server_info()["version"]
        oplog = client.local["oplog.rs"]
        sizes = client.local.command("collStats", "oplog.rs")
        first = oplog.find_one(sort=[("$natural", 1)])
        last = oplog.find_one(sort=[("$natural", -1)])
    except PyMongoError:
        return {}
    finally:
        client.close()
    return {
        "version": version,
        "oplog": Oplog(
            size_bytes=int(sizes["maxSize"]),
            used_bytes=int(sizes["size"]),
            first_at=first["ts"].as_datetime() if first else None,
            last_at=last["ts"].as_datetime() if last else None,
        ),
    }


def _size_on_disk(folder: Path) -> int:
    """Returns the bytes that the folder's files take, without files that vanish meanwhile."""
    total = 0
    for parent, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_blocks * 512
            except FileNotFoundError:
                continue
    return total


def _bring_up(folder: DataFolder, settings: Settings, program: Path, extra: Sequence[str]) -> bool:
    """Starts the server, or takes over one that another command has left half started.

    One that asks for no user, as earlier versions started it, is stopped first. Returns False if
    the server ended before it was ready. The caller holds the lock.
    """
    folder.make_private()
    access.prepare_access(folder)
    process = folder.process()
    if process is not None and not folder.is_guarded(process):
        _terminate(process, folder)
        process = folder.process()
    if process is None:
        port = folder.port(settings)
        _prepare_folder(folder)
        folder.write_state(port, None)
        _launch(folder, port, mongod.arguments(program, folder, port, extra))
        process = folder.process()
    if process is None:
        return False
    try:
        port = int(option(process.cmdline(), "--port") or 0)
        with access.system_client(folder, port) as client:
            alive = partial(folder.owns, process)
            if not wait_for_primary(client, port, START_SECONDS, alive):
                return False
            access.settle_user(folder, port, client)
        folder.write_state(port, process)
    except psutil.NoSuchProcess:
        return False
    except TimeoutError as error:
        raise ServerDidNotStart(
            f"The embedded MongoDB (pid {process.pid}) runs but takes no writes after "
            f"{START_SECONDS:.0f} s ({error}): try again in a minute, and look at {folder.log}."
        ) from error
    return True


def _launch(folder: DataFolder, port: int, command: Sequence[str]) -> None:
    # A server that has just ended looks gone before the kernel has closed its port and its lock.
    used_before = (folder.data / "mongod.lock").exists()
    deadline = time.monotonic() + (DYING_SECONDS if used_before else 0.0)
    while True:
        try:
            mongod.check_port(port)
            mongod.launch(command, folder.log, START_SECONDS)
        except EmbeddedServerError as error:
            # A command that was just killed may have left a server that is still starting.
            if folder.process() is not None:
                return
            dying = isinstance(error, PortBusy | FolderInUse) and time.monotonic() < deadline
            if not dying:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return


def _prepare_folder(folder: DataFolder) -> None:
    fresh = not (folder.data / "WiredTiger").exists()
    try:
        if folder.log.exists() and folder.log.stat().st_size > LOG_BYTES:
            folder.log.replace(folder.log.with_suffix(".log.1"))
        free = shutil.disk_usage(folder.data).free
    except OSError as error:
        raise folder.trouble(error) from error
    needed = FRESH_BYTES if fresh else SPARE_BYTES
    if free < needed:
        raise DiskFull(
            f"The disk of {folder.path} has {free >> 20} MB left and the embedded MongoDB needs "
            f"{needed >> 20} MB: free some room, or set NEWSDESK_DATA_DIR to a folder on another "
            "disk."
        )
