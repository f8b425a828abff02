"""`newsdesk up` as a process."""

from __future__ import annotations

import signal

from pipelines.storage.operations.repositories import NightStore
from tests.support.command import Desk
from tests.support.waiting import until_now


def test_up_runs_and_stops_as_asked(desk: Desk, night: NightStore) -> None:
    settings = desk.settings.model_copy(update={"service_port": 0})
    running = Desk(settings).start("up")
    until_now(lambda: night.leases.held("leader"))
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "")
    assert "4 schedules from" in err
    assert night.leases.held() == []
