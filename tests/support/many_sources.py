"""A site with a source of each kind that is no web page; and the settings to crawl it."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.site import Site
from crawler.sources.feed import Feed
from crawler.sources.json_items import JsonItems
from crawler.sources.script_json import ScriptJson
from crawler.sources.sitemap import Sitemap
from crawler.spiders.news import NewsSpider
from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from tests.support.collecting import *  # noqa: F403 - these are Scrapy's settings

SPIDER_MODULES = ["tests.support.many_sources"]
HOST = "www.many.example"
HOME = f"https://{HOST}"


def identify(url: str) -> Identity:
    """What stands below /article/; its last part is the key."""
    path = urlsplit(url).path
    if not path.startswith("/article/"):
        return NotAnArticleUrl(url=url, reason="other_page")
    return ArticleUrl(site="many", key=path.rpartition("/")[2], url=url)


class ManySpider(NewsSpider):
    """Crawls them all. It has no page objects: what is asked for is `no_page_object`."""

    name = "many"
    site = Site(
        key="many",
        title="Many",
        home=HOME,
        domains=("many.example",),
        identify=identify,
        sources=(
            Feed(name="feed", title="F", url=f"{HOME}/feed.xml", full_text=True),
            Sitemap(name="sitemap", title="S", url=f"{HOME}/robots.txt"),
            JsonItems(
                name="api",
                title="A",
                url=f"{HOME}/api",
                items="data.list",
                body={"after": "{after}", "size": 2},
                cursor={"after": "data.list.-1.id"},
                cursor_start={"after": 0},
                expect={"code": 200},
                link=(f"{HOME}/article/{{id}}",),
            ),
            ScriptJson(
                name="script", title="J", url=f"{HOME}/latest", variable="allData", items="list"
            ),
        ),
    )
