"""The web server of the service: metrics for Prometheus, health and readiness."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from ipaddress import ip_address

import uvicorn
from attrs import define, field
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from crawler.archive.folder import ArchiveFolder
from crawler.archive.shipped.shipping import waiting
from crawler.archive_settings import file_size_of, shipped_bytes
from pipelines.config import Settings
from pipelines.storage.writing.spool import spool_bytes
from pipelines.timing import clock
from schedules.exceptions import CannotListen
from schedules.jobs.night import Ask
from schedules.service.beats import Beat
from schedules.service.metrics import Own, Snapshot, exposition, snapshot
from schedules.service.patience import PatientServer
from schedules.service.state import ServiceState
from schedules.timetable.schedule import Schedule

logger = logging.getLogger(__name__)

LISTEN_SECONDS = 10.0
"""How often an address that is taken is tried again."""
FRESH_SECONDS = 5.0
MOST_AT_ONCE = 50
"""Requests that are answered at the same time; others are told to come again."""
TEXT = "text/plain; version=1.0.0; charset=utf-8"


@define(eq=False)
class WebServer:
    """Serves the application in the event loop of the service, and starts again if it ends.

    on_listen: called with the address. port: 0 for any free one; the one in use once it listens.
    """

    app: FastAPI
    host: str
    port: int
    on_listen: Callable[[str], None]
    listens: asyncio.Event = field(factory=asyncio.Event)
    _serving: asyncio.Task[None] | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        ask: Ask,
        state: Callable[[], ServiceState],
        on_listen: Callable[[str], None],
    ) -> WebServer:
        """Returns the web server of a service on the configured address."""
        page = MetricsPage(ask, state, settings)
        names = (settings.service_host, *settings.service_names.split())
        app = create_app(state, page.text, names)
        return cls(app, settings.service_host, settings.service_port, on_listen)

    def beat(self) -> Beat:
        """Returns the beat that keeps it listening."""
        return Beat("web server", LISTEN_SECONDS, self.keep_listening)

    async def keep_listening(self) -> None:
        """Begins to listen, unless it listens already.

        Raises:
            CannotListen: the address cannot be had.
        """
        if self._serving is not None:
            if not self._serving.done():
                return
            serving, self._serving = self._serving, None
            await serving  # raises the reason why it ended
        try:
            listener = socket.create_server(
                (self.host, self.port),
                family=socket.AF_INET6 if ":" in self.host else socket.AF_INET,
            )
        except OSError as error:
            raise CannotListen(
                f"{self.host}:{self.port} cannot be listened on ({error.strerror}), so there are "
                "no metrics: set NEWSDESK_SERVICE_PORT. It is tried again."
            ) from None
        self.port = listener.getsockname()[1]
        self._serving = asyncio.create_task(self._serve(listener))
        address = f"http://{self.host}:{self.port}"
        self.on_listen(address)
        logger.info("It answers at %s", address)
        self.listens.set()

    async def close(self) -> None:
        """Stops listening."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)

    async def _serve(self, listener: socket.socket) -> None:
        """Serves until cancelled, then removes its socket from the event loop.

        A loop that still watches a closed socket hears nothing of a new one with its number.
        """
        config = uvicorn.Config(
            self.app,
            http="h11",
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
            log_config=None,
            log_level="warning",  # its remarks on a start or an end say less than ours
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        server = _Server(config)
        with listener:
            serving = asyncio.ensure_future(server.serve(sockets=[listener]))
            try:
                await asyncio.shield(serving)
            except asyncio.CancelledError:
                server.should_exit = True
                await serving
                raise


class _Server(PatientServer):
    """Leaves signals to the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@define(eq=False)
class MetricsPage:
    """The text for Prometheus. Concurrent scrapes share one look at MongoDB."""

    ask: Ask
    state: Callable[[], ServiceState]
    settings: Settings
    _seen: Snapshot | None = None
    _seen_at: float = 0.0
    _asking: asyncio.Lock = field(factory=asyncio.Lock)

    async def text(self) -> bytes:
        """Returns the page as it is now."""
        seen, state = await self._look(), self.state()
        own = Own(
            version=version("newsdesk"),
            leads=state.leads,
            mongodb_up=seen is not None,
            spool_bytes=spool_bytes(self.settings.spool_dir),
            unshipped_bytes=unshipped_bytes(self.settings),
            shipped_bytes=shipped_bytes(self.settings),
            next_due=next_due(state.schedules.values(), clock.now()),
            beat_errors=state.errors,
        )
        return exposition(own, seen)

    async def _look(self) -> Snapshot | None:
        """Returns what MongoDB says, at most a few seconds old; None if it is away."""
        async with self._asking:
            if time.monotonic() - self._seen_at > FRESH_SECONDS:
                now = clock.now()
                try:
                    self._seen = await self.ask(lambda night: snapshot(night, now))
                except Exception as error:  # noqa: BLE001 - said; the process's own metrics stay
                    logger.warning("No metrics of jobs: %s", error)
                    self._seen = None
                self._seen_at = time.monotonic()
            return self._seen


def unshipped_bytes(settings: Settings) -> int:
    """Returns what waits on this machine for the archive's target."""
    if not settings.archive_target:
        return 0
    return waiting(ArchiveFolder(settings.archive_path), file_size_of(settings)).size


def create_app(
    state: Callable[[], ServiceState],
    metrics_page: Callable[[], Awaitable[bytes]],
    names: Collection[str] = (),
) -> FastAPI:
    """Returns the application. A console can be mounted on it.

    names: under which it answers, besides addresses, `localhost` and the name of the machine. A
    page in somebody's browser may have led another name to this address.
    """
    app = FastAPI(title="Newsdesk", docs_url=None, redoc_url=None, openapi_url=None)
    known = {name.lower() for name in ("localhost", socket.gethostname(), socket.getfqdn(), *names)}

    @app.middleware("http")
    async def refuse_other_names(
        request: Request, answer: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        if is_known(request.headers.get("host", ""), known):
            return await answer(request)
        body = "No service of this name: set NEWSDESK_SERVICE_NAMES to answer under it too."
        return PlainTextResponse(body, 421)

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        """Answers 200 while no beat hangs, else 503: restart the service."""
        stuck = state().stuck
        return JSONResponse({"well": not stuck, "stuck": stuck}, _code(not stuck))

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        """Answers 200 while the service works, else 503 and why not."""
        seen = state()
        body = {"ready": seen.ready, "leads": seen.leads, "trouble": seen.trouble}
        return JSONResponse(body, _code(seen.ready))

    @app.get("/metrics")
    async def metrics() -> Response:
        """Answers in the text format of Prometheus."""
        return Response(await metrics_page(), media_type=TEXT)

    return app


def is_known(host: str, names: Collection[str]) -> bool:
    """Tells whether a Host header spells an address, or one of these names in lower case."""
    bare = re.sub(r":\d{1,5}$", "", host.lower()).rstrip(".")
    try:
        ip_address(bare.removeprefix("[").removesuffix("]"))
    except ValueError:
        return bare in names
    return True


def next_due(schedules: Iterable[Schedule], now: datetime) -> dict[str, datetime]:
    """Returns when each schedule that fires is due next."""
    found = {}
    for schedule in schedules:
        times = schedule.next_times(now, 1) if schedule.fires(now) else []
        if times:
            found[schedule.name] = times[0]
    return found


def _code(well: bool) -> int:
    return 200 if well else 503
