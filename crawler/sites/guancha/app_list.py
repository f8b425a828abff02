"""Guancha's app list: it gives ids, times and counts, but addresses only for user posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import define

from crawler.sites.guancha.urls import post_url
from crawler.sources.json_items import JsonItems

_POST = 2
"""`news_type` of a 风闻 post; 1 is an article, 5 a special."""


@define(kw_only=True)
class AppList(JsonItems):
    """Entries of the app's front page; those whose address nobody gives are problems."""

    items: tuple[str, ...] = ("data", "items")
    time: str | None = "news_time"
    comments: str | None = "comment_num"

    NO_ADDRESS: ClassVar[str] = "no link (an article or special known to the app alone)"

    def address_of(self, entry: Mapping[str, object]) -> str | None:
        number = str(entry.get("id", ""))
        if entry.get("news_type") == _POST and number.isascii() and number.isdigit():
            return post_url(number)
        return JsonItems.address_of(self, entry)
