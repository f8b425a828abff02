"""Pipeline 200: find the topics of an article, and turn away what belongs to none.

What is turned away is kept whole in `rejects`, so that it comes back when topics change.
"""

from __future__ import annotations

from typing import TypeVar

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from pipelines.config import Settings, load_settings
from pipelines.exceptions import OffTopic
from pipelines.items import Article, TopicMatch
from pipelines.text.article_fields import article_fields
from pipelines.text.topics import TopicMatcher
from pipelines.topics_file import topics_in_force

Item = TypeVar("Item")


class KeywordsPipeline:
    """Sets `Article.topics`; lets everything that is not an article pass.

    A broken topics file is logged and counted (`newsdesk/topics_broken`), and the last good
    topics stay in force.

    Raises:
        NoTopicsError: when built, if there are no topics at all.
    """

    def __init__(self, settings: Settings, stats: StatsCollector) -> None:
        topics, problem = topics_in_force(settings)
        self._matcher = TopicMatcher(topics)
        self._keep_unmatched = settings.keep_unmatched
        self._stats = stats
        if problem is not None:
            stats.inc_value("newsdesk/topics_broken")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeywordsPipeline:
        return cls(load_settings(), crawler.stats)

    def process_item(self, item: Item) -> Item:
        if not isinstance(item, Article):
            return item
        item.topics = match_article(item, self._matcher)
        for match in item.topics:
            self._stats.inc_value(f"newsdesk/topic/{match.topic}")
        if not item.topics:
            if not self._keep_unmatched:
                raise OffTopic(item.title)
            self._stats.inc_value("newsdesk/unmatched_kept")
        return item


def match_article(article: Article, matcher: TopicMatcher) -> list[TopicMatch]:
    """The topics of an article: by its title, body and keywords unless they name other fields."""
    return matcher.match(article_fields(article))
