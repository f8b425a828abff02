"""观察者网."""

from __future__ import annotations

from crawler.site import Expectations, Site
from crawler.sites.guancha.app_list import AppList
from crawler.sites.guancha.urls import DOMAINS, SITE, identify
from crawler.sources.json_items import JsonItems
from crawler.sources.link_page import LinkPage
from crawler.sources.list_page import ListPage

HOME = "https://www.guancha.cn/"


def _section(name: str, title: str) -> ListPage:
    """栏目: the list of a section, as `name` in its address."""
    return ListPage(
        name=name,
        title=title,
        url=f"{HOME}{name}/list_{{page}}.shtml",
        entry="ul.column-list > li",
        link="h4.module-title a",
        time=".module-interact span",
        comments=".interact-comment",
        reads=".interact-attention",
        default=False,
    )


GUANCHA = Site(
    key=SITE,
    title="观察者网",
    home=HOME,
    domains=DOMAINS,
    identify=identify,
    sources=(
        LinkPage(name="home", title="首页", url=HOME),
        ListPage(
            name="yaowen",
            title="要闻",
            url=f"{HOME}mainnews-yw/list_{{page}}.shtml",
            entry="ul.new-left-list > li",
            link="h4 a",
            time=".module-interact span",
            comments=".interact-comment",
            reads=".interact-attention",
        ),
        ListPage(
            name="toutiao",
            title="头条",
            url=f"{HOME}GuanChaZheTouTiao/list_{{page}}.shtml",
            entry="ul.headline-list > li",
            link=".content-headline h3 a",
            time=".interact-time",
            comments=".interact-comment",
            reads=".interact-attention",
            max_pages=5,
            ranked=True,
        ),
        JsonItems(
            name="redian",
            title="热点",
            url=f"{HOME}api/redian.htm",
            items=("items",),
            link=("HTTP_URL",),
            headline="TITLE",
            ranked=True,
        ),
        JsonItems(
            name="gundong",
            title="滚动",
            url=f"{HOME}api/gundong.htm",
            items=("items",),
            link=("HTTP_URL",),
            headline="TITLE",
        ),
        _section("politics", "政治"),
        _section("internation", "国际"),
        _section("economy", "经济"),
        _section("industry-science", "产业·科技"),
        _section("military-affairs", "军事"),
        AppList(
            name="app",
            title="客户端要闻",
            url="https://app.guancha.cn/news/yaowen-new.json?pageNo={page}",
            default=False,
        ),
    ),
    expectations=Expectations(
        articles=20,
        filled={"title": 1.0, "published_at": 1.0, "source": 0.5},
        newest_hours=24,
        unreadable=0.2,
        fallback=0.0,
    ),
)
