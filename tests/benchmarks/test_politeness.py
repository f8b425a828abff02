"""`make bench`: politeness as the server sees it: requests at once, gaps, pauses."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.crawling import crawl
from tests.support.pages import article_url
from tests.support.patience import at_date, first, in_seconds, site_of
from tests.support.server import SiteServer, running

pytestmark = pytest.mark.bench

BLUR = 0.03
"""Seconds by which a busy machine moves a request."""
ARTICLES = 30


async def measured(folder: Path, server: SiteServer, delay: float, concurrency: int) -> int:
    """Crawl all; gives the number of articles."""
    sites = {"guancha": {"delay_seconds": delay, "concurrency": concurrency}}
    env = {"NEWSDESK_SITES": json.dumps(sites)}
    async with running(server):
        done = await crawl("guancha", folder, server=server, env=env, sections="home")
    return len(done.articles())


@pytest.mark.parametrize(
    ("delay", "concurrency"), [(0.1, 1), (0.3, 1), (0.1, 2), (0.3, 2), (0.1, 6)]
)
async def test_never_more_at_once_and_never_faster(
    tmp_path: Path, delay: float, concurrency: int
) -> None:
    server = site_of(*range(1, ARTICLES + 1))
    server.hold["www.guancha.cn"] = 3 * delay  # long enough for three, were they allowed
    assert await measured(tmp_path, server, delay, concurrency) == ARTICLES
    at_once = max(hit.at_once for hit in server.hits)
    gap = min(later.at - before.at for before, later in pairwise(server.hits))
    print(
        f"allowed {concurrency} at once, {delay:g} s apart: {len(server.hits)} requests, "
        f"at most {at_once} at once, at least {gap:.3f} s apart"
    )
    assert at_once <= concurrency
    assert gap > delay - BLUR


async def test_pauses_are_kept(tmp_path: Path) -> None:
    server = site_of(*range(1, ARTICLES + 1))
    told = {
        5: (429, in_seconds(1)),
        10: (429, at_date(2)),
        15: (503, in_seconds(3)),
        20: (503, at_date(4)),
        25: (429, in_seconds(5)),
    }
    for number, (status, headers) in told.items():
        server.pages[article_url(number)] = first(
            status, headers, server.pages[article_url(number)]
        )
    assert await measured(tmp_path, server, 0.05, 2) == ARTICLES
    for seconds, number in enumerate(told, 1):
        at = next(hit.at for hit in server.hits if hit.url == article_url(number))
        # What was under way with it has left before the answer came.
        later = min(hit.at for hit in server.hits if hit.at > at + 0.2)
        print(f"told {told[number]}: nothing for {later - at:.3f} s")
        assert later - at > seconds - BLUR
