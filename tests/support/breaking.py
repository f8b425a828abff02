"""As `tests.support.collecting`, with a pipeline and a page object that break.

Never import this into the tests' own process: the broken page object would stay.
"""

from __future__ import annotations

from web_poet import handle_urls

from crawler.pages.base import ArticlePage
from pipelines.items import Article, PageReport
from tests.support.collecting import *  # noqa: F403 - these are Scrapy's settings
from tests.support.pages import BAD_TITLE

ITEM_PIPELINES = {
    "tests.support.breaking.BreakingPipeline": 100,
    "tests.support.collecting.CollectPipeline": 900,
}


class BreakingPipeline:
    """Raises over one title."""

    def process_item(self, item: Article | PageReport) -> Article | PageReport:
        if isinstance(item, Article) and item.title == BAD_TITLE:
            raise KeyError("pipeline")
        return item


@handle_urls("user.guancha.cn", instead_of=ArticlePage, priority=900)
class BrokenPostPage(ArticlePage):
    """Reads no post."""

    async def to_item(self) -> Article:
        raise KeyError("page object")
