from __future__ import annotations

import asyncio
import json
import logging
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from scrapy.utils.test import get_crawler

from crawler.extensions.jobstats import JobStatsExtension, replace_file
from crawler.extensions.memory_limit import peak_memory
from crawler.sites.guancha.spider import GuanchaSpider
from tests.support import pages
from tests.support.crawling import crawl
from tests.support.pages import article_url
from tests.support.server import SiteServer, running


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupted_crawl_finishes_what_is_under_way_and_says_so(
    tmp_path: Path, stop_signal: int
) -> None:
    server, asked = SiteServer(), asyncio.Event()

    async def article(request: web.BaseRequest) -> web.StreamResponse:
        asked.set()
        await asyncio.sleep(0.3)
        return web.Response(text=pages.article(), content_type="text/html")

    numbers = range(1, 60)
    server.page("www.guancha.cn/", pages.home(*map(article_url, numbers)))
    server.pages |= dict.fromkeys(map(article_url, numbers), article)
    async with running(server):
        done = await crawl(
            "guancha",
            tmp_path,
            server=server,
            interrupt=asked,
            stop_signal=stop_signal,
            sections="home",
        )
    assert (done.report["state"], done.report["finish_reason"]) == ("finished", "shutdown")
    assert done.report["site"] == "guancha"
    assert 0 < len(done.articles()) < 59
    assert len(done.items) == done.stats["item_scraped_count"]
    assert set(done.report) == {
        "state",
        "site",
        "finish_reason",
        "started_at",
        "updated_at",
        "expectations",
        "stats",
    }


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    for durable in (False, True):
        replace_file(path, f"很\ud800{durable}", durable=durable)
        assert path.read_text(encoding="utf-8") == f"很\\ud800{durable}"
    assert [each.name for each in tmp_path.iterdir()] == ["stats.json"]


def test_peak_memory_is_this_process_own() -> None:
    peak = peak_memory()
    assert peak is not None
    assert peak > 10_000_000


def test_a_folder_that_is_gone_does_not_end_the_crawl(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "gone" / "stats.json"
    crawler = get_crawler(GuanchaSpider, {"NEWSDESK_STATS_FILE": str(path)})
    extension = JobStatsExtension.from_crawler(crawler)
    crawler.stats.set_value("start_time", datetime(2026, 3, 1, tzinfo=UTC))
    spider = GuanchaSpider.from_crawler(crawler)
    with caplog.at_level(logging.ERROR):
        extension.spider_closed(spider, "finished")
        extension.spider_closed(spider, "finished")
    assert caplog.text.count("Statistics cannot be written") == 1
    path.parent.mkdir()
    extension.spider_closed(spider, "finished")
    report = json.loads(path.read_text())
    assert report["stats"]["start_time"] == "2026-03-01T00:00:00+00:00"
