"""Scrapy extensions of every crawl: statistics, memory limit, lost items, supervision."""
