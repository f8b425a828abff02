"""Loads what crawls load, but nothing that is of some crawls alone. See `warm`."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import crawler
import crawler.__main__
import pipelines

OF_SOME = ("crawler.browser", "crawler.settings", "crawler.sites.")
"""Left to the crawls that need them: a test says that others do not load the browser's code."""
SCRAPY = (
    "scrapy.core.downloader.handlers.http11",
    "scrapy.core.engine",
    "scrapy.downloadermiddlewares.stats",
    "scrapy.extensions.closespider",
    "scrapy_poet",
    "scrapy_poet.downloadermiddlewares",
    "tests.support.loopback",
    "uvloop",
)

for package in (crawler, pipelines):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.startswith(OF_SOME):
            importlib.import_module(module.name)
for name in SCRAPY:
    importlib.import_module(name)
gc.collect()
gc.freeze()
