"""What the service answers over HTTP."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import attrs
import pytest

from pipelines.config import Settings
from schedules.service.metrics import Own, Snapshot, exposition
from schedules.service.service import Service
from schedules.service.web import WebServer
from schedules.timetable.catalogue import Catalogue
from schedules.timetable.file import SHIPPED_SCHEDULES
from tests.schedules.service.test_scheduler import NIGHT, Desk
from tests.schedules.service.test_service import House, house
from tests.support.waiting import until

__all__ = ["house"]
OPERATORS = Path(__file__).resolve().parents[3] / "docs" / "operators.md"


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house.database)


@pytest.fixture
async def served(house: House) -> AsyncIterator[tuple[Service, str]]:
    """A service that answers on a free port."""
    web = WebServer()
    settings = house.settings.model_copy(update={"service_port": 0})
    catalogue = Catalogue(SHIPPED_SCHEDULES, ("guancha", "sina"))
    service = Service.of(settings, catalogue, errands=(web,))
    running = asyncio.create_task(service.run())
    await asyncio.wait_for(web.listens.wait(), 30)
    await until(lambda: service.turned_at)
    yield service, f"http://127.0.0.1:{web.port}"
    service.press()
    await asyncio.wait_for(running, 60)


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_health_and_readiness(served: tuple[Service, str]) -> None:
    service, address = served
    assert (await get(f"{address}/healthz"))[0] == 200
    status, body = await get(f"{address}/readyz")
    assert (status, '"leads":true' in body) == (200, True)
    service.trouble = "MongoDB does not answer."
    status, body = await get(f"{address}/readyz")
    assert (status, "MongoDB does not answer" in body) == (503, True)
    service.looked_at -= 3600
    assert (await get(f"{address}/healthz"))[0] in {200, 503}
    assert (await get(f"{address}/docs"))[0] == 404


async def test_it_leaves_the_event_loop_as_it_was(house: House) -> None:
    """A socket closed behind the loop's back makes it deaf on whatever gets that number next."""
    server = WebServer()
    loop = asyncio.get_running_loop()

    def watched() -> set[int]:
        return set(loop._selector.get_map())  # type: ignore[attr-defined]

    before = watched()
    settings = house.settings.model_copy(update={"service_port": 0})
    catalogue = Catalogue(SHIPPED_SCHEDULES, ("guancha", "sina"))
    service = Service.of(settings, catalogue, errands=(server,))
    running = asyncio.create_task(service.run())
    await asyncio.wait_for(server.listens.wait(), 30)
    await get(f"http://127.0.0.1:{server.port}/healthz")
    service.press()
    await asyncio.wait_for(running, 60)
    assert watched() <= before


async def test_metrics(served: tuple[Service, str], desk: Desk) -> None:
    job = desk.night.jobs.create("sina", NIGHT)
    desk.night.jobs.start(job, NIGHT)
    problems = [{"kind": "stale", "sentence": "Old."}]
    end = NIGHT + timedelta(seconds=90)
    desk.night.jobs.finish(
        job, "partial", end, counts={"new": 7}, problems=problems, figures={"peak_memory": 5}
    )
    desk.night.alerts.raise_("stale", "error", "Old.", NIGHT, site="sina")
    status, body = await get(f"{served[1]}/metrics")
    assert status == 200
    for line in (
        "newsdesk_leader 1.0",
        "newsdesk_mongodb_up 1.0",
        'newsdesk_last_job_state{site="sina",state="partial"} 1.0',
        'newsdesk_last_job_duration_seconds{site="sina"} 90.0',
        'newsdesk_last_job_count{counter="new",site="sina"} 7.0',
        'newsdesk_last_job_problem{kind="stale",site="sina"} 1.0',
        'newsdesk_alerts_open{kind="stale",severity="error",site="sina"} 1.0',
    ):
        assert line in body.splitlines()
    assert 'newsdesk_schedule_next_timestamp_seconds{schedule="sina-night"}' in body
    assert "process_resident_memory_bytes" in body


OWN = Own(version="1", leads=False, mongodb_up=False, spool_bytes=0, next_due={})


def test_without_mongodb_the_process_still_speaks() -> None:
    text = exposition(OWN, None).decode()
    assert "newsdesk_mongodb_up 0.0" in text
    assert "newsdesk_jobs_running" not in text


def test_every_metric_is_documented() -> None:
    own = attrs.evolve(OWN, next_due={"night": datetime(2026, 3, 1, tzinfo=UTC)})
    names = set(re.findall(r"# HELP (newsdesk_\w+)", exposition(own, Snapshot()).decode()))
    documented = set(re.findall(r"\| `(newsdesk_\w+)", OPERATORS.read_text(encoding="utf-8")))
    assert len(names) > 12
    assert names == documented


async def test_a_port_that_is_taken_does_not_stop_the_nights(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        changes = {"service_port": taken.getsockname()[1]}
        settings: Settings = house.settings.model_copy(update=changes)
        catalogue = Catalogue(SHIPPED_SCHEDULES, ("guancha", "sina"))
        service = Service.of(settings, catalogue, errands=(WebServer(),))
        running = asyncio.create_task(service.run())
        await until(lambda: "set NEWSDESK_SERVICE_PORT" in caplog.text)
        await until(lambda: service.turned_at)
        service.press()
        await asyncio.wait_for(running, 60)
