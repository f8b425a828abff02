from __future__ import annotations

from pathlib import Path

from tests.support import pages
from tests.support.crawling import crawl
from tests.support.pages import BAD_TITLE, article_url
from tests.support.server import SiteServer, running

HOME = "www.guancha.cn/"


async def test_pages_over_which_a_page_object_or_a_pipeline_raises_are_reported(
    tmp_path: Path,
) -> None:
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
