"""Whatever people change at the terminal stands in the record of changes, with their name."""

from __future__ import annotations

from getpass import getuser

from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import Desk


def test_each_change_is_recorded(desk: Desk, night: NightStore) -> None:
    night.alerts.raise_("stale", "warning", "Nothing new.", clock.now(), site="sina")
    job = night.jobs.create("sina", clock.now(), id_="sina-1")
    for command in (
        ("schedules", "pause", "sina-day", "--note", "Moving house."),
        ("schedules", "resume", "sina-day"),
        ("schedules", "change", "sina-day", "--set", "deadline=1 hour"),
        ("schedules", "change", "sina-day", "--reset"),
        ("schedules", "run", "sina-day"),
        ("alerts", "ack", "stale/sina/*"),
        ("alerts", "silence", "stale/sina", "--for", "2 hours"),
        ("alerts", "silence", "stale/sina", "--for", "0 seconds"),
        ("jobs", "cancel", job),
        ("jobs", "retry", job),
        ("hosts", "--forget", "sina"),
        ("topics", "set", "chips", "--term", "芯片"),
        ("topics", "unset", "chips"),
    ):
        said = desk.call(*command)
        assert said.code == 0, said.err
    changes = [*reversed(night.changes.list(50))]
    assert [(each["action"], each["subject"]) for each in changes] == [
        ("schedule.pause", "sina-day"),
        ("schedule.resume", "sina-day"),
        ("schedule.change", "sina-day"),
        ("schedule.reset", "sina-day"),
        ("schedule.run", "sina-day"),
        ("alert.acknowledge", "stale/sina/*"),
        ("alert.silence", "stale/sina"),
        ("alert.unsilence", "stale/sina"),
        ("job.cancel", "sina-1"),
        ("job.retry", "sina-1"),
        ("site.forget", "sina"),
        ("topic.set", "chips"),
        ("topic.unset", "chips"),
    ]
    assert {(each["by"], each["via"]) for each in changes} == {(getuser(), "terminal")}
    assert changes[0]["details"] == {"enabled": False, "note": "Moving house."}


def test_what_was_refused_is_no_change(desk: Desk, night: NightStore) -> None:
    assert desk.call("schedules", "pause", "nobody").code == 2
    assert desk.call("alerts", "ack", "stale/sina/*").code == 1
    assert night.changes.list(50) == []
