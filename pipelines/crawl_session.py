"""The one session with MongoDB that everything in a crawl uses."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.config import load_settings
from pipelines.storage.session import StorageSession

_sessions: WeakKeyDictionary[Crawler, StorageSession] = WeakKeyDictionary()


def crawl_session(crawler: Crawler) -> StorageSession:
    """The crawl's session; nobody closes it, it closes itself when the engine has stopped.

    It may be used until then: in `spider_closed`, but not in `engine_stopped`.
    """
    session = _sessions.get(crawler)
    if session is None:
        session = _sessions[crawler] = StorageSession(load_settings())
        crawler.signals.connect(session.close, signals.engine_stopped)
    return session
