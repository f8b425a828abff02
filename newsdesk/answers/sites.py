"""The declared sites, and the arguments that a crawl of each accepts."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.site import Site
from crawler.sites import site_names, spider_module
from crawler.spiders.arguments import read_arguments
from newsdesk.exceptions import UnknownSite

__all__ = ["check_arguments", "load_site", "site_hosts", "site_names"]


def load_site(name: str) -> Site:
    """A site's declaration.

    Raises:
        UnknownSite: names the sites that there are.
    """
    if name not in site_names():
        known = ", ".join(site_names())
        raise UnknownSite(f"There is no site {name!r}: choose from {known}.")
    module = importlib.import_module(spider_module(name))
    return next(value for value in vars(module).values() if isinstance(value, Site))


def check_arguments(names: Iterable[str], arguments: Mapping[str, str]) -> None:
    """Refuse what a crawl of these sites would refuse.

    Raises:
        UnknownSite: there is no such site.
        ArgumentError: says which argument, and what it may be.
    """
    for name in names:
        read_arguments(load_site(name), dict(arguments))


def site_hosts() -> list[str]:
    """The host of each site's home page."""
    homes = (urlsplit(load_site(name).home).hostname for name in site_names())
    return [host for host in homes if host]


def lists_of_sites() -> list[dict[str, Any]]:
    """Every list of every site as plain values."""
    return [
        {
            "site": site.key,
            "title": site.title,
            "home": site.home,
            "section": source.name,
            "section_title": source.title,
            "default": source.default,
        }
        for site in map(load_site, site_names())
        for source in site.sources
    ]
