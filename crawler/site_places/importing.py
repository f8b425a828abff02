"""Lets a site be imported wherever it stands: `crawler.sites.KEY`, be it a TOML file.

Whatever looks for sites by module, Scrapy, the page objects' rules and their fixtures, finds all.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from attrs import define

from crawler.site_places.places import PACKAGE, PAGE, SPIDER, SitePlace, place_of


class SiteFinder(MetaPathFinder):
    """Finds what the package's own folder does not hold; asked after all other finders."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises: BrokenSite."""
        if not name.startswith(f"{PACKAGE}."):
            return None
        parent, _, part = name.removeprefix(f"{PACKAGE}.").rpartition(".")
        if parent and part not in (PAGE, SPIDER):
            return None
        place = place_of(parent or part)
        if place is None or (parent and place.form != "TOML"):
            return None
        place.check()
        if place.form == "Python":
            return _spec_of_folder(name, place.path)
        loader = TomlPart(place, part) if parent else TomlLoader(place)
        return ModuleSpec(name, loader, origin=str(place.path), is_package=not parent)


@define
class TomlLoader(Loader):
    """Makes a module of what a TOML site declares. Its page object is found in it, too, and made
    when somebody wants it."""

    place: SitePlace

    def exec_module(self, module: ModuleType) -> None:
        """Raises: BrokenSite."""
        from crawler.toml_sites.file import module_of

        def page_named(name: str) -> object:
            page: object = getattr(importlib.import_module(f"{module.__name__}.{PAGE}"), name, None)
            if page is None or name.startswith("_"):
                raise AttributeError(f"{module.__name__} has no {name}")
            return page

        module.__file__ = str(self.place.path)
        vars(module).update(module_of(self.place.path, self.place.key), __getattr__=page_named)


@define
class TomlPart(Loader):
    """Makes the module with the page object of a TOML site, or with its spider."""

    place: SitePlace
    part: str

    def exec_module(self, module: ModuleType) -> None:
        from crawler.toml_sites.classes import page_of, spider_of

        declared = importlib.import_module(self.place.name).declared
        if self.part == SPIDER:
            made: type = spider_of(declared, module.__name__)
        else:
            made = page_of(declared, self.place.name)  # by that name fixtures know it
        setattr(module, made.__name__, made)


def _spec_of_folder(name: str, folder: Path) -> ModuleSpec | None:
    beginning = folder / "__init__.py"
    if beginning.is_file():
        return importlib.util.spec_from_file_location(
            name, beginning, submodule_search_locations=[str(folder)]
        )
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    return spec


def install() -> None:
    """Lets all later imports find sites."""
    if not any(isinstance(finder, SiteFinder) for finder in sys.meta_path):
        sys.meta_path.append(SiteFinder())
