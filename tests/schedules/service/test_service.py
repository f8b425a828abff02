"""The service on a real MongoDB, with programs in place of crawls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.job import JobFiles
from schedules.jobs.identity import host, runner_name
from schedules.service.service import Service
from schedules.timetable.catalogue import Catalogue
from tests.conftest import Server
from tests.support.stand_in import WELL, program
from tests.support.up_process import QUICK
from tests.support.waiting import until

SITES = ("guancha", "sina", *(f"site-{number}" for number in range(100)))
MINUTE = timedelta(minutes=1)


class House:
    """A database, and services on it."""

    def __init__(self, settings: Settings, database: Database[dict[str, Any]]) -> None:
        self.settings = settings
        self.database = database
        self.night = NightStore(database)

    @asynccontextmanager
    async def service(
        self,
        script: str = WELL,
        *,
        drain: float = 60.0,
        file: Path | None = None,
        name: str = "",
        **changes: Any,
    ) -> AsyncIterator[Service]:
        settings = self.settings.model_copy(update=changes)
        catalogue = Catalogue(file, SITES) if file else Catalogue.of(settings, SITES)
        service = Service.of(settings, catalogue, drain_seconds=drain, name=name or runner_name())
        service.runner.program = program(script)
        running = asyncio.create_task(service.run())
        try:
            yield service
        finally:
            service.press()
            await asyncio.wait_for(running, 60)

    def ask_for(self, site: str = "sina", **fields: Any) -> str:
        return self.night.jobs.create(site, clock.now(), **fields)

    def job(self, id_: str) -> dict[str, Any]:
        found = self.night.jobs.get(id_)
        assert found is not None
        return found

    def state_is(self, id_: str, *states: str) -> Callable[[], bool]:
        return lambda: self.job(id_)["state"] in states


@pytest.fixture(autouse=True)
def _quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in QUICK.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def house(
    settings: Settings, database: Database[dict[str, Any]], server: Server, tmp_path: Path
) -> House:
    changes = {"data_dir": tmp_path, "mongodb_uri": SecretStr(server.uri)}
    return House(settings.model_copy(update=changes), database)


async def test_a_job_that_waits_is_run_and_recorded(house: House) -> None:
    job = house.ask_for(arguments={"limit": 5})
    async with house.service():
        await until(house.state_is(job, "ok"))
    record = house.job(job)
    assert record["counts"] == {"found": 30, "requested": 3, "new": 3}
    assert (record["exit_code"], record["problems"]) == (0, [])
    assert record["log_file"] == str(JobFiles.of(house.settings.jobs_dir, job).log)
    assert house.night.leases.held() == []


async def test_two_jobs_of_a_site_run_one_after_the_other(house: House) -> None:
    jobs = [house.ask_for() for _ in range(2)]
    async with house.service():
        for job in jobs:
            await until(house.state_is(job, "ok"))
    first, second = (house.job(job) for job in jobs)
    assert first["ended_at"] <= second["started_at"]


async def test_a_job_waits_for_its_time(house: House) -> None:
    later = house.ask_for(not_before=clock.now() + MINUTE)
    now = house.ask_for()
    async with house.service():
        await until(house.state_is(now, "ok"))
    assert house.job(later)["state"] == "pending"


@pytest.mark.parametrize("number_of_jobs", [12, pytest.param(100, marks=pytest.mark.soak)])
async def test_many_at_the_same_second_in_order_of_priority(
    house: House, number_of_jobs: int
) -> None:
    jobs = {}
    for number in range(number_of_jobs):
        priority = number * 37 % 101
        jobs[house.ask_for(f"site-{number}", priority=priority)] = priority
    async with house.service(max_jobs=1):
        await until(lambda: house.night.jobs.list(1, states=["pending", "running"]) == [], 110)
    started = sorted((house.job(job)["started_at"], -priority) for job, priority in jobs.items())
    assert [-priority for _at, priority in started] == sorted(jobs.values(), reverse=True)
    assert {house.job(job)["state"] for job in jobs} == {"ok"}


async def test_a_job_can_be_cancelled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.jobs.runner.HEARTBEAT_SECONDS", 0.1)
    running, waiting = house.ask_for(), house.ask_for()
    async with house.service("report('running'); forever()"):
        await until(lambda: house.job(running).get("pid"))
        for job in (waiting, running):
            house.night.jobs.ask_to_stop(job, clock.now(), "me")
        await until(house.state_is(running, "cancelled"))
    assert house.job(waiting)["reason"] == "Cancelled by me before it began."


async def test_a_job_can_be_ended_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not heed the first request need not be waited for: 45 s, for a crawl."""
    monkeypatch.setattr("schedules.jobs.runner.HEARTBEAT_SECONDS", 0.1)
    job = house.ask_for()
    deaf = "signal.signal(signal.SIGINT, signal.SIG_IGN); report('running'); forever()"
    async with house.service(deaf):
        await until(lambda: house.job(job).get("pid"))
        house.night.jobs.ask_to_stop(job, clock.now(), "me")
        await asyncio.sleep(1)
        assert house.job(job)["state"] == "running"
        house.night.jobs.ask_to_stop(job, clock.now(), "me", force=True)
        await until(house.state_is(job, "cancelled"), 30)


