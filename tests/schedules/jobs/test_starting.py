"""Jobs that a starter begins: apart from each other, and never lost with it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipelines.config import JOB_VARIABLE, Settings
from schedules.job import JobFiles, JobResult, JobSpec
from schedules.jobs import starting
from schedules.jobs.identity import crawl_lives, end_processes_of
from schedules.jobs.runner import Runner
from schedules.jobs.starting import Starter
from schedules.verdicts.verdict import UNSEEN
from tests.support.no_ledger import NoLedger
from tests.support.stand_in import WELL, warm_program
from tests.support.waiting import has_ended, until

TELLS = (
    """
import random
answer = {
    "environment": dict(os.environ), "parent": os.getppid(), "session": os.getsid(0),
    "pid": os.getpid(), "number": random.random(), "folder": os.getcwd(),
    "shown": pathlib.Path("/proc/self/environ").read_text(),
    "handles": sorted(os.readlink(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")
                      if os.path.exists(f"/proc/self/fd/{each}")),
    "loaded": len(sys.modules),
}
print(json.dumps(answer))
"""
    + WELL
)
WAITS = """
report("running", found=3)
until = time.monotonic() + 60
while not os.path.exists(os.environ["GO"]) and time.monotonic() < until:
    time.sleep(0.02)
"""


def reported(folder: Path) -> list[Path]:
    """The statistics of the jobs that have begun."""
    return list(folder.glob("jobs/*.stats.json"))


class Room:
    """Runs scripts in place of crawls, by one starter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.starter = Starter()

    async def run(self, script: str, job: str | None = None, **environment: str) -> JobResult:
        runner = Runner(
            settings=Settings(data_dir=self.folder),
            ledger=NoLedger(),
            program=warm_program(script),
            starter=self.starter,
        )
        return await runner.run(JobSpec(site="sina", environment=environment), job)

    async def ask(self, **environment: str) -> dict[str, object]:
        """What a job says of itself."""
        result = await self.run(TELLS, **environment)
        assert result.state == "ok"
        told: dict[str, object] = json.loads(result.log.read_text())
        return told

    @property
    def pid(self) -> int:
        """Of the process that starts jobs now."""
        assert self.starter._process is not None
        return self.starter._process.pid

    def children(self) -> list[int]:
        return [each.pid for each in psutil.Process(self.pid).children()]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.starter.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("room"))
    yield room
    assert room.starter._failed_at is None, "jobs were started anew in its place"
    room.starter.close()


async def test_a_job_has_a_session_and_files_of_its_own(room: Room) -> None:
    told = await room.ask()
    assert told["parent"] == room.pid
    assert told["session"] == told["pid"]
    assert told["folder"] == str(Path.cwd())
    assert int(str(told["loaded"])) > 1000
    handles = [str(each) for each in told["handles"]]  # type: ignore[attr-defined]
    kinds = ["socket:" in each for each in handles], ["anon_inode" in each for each in handles]
    assert not any(map(any, kinds)), handles
    assert len([each for each in handles if each.endswith(".log")]) == 2


async def test_jobs_side_by_side_hold_nothing_of_each_other(room: Room) -> None:
    go = room.folder / "side-by-side"
    first = asyncio.create_task(room.run(WAITS + WELL, GO=str(go)))
    await until(lambda: len(reported(room.folder)) and room.children())
    told = await room.ask()
    go.touch()
    assert (await first).state == "ok"
    logs = {each for each in told["handles"] if str(each).endswith(".log")}  # type: ignore[attr-defined]
    assert len(logs) == 1


async def test_a_secret_of_one_job_is_not_in_the_next(room: Room) -> None:
    first = await room.ask(WORD="confidential", TZ="Asia/Shanghai")
    second = await room.ask()
    assert first["environment"]["WORD"] == "confidential"  # type: ignore[index]
    assert "confidential" not in json.dumps(second)
    assert "TZ" not in second["environment"]  # type: ignore[operator]
    assert first["number"] != second["number"]
    assert "confidential" not in str(first["shown"]), "others see no more than the marks"


