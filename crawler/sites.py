"""A site is a declaration: what it is called, where it lives, how its articles are found."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define

from crawler.sources.base import Source
from crawler.urls import Identity


@define(frozen=True, kw_only=True)
class Site:
    """Everything that is particular to a site, in a fixed order.

    key: = spider name = page module = URL module = fixture prefix. domains: all hosts that may
    be asked, subdomains included. identify: URL -> article or the reason why not.
    """

    key: str
    title: str
    home: str
    domains: tuple[str, ...]
    sources: tuple[Source, ...]
    identify: Callable[[str], Identity]
    zone: str = "Asia/Shanghai"
