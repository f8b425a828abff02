"""Quiet hours and jitter of a schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from schedules.timetable.file import parse_schedules

SITES = ("guancha", "sina")


PATH = Path("schedules.toml")


def test_quiet_hours_hide_due_times() -> None:
    text = "[schedules.a]\nsite = 'sina'\ncron = '0 * * * *'\nquiet = '22:00-06:00'"
    schedule = parse_schedules(text, SITES, path=PATH).schedules["a"]
    times = schedule.next_times(datetime(2026, 3, 1, 13, 30, tzinfo=UTC), 2)  # 21:30 in Beijing
    assert [at.astimezone(schedule.zone).hour for at in times] == [6, 7]


def test_the_jitter_is_the_same_for_every_scheduler() -> None:
    text = "[schedules.a]\nsite = 'sina'\ncron = '0 * * * *'\njitter = '10 minutes'"
    one, other = (parse_schedules(text, SITES, path=PATH).schedules["a"] for _ in range(2))
    due = [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in range(24)]
    starts = [one.start_of(at) - at for at in due]
    assert starts == [other.start_of(at) - at for at in due]
    assert len(set(starts)) == 24
    assert all(timedelta() <= start <= timedelta(minutes=10) for start in starts)
