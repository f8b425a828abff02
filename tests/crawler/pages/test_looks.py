"""A site's pages have looked otherwise before: the class that fits a page reads it."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import ClassVar

import pytest
import web_poet

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage, Continuation, field
from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.budget import read_within_budget
from crawler.pages.html import find, text_of
from crawler.pages.times import ParsedTime
from crawler.urls import ArticleUrl

TEXT = "国务院新闻办公室今天举行发布会，介绍今年以来全国粮食生产和储备的情况。"


class OldPage(ArticlePage):
    """The look of old."""

    SITE, METHOD = "example", "example"
    BOX: ClassVar[str] = "//div[@id='old']"

    @cached_property
    def identity(self) -> ArticleUrl:
        return ArticleUrl(site="example", key="1", url=self.page_url)

    @cached_property
    def blocks(self) -> Blocks:
        return read_blocks(find(self.root, self.BOX), base_url=self.page_url)

    @cached_property
    def published_time(self) -> ParsedTime | None:
        return self.read_time("2026-11-01 08:00")

    @field
    def title(self) -> str:
        return text_of(find(self.root, "//h1"))


class NewPage(OldPage):
    """The look since the twentieth."""

    VERSION = 2
    SINCE = date(2026, 11, 20)
    EARLIER = (OldPage,)
    BOX = "//div[@id='new']"

    @property
    def continuation(self) -> Continuation | None:
        return Continuation(full_text_url="https://example.test/all")


BEFORE, AFTER = "Thu, 19 Nov 2026 06:00:00 GMT", "Sun, 29 Nov 2026 06:00:00 GMT"


def opened(boxes: str, day: str) -> NewPage:
    html = f"<h1>秋粮收获结束</h1>{boxes}"
    url = "https://example.test/1.html"
    response = web_poet.HttpResponse(url, body=html.encode(), headers={"Date": day})
    return NewPage(response=response)


def box(name: str) -> str:
    return f"<div id='{name}'><p>{TEXT}</p></div>"


@pytest.mark.parametrize(
    ("boxes", "day", "version"),
    [
        (box("new"), AFTER, 2),
        (box("old"), AFTER, 1),
        (box("old"), BEFORE, 1),
        (box("new"), BEFORE, 2),
        (box("old") + box("new"), BEFORE, 1),
        (box("old") + box("new"), AFTER, 2),
    ],
)
def test_the_class_that_fits_reads_the_page(boxes: str, day: str, version: int) -> None:
    article, rest = read_within_budget(opened(boxes, day))
    assert article.body == TEXT
    assert article.extraction.version == version
    assert (rest is not None) == (version == 2)


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_a_page_that_fits_none_is_refused(day: str) -> None:
    with pytest.raises(PageError, match="no_body"):
        read_within_budget(opened("", day))
