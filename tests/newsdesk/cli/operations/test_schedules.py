"""`newsdesk schedules`: what runs when, and what an operator changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sites import site_names
from newsdesk.cli.operations.schedules import schedules_page
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import Desk
from tests.support.screens import printed

BEGAN = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
FILE = """
[schedules.night]
site = "sina"
cron = "30 2 * * *"
arguments = { limit = 50 }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "schedules.toml"
    path.write_text(FILE)
    return path


def row(desk: Desk) -> dict[str, Any]:
    rows: list[dict[str, Any]] = desk.call("schedules", "list", "--json").json
    return next(row for row in rows if row["schedule"] == "sina-night")


def test_a_schedule_is_paused_changed_and_as_before(desk: Desk, night: NightStore) -> None:
    before = row(desk)
    assert (before["fires"], before["changed"]) == (True, [])
    assert desk.call("schedules", "pause", "sina-night", "--note", "Moving house.").code == 0
    assert row(desk) | {"note": 1} == before | {
        "fires": False, "next": [], "changed": ["enabled"], "note": 1,
    }  # fmt: skip
    assert desk.call("schedules", "resume", "sina-night").code == 0
    said = desk.call(
        "schedules", "change", "sina-night", "--set", "cron=0 4 * * 1-5", "--set",
        "deadline=1 hour", "--argument", "limit=20",
    )  # fmt: skip
    assert said.code == 0, said.err
    changed = row(desk)
    assert changed["when"] == "at 04:00, Monday to Friday, Asia/Shanghai"
    assert changed["changed"] == ["arguments", "cron", "deadline"]
    assert changed["arguments"] == {"limit": "20"}
    assert desk.call("schedules", "change", "sina-night", "--reset").code == 0
    assert row(desk) == before


