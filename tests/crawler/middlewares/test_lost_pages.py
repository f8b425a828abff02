from __future__ import annotations

from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.exceptions import MemoryUnavailable
from crawler.middlewares.lost_pages import LostPagesMiddleware
from crawler.sites.guancha.spider import GuanchaSpider

HOME_URL = "https://www.guancha.cn/"


def test_a_list_that_a_bug_ends_is_given_up() -> None:
    spider = GuanchaSpider.from_crawler(get_crawler(GuanchaSpider))
    spider.crawler.spider = spider
    request = Request(HOME_URL, cb_kwargs={"source": spider.site.sources[0], "number": 1})
    response = HtmlResponse(HOME_URL, request=request)
    guard = LostPagesMiddleware.from_crawler(spider.crawler)
    assert guard.process_spider_exception(response, MemoryUnavailable("MongoDB is away")) == []
    assert guard.process_spider_exception(response, IndexError("ours")) == []
    stats = spider.crawler.stats.get_stats()
    assert stats["newsdesk/list_failed/home"] == 2
    assert stats["spider_exceptions/count"] == 1, "a database that is away is no bug"
    assert stats["newsdesk/list_error/home"] == "bug: IndexError: ours"
