"""The site of `local_site` with the real pipelines and memory: what is recorded is in MongoDB."""

from __future__ import annotations

from crawler import settings as _settings
from tests.support.local_site import *  # noqa: F403 - these are Scrapy's settings
from tests.support.local_site import LocalSpider  # noqa: F401 - the spider

ITEM_PIPELINES = _settings.ITEM_PIPELINES
EXTENSIONS = _settings.EXTENSIONS
NEWSDESK_MEMORY = _settings.NEWSDESK_MEMORY
