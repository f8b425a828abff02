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
    read,
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
    assert watchman.look(schedules, NIGHT + 2 * HOUR) == {}
    assert list(open_kinds(desk.night)) == ["did_not_run/sina/night"]  # it has collected nothing
    assert "was last heard of at" in watchman.look(schedules, NIGHT + 3 * HOUR)["night"]
    desk.end("ok", moment=NIGHT + 3 * HOUR)
    assert watchman.look(schedules, NIGHT + 3 * HOUR) == {}
    assert open_kinds(desk.night) == {}


def test_a_run_that_failed_or_brought_nothing_has_not_run(desk: SlotDesk) -> None:
    """Its own alert tells people; the check does not say that all is well."""
    schedules = nightly(retries=0)
    desk.look(schedules, START, NIGHT)
    desk.night.jobs.claim(desk.jobs()[0]["_id"], NIGHT, "desk:1:2", "desk")
    desk.end("partial", "paused")
    desk.look(schedules, NIGHT + MINUTE)
    said = Watchman(desk.night).look(schedules, NIGHT + LATE)["night"]
    assert "collected nothing: partial" in said
    assert open_kinds(desk.night) == {}


def test_a_site_that_a_backfill_holds_is_no_excuse(desk: SlotDesk) -> None:
    """Six due times are skipped while the first one's job waits for the site."""
    schedules = nightly(
        due=read("[schedules.night]\nsite = 'sina'\ncron = '0 * * * *'")["night"].due
    )
    backfill = desk.night.jobs.create("sina", START, arguments={"since": "2025-01-01"})
    desk.night.leases.take("site/sina", backfill, 60)
    desk.look(schedules, *(START + n * HOUR for n in range(8)))
    assert desk.states() == ["running", *["skipped"] * 6]
    watchman = Watchman(desk.night)
    said = watchman.look(schedules, START + 7 * HOUR + LATE)["night"]
    assert "night did not run when it was due 2026-03-02 03:00" in said
    assert said.endswith(f"sina is held by the job {backfill}.")
    assert open_kinds(desk.night) == {"did_not_run/sina/night": 1}
    desk.night.jobs.finish(backfill, "ok", START + 8 * HOUR)  # it is no run of the schedule
    desk.night.leases.give_back("site/sina", backfill)
    job = desk.jobs()[1]["_id"]
    desk.night.jobs.claim(job, START + 8 * HOUR, "desk:1:2", "desk")
    watchman.look(schedules, START + 8 * HOUR)
    assert list(open_kinds(desk.night)) == ["did_not_run/sina/night"]
    desk.night.jobs.finish(job, "ok", START + 8 * HOUR)
    assert watchman.look(schedules, START + 8 * HOUR) == {}
    assert open_kinds(desk.night) == {}


def test_the_run_before_excuses_one_due_time_and_only_while_it_is_heard_of(desk: SlotDesk) -> None:
    schedules = nightly(
        due=read("[schedules.night]\nsite = 'sina'\ncron = '0 * * * *'")["night"].due
    )
    desk.look(schedules, START, START + HOUR)
    job = desk.jobs()[0]["_id"]
    desk.night.jobs.claim(job, START + HOUR, "desk:1:2", "desk")
    desk.look(schedules, START + 2 * HOUR, START + 3 * HOUR)
    assert desk.states() == ["running", "skipped", "skipped"]
    second, third = (START + n * HOUR + LATE for n in (2, 3))
    assert "did not run" in Watchman(desk.night).look(schedules, second)["night"]
    desk.night.jobs.beat(job, updated_at=second)
    assert Watchman(desk.night).look(schedules, second) == {}
    desk.night.jobs.beat(job, updated_at=third)
    assert "did not run" in Watchman(desk.night).look(schedules, third)["night"]


def test_an_alarm_that_could_not_be_raised_is_raised_later(
    desk: SlotDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules = nightly()
    desk.look(schedules, START)
    watchman = Watchman(desk.night)
    with monkeypatch.context() as patch:
        patch.setattr(desk.night.alerts, "raise_", lambda *_given, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watchman.look(schedules, NIGHT + LATE)
    watchman.look(schedules, NIGHT + LATE + MINUTE)
    assert open_kinds(desk.night) == {"did_not_run/sina/night": 1}


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
    assert "3 times from 2026-03-03 03:00 Beijing time" in told[0]["message"]
