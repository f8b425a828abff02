"""Pipeline 200: finds the topics of an article and rejects an article that belongs to none.

Rejected articles are kept whole in `rejects`, so that they come back when topics change.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TypeVar

from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from pipelines.config import Settings, load_settings
from pipelines.counting import counters
from pipelines.crawl_session import crawl_session
from pipelines.exceptions import OffTopic
from pipelines.items import Article, TopicMatch
from pipelines.storage.exceptions import StorageError
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.overrides import read_overrides
from pipelines.text.query.fields import article_fields
from pipelines.topics.file import topics_in_force
from pipelines.topics.overrides import with_overrides
from pipelines.topics.topics import TopicMatcher

Item = TypeVar("Item")
_log = logging.getLogger(__name__)


class KeywordsPipeline:
    """Sets `Article.topics`; passes everything that is not an article on.

    Reads the topics once, when the crawl begins: those of the file, and over them what operators
    decided. A broken topic is logged and counted (`counters.TOPICS_BROKEN`), and its last good form
    stays in force.

    Raises:
        NoTopicsError: when built, if there are no topics at all.
    """

    def __init__(
        self, settings: Settings, stats: StatsCollector, session: StorageSession | None = None
    ) -> None:
        self._topics, problem = topics_in_force(settings)
        self._matcher = TopicMatcher(self._topics)
        self._keep_unmatched = settings.keep_unmatched
        self._stats = stats
        self._session = session
        if problem is not None:
            counters.TOPICS_BROKEN.add(stats)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeywordsPipeline:
        return cls(load_settings(), crawler.stats, crawl_session(crawler))

    async def open_spider(self) -> None:
        """Applies what operators decided to the file's topics."""
        if self._session is None:
            return
        try:
            overrides = await self._session.run(read_overrides)
        except StorageError as error:
            _log.error("The operators' topics cannot be read, the file's are used: %s", error)
            counters.TOPIC_OVERRIDES_UNREAD.add(self._stats)
            return
        state = with_overrides(self._topics, overrides)
        for note in state.notes:
            _log.info("%s", note)
        for problem in state.problems:
            _log.error("%s", problem)
            counters.TOPICS_BROKEN.add(self._stats)
        if overrides:
            self._matcher = await asyncio.to_thread(TopicMatcher, state.topics)

    def process_item(self, item: Item) -> Item:
        if not isinstance(item, Article):
            return item
        item.topics = match_article(item, self._matcher)
        for match in item.topics:
            counters.TOPIC.by(match.topic).add(self._stats)
        if not item.topics:
            if not self._keep_unmatched:
                raise OffTopic(item.title)
            counters.UNMATCHED_KEPT.add(self._stats)
        return item


def match_article(article: Article, matcher: TopicMatcher) -> list[TopicMatch]:
    """Returns the topics of an article; they look at title, body and keywords unless they name
    other fields."""
    return matcher.match(article_fields(article))
