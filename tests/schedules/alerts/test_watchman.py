"""What did not run is noticed without any job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schedules.alerts.watchman import Watchman
from tests.support.slots import (
    DAY,
    HOUR,
    MINUTE,
    NIGHT,
    START,
    SlotDesk,
    nightly,
    open_kinds,
)

LATE = timedelta(minutes=31)


def test_a_night_that_did_not_run_is_noticed_without_any_job(desk: SlotDesk) -> None:
    """Nothing has made a slot: no service led. Only the schedules say that it was due."""
    schedules = nightly()
    desk.look(schedules, START)
    watchman = Watchman(desk.night)
    assert watchman.look(schedules, NIGHT + timedelta(minutes=29)) == {}
    missing = watchman.look(schedules, NIGHT + LATE)
    assert missing["night"].startswith("night did not run: it was due 2026-03-02 03:00 (Asia/")
    assert open_kinds(desk.night) == {"did_not_run/sina/night": 1}
    desk.look(schedules, NIGHT + HOUR)
    job = desk.jobs()[0]["_id"]
    assert Watchman(desk.night).look(schedules, NIGHT + HOUR) == {}  # it may still begin
    assert "still waits" in Watchman(desk.night).look(schedules, NIGHT + 2 * HOUR)["night"]
    desk.night.jobs.claim(job, NIGHT + 2 * HOUR, "desk:1:2", "desk")
    assert watchman.look(schedules, NIGHT + 2 * HOUR + MINUTE) == {}
    assert open_kinds(desk.night) == {}


def test_nothing_is_expected_of_a_new_or_paused_schedule(desk: SlotDesk) -> None:
    desk.look(nightly(), NIGHT + MINUTE)
    assert Watchman(desk.night).look(nightly(), NIGHT + LATE) == {}
    paused = nightly(enabled=False, changed=("enabled",))
    assert Watchman(desk.night).look(paused, NIGHT + DAY + LATE) == {}


@pytest.mark.parametrize("catch_up", ["none", "latest", "all"])
def test_asleep_over_three_due_times_raises_the_alarm(desk: SlotDesk, catch_up: str) -> None:
    schedules = nightly(catch_up=catch_up)
    desk.look(schedules, START, NIGHT)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR)
    late = NIGHT + 3 * DAY + HOUR
    desk.look(schedules, late)
    watchman = Watchman(desk.night)
    watchman.look(schedules, late)
    if catch_up != "none":
        desk.night.jobs.claim(desk.jobs()[1]["_id"], late, "desk:1:2", "desk")
    watchman.look(schedules, late + MINUTE)
    told = desk.night.alerts.to_tell(late + HOUR, late)
    assert [alert["kind"] for alert in told] == ["did_not_run"]
    times = {"none": 3, "latest": 2, "all": 2}[catch_up]
    assert f"{times} times from 2026-03-02 19:00 UTC" in told[0]["message"]
