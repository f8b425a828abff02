"""The site of `many_sources` with the real pipelines and memory."""

from __future__ import annotations

from crawler import settings as _settings
from tests.support.many_sources import *  # noqa: F403 - these are Scrapy's settings
from tests.support.many_sources import ManySpider  # noqa: F401 - the spider

ITEM_PIPELINES = _settings.ITEM_PIPELINES
EXTENSIONS = _settings.EXTENSIONS
NEWSDESK_MEMORY = _settings.NEWSDESK_MEMORY
