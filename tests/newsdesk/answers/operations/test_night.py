"""`newsdesk schedules`, `jobs`, `alerts` and `status` on a real database, and `up` as a process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsdesk.answers.operations.night import opened_night
from pipelines import clock
from pipelines.storage.operations.repositories import NightStore
from tests.support.command import RECORDINGS, Desk
from tests.support.waiting import until_now
from tests.support.webhook import listening

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


@pytest.fixture
def night(desk: Desk) -> Iterator[NightStore]:
    with opened_night(desk.settings) as night:
        yield night


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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pause", "nobody"), "There is no schedule 'nobody': choose from guancha-day"),
        (("change", "sina-night"), "Nothing to change"),
        (("change", "sina-night", "--set", "site=guancha"), "'site' cannot be changed here"),
        (("change", "sina-night", "--set", "cron=61 2 * * *"), "minute '61' is not within"),
        (("change", "sina-night", "--argument", "limit=0"), "limit must be a whole number"),
        (("change", "sina-night", "--argument", "sections=moon"), "sina has no 'moon'"),
        (("pause", "sina-night", "--until", "soon"), "is no date or time"),
    ],
)
def test_what_cannot_be(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    said = desk.call("schedules", *arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


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


def test_next_times(desk: Desk) -> None:
    said = desk.call("schedules", "next", "sina-night")
    assert [line.split()[2:] for line in said.out.splitlines()[1:]] == [["02:30", "(Beijing)"]] * 5
    assert len(desk.call("schedules", "next", "--json").json) == 4


def test_a_job_is_asked_for_shown_cancelled_and_asked_for_again(
    desk: Desk, night: NightStore
) -> None:
    said = desk.call("schedules", "run", "sina-night")
    assert "No service runs" in said.err
    job = said.out.strip()
    assert [row["_id"] for row in desk.call("jobs", "list", "--json").json] == [job]
    assert desk.call("jobs", "retry", job).code == 1
    assert desk.call("jobs", "cancel", job).code == 0
    shown = desk.call("jobs", "show", job)
    assert "Cancelled by" in shown.out
    assert desk.call("jobs", "cancel", job).code == 1
    again = desk.call("jobs", "retry", job, "--json").json["job"]
    record = night.jobs.get(again)
    assert record is not None
    assert (record["state"], record["schedule"], record["site"]) == (
        "pending",
        "sina-night",
        "sina",
    )
    assert len(desk.call("jobs", "list", "--state", "cancelled", "--json").json) == 1
    assert desk.call("jobs", "list", "--state", "asleep").code == 2
    assert desk.call("jobs", "show", "nothing").code == 2


def test_a_jobs_log_and_evidence(desk: Desk, night: NightStore, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    log.write_text("begins\nmongodb://me:opensesame@db.example/\n")
    job = night.jobs.create("sina", clock.now(), log_file=str(log))
    problem = {"kind": "bug", "sentence": "1 error.", "traceback": "KeyError: 'x'"}
    night.jobs.finish(job, "partial", clock.now(), reason="1 error.", problems=[problem])
    said = desk.call("jobs", "log", job, "--follow")
    assert said.out == "begins\nmongodb://me:***@db.example/\n"
    assert "KeyError: 'x'" in desk.call("jobs", "show", job).out
    log.unlink()
    assert "There is no log" in desk.call("jobs", "log", job).err


def test_alerts_are_listed_noted_and_silenced(desk: Desk, night: NightStore) -> None:
    assert desk.call("alerts", "list").out == ""
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    (listed,) = desk.call("alerts", "list", "--json").json
    assert (listed["open"], listed["message"]) == ("stale/sina/*", "Old.")
    assert "stale/sina/*\terror" in desk.call("alerts", "list").out
    assert desk.call("alerts", "ack", "stale/sina/*").code == 0
    assert desk.call("alerts", "ack", "stale/moon/*").code == 1
    assert desk.call("alerts", "silence", "*/sina", "--for", "2 hours").code == 0
    assert [each["_id"] for each in night.alerts.silences(clock.now())] == ["*/sina"]
    assert desk.call("alerts", "silence", "*/sina", "--for", "0 seconds").code == 0
    assert desk.call("alerts", "silence", "sina").code == 2
    assert desk.call("alerts", "silence", "*/sina", "--for", "soon").code == 2


async def test_channels_are_tried(desk: Desk) -> None:
    assert "NEWSDESK_ALERT_URLS" in desk.call("alerts", "test").err
    async with listening() as hook:
        environment = {"NEWSDESK_ALERT_URLS": f"{hook.url} json://127.0.0.1:9/"}
        said = await asyncio.to_thread(desk.run, "alerts", "test", "--json", env=environment)
    assert said.code == 1
    assert [bool(each["error"]) for each in said.json] == [False, True]
    assert hook.messages[0]["title"] == "Newsdesk: a test"
    assert "opensesame" not in said.out


def test_the_dead_mans_check_needs_no_service(desk: Desk, night: NightStore) -> None:
    said = desk.call("alerts", "check", "--json")
    assert (said.code, list(said.json)) == (1, ["no_service"])
    long_ago = clock.now() - timedelta(days=3)
    night.schedules.planned({"sina-night": long_ago}, long_ago)
    said = desk.call("alerts", "check")
    assert "sina-night did not run: it was due" in said.out
    assert "did_not_run/sina/sina-night" in desk.call("alerts", "list").out


def test_status(desk: Desk, night: NightStore) -> None:
    said = desk.call("status")
    assert said.code == 1
    assert "No service runs" in said.out
    night.leases.take("leader", "desk:1:2", 60)
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk")
    assert "Tonight is fine" in desk.call("status").out
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    found = desk.call("status", "--json")
    assert (found.code, found.json["fine"]) == (1, False)
    assert len(found.json["schedules"]) == 4


def test_a_site_that_is_being_crawled_is_left_alone(desk: Desk, night: NightStore) -> None:
    night.leases.take("site/sina", "sina-night-1", 60, "on elsewhere")
    said = desk.run("crawl", "sina", "--replay", RECORDINGS / "night-1", "--json")
    (result,) = said.json
    assert (said.code, result["state"]) == (1, "failed")
    assert "by the job sina-night-1 on elsewhere since" in result["reason"]
    assert night.jobs.list() == []


def test_up_runs_and_stops_as_asked(desk: Desk, night: NightStore) -> None:
    settings = desk.settings.model_copy(update={"service_port": 0})
    running = Desk(settings).start("up")
    until_now(lambda: night.leases.held("leader"))
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "")
    assert "4 schedules from" in err
    assert night.leases.held() == []


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
