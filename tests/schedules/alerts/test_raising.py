"""Which alerts the end of a job raises and ends."""

from __future__ import annotations

from schedules.alerts.raising import tell_jobs
from tests.support.slots import (
    HOUR,
    MINUTE,
    NIGHT,
    START,
    SlotDesk,
    job_ended,
    nightly,
    open_kinds,
)


def test_each_problem_is_an_alert_until_a_job_goes_well(desk: SlotDesk) -> None:
    night = desk.night
    job = job_ended(night, "failed", "network")
    job_ended(night, "partial", "stale", "unusual", site="guancha")
    job_ended(night, "cancelled")
    assert tell_jobs(night, NIGHT) == 3
    assert tell_jobs(night, NIGHT) == 0
    assert open_kinds(night) == {
        "network/sina/*": 1,
        "stale/guancha/*": 1,
        "unusual/guancha/*": 1,
    }
    alert = next(each for each in night.alerts.open() if each["kind"] == "network")
    assert alert["message"] == f"sina failed: It was network. See: newsdesk jobs show {job}"
    job_ended(night, "failed", "network")
    job_ended(night, "blocked", "blocked", site="guancha")
    tell_jobs(night, NIGHT)
    # A job that was turned away has not seen whether the lists are still old.
    assert open_kinds(night) == {
        "network/sina/*": 2,
        "blocked/guancha/*": 1,
        "stale/guancha/*": 1,
        "unusual/guancha/*": 1,
    }
    job_ended(night, "ok")
    job_ended(night, "partial", "unusual", site="guancha")
    tell_jobs(night, NIGHT)
    assert open_kinds(night) == {"unusual/guancha/*": 2}


def test_a_list_that_stands_still_is_told_though_the_job_is_ok(desk: SlotDesk) -> None:
    for counts, expected in (
        ({"list_stale": 1, "list_stale/home": 1}, {"stale_list/sina/*": 1}),
        ({}, {}),
    ):
        job = desk.night.jobs.create("sina", NIGHT)
        desk.night.jobs.finish(job, "ok", NIGHT, counts=counts)
        tell_jobs(desk.night, NIGHT)
        assert open_kinds(desk.night) == expected


def test_a_job_that_is_tried_again_wakes_nobody(desk: SlotDesk) -> None:
    schedules = nightly(retries=1)
    desk.look(schedules, START, NIGHT)
    desk.end("failed", "network")
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {}
    desk.look(schedules, NIGHT + MINUTE)
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {}
    desk.end("failed", "network")
    desk.look(schedules, NIGHT + HOUR)
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {"network/sina/*": 1}