def test_a_schedule_comes_due_by_calendar_or_after_another(desk: Desk, night: NightStore) -> None:
    def change(*changes: str) -> tuple[int, str]:
        given = [part for each in changes for part in ("--set", each)]
        said = desk.call("schedules", "change", "sina-night", *given)
        return said.code, said.out

    calendar = "calendar=every 2 weeks at 03:30 from 2026-01-05"
    tried = desk.call("schedules", "change", "sina-night", "--set", calendar, "--dry-run")
    assert "every 2 weeks at 03:30 from 2026-01-05 on" in tried.out
    assert row(desk)["changed"] == []
    code, out = change(calendar)
    assert (code, out.count("03:30 (Beijing)")) == (0, 5)
    code, out = change("after=guancha-night")
    assert (code, "guancha-night is next due:" in out) == (0, True)
    assert row(desk)["when"] == "when guancha-night has ended well"
    assert row(desk)["follows"]["schedule"] == "guancha-night"
    circle = desk.call("schedules", "change", "guancha-night", "--set", "after=sina-night")
    assert "after: waits for itself by way of 'guancha-night'" in circle.err
    made = [each["details"]["changes"] for each in night.changes.list(5, "sina-night")]
    assert made == [{"after": "guancha-night"}, {"calendar": calendar.partition("=")[2]}]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pause", "nobody"), "There is no schedule 'nobody': choose from "),
        (("change", "sina-night"), "Nothing to change"),
        (("change", "sina-night", "--set", "site=guancha"), "'site' cannot be changed here"),
        (("change", "sina-night", "--set", "cron=61 2 * * *"), "minute '61' is not within"),
        (("change", "sina-night", "--argument", "limit=0"), "limit must be a whole number"),
        (("change", "sina-night", "--argument", "sections=moon"), "sina has no 'moon'"),
        (
            ("change", "sina-night", "--argument", "limit"),
            "--argument limit sets nothing: write",
        ),
        (("change", "sina-night", "--set", "after=none"), "after: there is no schedule 'none'"),
        (
            ("change", "sina-night", "--set", "after=sina-day", "--set", "cron=0 4 * * *"),
            "cron and after: a schedule comes due by one of them",
        ),
        (("change", "sina-night", "--reset", "--dry-run"), "--dry-run goes with --set alone"),
        (("pause", "sina-night", "--until", "soon"), "is no date or time"),
        (
            ("pause", "sina-night", "--until", "2026-01-01"),
            "00:00:00 (Beijing) has passed",
        ),
        (("history", "nobody"), "There is no schedule 'nobody'"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    said = desk.call("schedules", *arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_a_note_stays_until_there_is_another(desk: Desk) -> None:
    def note() -> object:
        return row(desk)["note"]

    assert desk.call("schedules", "pause", "sina-night", "--note", "Moving house.").code == 0
    assert desk.call("schedules", "change", "sina-night", "--set", "deadline=1 hour").code == 0
    assert note() == "Moving house."
    assert desk.call("schedules", "pause", "sina-night", "--note", "Still moving.").code == 0
    assert note() == "Still moving."


def test_a_file_is_checked_and_its_times_shown(desk: Desk, file: Path) -> None:
    said = desk.call("schedules", "check", file)
    assert said.code == 0
    assert said.out.splitlines()[0] == "night  at 02:30, Asia/Shanghai"
    assert len(said.out.splitlines()) == 6
    file.write_text(FILE.replace("30 2", "99 2").replace("limit", "limits"))
    said = desk.call("schedules", "check", file)
    assert (said.code, said.out) == (1, "")
    assert f"{file}, line 4, schedules.night.cron" in said.err
    assert f"{file}, line 5, schedules.night.arguments" in said.err


def test_next_times_name_their_zone(desk: Desk) -> None:
    said = desk.call("schedules", "next", "sina-night")
    assert [line.split()[2:] for line in said.out.splitlines()[1:]] == [["02:30", "(Beijing)"]] * 5
    planned = {row["site"] for row in desk.call("schedules", "next", "--json").json}
    assert planned == set(site_names())


def test_the_history_of_a_schedule_tells_what_became_of_each_due_time(
    desk: Desk, night: NightStore
) -> None:
    assert "has not been due yet" in desk.call("schedules", "history", "sina-night").err
    job = night.jobs.create("sina", clock.now(), schedule="sina-night")
    night.jobs.finish(job, "partial", clock.now(), reason="A list was given up.")
    begin = clock.now() - timedelta(days=2)
    slots = [
        {"_id": "sina-night-1", "due_at": begin, "state": "done", "job": job},
        {"_id": "sina-night-2", "due_at": begin + timedelta(days=1), "state": "skipped",
         "reason": "sina was busy until the next due time."},
    ]  # fmt: skip
    ended = {"schedule": "sina-night", "ended_at": begin}
    night.slots.add([{**ended, **slot} for slot in slots])
    said = desk.call("schedules", "history", "sina-night", "--tsv")
    names, *rows = (line.split("\t") for line in said.out.splitlines())
    assert names == ["due_at", "slot", "job", "job_state", "reason", "ended_at"]
    assert "Of 2 due times: 1 skipped, 1 done (1 partial)." in said.err
    assert [row[1:5] for row in rows] == [
        ["skipped", "", "", "sina was busy until the next due time."],
        ["done", job, "partial", "A list was given up."],
    ]
    assert len(desk.call("schedules", "history", "sina-night", "--limit", "1", "--json").json) == 1


def test_a_long_name_of_a_schedule_stays_whole_at_80_columns() -> None:
    schedule: dict[str, Any] = {
        "schedule": "industry-science-every-quarter-of-an-hour",
        "when": "at minute 15, during 6 to 23 o'clock, Monday to Friday, Asia/Shanghai",
        "next": [BEGAN],
        "fires": False,
        "last": {"due_at": BEGAN, "state": "skipped"},
        "changed": ["cron", "deadline"],
        "note": "Moving house.",
    }
    text = printed(schedules_page([schedule]))
    assert text.startswith(schedule["schedule"])
    below = "paused; next 2026-03-02 03:00 (Beijing); last 2026-03-02 03:00: skipped; changed: cron"
    for part in (below, "Asia/Shanghai", "Moving house."):
        assert part in " ".join(text.split())


def test_a_due_time_and_a_span_can_be_run_again(desk: Desk, night: NightStore) -> None:
    due = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    slot = {"_id": "sina-night@2026-03-01T18:30:00Z", "schedule": "sina-night", "due_at": due}
    night.slots.add([{**slot, "state": "missed", "ended_at": due}])
    run = ("schedules", "run", "sina-night")
    job = desk.call(*run, "--due", "2026-03-02T02:30").out.strip()
    assert job == "sina-20260301T183000-sina-night"
    assert "is not done yet" in desk.call(*run, "--due", "2026-03-02T02:30").err
    assert desk.call(*run, "--due", "2026-03-02T02:31").code == 2
    assert desk.call(*run, "--since", "yesterday").code == 2
    assert desk.call(*run, "--due", "2026-03-02T02:30", "--since", "2026-03-01").code == 2
    job = desk.call(*run, "--since", "2026-03-01", "--until", "2026-03-02").out.strip()
    record = night.jobs.get(job) or {}
    assert record["arguments"] == {"since": "2026-03-01", "until": "2026-03-02"}
    assert record["schedule"] == "sina-night"
