"""A service in a process of its own, with programs in place of crawls, to be killed.

As a program: DATA_DIR URI DATABASE PLAN, where PLAN is a JSON object: begin (ISO time of the
first due time), every (seconds), times, schedules (how many), job_seconds, leader_seconds, diary
(a file in which every job notes its begin and its end); or, in place of job_seconds and diary,
recording (what real crawls are answered from), sites (one for each schedule), drain (seconds) and
retries.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
from attrs import define
from pydantic import SecretStr

from pipelines.config import Settings
from schedules.service import leader
from schedules.service.service import Service
from schedules.timetable.catalogue import Catalogue
from schedules.timetable.file import parse_schedules
from schedules.timetable.schedule import Schedule
from tests.support.stand_in import program

JOB = """
def note(word):
    with open({diary!r}, "a") as diary:
        diary.write(word + " " + os.environ["NEWSDESK_JOB"] + "\\n")
note("begin")
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    report("running", found=30, requested=3)
    end_with_the_runner()
    time.sleep(0.05)
note("end")
report("finished", "finished", found=30, requested=3, new=3)
"""


@define(frozen=True)
class Times:
    """So many due times, so many seconds apart."""

    begin: datetime
    every: timedelta
    number: int

    def after(self, moment: datetime) -> datetime | None:
        for step in range(self.number):
            at = self.begin + step * self.every
            if at > moment:
                return at
        return None


def sites_of(plan: Mapping[str, Any]) -> list[str]:
    """Keys of the sites that are crawled."""
    return plan.get("sites") or [f"site{number}" for number in range(plan["schedules"])]


def schedules(plan: Mapping[str, Any]) -> dict[str, Schedule]:
    """Schedules of as many sites, each with its own due times."""
    sites = sites_of(plan)
    text = "\n".join(
        f'[schedules.s{n}]\nsite = "{sites[n]}"\ninterval = "1 hour"\noverlap = "queue"\n'
        f'catch_up = "all"\ncatch_up_limit = 100\nretries = {plan.get("retries", 2)}'
        for n in range(plan["schedules"])
    )
    begin = datetime.fromisoformat(plan["begin"])
    due = Times(begin, timedelta(seconds=plan["every"]), plan["times"])
    read = parse_schedules(text, sites, path=Path("plan")).schedules
    return {name: attrs.evolve(each, due=due) for name, each in read.items()}


@define
class Planned(Catalogue):
    """A catalogue whose schedules are given."""

    given: Mapping[str, Schedule] = attrs.field(factory=dict)

    def defined(self) -> Mapping[str, Schedule]:
        return self.given


async def main() -> None:
    """Serve until SIGTERM."""
    _program, folder, uri, database, text = sys.argv
    plan = json.loads(text)
    leader.LEADER_SECONDS = plan["leader_seconds"]
    leader.RENEW_SECONDS = plan["leader_seconds"] / 4
    settings = Settings(
        data_dir=Path(folder), mongodb_uri=SecretStr(uri), database=database, max_jobs=8
    )
    catalogue = Planned(Path("plan"), sites_of(plan), given=schedules(plan))
    service = Service.of(settings, catalogue, drain_seconds=plan.get("drain", 0.0))
    if "recording" in plan:
        os.environ["NEWSDESK_REPLAY"] = plan["recording"]
    else:
        job = JOB.format(diary=plan["diary"], seconds=plan["job_seconds"])
        service.runner.program = program(job)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, service.press)
    await service.run()


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(main())
