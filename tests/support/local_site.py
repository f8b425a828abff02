"""A site of this machine, asked by the real download handler: for faults that need a real network.

NEWSDESK_TEST_HOME is the address of its front page. It has no page objects: an article that
comes through is "unreadable/no_page_object".
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from crawler.site import Site
from crawler.sources.link_page import LinkPage
from crawler.spiders.news import NewsSpider
from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from tests.support.collecting import *  # noqa: F403 - these are Scrapy's settings

SPIDER_MODULES = ["tests.support.local_site"]
DOWNLOAD_TIMEOUT = int(os.environ.get("NEWSDESK_TEST_TIMEOUT", "2"))
DOWNLOAD_MAXSIZE = 300_000
RETRY_TIMES = int(os.environ.get("NEWSDESK_TEST_RETRIES", "0"))
MEMUSAGE_LIMIT_MB = int(os.environ.get("NEWSDESK_TEST_MEMORY", "512"))
NEWSDESK_ALLOW_LOOPBACK = True
ROBOTSTXT_OBEY = os.environ.get("NEWSDESK_TEST_ROBOTS") == "1"


def identify(url: str) -> Identity:
    """Every address but the front page is an article; its path is the key."""
    key = urlsplit(url).path.strip("/")
    if not key:
        return NotAnArticleUrl(url=url, reason="home")
    return ArticleUrl(site="local", key=key, url=url)


class LocalSpider(NewsSpider):
    """Crawls what the test has set up."""

    name = "local"
    site = Site(
        key="local",
        title="Local",
        home=os.environ["NEWSDESK_TEST_HOME"],
        domains=("localhost", "invalid"),
        ports=range(1, 65536),
        identify=identify,
        sources=(LinkPage(name="home", title="Home", url=os.environ["NEWSDESK_TEST_HOME"]),),
    )
