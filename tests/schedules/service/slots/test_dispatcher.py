"""From due times to jobs, on a real MongoDB, in a time that the test sets."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.storage.operations.repositories import NightStore
from schedules.alerts.watchman import Watchman
from schedules.service.slots.dispatcher import Dispatcher, pause_before
from schedules.service.slots.writer import SlotWriter
from tests.support.slots import DAY, HOUR, MINUTE, NIGHT, START, SlotDesk, nightly, read


def test_a_due_time_becomes_a_slot_and_a_job(desk: SlotDesk) -> None:
    schedules = nightly(priority=7, arguments={"limit": "5"})
    desk.look(schedules, START, NIGHT - MINUTE)
    assert desk.slots() == []
    desk.look(schedules, NIGHT, NIGHT, NIGHT + MINUTE)
    (slot,), (job,) = desk.slots(), desk.jobs()
    assert slot["_id"] == "night@2026-03-01T19:00:00Z"
    assert (slot["state"], slot["job"], slot["attempts"]) == ("running", job["_id"], 1)
    assert job["_id"] == "sina-20260301T190000-night"
    assert (job["state"], job["schedule"], job["slot"]) == ("pending", "night", slot["_id"])
    assert (job["priority"], job["arguments"], job["deadline_seconds"]) == (7, {"limit": "5"}, 7200)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR)
    assert [(s["state"], s["reason"]) for s in desk.slots()] == [("done", "ok.")]


@pytest.mark.parametrize(
    ("state", "kinds", "again"),
    [
        ("ok", (), False),
        ("failed", (), True),
        ("failed", ("network",), True),
        ("partial", ("network",), True),
        ("partial", ("layout_changed",), False),
        ("partial", ("unusual", "database"), True),
        ("blocked", ("blocked",), False),
        ("cancelled", (), False),
    ],
)
def test_what_is_tried_again(
    desk: SlotDesk, state: str, kinds: tuple[str, ...], again: bool
) -> None:
    schedules = nightly(retries=1)
    desk.look(schedules, START, NIGHT)
    desk.end(state, *kinds)
    desk.look(schedules, NIGHT + MINUTE)
    jobs = desk.jobs()
    assert len(jobs) == (2 if again else 1)
    if again:
        assert (jobs[1]["_id"], jobs[1]["attempt"]) == ("sina-20260301T190000-night-2", 2)
        assert jobs[1]["not_before"] >= NIGHT + 2 * MINUTE
        desk.end(state, *kinds)
        desk.look(schedules, NIGHT + HOUR)
    assert len(desk.jobs()) == (2 if again else 1)
    assert desk.states() == ["done"]


def test_a_lost_job_does_not_count_as_an_attempt(desk: SlotDesk) -> None:
    schedules = nightly(retries=0)
    desk.look(schedules, START, NIGHT)
    for _ in range(3):
        desk.end("lost", "lost")
        desk.look(schedules, NIGHT + MINUTE)
    assert len(desk.jobs()) == 4
    desk.end("failed")
    desk.look(schedules, NIGHT + HOUR)
    assert (desk.states(), len(desk.jobs())) == (["done"], 4)


def test_a_job_that_is_always_lost_is_given_up(desk: SlotDesk) -> None:
    schedules = nightly()
    desk.look(schedules, START, NIGHT)
    for _ in range(6):
        desk.end("lost", "lost")
        desk.look(schedules, NIGHT + MINUTE)
    assert (desk.states(), len(desk.jobs())) == (["done"], 6)


def test_the_pause_grows() -> None:
    pauses = [pause_before(attempt).total_seconds() for attempt in (2, 3, 4, 20)]
    for pause, least in zip(pauses, (60, 120, 240, 1800), strict=True):
        assert least <= pause <= least * 1.1


@pytest.mark.parametrize(
    ("catch_up", "limit", "states", "since"),
    [
        ("none", 1, ["done", "missed", "missed", "missed"], []),
        ("latest", 1, ["done", "missed", "missed", "running"], ["2026-03-01T19:00:00+00:00"]),
        (
            "all",
            2,
            ["done", "missed", "running", "running"],
            ["2026-03-02T19:00:00+00:00", "2026-03-03T19:00:00+00:00"],
        ),
    ],
)
def test_asleep_over_three_due_times(
    desk: SlotDesk, catch_up: str, limit: int, states: list[str], since: list[str]
) -> None:
    schedules = nightly(catch_up=catch_up, catch_up_limit=limit, overlap="queue")
    desk.look(schedules, START, NIGHT)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR)
    desk.look(schedules, NIGHT + 3 * DAY + HOUR)
    assert desk.states() == states
    late = desk.jobs()[1:]
    assert [job["arguments"]["since"] for job in late] == since
    if catch_up == "all":
        assert [job["arguments"]["until"] for job in late] == [
            "2026-03-03T19:00:00+00:00",
            "2026-03-04T19:00:00+00:00",
        ]
    for slot in desk.slots()[1:]:
        assert "Nothing ran to start it on time" in slot["reason"]


def test_the_run_that_is_due_covers_those_that_were_missed(desk: SlotDesk) -> None:
    schedules = nightly()
    desk.look(schedules, START, NIGHT)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR, NIGHT + 3 * DAY)
    assert desk.states() == ["done", "missed", "missed", "running"]
    assert desk.jobs()[1]["arguments"] == {"since": "2026-03-01T19:00:00+00:00"}


def test_the_clock_set_back_and_forward(desk: SlotDesk) -> None:
    schedules = nightly(overlap="queue")
    desk.look(schedules, START, NIGHT)
    desk.look(schedules, NIGHT - HOUR / 2, NIGHT)
    assert len(desk.slots()) == len(desk.jobs()) == 1
    desk.look(schedules, NIGHT + DAY - HOUR / 2, NIGHT + DAY + HOUR / 4, NIGHT + DAY - HOUR / 2)
    desk.look(schedules, NIGHT + DAY, NIGHT + DAY + MINUTE)
    assert len(desk.slots()) == len(desk.jobs()) == 2


@pytest.mark.parametrize("state", ["pending", "running", "ok"])
def test_what_ran_long_before_its_time_runs_again_when_it_comes(desk: SlotDesk, state: str) -> None:
    """The clock was a day ahead: the night ran in the afternoon."""
    schedules = nightly(retries=0)
    desk.look(schedules, START)
    desk.look(schedules, NIGHT)
    (early,) = desk.jobs()
    if state != "pending":
        desk.night.jobs.claim(early["_id"], NIGHT, "desk:1:2", "desk")
    if state == "ok":
        desk.end("ok")
        desk.look(schedules, NIGHT + MINUTE)
    desk.look(schedules, START + HOUR)
    assert desk.slots() == []
    (early,) = desk.jobs()
    assert early["state"] == {"pending": "cancelled"}.get(state, state)
    assert max(early["created_at"], early.get("ended_at") or START) <= START + HOUR
    missing = Watchman(desk.night).look(schedules, NIGHT + HOUR)["night"]
    assert "no service noticed" in missing
    desk.look(schedules, NIGHT)
    (slot,) = desk.slots()
    assert (slot["state"], slot["job"]) == ("running", f"{early['_id']}-2")
    desk.end("failed")
    desk.look(schedules, NIGHT + MINUTE)
    assert desk.states() == ["done"]  # the early run does not count as an attempt


@pytest.mark.parametrize("overlap", ["skip", "queue"])
def test_all_missed_days_are_crawled_one_after_the_other(desk: SlotDesk, overlap: str) -> None:
    """The one due tonight comes on top of those that are caught up with, and waits, too."""
    schedules = nightly(catch_up="all", catch_up_limit=10, overlap=overlap)
    desk.look(schedules, START, NIGHT)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR, NIGHT + 3 * DAY)
    assert desk.states() == ["done", "running", "running", "running"]
    windows = [
        (job["arguments"].get("since"), job["arguments"].get("until")) for job in desk.jobs()
    ]
    assert windows[1:3] == [
        ("2026-03-01T19:00:00+00:00", "2026-03-02T19:00:00+00:00"),
        ("2026-03-02T19:00:00+00:00", "2026-03-03T19:00:00+00:00"),
    ]
    desk.look(schedules, NIGHT + 4 * DAY)
    assert desk.states()[-1] == ("skipped" if overlap == "skip" else "running")


@pytest.mark.parametrize(
    ("overlap", "states"),
    [
        ("skip", ["running", "skipped"]),
        ("queue", ["running", "running"]),
        ("replace", ["running", "running"]),
    ],
)
def test_overlap(desk: SlotDesk, overlap: str, states: list[str]) -> None:
    schedules = nightly(overlap=overlap)
    desk.look(schedules, START, NIGHT)
    first = desk.jobs()[0]["_id"]
    desk.night.jobs.start(first, NIGHT, pid=1)
    desk.look(schedules, NIGHT + DAY)
    assert desk.states() == states
    asked = desk.night.jobs.get(first)
    assert asked is not None
    assert bool(asked.get("cancel_at")) == (overlap == "replace")


def test_quiet_hours_and_pauses_leave_a_trace(desk: SlotDesk) -> None:
    text = "[schedules.night]\nsite = 'sina'\ncron = '0 3 * * *'\nquiet = '02:00-04:00'"
    desk.look(read(text), START, NIGHT)
    paused = {"enabled": False, "changed": ("enabled",)}
    desk.look(nightly(**paused), NIGHT + DAY)
    until = {**paused, "paused_until": NIGHT + 3 * DAY - HOUR}
    desk.look(nightly(**until), NIGHT + 2 * DAY, NIGHT + 3 * DAY)
    assert desk.states() == ["skipped", "skipped", "skipped", "running"]
    reasons = [slot["reason"] for slot in desk.slots()[:3]]
    assert reasons == ["Within the quiet hours 02:00-04:00."] + ["The schedule was paused."] * 2
    desk.look(nightly(enabled=False), NIGHT + 4 * DAY)
    assert len(desk.slots()) == 4


def test_one_after_the_other(desk: SlotDesk) -> None:
    text = """
