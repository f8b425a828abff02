"""A night with a real outage beside replays and imports: all that people are told stays true."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from pydantic import SecretStr

from newsdesk.answers.operations.night import opened_night
from pipelines.timing import clock
from schedules.alerts.channels import Channels
from schedules.alerts.notifier import Notifier
from schedules.service.metrics import seen_metrics, snapshot
from schedules.service.service import Service
from schedules.timetable.catalogue import Catalogue
from tests.conftest import Server
from tests.newsdesk.cli.crawls.test_imports import folder_with
from tests.support.command import RECORDINGS, Desk
from tests.support.loopback import CRAWLER, VARIABLE
from tests.support.patience import site_of
from tests.support.ports import free_port
from tests.support.server import running
from tests.support.waiting import until

DUE = datetime.fromisoformat("2026-03-02T03:00:00+08:00")
SCHEDULES = """
[schedules.night]
site = "guancha"
cron = "0 3 * * *"
retries = 0
arguments = { sections = "home" }
"""
REPLAY = ("crawl", "guancha", "--replay", RECORDINGS / "night-1", "--keep-unmatched")
KEPT = ("sources", "walks", "hosts", "slots", "schedules", "alerts", "leases")


@define
class Night:
    """What people ask about the nights of one database, at a time of the test's."""

    desk: Desk

    def ask(self, *command: str, at: datetime | None = None) -> tuple[int, Any]:
        moment = (at or clock.now()).isoformat()
        said = self.desk.call(*command, "--json", env={clock.ENVIRONMENT_NAME: moment})
        return said.code, said.json

    def open_alerts(self) -> set[str]:
        return {each["open"] for each in self.ask("alerts", "list")[1]}

    def metrics(self) -> dict[tuple[str, ...], float]:
        with opened_night(self.desk.settings) as night:
            families = [*seen_metrics(snapshot(night, clock.now()))]
        return {
            (sample.name.removeprefix("newsdesk_"), *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    def seen(self, at: datetime) -> dict[str, Any]:
        """All that a job which is no night must leave as it is."""
        with opened_night(self.desk.settings) as night:
            kept = {name: night.database[name].find().sort("_id", 1).to_list() for name in KEPT}
        answers = [
            self.ask(*command, at=at)
            for command in (["status"], ["schedules", "history", "night"], ["alerts", "check"])
        ]
        return {**kept, "metrics": self.metrics(), "answers": answers}


@pytest.fixture
def night(desk: Desk, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    file = tmp_path / "schedules.toml"
    file.write_text(SCHEDULES)
    begun = DUE - timedelta(seconds=3 + time.monotonic() - clock._started)
    monkeypatch.setenv(clock.ENVIRONMENT_NAME, begun.isoformat())
    monkeypatch.setenv("NEWSDESK_DELAY_SECONDS", "0.05")
    monkeypatch.setenv("NEWSDESK_KEEP_UNMATCHED", "true")
    changes = {"mongodb_uri": SecretStr(server.uri), "data_dir": tmp_path, "schedules": file}
    return Night(Desk(desk.settings.model_copy(update=changes)))


@asynccontextmanager
async def service_of(night: Night) -> AsyncIterator[Service]:
    """A service whose crawls meet servers of this machine."""
    settings = night.desk.settings
    service = Service.of(settings, Catalogue(settings.schedules or Path(), ("guancha",)))
    service.runner.program = CRAWLER
    notifier = Notifier(Channels(()), settings, service.connection.ask, service.state)
    service.add(*notifier.beats())
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        service.press()
        await asyncio.wait_for(task, 60)


@pytest.mark.soak
async def test_an_outage_beside_a_replay_and_an_import(
    night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps({"*": f"127.0.0.1:{free_port()}"}))
    code, status = night.ask("status")
    assert (code, status["begun"], status["wrong"]) == (1, False, [])
    folder = folder_with(tmp_path, "河湾镇新码头", "长江航道")

    async with service_of(night):
        await until(lambda: night.ask("schedules", "history", "night")[1])
        await until(night.open_alerts)
        outage(night)
        before = night.seen(DUE + timedelta(hours=1))

        replayed = await asyncio.to_thread(night.desk.run, *REPLAY, "--json")
        imported = await asyncio.to_thread(night.desk.run, "import", folder, "--json")
        assert [said.json[0]["state"] for said in (replayed, imported)] == ["ok", "ok"]
        jobs = night.ask("jobs", "list")[1]
        assert {job["kind"] for job in jobs} == {"crawl", "replay", "import"}
        await until(lambda: all(job.get("told_at") for job in night.ask("jobs", "list")[1]))
        after = night.seen(DUE + timedelta(hours=1))
        for name, was in before.items():
            assert without_services(after[name]) == without_services(was), name

        async with running(site_of(1, 2)) as server:
            monkeypatch.setenv(VARIABLE, json.dumps({"*": server.address}))
            job = night.ask("schedules", "run", "night")[1]["job"]
            await until(lambda: night.ask("jobs", "show", job)[1]["state"] == "ok")
        await until(lambda: not night.open_alerts())
        recovered(night)


def outage(night: Night) -> None:
    """The site was away: nobody says that the night was fine."""
    code, status = night.ask("status")
    assert (code, status["fine"], status["begun"]) == (1, False, False)
    ((_code, (slot,)), (checked, missing)) = (
        night.ask("schedules", "history", "night"),
        night.ask("alerts", "check", at=DUE + timedelta(hours=1)),
    )
    assert (slot["state"], slot["ended"]["state"]) == ("done", "failed")
    assert (checked, "collected nothing: failed" in missing["night"]) == (1, True)
    assert night.open_alerts() == {"network/guancha/*"}
    metrics = night.metrics()
    assert metrics["last_job_state", "guancha", "failed"] == 1
    assert not [name for name in metrics if name[0] == "last_ok_timestamp_seconds"]


def recovered(night: Night) -> None:
    """The site answers again, and a run of the schedule has collected."""
    code, status = night.ask("status")
    assert (code, status["fine"], status["begun"], status["alerts"]) == (0, True, True, [])
    assert night.ask("alerts", "check", at=DUE + timedelta(hours=1))[1].keys() <= {"no_service"}
    metrics = night.metrics()
    assert metrics["last_job_state", "guancha", "ok"] == 1
    assert metrics["last_ok_timestamp_seconds", "guancha"] > DUE.timestamp()


def without_services(value: Any) -> Any:
    """Leaves out what a living service changes all the time: its leases."""
    if isinstance(value, dict):
        return {name: without_services(each) for name, each in value.items() if name != "services"}
    if isinstance(value, list | tuple):
        living = [each for each in value if not (isinstance(each, dict) and "until" in each)]
        return [without_services(each) for each in living]
    return value
