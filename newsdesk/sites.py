"""The sites there are spiders for."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable

import crawler.spiders
from newsdesk.exceptions import UnknownSite

NOT_SITES = frozenset({"base", "files"})


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its module's."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules(crawler.spiders.__path__)
        if module.name not in NOT_SITES
    )


def check_sites(names: Iterable[str]) -> None:
    """Refuse names that are no site's.

    Raises:
        UnknownSite: names the sites that there are.
    """
    known = site_names()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownSite(
            f"There is no site {', '.join(map(repr, unknown))}: choose from {', '.join(known)}."
        )