[schedules.night]
site = "sina"
cron = "0 3 * * *"
retries = 0
[schedules.then]
site = "guancha"
after = "night"
"""
    schedules = read(text)
    desk.look(schedules, START, NIGHT)
    assert len(desk.slots()) == 1
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR, NIGHT + HOUR)
    assert {slot["_id"]: slot["state"] for slot in desk.slots()} == {
        "night@2026-03-01T19:00:00Z": "done",
        "then@2026-03-01T19:00:00Z": "running",
    }
    desk.end("ok")
    desk.look(schedules, NIGHT + DAY)
    desk.end("failed")
    desk.look(schedules, NIGHT + DAY + HOUR)
    assert desk.states() == ["done", "done", "done", "skipped"]
    assert desk.slots()[3]["reason"] == "night ended as failed."


def test_a_schedule_that_is_gone_from_the_file(desk: SlotDesk) -> None:
    desk.look(nightly(), START, NIGHT)
    desk.look({}, NIGHT + HOUR)
    assert [(s["state"], s["reason"]) for s in desk.slots()] == [
        ("skipped", "The schedule is no longer in the schedules file.")
    ]


@pytest.mark.parametrize("cut", ["slots.add", "schedules.take_over", "jobs.create", "slots.change"])
def test_cut_off_anywhere_and_done_again(
    desk: SlotDesk, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows the step is not done, as after kill -9; the next scheduler does it."""
    schedules = nightly()
    desk.look(schedules, START)
    part, _, name = cut.partition(".")
    repository = getattr(desk.night, part)
    whole = getattr(repository, name)

    def once(*arguments: Any, **fields: Any) -> None:
        whole(*arguments, **fields)
        raise KeyboardInterrupt

    monkeypatch.setattr(repository, name, once)
    with pytest.raises(KeyboardInterrupt):
        desk.look(schedules, NIGHT)
    monkeypatch.undo()
    desk.look(schedules, NIGHT + MINUTE)
    assert (desk.states(), len(desk.jobs())) == (["running"], 1)


