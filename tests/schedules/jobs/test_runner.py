"""Jobs that go wrong: hung, killed, silent, leaving children behind. No crawl needed for that."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.errors import OperationFailure

from crawler.exceptions import RecordingError
from pipelines.config import Settings
from schedules.job import JobFiles, JobResult, JobSpec, Progress
from schedules.jobs import figures, process
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner, job_environment, prune
from schedules.jobs.starting import Starter
from schedules.verdicts.verdict import Stop
from tests.support.no_ledger import NoLedger
from tests.support.stand_in import WELL, program, warm_program
from tests.support.waiting import has_ended, until


class Bench:
    """Runs a script in place of a crawl."""

    def __init__(self, folder: Path, starter: Starter | None) -> None:
        self.folder = folder
        self.starter = starter
        self.settings: dict[str, Any] = {}
        self.stop = StopRequest()
        self.reports = asyncio.Event()

    async def run(self, script: str, **bounds: Any) -> JobResult:
        runner = Runner(
            settings=Settings(data_dir=self.folder, **self.settings),
            ledger=NoLedger(),
            stop=self.stop,
            on_progress=self.look,
            program=program(script) if self.starter is None else warm_program(script),
            starter=self.starter,
        )
        return await runner.run(JobSpec(site="sina", **bounds))

    def look(self, progress: Progress) -> None:
        assert progress.site == "sina"
        self.reports.set()

    async def stop_when_it_reports(self) -> None:
        await self.reports.wait()
        self.stop.press()


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    """One for all jobs of this module."""
    starter = Starter()
    yield starter
    assert starter._failed_at is None, "jobs were started anew in its place"
    starter.close()


@pytest.fixture(params=["anew", "by a starter"])
def bench(tmp_path: Path, starter: Starter, request: pytest.FixtureRequest) -> Bench:
    """Jobs behave the same however they are started."""
    return Bench(tmp_path, None if request.param == "anew" else starter)


async def test_a_good_job(bench: Bench) -> None:
    script = """
print("a line for the log", sys.argv[1:])
report("finished", "finished", found=3, requested=2, new=2)
"""
    result = await bench.run(script)
    assert (result.state, result.exit_code) == ("ok", 0)
    assert result.stats["newsdesk/new"] == 2
    assert "a line for the log ['crawl', 'sina']" in result.log.read_text()
    assert result.log.parent == bench.folder / "jobs"
    assert json.dumps(result.as_dict())


async def test_no_statistics_is_failed_even_with_exit_code_0(bench: Bench) -> None:
    result = await bench.run("sys.exit(0)")
    assert (result.state, result.exit_code) == ("failed", 0)


async def test_a_crash_is_failed_and_its_traceback_is_in_the_log(bench: Bench) -> None:
    result = await bench.run("raise RuntimeError('boom')")
    assert (result.state, result.exit_code) == ("failed", 1)
    assert "RuntimeError: boom" in result.log.read_text()


async def test_half_a_statistics_file_is_none(bench: Bench) -> None:
    script = "pathlib.Path(os.environ['NEWSDESK_STATS_FILE']).write_text('{\"state\": \"fini')"
    assert (await bench.run(script)).state == "failed"


async def test_killed_from_outside(bench: Bench) -> None:
    script = "report('running', found=9, new=4); os.kill(os.getpid(), signal.SIGKILL)"
    result = await bench.run(script)
    assert (result.state, result.exit_code) == ("failed", -signal.SIGKILL)
    assert "SIGKILL" in result.reason
    assert "The 4 articles stored before that are safe" in result.reason


async def test_a_stop_is_graceful(bench: Bench) -> None:
    script = """
def end(*_):
    report("finished", "shutdown", found=9, requested=9, new=5)
    sys.exit(0)
