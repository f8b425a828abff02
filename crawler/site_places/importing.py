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

from crawler.site_places.places import PACKAGE, SitePlace, place_of


class SiteFinder(MetaPathFinder):
    """Finds what the package's own folder does not hold; asked after all other finders."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raises: BrokenSite."""
        parent, _, key = name.rpartition(".")
        place = place_of(key) if parent == PACKAGE else None
        if place is None:
            return None
        place.check()
        if place.form == "TOML":
            loader = TomlLoader(place)
            return ModuleSpec(name, loader, origin=str(place.path))
        return _spec_of_folder(name, place.path)


@define
class TomlLoader(Loader):
    """Makes a module of a TOML site."""

    place: SitePlace

    def exec_module(self, module: ModuleType) -> None:
        """Raises: BrokenSite."""
        from crawler.toml_sites.file import module_of

        module.__file__ = str(self.place.path)
        vars(module).update(module_of(self.place.path, self.place.key, module.__name__))


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
