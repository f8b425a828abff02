"""Pages without a text that send their reader on, followed by a real crawl."""

from __future__ import annotations

from pathlib import Path

from tests.support import pages
from tests.support.crawling import crawl
from tests.support.pages import article_url
from tests.support.server import SiteServer, running


def elsewhere(number: int) -> str:
    """Another address of the same article."""
    return article_url(number).replace("/economy/", "/politics/")


async def test_another_address_of_the_same_article_is_followed(tmp_path: Path) -> None:
    server = SiteServer()
    server.page("www.guancha.cn/", pages.home(*map(article_url, (1, 2, 3))))
    server.page(article_url(1), pages.shell(f"https://{elsewhere(1)}"))
    server.page(elsewhere(1), pages.article())
    # Two that lead to each other.
    server.page(article_url(2), pages.shell(f"https://{elsewhere(2)}"))
    server.page(elsewhere(2), pages.shell(f"https://{article_url(2)}"))
    server.page(article_url(3), pages.shell(f"https://{elsewhere(3)}"))
    async with running(server):
        done = await crawl("guancha", tmp_path, server=server, sections="home")
    found = [(article["key"], article["url"]) for article in done.articles()]
    assert found == [("1", f"https://{elsewhere(1)}")]
    assert done.reasons() == {"2": "not_collectable/moved_too_often", "3": "gone/http_404"}
    assert len(server.asked("_2.shtml")) == 4
