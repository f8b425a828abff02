from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.utils.test import get_crawler

from crawler.sites.guancha.site import GUANCHA
from crawler.sites.guancha.spider import GuanchaSpider
from crawler.sources.base import SourcePage
from crawler.spiders.walks import ListedPage

HOME_URL = "https://www.guancha.cn/"
SOURCES = {source.name: source for source in GUANCHA.sources}


@pytest.mark.parametrize(
    ("page", "number", "arguments", "goes_on"),
    [
        (ListedPage(fresh=True), 1, {}, True),
        (ListedPage(fresh=False), 1, {}, False),
        (ListedPage(fresh=True), 20, {}, False),
        (ListedPage(fresh=False), 1, {"since": "2026-03-01"}, True),
        (ListedPage(fresh=True, older=True), 1, {"since": "2026-03-01"}, False),
        (ListedPage(fresh=False, later=True), 1, {"until": "2026-03-01"}, True),
        (ListedPage(fresh=False, older=True), 1, {"since": "2026-03-01"}, False),
        (ListedPage(fresh=True, repeated=True), 2, {"since": "2026-03-01"}, False),
    ],
)
def test_how_far_a_list_is_walked(
    page: ListedPage, number: int, arguments: dict[str, str], goes_on: bool
) -> None:
    spider = GuanchaSpider.from_crawler(get_crawler(GuanchaSpider), **arguments)
    spider.harvest.walk("yaowen").pages = number
    listing = SourcePage(found=[], next_request=Request(HOME_URL))
    following = spider.lists.next_page(SOURCES["yaowen"], listing, page, number)
    assert (following is not None) is goes_on
    cut = spider.crawler.stats.get_value("newsdesk/list_cut/yaowen", 0)
    assert cut == (number == 20), "leaving a list while it has more is said"
