"""Real crawls of a played Guancha: what is found, joined, followed, given up and reported."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from scrapy import Request
from scrapy.utils.request import request_from_dict
from scrapy.utils.test import get_crawler

from crawler.sites.guancha.site import GUANCHA
from crawler.sites.guancha.spider import GuanchaSpider
from crawler.urls import ArticleUrl
from tests.support import pages
from tests.support.crawling import Crawl, crawl
from tests.support.pages import article_url
from tests.support.server import SiteServer, cut_off, running

HOME = "www.guancha.cn/"
LIST = "www.guancha.cn/mainnews-yw/list_{}.shtml"
PLAIN_POST = "user.guancha.cn/main/content?id={}"
POST = PLAIN_POST + "&page=0"
ARTICLE = ArticleUrl(site="guancha", key="1", url=f"https://{article_url(1)}")


async def endless(request: web.BaseRequest) -> web.StreamResponse:
    raise web.HTTPFound(f"https://{request.host}{request.path}?again")


async def without_length(request: web.BaseRequest) -> web.StreamResponse:
    """HTTP/1.0 style: the body ends when the connection does, here in the middle."""
    assert request.transport is not None
    half = pages.article().encode()[:-60]
    request.transport.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + half)
    request.transport.close()
    return web.Response()


def played_site() -> SiteServer:
    """Articles 1-9 are whole, in one way or another; 20 and up are not."""
    server = SiteServer()
    server.page("www.guancha.cn/robots.txt", "User-agent: *\nDisallow: /economy/2026_03_01_30.")
    numbers = [1, *range(20, 38)]
    server.page(
        HOME,
        pages.home(*map(article_url, numbers), POST.format(5), PLAIN_POST.format(8), "x.example/"),
    )
    server.page(LIST.format(1), pages.yaowen(1, 2, 3))
    server.page(LIST.format(2), pages.yaowen(4, 6))
    server.page(article_url(1), pages.article())
    server.page(POST.format(5), pages.post())
    server.page(PLAIN_POST.format(8), pages.post("没有全文页的文章"))
    # Paged: with a full text; without; full text gone but the pages there; a page missing.
    for number, full_text in ((2, True), (3, False), (4, True), (20, False)):
        links = pages.pager(number, 3, full_text=full_text)
        server.page(article_url(number), pages.article(paragraphs=["第一页的话。"], pager=links))
        server.page(article_url(number, "_2"), pages.article(paragraphs=["第二页的话。"]))
    server.page(article_url(2, "_s"), pages.article(paragraphs=["全文第一段。", "全文末段。"]))
    server.page(article_url(3, "_3"), pages.article(paragraphs=["第三页的话。"]))
    server.page(article_url(4, "_3"), pages.article(paragraphs=["第三页的话。"]))
    # Shells: to a post (6), to a paid page (21).
    server.page(article_url(6), pages.shell(f"https://{POST.format(7)}"))
    server.page(POST.format(7), pages.post("搬走的文章"))
    server.page(article_url(21), pages.shell("https://member.guancha.cn/post/view?id=1"))
    # 22 is 404.
    server.page(article_url(23), status=302, headers={"Location": "/"})
    server.page(article_url(24), status=302, headers={"Location": "https://other.example/"})
    server.pages[article_url(25)] = server.pages[article_url(25) + "?again"] = endless
    server.page(article_url(26), status=503)
    server.page(
        article_url(27),
        gzip.compress(pages.article().encode(), mtime=0)[:-40],
        headers={"Content-Encoding": "gzip"},
    )
    server.pages[article_url(28)] = cut_off(pages.article().encode())
    server.page(article_url(29), "<html>" + "很" * 3_500_000)
    # 30 is forbidden by robots.txt.
    server.pages[article_url(31)] = without_length
    server.page(article_url(32), status=302, headers={"Location": f"https://{article_url(1)}"})
    server.page(article_url(33), status=302, headers={"Location": "https://passport.weibo.com/"})
    server.page(article_url(34), status=302, headers={"Location": "http://[::1"})
    server.page(article_url(37), status=302, headers={"Location": f"//{article_url(3, '_2')}"})
    # A shell whose article cannot be had today, and one that leads to it, too.
    server.page(article_url(35), pages.shell(f"https://{article_url(36)}"))
    server.page(article_url(36), pages.shell(f"https://{POST.format(9)}"))
    server.page(POST.format(9), status=503)
    # Lists that are none.
    server.page("www.guancha.cn/api/redian.htm", "<html><body>维护中</body></html>")
    server.page("www.guancha.cn/api/gundong.htm", status=503)
    items = [{"TITLE": "没有链接"}, {"TITLE": "甲", "HTTP_URL": f"https://{article_url(1)}"}]
    server.page("app.guancha.cn/x", json.dumps({"items": items}))
    server.page("www.guancha.cn/GuanChaZheTouTiao/list_1.shtml", "<html><body>改版</body></html>")
    return server


@pytest.fixture(scope="module")
async def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[SiteServer, Crawl]:
    """One crawl of all of it."""
    folder = tmp_path_factory.mktemp("walk")
    async with running(played_site()) as server:
        done = await crawl("guancha", folder, server=server)
    assert done.report["state"] == "finished", done.log
    return server, done


class TestWalk:
    def test_everything_ends_as_an_article_or_a_report(
        self, walked: tuple[SiteServer, Crawl]
    ) -> None:
        _server, done = walked
        assert done.reasons() == {
            "6": "not_collectable/moved",
            "20": "failed/page_missing",
            "21": "not_collectable/paid",
            "22": "gone/http_404",
            "23": "gone/redirect_home",
            "24": "not_collectable/off_site",
            "25": "failed/redirect_loop",
            "26": "failed/http_503",
            "27": "failed/bad_encoding",
            "28": "failed/truncated",
            "29": "failed/too_large",
            "30": "failed/robots_forbidden",
            "31": "unreadable/truncated",
            "32": "not_collectable/same_as",
            "33": "unreadable/wall",
            "34": "failed/bad_redirect",
            "35": "not_collectable/moved",
            "36": "failed/target_failed",
            "37": "unreadable/page_missing",
            "fengwen-9": "failed/http_503",
            "https://www.guancha.cn/api/redian.htm": "unreadable/list_unreadable",
            "https://www.guancha.cn/GuanChaZheTouTiao/list_1.shtml": "unreadable/list_unreadable",
        }
        keys = sorted(article["key"] for article in done.articles())
        assert keys == ["1", "2", "3", "4", "fengwen-5", "fengwen-7", "fengwen-8"]
        assert "Traceback" not in done.log

    def test_paged_articles_are_joined_whole(self, walked: tuple[SiteServer, Crawl]) -> None:
        server, done = walked
        bodies = {article["key"]: article["body"] for article in done.articles()}
        assert bodies["2"] == "全文第一段。\n全文末段。"
        assert bodies["3"] == bodies["4"] == "第一页的话。\n第二页的话。\n第三页的话。"
        assert server.asked(article_url(2, "_")[:-6]) == [article_url(2, "_s")]

    def test_relative_times_refer_to_the_date_header(
        self, walked: tuple[SiteServer, Crawl]
    ) -> None:
        _server, done = walked
        posts = [article for article in done.articles() if article["key"] == "fengwen-5"]
        assert posts[0]["published_at"] is not None

    def test_lists_that_fail_are_never_silent(self, walked: tuple[SiteServer, Crawl]) -> None:
        _server, done = walked
        assert done.counted("list_failed") == 3
        errors = {
            name.rpartition("/")[2]: text
            for name, text in done.stats.items()
            if name.startswith("newsdesk/list_error/")
        }
        assert errors["redian"].startswith("list_unreadable: https://www.guancha.cn/api/redian.htm")
        assert errors["gundong"].startswith("http_503: ")
        assert "new-left-list" not in errors["toutiao"]
        assert "headline-list" in errors["toutiao"]
        assert done.counted("list_failed/yaowen") == 0, "a 404 after the last page is the end"
        assert done.counted("list_end/yaowen") == 1

    def test_counters(self, walked: tuple[SiteServer, Crawl]) -> None:
        server, done = walked
        assert done.counted("found") == done.counted("requested") == 25
        assert done.counted("found/home") == 21
        assert done.counted("followed") == 2, "what two shells led to"
        lists = 2
        reports = [item for item in done.items if item["item"] != "Sightings"]
        assert len(reports) == 25 + 2 + lists
        assert done.counted("found/yaowen") == 5
        assert done.counted("excluded/other_site") == 1
        assert done.stats["memusage/max"] > 50_000_000
        assert len(server.asked(article_url(26))) == 3, "a 503 is tried three times"
        assert server.asked("other.example") == server.asked("weibo.com") == []
        assert server.asked(article_url(30)) == []

    def test_an_unreadable_page_is_kept_as_evidence(self, walked: tuple[SiteServer, Crawl]) -> None:
        _server, done = walked
        kept = {i["key"]: i["evidence"] for i in done.items if i["item"] == "PageReport"}
        assert kept["31"] == f"{len(pages.article().encode()) - 60} bytes"
        assert kept["22"] is None


async def test_polite(tmp_path: Path) -> None:
    """Two at once at most over all hosts together, never faster than the delay.

    Whatever the request is for: robots.txt, lists, articles, redirects, further pages, retries.
    """
    server = SiteServer(hold={"user.guancha.cn": 0.6})
    posts = [POST.format(number) for number in range(5)]
    articles = [article_url(number) for number in range(1, 9)]
    moved, paged, down = map(article_url, (21, 22, 23))
    server.page(HOME, pages.home(*articles, *posts, moved, paged, down))
    for url in articles:
        server.page(url, pages.article())
    server.page(moved, status=302, headers={"Location": f"https://{articles[0]}"})
    server.page(paged, pages.article(pager=pages.pager(22, 2, full_text=False)))
    server.page(article_url(22, "_2"), pages.article(paragraphs=["第二页的话。"]))
    server.page(down, status=503)
    for url in posts:
        server.page(url, pages.post())
    async with running(server):
        env = {"NEWSDESK_DELAY_SECONDS": "0.2", "NEWSDESK_CONTACT": "desk@example.org"}
        done = await crawl("guancha", tmp_path, server=server, env=env, sections="home")
    assert len(done.articles()) == len([*posts, *articles, paged])
    assert len(server.asked(down)) == 3
    assert [hit.url for hit in server.hits][:2] == ["www.guancha.cn/robots.txt", HOME]
    assert len(server.asked("robots.txt")) == 2
    assert max(hit.at_once for hit in server.hits) == 2, "with 0.6 s a page it would be 3 or more"
    times = [hit.at for hit in server.hits]
    spans = [later - first for first, later in zip(times, times[8:], strict=False)]
    assert min(spans) > 8 * 0.2 - 0.5, "half a second for what a busy machine notes late"
    agents = {hit.headers["User-Agent"] for hit in server.hits}
    assert [agent.endswith(" (+desk@example.org)") for agent in agents] == [True]


async def test_what_stands_furthest_back_is_asked_for_first(tmp_path: Path) -> None:
    """Else a crawl that is killed would leave a gap behind pages on which all is known."""
    server = SiteServer()
    server.page(HOME, pages.home(*map(article_url, (1, 2))))
    server.page(LIST.format(1), pages.yaowen(2, 3))
    server.page(LIST.format(2), pages.yaowen(4, 5))
    server.page(LIST.format(3), pages.yaowen(6))
    for number in range(1, 7):
        server.page(article_url(number), pages.article())
    async with running(server):
        env = {"NEWSDESK_CONCURRENCY": "8"}
        done = await crawl("guancha", tmp_path, server=server, env=env, sections="yaowen,home")
    assert len(done.articles()) == 6
    asked = [url for url in server.asked() if "list" in url or "2026" in url]
    lists, articles = asked[:4], asked[4:]
    assert lists == [LIST.format(number) for number in range(1, 5)]
    assert articles[0] == article_url(6)
    assert set(articles[1:3]) == {article_url(4), article_url(5)}


async def test_limit_since_and_sections(tmp_path: Path) -> None:
    server = SiteServer()
    for number in range(1, 8):
        server.page(article_url(number), pages.article(time=f"2026-03-0{number} 12:00:00"))
    for number in range(1, 4):
        server.page(LIST.format(number), pages.yaowen(*range(7 - number, 0, -1)))
    async with running(server):
        limited = await crawl("guancha", tmp_path, server=server, sections="yaowen", limit="2")
        assert [article["key"] for article in limited.articles()] == ["6", "5"]
        assert limited.counted("requested") == 2
        assert limited.counted("excluded/over_limit") == 4
        assert server.asked("list_2") == []
        since = await crawl(
            "guancha", tmp_path, server=server, sections="yaowen", since="2026-03-03"
        )
    assert {article["key"] for article in since.articles()} == set()
    assert since.counted("excluded/before_since") == 6


async def test_a_wrong_argument_ends_the_crawl_with_its_sentence(tmp_path: Path) -> None:
    done = await crawl("guancha", tmp_path, sections="yaowne")
    assert done.exit_code != 0
    assert "guancha has no 'yaowne'; it has home, yaowen" in done.log
    assert done.report == {}


@pytest.mark.parametrize(
    ("asked", "callback"),
    [
        (lambda spider: spider.lists.first_request(GUANCHA.sources[0]), "parse_list"),
        (lambda spider: spider.reader.request(ARTICLE), "parse_article"),
    ],
)
def test_requests_can_be_stored_by_the_names_of_their_callbacks(
    asked: Callable[[GuanchaSpider], Request], callback: str
) -> None:
    spider = GuanchaSpider.from_crawler(get_crawler(GuanchaSpider))
    request = asked(spider)
    stored = request.to_dict(spider=spider)
    assert stored["callback"] == callback
    assert request_from_dict(stored, spider=spider).callback == request.callback
