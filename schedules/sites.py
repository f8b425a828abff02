"""The sites that there are, known without loading what reads them."""

from __future__ import annotations

import pkgutil

import crawler.spiders

NOT_SITES = frozenset({"base", "files"})


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its module's."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules(crawler.spiders.__path__)
        if module.name not in NOT_SITES
    )
