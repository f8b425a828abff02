"""The spider of 观察者网."""

from __future__ import annotations

from crawler.sites.guancha.site import GUANCHA
from crawler.sites.guancha.urls import SITE
from crawler.spiders.news import NewsSpider


class GuanchaSpider(NewsSpider):
    """Crawls 观察者网."""

    name = SITE
    site = GUANCHA
