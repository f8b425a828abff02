from __future__ import annotations

from crawler.kit.look import MOST_REQUESTS
from crawler.kit.page import Page
from tests.support.portal import HOME, stories
from tests.support.seen import looked_at, portal_pages


def test_a_look_sees_lists_articles_feed_and_sitemap() -> None:
    look = looked_at(HOME, portal_pages(1))
    paths = {url.removeprefix(HOME) for url in look.pages}
    assert {"", "robots.txt", "roll/", "finance/", "rss/news.xml", "sitemap.xml"} <= paths
    assert "roll/index_2.html" in paths
    seen = [story for story in stories(1) if story.url in look.pages]
    assert len(seen) >= 15


def test_a_look_asks_for_forty_pages_at_most_and_for_each_once() -> None:
    links = "".join(
        f"<a href='/news/2026030{n % 9}/c{n:06}.html'>第{n}条很长的新闻标题文字</a>"
        f"<a href='/channel{n}/'>频道{n}</a>"
        for n in range(300)
    )
    page = Page(url="https://www.example.com/", body=f"<body>{links}</body>".encode())

    class Endless(dict[str, Page]):
        def __contains__(self, url: object) -> bool:
            return True

        def __getitem__(self, url: str) -> Page:
            return Page(url=url, body=page.body)

    look = looked_at("https://www.example.com/", Endless())
    assert len(look.asked) == len(set(look.asked)) <= MOST_REQUESTS


def test_a_look_stays_on_the_site() -> None:
    links = "".join(f"<a href='https://ads.example.org/a/{n}.html'>{n}</a>" for n in range(20))
    home = "https://www.example.com/"
    look = looked_at(home, {home: Page(url=home, body=f"<body>{links}</body>".encode())})
    assert all(name.startswith("www.example.com") for name in look.asked)
