"""What our own errors would swallow is reported all the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.exceptions import MemoryUnavailable
from crawler.middlewares.lost_pages import LostPagesMiddleware
from crawler.sites.guancha.spider import GUANCHA, GuanchaSpider
from crawler.sources.base import SourcePage
from crawler.spiders.walks import ListedPage
from tests.support import pages
from tests.support.crawling import crawl
from tests.support.pages import BAD_TITLE, article_url
from tests.support.server import SiteServer, running

HOME = "www.guancha.cn/"
SOURCES = {source.name: source for source in GUANCHA.sources}


async def test_a_broken_page_object_and_a_broken_pipeline(tmp_path: Path) -> None:
    server = SiteServer()
    broken_post = "user.guancha.cn/main/content?id=5&page=0"
    server.page(HOME, pages.home(article_url(1), article_url(2), broken_post))
    server.page(article_url(1), pages.article())
    server.page(article_url(2), pages.article(BAD_TITLE))
    server.page(broken_post, pages.post())
    async with running(server):
        done = await crawl(
            "guancha", tmp_path, server=server, settings="tests.support.breaking", sections="home"
        )
    assert [article["key"] for article in done.articles()] == ["1"]
    assert done.reasons() == {"2": "failed/bug", "fengwen-5": "failed/bug"}
    assert done.stats["item_error_count"] == 1
    assert done.stats["spider_exceptions/KeyError"] == 1
    assert done.log.count("Traceback") == 2
    assert BAD_TITLE not in done.log, "an article in the log can be as long as a book"


def spider_of(**arguments: str) -> GuanchaSpider:
    crawler = get_crawler(GuanchaSpider)
    return GuanchaSpider.from_crawler(crawler, **arguments)


def test_a_list_that_a_bug_ends_is_given_up() -> None:
    spider = spider_of()
    spider.crawler.spider = spider
    request = Request(HOME_URL, cb_kwargs={"source": SOURCES["home"], "number": 1})
    response = HtmlResponse(HOME_URL, request=request)
    guard = LostPagesMiddleware.from_crawler(spider.crawler)
    assert guard.process_spider_exception(response, MemoryUnavailable("MongoDB is away")) == []
    assert guard.process_spider_exception(response, IndexError("ours")) == []
    stats = spider.crawler.stats.get_stats()
    assert stats["newsdesk/list_failed/home"] == 2
    assert stats["spider_exceptions/count"] == 1, "a database that is away is no bug"
    assert stats["newsdesk/list_error/home"] == "bug: IndexError: ours"


HOME_URL = f"https://{HOME}"


@pytest.mark.parametrize(
    ("page", "number", "arguments", "goes_on"),
    [
        (ListedPage(fresh=True), 1, {}, True),
        (ListedPage(fresh=False), 1, {}, False),
        (ListedPage(fresh=True), 20, {}, False),
        (ListedPage(fresh=False), 1, {"since": "2026-03-01"}, True),
        (ListedPage(fresh=True, older=True), 1, {"since": "2026-03-01"}, False),
        (ListedPage(fresh=False, later=True), 1, {"until": "2026-03-01"}, True),
        (ListedPage(fresh=False, older=True), 1, {"since": "2026-03-01"}, False),
        (ListedPage(fresh=True, repeated=True), 2, {"since": "2026-03-01"}, False),
    ],
)
def test_how_far_a_list_is_walked(
    page: ListedPage, number: int, arguments: dict[str, str], goes_on: bool
) -> None:
    spider = spider_of(**arguments)
    spider.harvest.walk("yaowen").pages = number
    listing = SourcePage(found=[], next_request=Request(HOME_URL))
    following = spider.lists.next_page(SOURCES["yaowen"], listing, page, number)
    assert (following is not None) is goes_on
    cut = spider.crawler.stats.get_value("newsdesk/list_cut/yaowen", 0)
    assert cut == (number == 20), "leaving a list while it has more is said"


async def test_files(tmp_path: Path) -> None:
    """Each file is an article or a report that names it; one bad file stops nothing."""
    post = (
        "\n---\ntitle: '河湾镇的新码头'\ncategories:\n- 财经\nauthor: 河湾\n"
        "date: Sat, 25 Sep 2021 14:07:50 GMT\n---\n\n<div><p>第一段。</p><p>第二段。</p></div>\n"
    )
    (tmp_path / "post.md").write_text(post, encoding="utf-8")
    (tmp_path / "无名.txt").write_text(post, encoding="utf-8")
    (tmp_path / "page.html").write_text(pages.article(), encoding="utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("今天没有新闻。", encoding="utf-8")
    with (tmp_path / "huge.txt").open("wb") as file:
        os.truncate(file.fileno(), 9 * 1024 * 1024)
    os.mkfifo(tmp_path / "pipe")
    names = [
        "post.md",
        "无名.txt",
        "page.html",
        "empty.md",
        "notes.txt",
        "huge.txt",
        "none.txt",
        ".",
        "pipe",
        long := "x" * 300,
    ]
    done = await crawl("files", tmp_path, paths="\n".join(names))
    assert done.report["finish_reason"] == "finished", done.log
    assert [article["body"] for article in done.articles()] == ["第一段。\n第二段。"] * 2
    reasons = {name: reason.removeprefix("unreadable/") for name, reason in done.reasons().items()}
    assert reasons.pop("empty.md") in {"bad_front_matter", "no_title", "no_front_matter"}
    assert reasons == {
        "page.html": "needs_url",
        "notes.txt": "not_a_saved_page",
        "huge.txt": "too_large",
        "none.txt": "no_file",
        tmp_path.name: "no_file",
        "pipe": "no_file",
        long: "no_file",
    }
    assert done.counted("found") == done.counted("requested") == 10


async def test_no_paths(tmp_path: Path) -> None:
    done = await crawl("files", tmp_path, paths="[1]")
    assert done.exit_code != 0
    assert "is no array of file names" in done.log