async def test_a_starter_gets_no_secret(fresh: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://user:word@127.0.0.1:9")
    monkeypatch.setenv("NEWSDESK_PROXY", "http://user:word@127.0.0.1:9")
    told = await fresh.ask()
    assert "MONGODB_URI" in told["environment"]  # type: ignore[operator]
    environment = psutil.Process(fresh.pid).environ()
    assert not {"MONGODB_URI", "NEWSDESK_PROXY"} & set(environment)


async def test_its_processes_are_known_by_its_statistics_file(room: Room) -> None:
    job = "sina-20260302-030000-abcd"
    files = JobFiles.of(room.folder / "jobs", job)
    running = asyncio.create_task(room.run(WAITS, job, GO="/nonexistent/go"))
    await until(files.stats.exists)
    (pid,) = room.children()
    assert crawl_lives({"_id": job, "pid": pid})
    assert not crawl_lives({"_id": job + "e", "pid": pid})
    assert psutil.Process(pid).environ()[JOB_VARIABLE] == job
    assert "-m tests.support.stand_in" in " ".join(psutil.Process(pid).cmdline())
    assert not end_processes_of(files.stats.with_name("other.stats.json"))
    assert end_processes_of(files.stats) == 1
    result = await running
    assert (result.state, result.exit_code) == ("failed", -signal.SIGKILL)


async def test_after_its_death_the_next_job_has_another(fresh: Room) -> None:
    assert (await fresh.ask())["parent"] == fresh.pid
    dead = fresh.pid
    os.kill(dead, signal.SIGKILL)
    assert (await fresh.ask())["parent"] == fresh.pid != dead
    assert fresh.starter._failed_at is None


async def test_a_job_outlives_its_starter(fresh: Room) -> None:
    go = fresh.folder / "go"
    jobs = [
        asyncio.create_task(fresh.run(WAITS + end, GO=str(go))) for end in (WELL, "sys.exit(3)")
    ]
    await until(lambda: len(reported(fresh.folder)) == 2)
    os.kill(fresh.pid, signal.SIGKILL)
    go.touch()
    well, badly = await asyncio.gather(*jobs)
    assert (well.state, well.exit_code) == ("ok", UNSEEN)
    assert (badly.state, badly.exit_code) == ("failed", UNSEEN)
    assert "ended, nobody saw how, before it could report" in badly.reason


async def test_when_code_has_changed_the_next_job_has_another(
    fresh: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "sitecustomize.py"  # Python loads it whenever it starts
    module.write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    await fresh.ask()
    before, go = fresh.pid, fresh.folder / "go"
    running = asyncio.create_task(fresh.run(WAITS + "sys.exit(3)", GO=str(go)))
    await until(fresh.children)
    module.write_text("CHANGED = True")
    assert (await fresh.ask())["parent"] == fresh.pid != before
    go.touch()
    assert (await running).exit_code == 3, "the earlier one still tells how its jobs end"
    assert fresh.starter._earlier == [] or fresh.starter._earlier[0].wait(60) == 0


async def test_without_one_a_job_starts_anew_and_says_so(
    fresh: Room,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = tmp_path / "broken" / "scrapy"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('no Scrapy here')")
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(broken.parent))
        with caplog.at_level(logging.WARNING):
            result = await fresh.run("print('parent', os.getppid())\n" + WELL)
    assert result.state == "ok"
    assert f"parent {os.getpid()}" in result.log.read_text()
    assert "starts anew" in caplog.text
    caplog.clear()
    assert (await fresh.run(WELL)).state == "ok"
    assert "failed some minutes ago" in caplog.text, "not tried again with each job"
    fresh.starter._failed_at = None
    assert (await fresh.ask())["parent"] == fresh.pid


async def test_one_that_hangs_is_ended_and_the_job_runs_once(
    fresh: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await fresh.ask()
    hung = psutil.Process(fresh.pid)
    hung.suspend()
    monkeypatch.setattr(starting, "ANSWER_SECONDS", 0.5)
    diary = fresh.folder / "diary"
    result = await fresh.run(f"open({str(diary)!r}, 'a').write('run ')\n" + WELL)
    assert result.state == "ok"
    assert diary.read_text() == "run "
    assert "no answer" in caplog.text
    await until(lambda: has_ended(hung.pid))


async def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Killed, so nobody closes anything; the job sees that for itself."""
    script = f"""
import asyncio, pathlib, sys
from tests.schedules.jobs.test_starting import Room, WATCHES
room = Room(pathlib.Path({str(tmp_path)!r}))
asyncio.run(room.run(WATCHES))
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    await until(lambda: reported(tmp_path))
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) == 2
    parent.kill()
    await parent.wait()
    _gone, alive = await asyncio.to_thread(psutil.wait_procs, family, 60)
    assert not alive
    (stats,) = reported(tmp_path)
    assert json.loads(stats.read_text())["finish_reason"] == "supervisor_gone"


WATCHES = """
from crawler.extensions.supervisor import watch
has_gone = watch(int(os.environ["NEWSDESK_SUPERVISOR"]))
report("running")
while not has_gone():
    time.sleep(0.02)
report("finished", "supervisor_gone")
"""