async def test_old_records_and_files_go(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.service.service.PRUNE_SECONDS", 0.2)
    now = clock.now()
    ages = {"old": now - timedelta(days=41), "young": now - timedelta(days=39)}
    for name, moment in ages.items():
        house.night.jobs.create("sina", moment, id_=name)
        house.night.jobs.finish(name, "ok", moment)
        house.night.slots.add([{"schedule": name, "due_at": moment, "state": "done"}])
        house.night.alerts.raise_(name, "error", "x", moment)
        house.night.alerts.resolve([name], moment)
        house.night.alerts.raise_(f"{name}, open", "error", "x", moment)
    async with house.service(jobs_days=40, alerts_days=40):
        await until(lambda: house.night.jobs.get("old") is None)
        await until(lambda: len(house.night.alerts.list()) == 3)
    assert house.night.jobs.get("young") is not None
    assert [slot["schedule"] for slot in house.night.slots.list(now - timedelta(days=60))] == [
        "young"
    ]
    assert {alert["kind"] for alert in house.night.alerts.list()} == {
        "young", "old, open", "young, open",
    }  # fmt: skip


async def test_a_stop_lets_jobs_end(house: House) -> None:
    job = house.ask_for()
    script = "report('running'); time.sleep(0.7); " + WELL
    async with house.service(script):
        await until(lambda: house.job(job).get("pid"))
    assert house.job(job)["state"] == "ok"


async def test_or_hands_them_back(house: House) -> None:
    job = house.ask_for()
    async with house.service("report('running'); forever()", drain=0.0):
        await until(lambda: house.job(job).get("pid"))
    record = house.job(job)
    assert (record["state"], "the next one runs it again" in record["reason"]) == ("lost", True)
    assert house.night.leases.held() == []


async def test_one_leads_and_the_other_follows(house: House) -> None:
    async with house.service() as other:
        await until(lambda: other.leader.leads)
        async with house.service(name="elsewhere:1:2") as second:
            await until(lambda: second.state().ready)
            assert not second.leader.leads
            assert len(house.night.leases.held("service/")) == 2
            job = house.ask_for()
            await until(house.state_is(job, "ok"))
            assert second.engine.ids == set()
            other.press()
            await until(lambda: second.leader.leads)


async def test_a_job_whose_runner_is_gone_is_found(house: House) -> None:
    job = house.ask_for(host="elsewhere")
    house.night.jobs.claim(job, clock.now(), "elsewhere:1:2", "elsewhere")
    gone = house.ask_for("guancha")
    house.night.jobs.claim(gone, clock.now(), f"{host()}:1:2", host())
    async with house.service():
        await until(house.state_is(gone, "lost"))
        assert house.job(job)["state"] == "running"  # of another machine: not so quickly


async def test_a_broken_schedules_file_is_told_and_the_last_good_one_goes_on(
    house: House, tmp_path: Path
) -> None:
    file = tmp_path / "schedules.toml"
    file.write_text("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\n")
    async with house.service(file=file) as service:
        await until(lambda: service.state().schedules)
        file.write_text("[schedules.a]\nsite = 'sina'\ncron = 'never'\n")
        await until(lambda: service.state().trouble)
        assert "line 3, schedules.a.cron" in (service.state().trouble or "")
        assert list(service.state().schedules) == ["a"]
        file.write_text("[schedules.b]\nsite = 'sina'\ncron = '0 4 * * *'\n")
        await until(lambda: list(service.state().schedules) == ["b"])
        await until(lambda: service.state().trouble is None)


async def test_a_job_that_cannot_start_has_failed(house: House, tmp_path: Path) -> None:
    job = house.ask_for()
    async with house.service() as service:
        service.runner.program = [str(tmp_path / "nothing")]
        await until(house.state_is(job, "failed"))
    assert house.job(job)["reason"]


async def test_mongodb_is_away_at_the_start(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schedules.service.service.LAST_BEATS_SECONDS", 0.5)
    monkeypatch.setattr("pipelines.storage.retries.FIRST_PAUSE_SECONDS", 0.01)
    away = SecretStr("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=20")
    async with house.service(mongodb_uri=away) as service:
        await until(lambda: service.state().trouble)
        state = service.state()
        assert (state.ready, state.leads, state.stuck) == (False, False, ())
        assert "lead: MongoDB" in (state.trouble or "")


async def test_the_lead_passes_on_while_jobs_come_to_their_end(
    house: House, tmp_path: Path
) -> None:
    job, end = house.ask_for(), tmp_path / "end"
    script = f"""
report("running")
while not os.path.exists({str(end)!r}):
    end_with_the_runner()
    time.sleep(0.05)
{WELL}
"""
    async with house.service(script) as first:
        await until(lambda: house.job(job).get("pid"))
        async with house.service(name="elsewhere:1:2") as second:
            first.press()
            await until(lambda: second.state().leads)
            assert first.engine.ids == {job}
            end.touch()
            await until(house.state_is(job, "ok"))
