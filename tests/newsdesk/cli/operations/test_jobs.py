"""`newsdesk jobs`: what ran, its log, and asking for it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsdesk.cli.operations.jobs import jobs_page
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import Desk
from tests.support.screens import printed

BEGAN = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
JOB = "industry-science-20260301T190000-industry-science-night"


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


def test_a_job_that_was_asked_to_stop_is_stopping_until_it_has_ended(
    desk: Desk, night: NightStore
) -> None:
    job = night.jobs.create("sina", clock.now())
    night.jobs.claim(job, clock.now(), "desk:1:2", "desk")
    assert desk.call("jobs", "cancel", job).code == 0
    assert "■ stopping" in desk.call("jobs", "show", job).out
    assert f"{job}\tsina\tstopping\t" in desk.call("jobs", "list").out
    assert "stopping" in desk.call("status").out
    assert desk.call("jobs", "cancel", job, "--force").code == 0
    assert (night.jobs.get(job) or {})["force_at"] is not None
    night.jobs.finish(job, "cancelled", clock.now())
    assert "■ cancelled" in desk.call("jobs", "show", job).out


def test_a_jobs_log_and_evidence(desk: Desk, night: NightStore, tmp_path: Path) -> None:
    jobs = desk.settings.jobs_dir
    jobs.mkdir(exist_ok=True)
    job = night.jobs.create("sina", clock.now(), log_file=str(tmp_path / "job.log"))
    log = jobs / f"{job}.log"
    log.write_text("\x1b[2Jbegins\u202e\x9b\nmongodb://me:opensesame@db.example/\n")
    problem = {"kind": "bug", "sentence": "1 error.", "traceback": "KeyError: 'x'"}
    night.jobs.finish(job, "partial", clock.now(), reason="1 error.", problems=[problem])
    said = desk.call("jobs", "log", job, "--follow")
    assert said.out == "[2Jbegins\nmongodb://me:***@db.example/\n"
    assert "KeyError: 'x'" in desk.call("jobs", "show", job).out
    log.unlink()
    assert "There is no log" in desk.call("jobs", "log", job).err


def test_a_long_id_of_a_job_stays_whole_at_80_columns() -> None:
    job = {
        "_id": JOB,
        "state": "partial",
        "created_at": BEGAN,
        "started_at": BEGAN,
        "ended_at": BEGAN + timedelta(hours=1, minutes=2, seconds=3),
        "counts": {"found": 12345, "new": 1204, "failed": 7, "filled/title": 3},
    }
    text = printed(jobs_page([job]))
    assert text.startswith(JOB)
    began = "began 2026-03-02 03:00 (Beijing)"
    for part in (began, "! partial 1:02:03 found 12,345, stored 1,204, failed 7"):
        assert part in " ".join(text.split())
