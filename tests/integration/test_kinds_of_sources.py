"""Feeds, sitemaps, posted JSON and scripts, asked of a real server."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from tests.support.crawling import Crawl, crawl
from tests.support.many_sources import HOME, HOST
from tests.support.server import SiteServer, running

FIRST = datetime(2026, 3, 2, 3, tzinfo=UTC)
SETTINGS = "tests.support.many_sources"
TEXT = "<p>工人们今天上午拆掉了石桥上的最后一段围栏。</p><p>责任编辑：王小明</p>"


def feed(*numbers: int, text: str = TEXT) -> str:
    items = "".join(
        f"<item><title>第{n}篇</title><link>{HOME}/article/{n}</link>"
        f"<pubDate>Mon, 02 Mar 2026 08:00:0{n} +0800</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
        for n in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


def index(*names: str) -> str:
    inside = "".join(f"<sitemap><loc>{HOME}/{name}</loc></sitemap>" for name in names)
    return f"<sitemapindex>{inside}</sitemapindex>"


def urlset(*numbers: int) -> bytes:
    inside = "".join(f"<url><loc>{HOME}/article/{n}</loc></url>" for n in numbers)
    return f"<urlset>{inside}</urlset>".encode()


async def api(request: web.BaseRequest) -> web.StreamResponse:
    """Two entries after the one that is named; refuses what is not posted as JSON."""
    if request.method != "POST" or request.headers["Content-Type"] != "application/json":
        return web.json_response({"code": 99998, "data": {}})
    after = json.loads(await request.read())["after"]
    entries = [{"id": number} for number in range(after + 1, min(after + 3, 8))]
    return web.json_response({"code": 200, "data": {"list": entries}})


async def collected(server: SiteServer, folder: Path, sections: str) -> Crawl:
    async with running(server):
        done = await crawl("many", folder, server=server, settings=SETTINGS, sections=sections)
    assert done.report["finish_reason"] == "finished", done.log
    return done


async def test_the_texts_of_a_feed_stand_for_their_pages(tmp_path: Path) -> None:
    server = SiteServer().page(f"{HOST}/feed.xml", feed(1, 2), content_type="text/xml")
    done = await collected(server, tmp_path, "feed")
    articles = [item for item in done.items if item["item"] == "ListedArticle"]
    assert [each["key"] for each in articles] == ["1", "2"]
    assert server.asked("/article/") == []
    first = articles[0]
    assert first["body"] == "工人们今天上午拆掉了石桥上的最后一段围栏。"
    assert [each["name"] for each in first["editors"]] == ["王小明"]
    assert first["extraction"]["method"] == "feed"
    assert first["published_at"] == "2026-03-02 00:00:01+00:00"


async def test_what_a_feed_does_not_hold_whole_is_asked_for(tmp_path: Path) -> None:
    """Where it has no text, and where it breaks off within one."""
    whole = feed(1, 2)
    broken = whole[: whole.rindex("最后")]
    server = SiteServer().page(f"{HOST}/feed.xml", broken, content_type="text/xml")
    done = await collected(server, tmp_path, "feed")
    assert done.reasons() == {"2": "gone/http_404"}
    assert [item["key"] for item in done.items if item["item"] == "ListedArticle"] == ["1"]
    server = SiteServer().page(f"{HOST}/feed.xml", feed(3, text=""))
    done = await collected(server, tmp_path, "feed")
    assert done.reasons() == {"3": "gone/http_404"}


async def test_a_sitemap_that_is_lost_costs_itself_alone(tmp_path: Path) -> None:
    """One is missing, one is no sitemap, and one unpacks to more than anybody wants."""
    bomb = gzip.compress(b" " * 50_000_000)
    server = SiteServer()
    server.page(f"{HOST}/robots.txt", f"Sitemap: {HOME}/index.xml", content_type="text/plain")
    names = ("gone.xml", "page.xml", "bomb.xml.gz", "news.xml.gz", "more.xml", "index.xml")
    server.page(f"{HOST}/index.xml", index(*names))
    server.page(f"{HOST}/page.xml", "<html><body>维护中</body></html>")
    packed = {"content_type": "application/gzip"}
    server.page(f"{HOST}/bomb.xml.gz", bomb, **packed)  # type: ignore[arg-type]
    server.page(f"{HOST}/news.xml.gz", gzip.compress(urlset(1, 2)), **packed)  # type: ignore[arg-type]
    server.page(f"{HOST}/more.xml", urlset(3))
    done = await collected(server, tmp_path, "sitemap")
    assert {key for key in done.reasons() if key.isdigit()} == {"1", "2", "3"}
    assert done.counted("list_failed") == 3
    assert "more than" in done.log
    assert "holds <html> instead of a sitemap" in done.log
    assert "index.xml is named again" in done.log


async def test_a_list_is_posted_for_page_by_page(tmp_path: Path) -> None:
    server = SiteServer()
    server.pages[f"{HOST}/api"] = api
    done = await collected(server, tmp_path, "api")
    assert set(done.reasons()) == {str(number) for number in range(1, 8)}
    assert len(server.asked("/api")) == 5
    assert done.counted("list_failed") == 0


async def test_a_list_in_a_script(tmp_path: Path) -> None:
    script = 'var allData = {"list": [{"url": "/article/5", "title": "五"}]}; var rest = [];'
    server = SiteServer().page(f"{HOST}/latest", f"<script>{script}</script>")
    done = await collected(server, tmp_path, "script")
    assert set(done.reasons()) == {"5"}


async def stored(
    number: int, server: SiteServer, settings: Settings, folder: Path, sections: str
) -> Crawl:
    """A crawl in the night of that number, with the real pipelines and memory."""
    env = {
        **settings_environment(settings),
        "NEWSDESK_KEEP_UNMATCHED": "true",
        "NEWSDESK_CLOCK": (FIRST + timedelta(days=number)).isoformat(),
    }
    server.hits.clear()
    done = await crawl(
        "many",
        folder,
        server=server,
        settings="tests.support.many_stored",
        env=env,
        sections=sections,
    )
    assert done.report["finish_reason"] == "finished", done.log
    return done


def dated(**days: str) -> str:
    inside = "".join(
        f"<sitemap><loc>{HOME}/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>"
        for name, day in days.items()
    )
    return f"<sitemapindex>{inside}</sitemapindex>"


async def test_only_sitemaps_that_have_changed_are_asked_for_again(
    settings: Settings, tmp_path: Path
) -> None:
    server = SiteServer()
    server.page(f"{HOST}/robots.txt", f"Sitemap: {HOME}/index.xml", content_type="text/plain")
    for name, numbers in {"new": (3, 4), "mid": (2,), "old": (1,)}.items():
        entries = "".join(f"<url><loc>{HOME}/article/2026-03-02/{n}</loc></url>" for n in numbers)
        server.page(f"{HOST}/{name}.xml", f"<urlset>{entries}</urlset>")
    async with running(server):
        server.page(
            f"{HOST}/index.xml", dated(old="2026-01-01", new="2026-03-02", mid="2026-02-01")
        )
        await stored(0, server, settings, tmp_path, "sitemap")
        assert server.asked(".xml") == [
            f"{HOST}/{name}.xml" for name in ("index", "new", "mid", "old")
        ]
        server.page(
            f"{HOST}/index.xml", dated(old="2026-01-01", new="2026-03-03", mid="2026-02-01")
        )
        entries = "".join(f"<url><loc>{HOME}/article/2026-03-03/{n}</loc></url>" for n in (5, 4))
        server.page(f"{HOST}/new.xml", f"<urlset>{entries}</urlset>")
        await stored(1, server, settings, tmp_path, "sitemap")
    assert server.asked(".xml") == [f"{HOST}/index.xml", f"{HOST}/new.xml"]
    assert server.asked("/article/2026-03-03/5")


async def test_the_texts_of_a_feed_are_stored_once_and_their_pages_left_alone(
    settings: Settings, database: Database[dict[str, Any]], tmp_path: Path
) -> None:
    server = SiteServer().page(f"{HOST}/feed.xml", feed(1, 2), content_type="text/xml")
    async with running(server):
        await stored(0, server, settings, tmp_path, "feed")
        server.page(f"{HOST}/feed.xml", feed(3, 2), content_type="text/xml")
        done = await stored(1, server, settings, tmp_path, "feed")
    assert server.asked("/article/") == []
    assert done.counted("requested") == 1
    found = {each["key"]: each for each in database["articles"].find()}
    assert set(found) == {"1", "2", "3"}
    assert {each["revision"] for each in found.values()} == {1}
    assert all(each["archive"] for each in found.values())
