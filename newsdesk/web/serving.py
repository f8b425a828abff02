"""Serves the console until a signal, or until the service that started it is gone."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from newsdesk.answers.settings import console_address
from newsdesk.exceptions import CannotServe, NotSafe
from newsdesk.web.app import create_app
from newsdesk.web.live import Pulse
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.loopback import is_loopback
from pipelines.config import Settings
from schedules.jobs.process import stop_signals
from schedules.service.patience import PatientServer

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Requests and streams that are served at the same time; others are told to come again."""
IDLE_SECONDS = 15


def serve(settings: Settings, say: Callable[[str], None], *, beside_service: bool = False) -> None:
    """Serves until SIGINT or SIGTERM. say: is told the address.

    beside_service: also ends when standard input does, which the service holds open.

    Raises:
        NotSafe: others than this machine could reach it, and there is no account.
        CannotServe: the address cannot be had.
    """
    check_safe(settings)
    with _listener(settings) as listener:
        settings = settings.model_copy(update={"web_port": listener.getsockname()[1]})
        app = create_app(settings)
        config = uvicorn.Config(
            app,
            http="h11",  # has the bound below
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="on",
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=32 * 1024,
        )
        server = _Server(config, app.state.pulse)
        if beside_service:
            threading.Thread(target=_follow_service, args=(server,), daemon=True).start()
        say(f"The console: {console_address(settings)}")
        server.run(sockets=[listener])


class _Server(PatientServer):
    """Stops as asked, which is no failure, and ends the streams of open pages before it waits for
    what is under way."""

    def __init__(self, config: uvicorn.Config, pulse: Pulse) -> None:
        super().__init__(config)
        self.pulse = pulse

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in stop_signals():
            loop.add_signal_handler(number, self.stop)
        yield

    def stop(self) -> None:
        """Stops the console; asked twice, without waiting for anything."""
        self.force_exit, self.should_exit = self.should_exit, True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.pulse.close()
        await super().shutdown(sockets)


def check_safe(settings: Settings) -> None:
    """Refuses to answer others than this machine as long as nobody could be asked who they are.

    Raises:
        NotSafe: says which command adds an account.
    """
    known = Accounts.of(settings).known()
    if known.accounts or known.tokens:
        return
    if settings.web_names.split() or not is_loopback(settings.web_host):
        raise NotSafe(
            f"The console at {settings.web_host} could be reached by others, and everybody would "
            "be its operator: first add an account with newsdesk web user add NAME."
        )


def _listener(settings: Settings) -> socket.socket:
    host, port = settings.web_host, settings.web_port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise CannotServe(
            f"The console cannot listen on {host}:{port} ({error.strerror}): set "
            "NEWSDESK_WEB_PORT, or end what listens there."
        ) from None


def _follow_service(server: uvicorn.Server) -> None:
    """Waits until the service closes our standard input or is gone, however it ended."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    server.should_exit = True
