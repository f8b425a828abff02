"""Scrapy middlewares of every crawl: site guard, redirects, decompression, page objects."""
