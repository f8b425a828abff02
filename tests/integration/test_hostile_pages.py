"""Pages made to keep a crawl busy or to fill its memory: each is refused, and the crawl goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from tests.support import pages
from tests.support.crawling import Crawl, crawl
from tests.support.pages import article_url
from tests.support.server import SiteServer, running

HOME = "www.guancha.cn/"
TEXT = pages.article()
MEGABYTE = 1024 * 1024
LARGEST = 8 * MEGABYTE - 100_000


def filled(unit: str, size: int = 4 * MEGABYTE - 20_000) -> str:
    """The article with so many bytes of one thing before its first paragraph."""
    return TEXT.replace("<p>", unit * (size // len(unit.encode())) + "<p>", 1)


# What becomes of it, and the page.
HOSTILE = {
    "labels": ("too_costly", filled(f"<p>{'来源：某某网 记者 王甲 责任编辑：李乙 ' * 8}</p>")),
    "tags": ("too_costly", filled("<td>文")),
    "end tags": ("too_costly", filled("</i>").replace("<p>", "<b>" * 2000 + "<p>")),
    "attributes": ("too_costly", filled("<p a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8>文")),
    "deep": ("too_costly", TEXT.replace("<p>", "<span>" * 3000 + "<p>", 1)),
    "lines": ("too_many_lines", filled("<p>很</p>", 300_000)),
    "large": ("too_long", filled("很", LARGEST)),
}


async def crawled(
    contents: list[str], settings: Settings, folder: Path, first: int = 10, **env: str
) -> tuple[Crawl, list[str]]:
    """A crawl of these articles, numbered from `first`, and their keys."""
    numbers = range(first, first + len(contents))
    urls = [article_url(number) for number in numbers]
    server = SiteServer().page(HOME, pages.home(*urls))
    for url, content in zip(urls, contents, strict=True):
        server.page(url, content)
    async with running(server):
        done = await crawl(
            "guancha",
            folder,
            server=server,
            settings="tests.support.loopback_settings",
            env={**settings_environment(settings), "NEWSDESK_KEEP_UNMATCHED": "true", **env},
            sections="home",
        )
    return done, [f"guancha:{number}" for number in numbers]


async def test_no_page_stops_a_crawl(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    hostile = [page for _reason, page in HOSTILE.values()]
    done, keys = await crawled(
        [TEXT, *hostile, pages.article("河湾镇的第二条新闻")],
        settings,
        tmp_path,
        NEWSDESK_PAGE_SECONDS="0.3",
    )
    assert done.report["finish_reason"] == "finished", done.log
    assert "Traceback" not in done.log
    found = {mark["_id"]: mark["reason"] for mark in database["urls"].find()}
    expected = [None, *(reason for reason, _page in HOSTILE.values()), None]
    assert [found[key] for key in keys] == expected
    kept = {each["reason"] for each in database["evidence"].find({"url": {"$ne": None}})}
    assert kept == {"too_costly", "too_many_lines", "too_long"}
    assert done.counted("unreadable/too_costly") == 5
    assert done.counted("new") == 2


async def test_large_pages_at_once_take_little_memory(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    large = [filled(unit, LARGEST) for unit in ("<td>文", "<p>很</p>", "很")]
    tight = [filled("<td>文", MEGABYTE // 2 - 9000) for _ in range(3)]
    plain, _ = await crawled([TEXT], settings, tmp_path)
    done, _ = await crawled([*large, *tight], settings, tmp_path, 20, NEWSDESK_CONCURRENCY="6")
    more = done.stats["memusage/max"] - plain.stats["memusage/max"]
    assert done.counted("unreadable") == len(large) + len(tight), done.log
    assert more < 120 * MEGABYTE
    assert database["evidence"].count_documents({}) == len(large) + len(tight)


async def test_no_list_stops_a_crawl(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server = SiteServer().page(HOME, filled("<td>文"))
    server.page("www.guancha.cn/api/gundong.htm", pages.home(article_url(40)))
    server.page(article_url(40), TEXT)
    async with running(server):
        done = await crawl(
            "guancha",
            tmp_path,
            server=server,
            settings="tests.support.loopback_settings",
            env=settings_environment(settings),
            sections="home,gundong",
        )
    assert done.report["finish_reason"] == "finished", done.log
    assert "too_costly" in done.stats["newsdesk/list_error/home"]
    evidence = [each["reason"] for each in database["evidence"].find()]
    assert "list_unreadable" in evidence
