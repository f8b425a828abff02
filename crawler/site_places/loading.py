"""Loads sites, each by itself: what is wrong with one is said, and the others go on."""

from __future__ import annotations

import importlib
import logging
import traceback
from collections.abc import Iterator
from types import ModuleType

from crawler.exceptions import BrokenSite
from crawler.site import Site
from crawler.site_places.places import SitePlace, place_of, places

logger = logging.getLogger(__name__)


def load_module(place: SitePlace, name: str) -> ModuleType:
    """Imports a module of a site.

    Raises:
        BrokenSite: says why it cannot be loaded, and where.
    """
    place.check()
    try:
        return importlib.import_module(name)
    except BrokenSite:
        raise
    except Exception as error:  # whatever a site's code raises is that site's own
        raise BrokenSite(f"The site {place.key!r} cannot be loaded: {_where(error)}.") from error


def _where(error: Exception) -> str:
    """Returns an error with the last place in the site's code."""
    frames = traceback.extract_tb(error.__traceback__)
    frame = next((each for each in reversed(frames) if "importlib" not in each.filename), None)
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}: {error.msg}"
    place = f"{frame.filename}, line {frame.lineno}: " if frame is not None else ""
    return f"{place}{type(error).__name__}: {error}"


def load_site(key: str) -> Site:
    """Returns a site's declaration.

    Raises:
        BrokenSite: there is none, or it cannot be loaded.
    """
    place = place_of(key)
    if place is None:
        raise BrokenSite(f"There is no site {key!r}: choose from {', '.join(places())}.")
    module = load_module(place, place.declaration)
    site = next((value for value in vars(module).values() if isinstance(value, Site)), None)
    if site is None:
        raise BrokenSite(f"{place.path}: no Site is declared in it.")
    if site.key != key:
        raise BrokenSite(f"{place.path}: its Site has the key {site.key!r}, not {key!r}.")
    return site


def load_pages(*keys: str) -> None:
    """Imports the page objects of these sites, or of all; a broken one is logged and left out."""
    for place in _chosen(keys):
        try:
            for name in place.page_modules():
                load_module(place, name)
        except BrokenSite as broken:
            logger.warning("%s", broken)


def _chosen(keys: tuple[str, ...]) -> Iterator[SitePlace]:
    for key, place in places().items():
        if not keys or key in keys:
            yield place
