"""`newsdesk up` as a process."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.server.embedded import uri_of
from tests.support.command import Desk
from tests.support.waiting import until_now


def test_up_runs_and_stops_as_asked(desk: Desk, night: NightStore) -> None:
    settings = desk.settings.model_copy(update={"service_port": 0})
    running = Desk(settings).start("up")
    until_now(lambda: night.leases.held("leader"))
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "")
    assert re.search(r"\b[0-9]+ schedules from the sites' own files", err)
    assert night.leases.held() == []


def test_it_starts_by_the_last_good_schedules(
    desk: Desk, night: NightStore, tmp_path: Path
) -> None:
    file = tmp_path / "schedules.toml"
    changes = {"service_port": 0, "schedules": file, "data_dir": tmp_path / "data"}
    uri = SecretStr(uri_of(desk.settings))
    own = Desk(desk.settings.model_copy(update={**changes, "mongodb_uri": uri}))
    file.write_text('[schedules.a]\nsite = "sina"\ncron = "0 3 1 1 *"\n')
    assert own.call("schedules", "list").code == 0
    file.write_text("[schedules.a]\n")
    with own.started("up") as running:
        until_now(lambda: any(a["kind"] == "schedules_file" for a in night.alerts.open()))
        assert running.poll() is None
    assert "a" in night.schedules.all()


def test_under_nohup_the_service_outlives_its_terminal(desk: Desk, night: NightStore) -> None:
    settings = desk.settings.model_copy(update={"service_port": 0})
    with ignored(signal.SIGHUP):
        running = Desk(settings).start("up")
    until_now(lambda: night.leases.held("leader"))
    running.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(2)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)
    assert running.returncode == 0


@contextmanager
def ignored(number: signal.Signals) -> Iterator[None]:
    """What is started meanwhile ignores the signal, as `nohup` has it."""
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)
