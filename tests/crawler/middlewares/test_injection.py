from __future__ import annotations

import pytest
import web_poet
from scrapy import Request, Spider
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.middlewares.injection import InjectionMiddleware

URL = "https://news.example.com/a"


class PlainPage(web_poet.WebPage[dict[str, str]]):
    """Takes the response alone, as all of ours do."""


class AskingPage(web_poet.ItemPage[dict[str, str]]):
    """Takes something else from outside, too."""

    def __init__(self, response: web_poet.HttpResponse, url: web_poet.ResponseUrl) -> None:
        self.response, self.url = response, url


class TwoPagesSpider(Spider):
    name = "two"

    def plain(self, response: HtmlResponse, page: PlainPage) -> None: ...

    def asking(self, response: HtmlResponse, page: AskingPage) -> None: ...


@pytest.fixture
def middleware() -> InjectionMiddleware:
    crawler = get_crawler(TwoPagesSpider)
    crawler.spider = TwoPagesSpider()
    return InjectionMiddleware(crawler)


async def injected(middleware: InjectionMiddleware, callback: str) -> web_poet.ItemPage[object]:
    spider = middleware.crawler.spider
    request = Request(URL, callback=getattr(spider, callback))
    headers = {"X-Kept": ["one", "two"]}
    response = HtmlResponse(URL, status=203, headers=headers, body=b"<p>x</p>", request=request)
    await middleware.process_response(request, response)
    page: web_poet.ItemPage[object] = request.cb_kwargs["page"]
    return page


async def test_a_page_object_gets_the_response_as_it_came(middleware: InjectionMiddleware) -> None:
    for _ in range(2):  # planned once, built each time
        page = await injected(middleware, "plain")
        assert isinstance(page, PlainPage)
        assert str(page.response.url) == URL
        assert (page.response.status, bytes(page.response.body)) == (203, b"<p>x</p>")
        assert page.response.headers.getall("x-kept") == ["one", "two"]


async def test_other_things_from_outside_are_given_too(middleware: InjectionMiddleware) -> None:
    page = await injected(middleware, "asking")
    assert isinstance(page, AskingPage)
    assert str(page.url) == URL
    assert bytes(page.response.body) == b"<p>x</p>"
