"""The sites that there are, by their key. Nothing is loaded for it."""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal

from attrs import define

from crawler.exceptions import BrokenSite
from crawler.site_places.claims import claims_of
from crawler.site_places.trust import distrust
from pipelines.config import load_settings

PACKAGE = "crawler.sites"
SHIPPED = Path(__file__).parents[1] / "sites"
SITE, SPIDER, PAGE = "site", "spider", "article"
"""Modules of a site: its declaration, its spider, and the page objects of a TOML site."""
URLS = "urls"
SCHEDULES = "schedules.toml"
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NO_SITES = frozenset({"schedules", "newsdesk", "pyproject"})

Form = Literal["Python", "TOML"]


@define(frozen=True, kw_only=True, slots=False, eq=False)
class SitePlace:
    """Where a site stands. path: its folder, or its TOML file. also: another that has its key."""

    key: str
    path: Path
    form: Form
    shipped: bool
    also: Path | None = None

    @property
    def name(self) -> str:
        """Name of its package, in which its modules stand."""
        return f"{PACKAGE}.{self.key}"

    @property
    def declaration(self) -> str:
        """Name of the module that declares it. A folder without `site.py` does so in `spider.py`,
        and then to read the declaration loads all that a crawl needs."""
        if self.form == "TOML":
            return self.name
        alone = (self.path / f"{SITE}.py").is_file()
        return f"{self.name}.{SITE if alone else SPIDER}"

    @property
    def spider(self) -> str:
        """Name of the module with its spider."""
        return f"{self.name}.{SPIDER}"

    def page_modules(self) -> list[str]:
        """Names of the modules with its page objects: all but its declaration and its spider."""
        if self.form == "TOML":
            return [f"{self.name}.{PAGE}"]
        names = (module.name for module in pkgutil.iter_modules([str(self.path)]))
        return [f"{self.name}.{name}" for name in names if name not in (SITE, SPIDER)]

    @cached_property
    def schedules(self) -> Path:
        """The file in which its schedules stand, if there are any."""
        return self.path / SCHEDULES if self.form == "Python" else self.path

    @property
    def fixtures(self) -> Path:
        """Folder of its fixtures, for a site in an operator's folder."""
        return self.path.parent / self.key / "fixtures"

    def check(self) -> None:
        """Makes sure that its code may be run.

        Raises:
            BrokenSite: its key or its domain is that of another site, or others may write its
                files.
        """
        if self.also is not None:
            raise BrokenSite(
                f"There are two sites {self.key!r}, {self.path} and {self.also}: rename one."
            )
        why = None if self.shipped else distrust(self.path)
        if why is not None:
            raise BrokenSite(f"The site {self.key!r} is not loaded: {why}.")
        first = None if self.shipped else _first_with_domain_of(self)
        if first is not None:
            domain, other = first
            raise BrokenSite(
                f"The site {self.key!r} ({self.path}) claims {domain}, which {other.key!r} "
                f"({other.path}) has already: put both into one file, or name in each the hosts "
                "that are its own as domains."
            )


def _first_with_domain_of(site: SitePlace) -> tuple[str, SitePlace] | None:
    """A domain of a site that one before it claims, and that one.

    Those of the package come first, then the folders in order, in each by name. What is not
    loaded itself takes no domain from another.
    """
    own = claims_of(site.path)
    for other in (*dict(_shipped()).values(), *chain(*map(_in_folder, folders()))):
        if other.key == site.key:
            return None
        common = own & claims_of(other.path)
        if common and (other.shipped or distrust(other.path) is None):
            return min(common), other
    return None


def folders() -> tuple[Path, ...]:
    """Returns the folders that the settings name for sites."""
    return load_settings().site_paths


def places() -> dict[str, SitePlace]:
    """Returns all sites, sorted by key; those that cannot be loaded, too."""
    found: dict[str, SitePlace] = dict(_shipped())
    for folder in folders():
        for place in _in_folder(folder):
            first = found.get(place.key, place)
            if first is place:
                found[place.key] = place
            elif first.also is None:
                found[place.key] = _doubled(first, place)
    return dict(sorted(found.items()))


def place_of(key: str) -> SitePlace | None:
    """Returns where a site stands; None if there is none."""
    return places().get(key)


def folder_problems() -> Iterator[str]:
    """Says what is wrong with the folders that the settings name."""
    for folder in folders():
        why = distrust(folder, inside=False)
        if why is not None:
            yield f"No site of {folder} is loaded: {why}."
        yield from (
            f"{path} is no site: a site's name has lower-case letters, digits and _ only."
            for path in sorted((*folder.glob("*.toml"), *folder.glob(f"*/{SPIDER}.py")))
            if not _has_key(path if path.suffix == ".toml" else path.parent)
        )


def _has_key(path: Path) -> bool:
    return KEY.fullmatch(path.stem) is not None


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, SitePlace], ...]:
    """The sites of the package, which do not change while a process runs."""
    return tuple((place.key, place) for place in _in_folder(SHIPPED, shipped=True))


def _in_folder(folder: Path, *, shipped: bool = False) -> Iterator[SitePlace]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - a service asks every few seconds
    except OSError:  # `folder_problems` says why
        return
    found: dict[str, SitePlace] = {}
    for name in names:
        place = _place(folder, name, shipped=shipped)
        if place is not None:
            first = found.get(place.key)
            found[place.key] = place if first is None else _doubled(first, place)
    yield from found.values()


def _place(folder: Path, name: str, *, shipped: bool) -> SitePlace | None:
    """The site of a file or folder; None for what is none."""
    key, dot, end = name.partition(".")
    if not KEY.fullmatch(key) or key in _NO_SITES:
        return None
    if end == "toml":
        return _at(folder, name, key, "TOML", shipped=shipped)
    if not dot and (folder / name / f"{SPIDER}.py").is_file():
        return _at(folder, name, key, "Python", shipped=shipped)
    return None


@lru_cache(maxsize=4096)
def _at(folder: Path, name: str, key: str, form: Form, *, shipped: bool) -> SitePlace:
    return SitePlace(key=key, path=folder / name, form=form, shipped=shipped)


def _doubled(first: SitePlace, second: SitePlace) -> SitePlace:
    return SitePlace(
        key=first.key,
        path=first.path,
        form=first.form,
        shipped=first.shipped,
        also=second.path,
    )
