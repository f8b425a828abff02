"""What the service answers over HTTP: metrics for Prometheus, and whether it is well."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version

import uvicorn
from attrs import define, field
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from pipelines import clock
from pipelines.storage.exceptions import StorageError
from pipelines.storage.writing.spool import spool_bytes
from schedules.service.metrics import Own, Snapshot, exposition, snapshot
from schedules.service.service import Service

logger = logging.getLogger(__name__)

STUCK_SECONDS = 60.0
"""A service whose wheel has not turned for so long is not well."""
FRESH_SECONDS = 5.0
TEXT = "text/plain; version=1.0.0; charset=utf-8"


@define
class WebServer:
    """Answers beside the service, in its event loop. port: the one in use, once it listens."""

    port: int = 0
    listens: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self, service: Service) -> None:
        """Until cancelled. An address that cannot be had is said; the nights go on without it."""
        host, port = service.settings.service_host, service.settings.service_port
        try:
            listener = socket.create_server(
                (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
            )
        except OSError as error:
            logger.error(  # noqa: TRY400 - the sentence says it all
                "%s:%d cannot be listened on (%s), so there are no metrics: set "
                "NEWSDESK_SERVICE_PORT",
                host,
                port,
                error.strerror,
            )
            return
        with listener:
            self.port = listener.getsockname()[1]
            service.leader.address = f"http://{host}:{self.port}"
            logger.info("It answers at %s", service.leader.address)
            self.listens.set()
            config = uvicorn.Config(
                create_app(service),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=2,
            )
            await _serve(_Server(config), listener)


class _Server(uvicorn.Server):
    """Leaves signals to the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(server: _Server, listener: socket.socket) -> None:
    """Until cancelled; then it takes its socket out of the event loop. (A loop that still knew
    a closed socket would be deaf on the next one that gets its number.)"""
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


@define
class _Cache:
    """Scrapers that come at once share one look at MongoDB."""

    service: Service
    seen: Snapshot | None = None
    at: float = 0.0
    _asking: asyncio.Lock = field(factory=asyncio.Lock)

    async def look(self) -> Snapshot | None:
        """What MongoDB says, a few seconds old at most; None if it is away."""
        async with self._asking:
            if time.monotonic() - self.at > FRESH_SECONDS:
                now = clock.now()
                try:
                    self.seen = await self.service.ask(lambda night: snapshot(night, now))
                except StorageError as error:
                    logger.warning("No metrics of jobs: %s", error)
                    self.seen = None
                self.at = time.monotonic()
            return self.seen


def create_app(service: Service) -> FastAPI:
    """The application; what comes later (a console) mounts on it."""
    app = FastAPI(title="Newsdesk", docs_url=None, redoc_url=None, openapi_url=None)
    cache = _Cache(service)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        """200 while the service turns; 503 when it is stuck: restart it."""
        since = time.monotonic() - service.looked_at
        well = since < STUCK_SECONDS
        return JSONResponse({"well": well, "turned_seconds_ago": round(since, 1)}, _code(well))

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 while it leads or stands by with MongoDB at hand; 503 with the trouble."""
        ready = service.trouble is None and bool(service.turned_at)
        body = {"ready": ready, "leads": service.leader.leads, "trouble": service.trouble}
        return JSONResponse(body, _code(ready))

    @app.get("/metrics")
    async def metrics() -> Response:
        """For Prometheus."""
        seen = await cache.look()
        own = Own(
            version=version("newsdesk"),
            leads=service.leader.leads,
            mongodb_up=seen is not None,
            spool_bytes=spool_bytes(service.settings.spool_dir),
            next_due=next_due(service, clock.now()),
        )
        return Response(exposition(own, seen), media_type=TEXT)

    return app


def next_due(service: Service, now: datetime) -> dict[str, datetime]:
    """When each schedule that fires comes due next."""
    found = {}
    for name, schedule in service.leader.schedules.items():
        times = schedule.next_times(now, 1) if schedule.fires(now) else []
        if times:
            found[name] = times[0]
    return found


def _code(well: bool) -> int:
    return 200 if well else 503
