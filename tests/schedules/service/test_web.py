"""What the service answers over HTTP."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import attrs
import pytest

from schedules.exceptions import BadSchedules, Mistake
from schedules.service import web as web_module
from schedules.service.metrics import Own, Snapshot, exposition
from schedules.service.service import Service
from schedules.service.web import WebServer
from schedules.timetable.catalogue import Catalogue
from tests.schedules.service.test_service import House, house
from tests.support.slots import NIGHT, SlotDesk
from tests.support.waiting import until

__all__ = ["house"]
OPERATORS = Path(__file__).resolve().parents[3] / "docs" / "operators.md"


@asynccontextmanager
async def serving(house: House, port: int = 0) -> AsyncIterator[tuple[Service, WebServer]]:
    """A service with its web server."""
    settings = house.settings.model_copy(update={"service_port": port})
    service = Service.of(settings, Catalogue.of(settings, ("guancha", "sina")))
    web = WebServer.of(settings, service.connection.ask, service.state, service.leader.is_at)
    service.add(web.beat())
    running = asyncio.create_task(service.run())
    try:
        yield service, web
    finally:
        service.press()
        await asyncio.wait_for(running, 60)
        await web.close()


@pytest.fixture
async def served(house: House) -> AsyncIterator[tuple[Service, str]]:
    """A service that answers on a free port."""
    async with serving(house) as (service, web):
        await asyncio.wait_for(web.listens.wait(), 30)
        await until(lambda: service.state().schedules)
        yield service, f"http://127.0.0.1:{web.port}"


async def get(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_health_and_readiness(served: tuple[Service, str]) -> None:
    service, address = served
    assert (await get(f"{address}/healthz"))[0] == 200
    status, body = await get(f"{address}/readyz")
    assert (status, '"leads":true' in body) == (200, True)
    service.catalogue.mistake = BadSchedules(Path("s.toml"), [Mistake(line=1, key="", problem="x")])
    status, body = await get(f"{address}/readyz")
    assert (status, '"ready":true' in body) == (200, True), "it leads by the last good file"
    assert "s.toml, line 1: x" in body
    (lead,) = (beat for beat in service.beats if beat.name == "lead")
    lead.returned_at -= 3600
    status, body = await get(f"{address}/healthz")
    assert (status, '"stuck":["lead"]' in body) == (503, True)
    assert (await get(f"{address}/docs"))[0] == 404


async def test_a_name_that_somebody_led_here_gets_no_answer(house: House) -> None:
    """A page in a browser of this machine, whose name its owner leads to 127.0.0.1."""
    names = house.settings.model_copy(update={"service_names": "desk.example other.example"})
    async with serving(House(names, house.database)) as (_service, web):
        await asyncio.wait_for(web.listens.wait(), 30)
        address, own = f"http://127.0.0.1:{web.port}", f"{socket.gethostname()}:{web.port}"
        for host in (own, "localhost", "10.0.0.7:80", "[::1]:1", "Desk.Example.", "other.example"):
            assert (await get(f"{address}/healthz", Host=host))[0] == 200, host
        for host in ("evil.example", "desk.example.evil.example", "127.0.0.1.evil.example"):
            for path in ("healthz", "readyz", "metrics", "nothing"):
                status, body = await get(f"{address}/{path}", Host=host)
                assert (status, "NEWSDESK_SERVICE_NAMES" in body) == (421, True), host


async def test_it_leaves_the_event_loop_as_it_was(house: House) -> None:
    """A socket closed behind the loop's back makes it deaf on whatever gets that number next."""
    loop = asyncio.get_running_loop()

    def watched() -> set[int]:
        return set(loop._selector.get_map())  # type: ignore[attr-defined]

    before = watched()
    async with serving(house) as (_service, web):
        await asyncio.wait_for(web.listens.wait(), 30)
        await get(f"http://127.0.0.1:{web.port}/healthz")
    assert watched() <= before


async def test_metrics(served: tuple[Service, str], desk: SlotDesk) -> None:
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
        'newsdesk_beat_errors{beat="lead"} 0.0',
        'newsdesk_last_job_state{site="sina",state="partial"} 1.0',
        'newsdesk_last_job_duration_seconds{site="sina"} 90.0',
        'newsdesk_last_job_count{counter="new",site="sina"} 7.0',
        'newsdesk_last_job_problem{kind="stale",site="sina"} 1.0',
        'newsdesk_alerts_open{kind="stale",severity="error",site="sina"} 1.0',
    ):
        assert line in body.splitlines()
    assert 'newsdesk_schedule_next_timestamp_seconds{schedule="sina-night"}' in body
    assert "process_resident_memory_bytes" in body


OWN = Own(
    version="1",
    leads=False,
    mongodb_up=False,
    spool_bytes=0,
    unshipped_bytes=0,
    shipped_bytes=0,
    next_due={},
    beat_errors={},
)


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


async def test_a_port_that_is_taken_does_not_stop_the_nights_and_is_tried_again(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_module, "LISTEN_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with serving(house, port) as (service, web):
            await until(lambda: "set NEWSDESK_SERVICE_PORT" in caplog.text)
            await until(lambda: service.state().leads)
            taken.close()
            await asyncio.wait_for(web.listens.wait(), 30)
            assert web.port == port
            await until(lambda: service.state().ready)
            assert (await get(f"http://127.0.0.1:{port}/healthz"))[0] == 200
