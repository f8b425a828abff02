"""A worker in a process of its own, to be killed; programs may stand in place of crawls.

As a program: PLAN, a JSON object: sites (keys), program (command line; none: a crawl of sites that
loopback serves), browser, regions, processes, drain, site_seconds (until a killed worker is
noticed), look_seconds (between looks whether it still hears). Settings come from the environment.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys

from pipelines.config import Settings
from schedules.engines import hearing, job_queue, worker
from schedules.engines.worker import Offer, Worker
from schedules.jobs import ledger
from tests.support.loopback import CRAWLER


async def main() -> None:
    """Work until SIGTERM."""
    plan = json.loads(sys.argv[1])
    hearing.LOOK_SECONDS = plan.get("look_seconds", hearing.LOOK_SECONDS)
    if "site_seconds" in plan:
        for module in (job_queue, ledger):
            setattr(module, "SITE_SECONDS", plan["site_seconds"])  # noqa: B010 - not exported
        worker.WORKER_SECONDS = plan["site_seconds"]
        worker.PRESENCE_SECONDS = 1.0
    offer = Offer(
        browser=plan.get("browser", False),
        regions=plan.get("regions", ()),
        processes=plan.get("processes", 2),
    )
    found = Worker(Settings(), plan["sites"], offer, drain_seconds=plan.get("drain", 0.0))
    found.runner.program = plan.get("program") or CRAWLER
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, found.press)
    await found.run()


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("amqp").setLevel("INFO")
    logging.getLogger("pymongo").setLevel("INFO")
    asyncio.run(main())
