"""The sites, one folder each: declaration, spider, URLs, page objects.

Their modules' names are known here without loading them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator

_SPIDER = "spider"


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its folder's."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def spider_module(site: str) -> str:
    """Name of the module with a site's spider."""
    return f"{__name__}.{site}.{_SPIDER}"


def page_modules(*sites: str) -> Iterator[str]:
    """Names of the modules with page objects of these sites, or of all: all but the spiders."""
    for site in sites or site_names():
        for module in pkgutil.iter_modules([f"{each}/{site}" for each in __path__]):
            if module.name != _SPIDER:
                yield f"{__name__}.{site}.{module.name}"
