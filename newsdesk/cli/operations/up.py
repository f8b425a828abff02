"""`newsdesk up`: the service that runs the nights."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Annotated

import typer

from newsdesk.cli.terminal.console import HarmlessFormatter, say, say_warning
from newsdesk.cli.terminal.options import DrainSeconds
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from pipelines.config import Settings
    from schedules.timetable.catalogue import Catalogue

EXAMPLES = """[bold]Examples[/]

newsdesk up

newsdesk up --drain 600 --port 9000

[bold]Exit codes[/]  0 stopped as asked · 1 it could not start"""
DRAIN_SECONDS = 60.0


def up(
    host: Annotated[
        str | None, typer.Option(help="Address to answer on (else as set).", metavar="ADDRESS")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to answer on (else as set).", min=0, max=65535, metavar="PORT"),
    ] = None,
    drain: DrainSeconds = DRAIN_SECONDS,
) -> None:
    """Run the schedules: start crawls when they are due, watch them, raise alarms.

    Ctrl-C or SIGTERM stops: jobs that run may end, and what is not done by then is run again by
    the next service. Twice stops at once. Any number may run on one database: one leads, and
    another takes over when it is gone.
    """
    from crawler.sites import SiteNames
    from schedules.timetable.catalogue import Catalogue

    changes = {"service_host": host, "service_port": port}
    given = {name: value for name, value in changes.items() if value is not None}
    settings = settings_in_use().model_copy(update=given)
    catalogue = Catalogue.of(settings, SiteNames())
    number = len(catalogue.defined())
    if catalogue.mistake:
        say_warning(f"{catalogue.mistake}\nThe last good schedules are in force.")
    log_to_terminal(settings.log_level)
    say(f"{number} schedules from {catalogue.where}. Ctrl-C stops.")
    asyncio.run(serve(settings, catalogue, drain))


def log_to_terminal(level: str) -> None:
    """Lets a process that runs for long say what it does."""
    handler = logging.StreamHandler()
    handler.setFormatter(HarmlessFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("pymongo").setLevel(logging.INFO)  # below, it tells each command whole


async def serve(settings: Settings, catalogue: Catalogue, drain_seconds: float) -> None:
    """Runs the service until a signal."""
    from newsdesk.cli.operations.drains import drains_of
    from newsdesk.web.beside import LOOK_SECONDS, ConsoleProcess
    from schedules.alerts.channels import Channels
    from schedules.alerts.notifier import Notifier
    from schedules.jobs.process import stop_signals
    from schedules.jobs.runner import settings_environment
    from schedules.service.beats import Beat
    from schedules.service.service import Service
    from schedules.service.web import WebServer

    service = Service.of(settings, catalogue, drain_seconds=drain_seconds)
    notifier = Notifier(Channels.of(settings), settings, service.connection.ask, service.state)
    web = WebServer.of(settings, service.connection.ask, service.state, service.leader.is_at)
    drains = drains_of(settings)
    service.add(*notifier.beats(), web.beat(), *drains)
    console = ConsoleProcess({**os.environ, **settings_environment(settings)})
    if settings.web_with_service:
        service.add(Beat("console", LOOK_SECONDS, console.look))
    loop = asyncio.get_running_loop()
    for number in stop_signals():
        loop.add_signal_handler(number, service.press)
    try:
        await service.run()
    finally:
        await console.close()
        await web.close()
        for drain in drains.values():
            await drain.close()
