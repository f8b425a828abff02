"""Walls are told from articles."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.manners.walls import LARGEST, wall_behind, wall_of

FORM = "<p>请输入</p><form action=/check><input name=code></form>"


def page(title: str, body: str = FORM, encoding: str = "utf-8", status: int = 200) -> Response:
    html = f"<html><head><TITLE lang=zh>\n{title}</TITLE></head><body>{body}</body></html>"
    return HtmlResponse("https://a.example/1", status, body=html.encode(encoding))


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


ARTICLE = "<p>记者从会上获悉，新的规定将于下月起施行，各地正在准备。</p>" * 20
SCRIPT = "<script src=//static.geetest.com/gt.js></script>"


def test_a_title_alone_makes_no_wall() -> None:
    """An article may bear such a title, and the search box of its site."""
    search = "<form action=/search><input name=q></form>"
    for title in ("验证", "登录", "Access Denied"):
        assert wall_of(page(title, body=search + ARTICLE)) is None
        assert wall_of(page(title, body="<p>短讯</p>")) is None
        assert wall_of(page(title, body=SCRIPT + "<style>" + "a{}" * 900 + "</style>")) is not None
        assert wall_of(page(title, body="<p>No.</p>", status=403)) is not None
    assert wall_of(page("新浪访客系统", body=ARTICLE)) is None


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
