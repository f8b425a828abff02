"""The files of one embedded server, and the process that they belong to."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
from attrs import define

from pipelines.config import Settings
from pipelines.storage.exceptions import (
    DiskFull,
    EmbeddedServerError,
    FolderUnusable,
    ServerDidNotStart,
)

LOCK_SECONDS = 180.0
LONGEST_SOCKET_PATH = 107
"""In bytes, by Linux."""
_POLL_SECONDS = 0.05
_CLOCK_SLACK_SECONDS = 5.0  # the kernel's start time moves when the machine's clock is corrected
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@define(frozen=True)
class DataFolder:
    """A folder with mongod's data, its log, our state file, our lock and the server's secrets.

    Only its owner can enter it.
    """

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> DataFolder:
        return cls(settings.data_dir.expanduser().resolve() / "mongodb")

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def log(self) -> Path:
        return self.path / "mongod.log"

    @property
    def state(self) -> Path:
        return self.path / "server.json"

    @property
    def lock(self) -> Path:
        return self.path / "start.lock"

    @property
    def keyfile(self) -> Path:
        return self.path / "keyfile"

    @property
    def password(self) -> Path:
        return self.path / "password"

    def socket(self, port: int) -> Path | None:
        """Returns the server's Unix socket; None if the system does not allow so long a path."""
        path = self.path / f"mongodb-{port}.sock"
        return path if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH else None

    def process(self) -> psutil.Process | None:
        """Returns the running mongod of this folder, named by mongod's own lock file.

        After a kill -9 the lock file names a process that is gone, or by now another program.
        """
        try:
            pid = int((self.data / "mongod.lock").read_text() or 0)
            process = psutil.Process(pid) if pid > 0 else None
        except (FileNotFoundError, NotADirectoryError, ValueError, psutil.NoSuchProcess):
            return None
        except OSError as error:
            raise self.trouble(error) from error
        return process if process and self.owns(process) else None

    def owns(self, process: psutil.Process) -> bool:
        """Returns whether this process lives and is a mongod on this folder."""
        try:
            line = process.cmdline()  # empty for a zombie
        except psutil.Error:
            return False
        return (
            bool(line)
            and Path(line[0]).name == "mongod"
            and option(line, "--dbpath") == str(self.data)
        )

    def is_guarded(self, process: psutil.Process) -> bool:
        """Returns whether this mongod asks for a user; those of earlier versions did not."""
        try:
            return option(process.cmdline(), "--keyFile") == str(self.keyfile)
        except psutil.Error:
            return False

    def ready_process(self) -> psutil.Process | None:
        """Returns the running mongod, if some command has already seen it take writes."""
        state = self.read_state()
        process = self.process() if state.get("pid") else None
        if process is None or process.pid != state["pid"]:
            return None
        try:
            drift = abs(process.create_time() - state.get("started", 0.0))
        except psutil.NoSuchProcess:
            return None
        return process if drift < _CLOCK_SLACK_SECONDS else None

    def port(self, settings: Settings) -> int:
        """Returns the port for the next start: that of the first start, unless the operator sets
        another."""
        if "db_port" in settings.model_fields_set:
            return settings.db_port
        return self.last_port(settings)

    def last_port(self, settings: Settings) -> int:
        """Returns the port of the latest start; a running server listens there."""
        return int(self.read_state().get("port", settings.db_port))

    def read_state(self) -> dict[str, Any]:
        """Returns what the state file says; nothing if it is missing or incomplete."""
        try:
            state = json.loads(self.state.read_text())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return {}
        except OSError as error:
            raise self.trouble(error) from error
        return state if isinstance(state, dict) else {}

    def write_state(self, port: int, process: psutil.Process | None) -> None:
        """Writes the port, and the process if it is ready."""
        state: dict[str, Any] = {"port": port}
        if process is not None:
            state |= {"pid": process.pid, "started": process.create_time()}
        self.write(self.state, json.dumps(state))

    def write(self, path: Path, text: str) -> None:
        """Writes one of the folder's files, whole or not at all, for its owner's eyes only."""
        fresh = path.with_suffix(".new")
        try:
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            fresh.replace(path)
        except OSError as error:
            raise self.trouble(error) from error

    def make_private(self) -> None:
        """Makes the data folder, and closes it to others; earlier versions left parts open."""
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.path, self.data):
                folder.chmod(0o700)
            for path in self.path.iterdir():
                if path.is_file():
                    path.chmod(0o600)
        except OSError as error:
            raise self.trouble(error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder's lock. The lock ends with the process, however that ends.

        Raises:
            EmbeddedServerError: the folder cannot be used, or the lock is held for too long.
        """
        try:
            for folder in (self.path.parent, self.path):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self.trouble(error) from error
        try:
            self._acquire(handle)
            yield
        finally:
            os.close(handle)

    def _acquire(self, handle: int) -> None:
        import fcntl  # not on Windows, where MONGODB_URI must be set anyway

        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    holder = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
                    raise ServerDidNotStart(
                        f"Another command (pid {holder}) has been starting or stopping the "
                        f"embedded MongoDB for {LOCK_SECONDS:.0f} s: look at {self.log}, end that "
                        "command, and try again."
                    ) from None
                time.sleep(_POLL_SECONDS)
            except OSError as error:
                raise self.trouble(error) from error
            else:
                break
        with suppress(OSError):  # a full disk must not hinder `stop`; the pid is only for people
            os.pwrite(handle, f"{os.getpid():<20}".encode(), 0)

    def trouble(self, error: OSError) -> EmbeddedServerError:
        """Returns the error that says why this folder cannot be used."""
        if error.errno in _FULL:
            return DiskFull(
                f"The disk of {self.path} is full: free some room there, or set "
                "NEWSDESK_DATA_DIR to a folder on another disk."
            )
        return FolderUnusable(
            f"The data folder {self.path} cannot be used ({error.strerror}): make it a folder "
            "that this user may write, or set NEWSDESK_DATA_DIR to another one."
        )


def option(line: list[str], name: str) -> str | None:
    """Returns the value after `name` on a command line."""
    return line[line.index(name) + 1] if name in line[:-1] else None
