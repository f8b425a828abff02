"""`make bench`: cleaning, keywords and dedup, against fetching a page with bare Scrapy."""

from __future__ import annotations
