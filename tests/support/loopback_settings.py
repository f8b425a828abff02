"""Newsdesk's settings for crawls whose hosts are servers of this machine (see `loopback`)."""

from __future__ import annotations

import os

from crawler.settings import *  # noqa: F403 - these are Scrapy's settings, a few of them replaced
from crawler.settings import NEWSDESK_REPLAY

if os.environ.get("NEWSDESK_TEST_HOSTS") and not NEWSDESK_REPLAY:
    DOWNLOAD_HANDLERS = {
        **dict.fromkeys(("http", "https"), "tests.support.loopback.LoopbackHandler"),
        **dict.fromkeys(("data", "file", "ftp", "s3")),
    }
    TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingThreadedResolver"  # PinnedResolver
    BROWSER_CONNECTIONS = "tests.support.loopback.connections_for"
    BROWSER_CONTEXT = {"ignore_https_errors": True}
