"""Connections on which nothing comes or goes are ended; what is at work is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from attrs import define
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from schedules.service import patience as module
from schedules.service.patience import Patience, PatientServer
from tests.support.waiting import until

HEAD = b"%s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"


async def _said(request: Request) -> Response:
    return PlainTextResponse(await request.body())


async def _endless(_request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)  # as a piece that is made in a thread

    return StreamingResponse(pieces())


async def _late(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return PlainTextResponse("late")


@asynccontextmanager
async def served() -> AsyncIterator[PatientServer]:
    app = Starlette(
        routes=[
            Route("/said", _said, methods=["POST"]),
            Route("/endless", _endless),
            Route("/late", _late),
        ]
    )
    config = uvicorn.Config(app, port=0, http="h11", log_config=None, lifespan="off")
    server = PatientServer(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield server
    server.should_exit = server.force_exit = True
    await serving


async def opened(server: PatientServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection of which only little is taken before somebody reads."""
    return await asyncio.open_connection(*server.servers[0].sockets[0].getsockname(), limit=1024)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HT", HEAD % (b"POST /said", 10) + b"half", HEAD % (b"GET /endless", 0)],
    ids=["nothing", "half a head", "half a body", "nothing taken"],
)
async def test_who_only_waits_is_hung_up_on(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUEST_SECONDS", "BODY_SECONDS", "TAKING_SECONDS"):
        monkeypatch.setattr(module, name, 0.1)
    async with served() as server:
        _reader, writer = await opened(server)
        writer.write(begun)
        await until(lambda: server.server_state.connections)
        await until(lambda: not server.server_state.connections)
        writer.close()


async def test_what_is_being_made_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BODY_SECONDS", "TAKING_SECONDS", "CROWDED_SECONDS"):
        monkeypatch.setattr(module, name, 0.1)
    async with served() as server:
        reader, writer = await opened(server)
        writer.write(HEAD % (b"GET /late", 0))
        assert (await reader.readuntil(b"late")).endswith(b"late")
        writer.close()


def test_among_many_patience_is_short() -> None:
    now = 0.0
    patience = Patience(4, now=lambda: now)
    waiting = [Connection(), Connection(), Connection()]
    patience.look(waiting)
    now = 4.0
    patience.look(waiting[:2])
    assert not any(each.ended for each in waiting)
    patience.look(waiting)
    assert all(each.ended for each in waiting)


@define(eq=False)
class Connection:
    """What is looked at of one that waits for a request."""

    cycle: None = None
    ended: bool = False

    @property
    def transport(self) -> Connection:
        return self

    def abort(self) -> None:
        self.ended = True