YEAR = """
[schedules.beijing-night]
site = "sina"
cron = "30 2 * * *"
[schedules.berlin-gap]
site = "sina"
cron = "30 2 * * *"
zone = "Europe/Berlin"
[schedules.new-york-gap]
site = "sina"
cron = "30 2 * * *"
zone = "America/New_York"
[schedules.lord-howe]
site = "sina"
cron = "45 1 * * *"
zone = "Australia/Lord_Howe"
[schedules.london]
site = "guancha"
cron = "15 1 * * *"
zone = "Europe/London"
[schedules.santiago]
site = "guancha"
cron = "0 0 * * *"
zone = "America/Santiago"
[schedules.daily-interval]
site = "guancha"
interval = "1 day"
[schedules.calendar]
site = "guancha"
calendar = "every day at 02:15"
start = 2026-01-01
zone = "Europe/Berlin"
"""


def test_a_year_of_nights(desk: SlotDesk) -> None:
    """365 × 8 due times, two schedulers side by side, each slot once; zones with clock changes."""
    schedules = read(YEAR, overlap="queue")
    start = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    one, other = (SlotWriter(NightStore(desk.database)) for _ in range(2))
    for day in (*range(0, 366, 15), 365):
        one.catch_up(schedules, start + timedelta(days=day))
        other.catch_up(schedules, start + timedelta(days=day, hours=1))
    slots = Counter(slot["schedule"] for slot in desk.slots())
    assert slots == dict.fromkeys(schedules, 365)
    days = Counter(
        (slot["schedule"], slot["due_at"].astimezone(schedules[slot["schedule"]].zone).date())
        for slot in desk.slots()
        if slot["schedule"] != "daily-interval"
    )
    assert set(days.values()) == {1}


@pytest.mark.parametrize("state", ["ok", "failed", "missed"])
def test_a_due_time_can_be_run_again(desk: SlotDesk, state: str) -> None:
    schedules = nightly(retries=0, catch_up="none")
    desk.look(schedules, START)
    if state == "missed":
        desk.look(schedules, NIGHT + HOUR)
    else:
        desk.look(schedules, NIGHT)
        assert Dispatcher(desk.night).run_again(desk.slots()[0], schedules["night"], NIGHT) is None
        desk.end(state)
        desk.look(schedules, NIGHT + HOUR)
    job = Dispatcher(desk.night, "mei").run_again(desk.slots()[0], schedules["night"], NIGHT + HOUR)
    (slot,) = desk.slots()
    assert (slot["state"], slot["job"], slot["claimed_by"]) == ("running", job, "mei")
    assert slot["reason"] == "Run again as mei asked."
    desk.end("failed", moment=NIGHT + 2 * HOUR)
    desk.look(schedules, NIGHT + 2 * HOUR)
    assert desk.states() == ["done"]
    assert len(desk.jobs()) == (1 if state == "missed" else 2)
