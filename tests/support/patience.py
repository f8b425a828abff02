"""A site that says how it wants to be treated, and jobs that crawl it into a real database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from pipelines.config import Settings
from schedules.job import JobResult, JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.runner import Runner
from tests.support import pages
from tests.support.loopback import CRAWLER
from tests.support.pages import article_url
from tests.support.server import Handler, SiteServer
from tests.support.warm import STARTER

HOME = "www.guancha.cn/"


def site_of(*numbers: int) -> SiteServer:
    """Guancha with a home page that lists these articles."""
    server = SiteServer().page(HOME, pages.home(*map(article_url, numbers)))
    for number in numbers:
        server.page(article_url(number), pages.article(title=f"第{number}篇"))
    return server


def first(status: int, headers: Mapping[str, str], then: Handler) -> Handler:
    """Answer once with a status and headers, then with the page."""
    given: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if given:
            return await then(request)
        given.append(request.path)
        return web.Response(status=status, headers=headers)

    return answer


def in_seconds(seconds: int) -> dict[str, str]:
    """Retry-After as a number."""
    return {"Retry-After": str(seconds)}


def at_date(seconds: int) -> dict[str, str]:
    """Retry-After as a date, on the clock that the answer's Date shows."""
    sent = datetime(2020, 1, 1, tzinfo=UTC)
    later = sent + timedelta(seconds=seconds)
    return {
        "Date": format_datetime(sent, usegmt=True),
        "Retry-After": format_datetime(later, usegmt=True),
    }


async def run_job(
    settings: Settings, server: SiteServer, *, sections: str = "home", **env: str
) -> JobResult:
    """One job against the server, recorded in MongoDB."""
    spec = JobSpec(
        site="guancha",
        arguments={"sections": sections},
        environment={
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": server.address}),
            "NEWSDESK_DELAY_SECONDS": "0.05",
            "NEWSDESK_KEEP_UNMATCHED": "true",
            **env,
        },
    )
    ledger = MongoLedger(settings, print)
    try:
        runner = Runner(settings=settings, ledger=ledger, program=CRAWLER, starter=STARTER)
        return await runner.run(spec)
    finally:
        await ledger.close()
