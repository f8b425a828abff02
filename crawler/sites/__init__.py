"""The sites, one folder or one TOML file each: declaration, spider, URLs, page objects.

Their modules' names are known here without loading them. A site of an operator's folder is
imported as if it stood here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from crawler.site_places.importing import install
from crawler.site_places.places import places

install()


def site_names() -> list[str]:
    """Names of all sites, sorted: a site's key is its spider's name and its folder's or file's."""
    return [*places()]


class SiteNames(Sequence[str]):
    """The names of all sites at any time, for a process that runs for months."""

    @overload
    def __getitem__(self, number: int) -> str: ...

    @overload
    def __getitem__(self, number: slice) -> list[str]: ...

    def __getitem__(self, number: int | slice) -> str | list[str]:
        return site_names()[number]

    def __len__(self) -> int:
        return len(places())

    def __iter__(self) -> Iterator[str]:
        return iter(site_names())

    def __contains__(self, name: object) -> bool:
        return name in places()
