"""The connection to MongoDB that all parts of a crawl share."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.config import load_settings
from pipelines.storage.session import StorageSession

_sessions: WeakKeyDictionary[Crawler, StorageSession] = WeakKeyDictionary()


def session_of(crawler: Crawler) -> StorageSession:
    """Returns the crawl's session. It is closed when the engine has stopped, and by nobody else:
    pipelines and `spider_closed` handlers may use it to their end."""
    if crawler not in _sessions:
        session = _sessions[crawler] = StorageSession(load_settings())
        crawler.signals.connect(session.close, signals.engine_stopped)
    return _sessions[crawler]
