"""robots.txt against a server: each host's counts, and one that cannot be had allows nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from scrapy.exceptions import NotConfigured
from scrapy.http import TextResponse
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.test import get_crawler

from crawler.manners.robots import LARGEST, RobotsMiddleware, pause_wanted
from crawler.sites.sina.spider import SinaSpider
from tests.support.crawling import crawl
from tests.support.ports import free_port
from tests.support.server import SiteServer, cut_off, running

HOSTS = (
    *("allowed", "forbidden", "missing", "locked", "away", "elsewhere", "loop"),
    *("down", "busy", "cut", "dead"),
)


def article(host: str) -> str:
    return f"{host}.sina.com.cn/c/2026-03-01/doc-i{host:a<9}0000001.shtml"


async def loop(request: web.BaseRequest) -> web.StreamResponse:
    raise web.HTTPFound(f"https://{request.host}{request.path}")


async def test_each_hosts_robots_txt_counts(tmp_path: Path) -> None:
    server = SiteServer()
    links = "".join(f'<a href="https://{article(host)}">x</a>' for host in HOSTS)
    server.page("news.sina.com.cn/", f"<html><body>{links}</body></html>")
    server.page("allowed.sina.com.cn/robots.txt", "User-agent: *\nDisallow: /d/")
    server.page("forbidden.sina.com.cn/robots.txt", "User-agent: newsdesk\nDisallow: /c/")
    server.page("locked.sina.com.cn/robots.txt", "User-agent: *\nDisallow: /", status=403)
    away = {"Location": "https://other.example/robots.txt"}
    server.page("elsewhere.sina.com.cn/robots.txt", status=301, headers=away)
    moved = {"Location": "https://allowed.sina.com.cn/robots.txt"}
    server.page("away.sina.com.cn/robots.txt", status=301, headers=moved)
    server.pages["loop.sina.com.cn/robots.txt"] = loop
    server.page("down.sina.com.cn/robots.txt", "User-agent: *\nAllow: /", status=503)
    server.page("busy.sina.com.cn/robots.txt", status=429)
    server.pages["cut.sina.com.cn/robots.txt"] = cut_off(b"User-agent: *\nAllow: /")
    async with running(server):
        targets = {"*": server.address, "dead.sina.com.cn": f"127.0.0.1:{free_port()}"}
        env = {"NEWSDESK_TEST_HOSTS": json.dumps(targets)}
        done = await crawl("sina", tmp_path, env=env, sections="news-page")
    asked = {host for host in HOSTS if server.asked(article(host))}
    assert asked == {"allowed", "missing", "locked", "away", "elsewhere", "loop"}
    reasons = {key.rstrip("0123456789").rstrip("a"): why for key, why in done.reasons().items()}
    assert {host: reasons[host] for host in HOSTS if host not in asked} == {
        "forbidden": "failed/robots_forbidden",
        **dict.fromkeys(("down", "busy", "cut", "dead"), "failed/robots_unreachable"),
    }
    details = "\n".join(item.get("detail", "") for item in done.items)
    assert "https://down.sina.com.cn/robots.txt answered 503, so nothing is asked" in details
    assert "dead.sina.com.cn/robots.txt could not be had (connection: " in details
    assert len(server.asked("allowed.sina.com.cn/robots.txt")) == 2, "once, and once for away"
    assert "Traceback" not in done.log


async def test_a_site_whose_robots_txt_is_down_is_left_alone_and_the_job_says_so(
    tmp_path: Path,
) -> None:
    server = SiteServer().page("www.guancha.cn/robots.txt", status=500)
    async with running(server):
        done = await crawl("guancha", tmp_path, server=server, sections="home,yaowen")
    assert set(server.asked()) == {"www.guancha.cn/robots.txt"}
    assert done.counted("list_failed") == 2
    error = done.stats["newsdesk/list_error/home"]
    assert error.startswith("robots_unreachable: https://www.guancha.cn/robots.txt answered 500")


def test_only_what_the_standard_wants_is_read() -> None:
    crawler = get_crawler(SinaSpider, {"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "Newsdesk"})
    rules = b"User-agent: *\n" + b"#" * LARGEST + b"\nDisallow: /"
    read = RobotsMiddleware.from_crawler(crawler)._read(TextResponse("https://a/", body=rules))
    assert read.parser is not None
    assert read.parser.allowed("https://a/b", "Newsdesk")
    with pytest.raises(NotConfigured):
        RobotsMiddleware.from_crawler(get_crawler(SinaSpider, {"ROBOTSTXT_OBEY": False}))


@pytest.mark.parametrize(
    ("rules", "pause"),
    [
        (b"User-agent: *\nDisallow:", 0),
        (b"User-agent: *\nCrawl-delay: 2.5", 2.5),
        (b"User-agent: *\nRequest-rate: 1/10", 10),
        (b"User-agent: *\nCrawl-delay: 2\nRequest-rate: 2/3", 2),
        (b"User-agent: newsdesk\nCrawl-delay: 7\n\nUser-agent: *\nCrawl-delay: 1", 7),
        (b"User-agent: other\nCrawl-delay: 7", 0),
        (b"User-agent: *\nCrawl-delay: often", 0),
        (b"User-agent: *\nRequest-rate: 0/5", 0),
    ],
)
def test_robots_txt_says_how_fast(rules: bytes, pause: float) -> None:
    parser = ProtegoRobotParser(rules, None)
    assert pause_wanted(parser, "Newsdesk") == pause
