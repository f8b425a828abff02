"""The spider of 新浪新闻, 新浪财经, 新浪科技."""

from __future__ import annotations

from crawler.sites.sina.site import SINA
from crawler.sites.sina.urls import SITE
from crawler.spiders.news import NewsSpider


class SinaSpider(NewsSpider):
    """Crawls 新浪."""

    name = SITE
    site = SINA
