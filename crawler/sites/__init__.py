"""The sites, one folder or one TOML file each: declaration, spider, URLs, page objects.

Their modules' names are known here without loading them. A site of an operator's folder is
imported as if it stood here.
"""

from __future__ import annotations

from crawler.site_places.importing import install
from crawler.site_places.places import places

install()


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its folder's or file's."""
    return [*places()]
