from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from pipelines.config import Settings
from pipelines.storage.server import access, client, embedded, mongod
from pipelines.storage.server.data_folder import DataFolder
from tests.conftest import Server
from tests.pipelines.storage.support import answer, kill_server, start_in_process
from tests.support.ports import free_port


def write_mark(settings: Settings, mark: str) -> None:
    with client.connect(settings) as connection:
        connection["marks"]["marks"].insert_one({"_id": mark})


def read_marks(settings: Settings) -> list[str]:
    with client.connect(settings) as connection:
        return sorted(document["_id"] for document in connection["marks"]["marks"].find())


def test_commands_of_the_same_moment_share_one_server(own: Settings) -> None:
    commands = [start_in_process(own) for _number in range(4)]
    answers = {answer(command) for command in commands}
    assert answers == {(embedded.uri_of(own), embedded.status(own).pid)}


def test_the_server_outlives_its_starter_and_the_starters_process_group(own: Settings) -> None:
    command = start_in_process(own, then="sys.stdin.read()\nimport time; time.sleep(60)")
    assert command.stdout is not None
    command.stdout.readline()
    pid = embedded.status(own).pid
    assert pid is not None
    assert os.getsid(pid) != command.pid
    os.killpg(command.pid, signal.SIGINT)
    os.killpg(command.pid, signal.SIGKILL)
    command.communicate()
    assert embedded.status(own).pid == pid
    write_mark(own, "a")


def test_a_killed_server_is_started_again_with_its_data(own: Settings) -> None:
    uri = embedded.ensure_running(own)
    first = embedded.status(own).pid
    write_mark(own, "before")
    kill_server(own)
    assert not embedded.status(own).running
    assert embedded.ensure_running(own) == uri
    assert embedded.status(own).pid != first
    assert read_marks(own) == ["before"]


def test_a_pid_that_now_belongs_to_another_program_is_not_taken_for_the_server(
    own: Settings,
) -> None:
    embedded.ensure_running(own)
    kill_server(own)
    folder = DataFolder.of(own)
    (folder.data / "mongod.lock").write_text(f"{os.getpid()}\n")
    folder.write_state(own.db_port, psutil.Process())
    assert not embedded.status(own).running
    embedded.ensure_running(own)
    assert embedded.status(own).pid != os.getpid()


def test_a_pid_that_now_belongs_to_another_mongod_is_not_taken_for_the_server(
    own: Settings, server: Server
) -> None:
    other = embedded.status(Settings(data_dir=server.data_dir)).pid
    folder = DataFolder.of(own)
    folder.data.mkdir(parents=True)
    (folder.data / "mongod.lock").write_text(f"{other}\n")
    assert f"@127.0.0.1:{own.db_port}/" in embedded.ensure_running(own)
    assert embedded.status(own).pid != other


def test_a_server_left_half_started_is_taken_over(own: Settings) -> None:
    folder = DataFolder.of(own)
    folder.data.mkdir(parents=True)
    access.prepare_access(folder)
    command = mongod.arguments(mongod.find_mongod(), folder, own.db_port)
    mongod.launch(command, folder.log, 60)
    process = folder.process()
    embedded.ensure_running(own)
    assert folder.process() == process
    write_mark(own, "a")


def test_one_whose_socket_another_mongod_has_broken_is_reached_by_its_port(own: Settings) -> None:
    embedded.ensure_running(own)
    folder = DataFolder.of(own)
    process = folder.process()
    assert process is not None
    rival = subprocess.run(process.cmdline(), capture_output=True, check=False, timeout=60)
    assert rival.returncode != 0
    folder.state.unlink()
    assert embedded.ensure_running(own) == embedded.uri_of(own)
    assert folder.process() == process
    assert embedded.status(own).version == "6.0.5"


def test_half_a_state_file_is_no_obstacle(own: Settings) -> None:
    embedded.ensure_running(own)
    pid = embedded.status(own).pid
    DataFolder.of(own).state.write_text('{"port": ')
    embedded.ensure_running(own)
    assert embedded.status(own).pid == pid


def test_the_port_stays_with_the_folder_until_the_operator_sets_another(own: Settings) -> None:
    embedded.ensure_running(own)
    write_mark(own, "a")
    unset = Settings(data_dir=own.data_dir)
    kill_server(own)
    assert f":{own.db_port}/" in embedded.ensure_running(unset)
    kill_server(own)
    moved = Settings(data_dir=own.data_dir, db_port=free_port())
    assert f":{moved.db_port}/" in embedded.ensure_running(moved)
    assert read_marks(unset) == ["a"]
    write_mark(unset, "b")


def test_stop_ends_it_cleanly_and_the_next_command_starts_it_again(own: Settings) -> None:
    assert not embedded.stop(own)
    embedded.ensure_running(own)
    write_mark(own, "a")
    assert embedded.stop(own)
    assert (DataFolder.of(own).data / "mongod.lock").read_text() == ""
    assert not embedded.stop(own)
    assert read_marks(own) == ["a"]


def test_status_tells_of_a_running_server(server: Server) -> None:
    status = embedded.status(server.settings())
    assert status.running
    assert status.port == server.port
    assert status.uri == f"mongodb://127.0.0.1:{server.port}/?replicaSet=rs0"
    assert status.version == "6.0.5"
    assert status.size_bytes > 100_000_000
    assert status.rss_bytes is not None
    assert status.rss_bytes > 10_000_000
    assert status.started_at is not None
    assert status.oplog is not None
    assert 0 < status.oplog.used_bytes <= status.oplog.size_bytes
    assert status.oplog.first_at is not None
    assert status.oplog.last_at is not None
    assert status.oplog.first_at <= status.oplog.last_at


def test_status_starts_nothing(tmp_path: Path) -> None:
    status = embedded.status(Settings(data_dir=tmp_path))
    assert not status.running
    assert (status.pid, status.version, status.size_bytes) == (None, None, 0)
    assert list(tmp_path.iterdir()) == []


def test_an_old_log_makes_room(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder.of(own)
    folder.path.mkdir(parents=True)
    folder.log.write_text("old\n")
    monkeypatch.setattr(embedded, "LOG_BYTES", 1)
    embedded.ensure_running(own)
    assert folder.log.with_suffix(".log.1").read_text() == "old\n"
    assert "old\n" not in folder.log.read_text()


def test_the_callers_secrets_do_not_reach_the_servers_environment(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "hunter2")
    embedded.ensure_running(own)
    process = DataFolder.of(own).process()
    assert process is not None
    assert "SOME_PASSWORD" not in process.environ()
