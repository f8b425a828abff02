"""Scrapy as it comes, for comparison: its defaults, the benchmark's pace and the same handler."""

from __future__ import annotations

import os

BOT_NAME = "plain"
SPIDER_MODULES = ["tests.benchmarks.spiders"]
DOWNLOAD_DELAY = float(os.environ["NEWSDESK_DELAY_SECONDS"])
CONCURRENT_REQUESTS_PER_DOMAIN = int(os.environ["NEWSDESK_CONCURRENCY"])
CONCURRENT_REQUESTS = 2 * CONCURRENT_REQUESTS_PER_DOMAIN
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
LOG_LEVEL = "INFO"
_handler = "tests.support.loopback.LoopbackHandler"
DOWNLOAD_HANDLERS = {"http": _handler, "https": _handler}
