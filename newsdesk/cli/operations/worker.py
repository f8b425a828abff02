"""`newsdesk worker`: runs jobs that the service sends over a broker."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Annotated

import typer

from newsdesk.cli.operations.up import DRAIN_SECONDS, log_to_terminal
from newsdesk.cli.terminal.console import say
from newsdesk.cli.terminal.options import DrainSeconds
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.exceptions import NothingToHear

EXAMPLES = """[bold]Examples[/]

newsdesk worker

newsdesk worker --browser --region cn --processes 2

[bold]Exit codes[/]  0 stopped as asked · 1 it could not start, or hears nothing of
its broker and wants to be started again"""


def _region(value: str) -> str:
    from pipelines.written.of_sites import REGION

    if not re.match(REGION, value):
        raise typer.BadParameter(f"{value!r} is no region: small letters, digits and dashes")
    return value


def worker(
    browser: Annotated[
        bool, typer.Option("--browser", help="Also run sites that need a browser.")
    ] = False,
    region: Annotated[
        list[str] | None,
        typer.Option(
            help="Also run sites of this region; may be given several times.",
            metavar="NAME",
            parser=_region,
        ),
    ] = None,
    processes: Annotated[
        int, typer.Option(help="Jobs at the same time.", min=1, max=64, metavar="N")
    ] = 2,
    drain: DrainSeconds = DRAIN_SECONDS,
) -> None:
    """Run jobs that the service sends: on this machine, as many as you like on others.

    It needs NEWSDESK_ENGINE=celery, the service's database (MONGODB_URI) and its broker
    (NEWSDESK_BROKER_URL). Ctrl-C or SIGTERM stops: jobs that run may end, and what is not done by
    then is run again elsewhere. Twice stops at once.
    """
    from crawler.sites import SiteNames
    from newsdesk.cli.operations.drains import keep_draining
    from schedules.engines.queues import shown_broker
    from schedules.engines.worker import Offer, Worker
    from schedules.jobs.process import stop_signals

    settings = settings_in_use()
    if settings.engine != "celery":
        raise NothingToHear(
            "NEWSDESK_ENGINE is `local`: the service runs its jobs itself and sends none. Set "
            "NEWSDESK_ENGINE=celery here and at the service, and NEWSDESK_BROKER_URL to the broker "
            "of both, which is amqp://user:password@host:port// or redis://..."
        )
    log_to_terminal(settings.log_level)
    logging.getLogger("amqp").setLevel(logging.INFO)  # below, it tells each frame
    offer = Offer(browser=browser, regions=tuple(region or ()), processes=processes)
    say(f"Worker: {offer}. It hears {shown_broker(settings.broker)}. Ctrl-C stops.")

    async def serve() -> None:
        served = Worker(settings, SiteNames(), offer, drain_seconds=drain)
        loop = asyncio.get_running_loop()
        for number in stop_signals():
            loop.add_signal_handler(number, served.press)
        drained = asyncio.create_task(keep_draining(settings))
        try:
            await served.run()
        finally:
            drained.cancel()
            await asyncio.gather(drained, return_exceptions=True)

    asyncio.run(serve())
