"""One folder per site: its declaration, its URLs, its page objects. Their names are known without
loading them."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its folder's."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def page_modules() -> Iterator[str]:
    """Names of the modules with the sites' page objects: whatever of a site is not its spider."""
    for name in site_names():
        folder = [f"{each}/{name}" for each in __path__]
        for module in pkgutil.iter_modules(folder):
            if module.name != "spider":
                yield f"{__name__}.{name}.{module.name}"
