"""A crawl without a database, for tests of the crawler alone: items go to a JSON-lines file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TypeVar

import attrs

from pipelines.items import Article, PageReport
from tests.support.loopback_settings import *  # noqa: F403 - these are Scrapy's settings
from tests.support.loopback_settings import EXTENSIONS as _EXTENSIONS

ITEM_PIPELINES = {"tests.support.collecting.CollectPipeline": 900}
EXTENSIONS = {name: order for name, order in _EXTENSIONS.items() if "Persistence" not in name}
NEWSDESK_MEMORY = "crawler.spiders.memory.NothingKnown"
Item = TypeVar("Item", Article, PageReport)


class CollectPipeline:
    """Writes each item's type and fields to the file in NEWSDESK_TEST_ITEMS."""

    def open_spider(self) -> None:
        self._path = Path(os.environ["NEWSDESK_TEST_ITEMS"])
        self._path.touch()

    def process_item(self, item: Item) -> Item:
        line = {"item": type(item).__name__, **attrs.asdict(item)}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, default=_plain) + "\n")
        return item


def _plain(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
