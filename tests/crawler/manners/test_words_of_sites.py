"""What a site says by Retry-After, robots.txt and walls is understood; articles are no walls."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse, Response
from scrapy.robotstxt import ProtegoRobotParser

from crawler.manners.retry_after import MOST_SECONDS, retry_after
from crawler.manners.robots import pause_wanted
from crawler.manners.walls import LARGEST, wall_behind, wall_of

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DATE = "Mon, 02 Mar 2026 02:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": " 120 "}, 120),
        ({"Retry-After": "9" * 30}, MOST_SECONDS),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "１２"}, None),
        ({"Retry-After": "Mon, 02 Mar 2026 02:00:30 GMT", "Date": DATE}, 30),
        ({"Retry-After": "Mon, 02 Mar 2026 03:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 02 Mar 2026 01:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, MOST_SECONDS),
        ({"Retry-After": "Fri, 31 Dec 99999 23:59:59 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    raw = {name: value.encode("utf-8") for name, value in headers.items()}
    assert retry_after(Response("https://a.example/", 429, raw), NOW) == seconds


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


def page(title: str, body: str = "<p>x</p>", encoding: str = "utf-8") -> Response:
    html = f"<html><head><TITLE lang=zh>\n{title}</TITLE></head><body>{body}</body></html>"
    return HtmlResponse("https://a.example/1", body=html.encode(encoding))


@pytest.mark.parametrize(
    ("title", "wall"),
    [
        ("Sina Visitor System", "visitor"),
        ("新浪访客系统", "visitor"),
        ("安全验证", "captcha"),
        ("请输入验证码", "captcha"),
        ("滑动验证页面", "captcha"),
        ("百度安全验证", "captcha"),
        ("人机验证_新浪网", "captcha"),
        ("Just a moment...", "captcha"),
        ("Attention Required! | Cloudflare", "captcha"),
        ("登录", "login"),
        ("用户登录 - 新浪通行证", "login"),
        ("Log in", "login"),
        ("验证码为何越来越难？专家解读", None),
        ("“登录难”背后：老人为何被挡在门外", None),
        ("火星车成功登陆", None),
        ("嫦娥六号登月", None),
        ("", None),
    ],
)
def test_walls_are_told_by_their_title(title: str, wall: str | None) -> None:
    assert wall_of(page(title)) == wall
    assert wall_of(page(title, encoding="gb18030")) == wall


def test_what_is_large_or_empty_or_no_page_is_no_wall() -> None:
    assert wall_of(page("登录", body="长文" * LARGEST)) is None
    assert wall_of(Response("https://a.example/")) is None
    assert wall_of(Response("https://a.example/", body=b'{"title": "<title"}')) is None


@pytest.mark.parametrize(
    ("target", "wall"),
    [
        ("https://passport.weibo.com/visitor/visitor?a=1", "visitor"),
        ("//login.sina.com.cn/signup", "login"),
        ("https://verify.sina.com.cn/", "captcha"),
        ("/passport/about.shtml", None),
        ("https://www.sina.com.cn/passport", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_walls_are_told_by_where_a_redirect_leads(target: str, wall: str | None) -> None:
    assert wall_behind("https://news.sina.com.cn/a", target) == wall