signal.signal(signal.SIGINT, end)
report("running", found=9)
forever()
"""
    result, _ = await asyncio.gather(bench.run(script), bench.stop_when_it_reports())
    assert (result.state, result.exit_code) == ("cancelled", 0)
    assert "The 5 articles" in result.reason


async def test_a_crawl_that_ignores_the_stop_is_killed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "TERM_SECONDS", 0.5)
    script = """
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
report("running", found=9)
forever()
"""
    result, _ = await asyncio.gather(
        bench.run(script, grace_seconds=0.1), bench.stop_when_it_reports()
    )
    assert (result.state, result.exit_code) == ("cancelled", -signal.SIGKILL)


async def test_a_second_ctrl_c_does_not_wait_for_the_grace(bench: Bench) -> None:
    script = """
signal.signal(signal.SIGINT, signal.SIG_IGN)
report("running", found=9)
forever()
"""

    async def press_twice() -> None:
        await bench.stop_when_it_reports()
        bench.stop.press()

    result, _ = await asyncio.gather(bench.run(script, grace_seconds=3600), press_twice())
    assert (result.state, result.exit_code) == ("cancelled", -signal.SIGTERM)


async def test_past_its_deadline(bench: Bench) -> None:
    script = "signal.signal(signal.SIGINT, signal.SIG_IGN); report('running'); forever()"
    result = await bench.run(script, deadline_seconds=0.5, grace_seconds=0.1)
    assert (result.state, "deadline" in result.reason) == ("failed", True)


async def test_hung_without_a_sign_of_life(bench: Bench) -> None:
    script = "report('running', new=1); signal.signal(signal.SIGINT, signal.SIG_IGN); forever()"
    result = await bench.run(script, silence_seconds=0.6, grace_seconds=0.1)
    assert (result.state, "hung" in result.reason) == ("failed", True)


async def test_what_a_crawl_leaves_behind_goes_with_it(bench: Bench) -> None:
    script = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
report("finished", "finished", found=1, requested=1, new=1)
"""
    result = await bench.run(script)
    child = int(result.log.read_text())
    assert result.state == "ok"
    await until(lambda: has_ended(child))


async def test_a_child_that_left_the_process_group_goes_too(bench: Bench) -> None:
    script = """
child = subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
)
print(child.pid, flush=True)
report("finished", "finished", found=1, requested=1, new=1)
"""
    result = await bench.run(script)
    child = int(result.log.read_text())
    assert result.state == "ok"
    await until(lambda: has_ended(child))


async def test_a_job_that_holds_too_much_memory_is_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    script = """
report("running", new=2)
held = []
while True:
    held.append(bytearray(os.urandom(1 << 20)))
"""
    result = await bench.run(script, memory_bytes=200 << 20)
    assert (result.state, "memory" in result.reason) == ("failed", True)
    assert [problem.kind for problem in result.problems] == ["memory"]


