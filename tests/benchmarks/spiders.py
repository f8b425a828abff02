"""What Newsdesk is compared with: Scrapy that only fetches, and Scrapy with ten parsel fields."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import scrapy
from scrapy.http import HtmlResponse, Response

from pipelines.keywords import KeywordsPipeline

GUANCHA = {
    "title": "li.left-main > h3::text",
    "time": "div.time span::text",
    "author": ".author-intro p a::text",
    "body": "div.all-txt p ::text",
    "images": "div.all-txt img::attr(src)",
    "editor": "ul.article-other li::text",
    "keywords": ".key-word a::text",
    "related": "ul.new-left-list h4 a::text",
    "hot": "ul.hot-list-2 h4 a::text",
    "comments": "#count2::text",
}
SINA = {
    "title": "h1.main-title::text, h1#artibodyTitle::text",
    "time": ".date-source .date::text, .time-source::text, #pub_date::text",
    "source": ".date-source .source::text, #media_name a::text",
    "body": "#article p ::text, #artibody p ::text",
    "images": ".img_wrapper img::attr(src)",
    "editor": ".show_author::text, .article-editor::text",
    "keywords": ".keywords a::text, .article-keywords a::text, .art_keywords a::text",
    "published": "meta[property='article:published_time']::attr(content)",
    "related": "#tab_related h3 a::text",
    "hot": "#read-comment .read-context li a::text",
}


class BareSpider(scrapy.Spider):
    """Fetches the addresses of a file and looks at nothing."""

    name = "bare"

    def __init__(self, addresses: str, **arguments: str) -> None:
        super().__init__(**arguments)
        self.addresses = Path(addresses)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.addresses.read_text(encoding="utf-8").split():
            yield scrapy.Request(url, callback=self.look)

    def look(self, response: Response) -> Iterable[dict[str, list[str]]]:
        """Nothing comes out of a page."""
        return ()


class ParselSpider(BareSpider):
    """Reads ten fields as a plain spider does, and keeps them nowhere."""

    name = "parsel"

    def look(self, response: Response) -> Iterable[dict[str, list[str]]]:
        """Ten fields a page."""
        if isinstance(response, HtmlResponse):
            fields = GUANCHA if "guancha" in response.url else SINA
            yield {name: response.css(query).getall() for name, query in fields.items()}


class FileTopics(KeywordsPipeline):
    """Pipeline 200 of a crawl that has no MongoDB: the topics file alone."""

    async def open_spider(self) -> None:
        """Nothing is asked of MongoDB."""
