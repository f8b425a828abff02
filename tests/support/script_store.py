"""As `script_spider`, with all of Newsdesk's pipelines and MongoDB."""

from __future__ import annotations

from crawler import settings
from tests.support.script_spider import *  # noqa: F403 - these are Scrapy's settings

EXTENSIONS = settings.EXTENSIONS
ITEM_PIPELINES = settings.ITEM_PIPELINES
NEWSDESK_MEMORY = settings.NEWSDESK_MEMORY