async def test_a_log_that_grows_without_end_is_cut(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(figures, "LOG_BYTES", 100_000)
    monkeypatch.setattr(figures, "TAIL_BYTES", 1_000)
    script = """
report("running")
for number in range(300):
    print("x" * 1000, flush=True)
    time.sleep(0.01)
report("finished", "finished", found=1, requested=1, new=1)
"""
    result = await bench.run(script)
    assert result.log.stat().st_size < 250_000
    assert result.log.with_name(result.log.name + ".1").stat().st_size == 1_000


async def test_the_database_password_does_not_stay_in_a_log(bench: Bench) -> None:
    bench.settings = {"mongodb_uri": SecretStr("mongodb://me:opensesame@127.0.0.1:9/")}
    result = await bench.run("print(os.environ['MONGODB_URI'])")
    assert "opensesame" not in result.log.read_text()
    assert "mongodb://me:**********@127.0.0.1" in result.log.read_text()


async def test_a_cancelled_runner_leaves_no_crawl(bench: Bench) -> None:
    task = asyncio.create_task(
        bench.run("print(os.getpid(), flush=True); report('running'); forever()")
    )
    await bench.reports.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    pid = int(next((bench.folder / "jobs").glob("*.log")).read_text())
    await until(lambda: has_ended(pid))


async def test_jobs_side_by_side(bench: Bench) -> None:
    meeting = bench.folder / "meeting"
    meeting.mkdir()
    script = f"""
folder = pathlib.Path({str(meeting)!r})
(folder / sys.argv[2]).touch()
while len(list(folder.iterdir())) < 2:
    time.sleep(0.01)
report("finished", "finished", found=1, requested=1, new=1)
"""
    runner = Runner(
        settings=Settings(data_dir=bench.folder),
        ledger=NoLedger(),
        program=program(script),
    )
    results = await runner.run_all([JobSpec(site="guancha"), JobSpec(site="sina")])
    assert [(result.site, result.state) for result in results] == [
        ("guancha", "ok"),
        ("sina", "ok"),
    ]


def environment(folder: Path, **changes: Any) -> dict[str, str]:
    settings = Settings(data_dir=folder, database="night", keep_unmatched=True)
    spec = JobSpec(site="sina", **changes)
    return job_environment(spec, settings, "job-1", JobFiles.of(folder, "job-1"))


def test_the_crawl_is_told_its_settings(tmp_path: Path) -> None:
    told = environment(tmp_path, environment={"NEWSDESK_KEEP_UNMATCHED": "false"})
    assert told["NEWSDESK_DATABASE"] == "night"
    assert told["NEWSDESK_DATA_DIR"] == str(tmp_path)
    assert told["NEWSDESK_KEEP_UNMATCHED"] == "false"
    assert told["NEWSDESK_JOB"] == "job-1"
    assert told["SCRAPY_SETTINGS_MODULE"] == "crawler.settings"
    assert "NEWSDESK_CLOCK" not in told
    assert "NEWSDESK_DELAY_SECONDS" not in told


def test_a_replayed_crawl_lives_in_the_recordings_time(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(
        '{"recorded_at": "2026-03-02T03:00:00+08:00", "pages": []}'
    )
    told = environment(tmp_path, replay=tmp_path)
    assert told["NEWSDESK_REPLAY"] == str(tmp_path)
    assert told["NEWSDESK_CLOCK"] == "2026-03-01T19:00:00+00:00"


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (None, "holds no manifest.json"),
        ("{", "cannot be read"),
        ('{"recorded_at": "2026-03-02T03:00:00"}', "no time with a zone"),
    ],
)
def test_no_recording(tmp_path: Path, manifest: str | None, says: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(RecordingError, match=says):
        environment(tmp_path, replay=tmp_path)


def test_old_job_files_go(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, logs_days=2, logs_files=200)
    settings.jobs_dir.mkdir()
    now = time.time()
    ages = {f"{number:05}": number * 60.0 for number in range(205)}  # minutes
    ages |= {"day": 1.9 * 86_400, "days": 2.1 * 86_400}
    for name, age in ages.items():
        path = settings.jobs_dir / f"{name}.log"
        path.touch()
        os.utime(path, (now - age, now - age))
    prune(settings)
    assert {path.stem for path in settings.jobs_dir.iterdir()} == {*list(ages)[:200]}
    settings.logs_files = 600
    (settings.jobs_dir / "days.log").touch()
    os.utime(settings.jobs_dir / "days.log", (now - ages["days"], now - ages["days"]))
    prune(settings)
    assert len(list(settings.jobs_dir.iterdir())) == 200


class FailingLedger(NoLedger):
    """Its first heartbeats end in these errors."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = [*errors]
        self.beats = 0

    async def heartbeat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        if self.errors:
            raise self.errors.pop(0)
        self.beats += 1
        return None


async def test_a_heartbeat_outlives_every_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the lease of the site would run out, and a second crawl begin beside this one."""
    monkeypatch.setattr("schedules.jobs.runner.HEARTBEAT_SECONDS", 0.05)
    ledger = FailingLedger(
        OSError(errno.EMFILE, "Too many open files"),
        OperationFailure("interrupted", 11601),
        asyncio.CancelledError(),
        RuntimeError("can't start new thread"),
        KeyError("x"),
    )
    script = "report('running'); time.sleep(1); " + WELL
    runner = Runner(settings=Settings(data_dir=tmp_path), ledger=ledger, program=program(script))
    result = await runner.run(JobSpec(site="sina"))
    assert (result.state, ledger.errors) == ("ok", [])
    assert ledger.beats > 3
