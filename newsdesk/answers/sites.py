"""The declared sites, and the arguments that a crawl of each accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.exceptions import BrokenSite
from crawler.site import Site
from crawler.site_places import loading
from crawler.site_places.places import folder_problems, places
from crawler.sites import site_names
from crawler.spiders.arguments import read_arguments
from newsdesk.exceptions import UnknownSite


def load_site(name: str) -> Site:
    """A site's declaration.

    Raises:
        UnknownSite: names the sites that there are.
        BrokenSite: says what is wrong with its file.
    """
    check_site(name)
    return loading.load_site(name)


def check_site(name: str) -> None:
    """Refuse a name that no site has; the site is not loaded, and may be broken.

    Raises:
        UnknownSite: names the sites that there are.
    """
    known = site_names()
    if name not in known:
        raise UnknownSite(f"There is no site {name!r}: choose from {', '.join(known)}.")


def check_arguments(names: Iterable[str], arguments: Mapping[str, str]) -> None:
    """Refuse what a crawl of these sites would refuse.

    Raises:
        UnknownSite: there is no such site.
        ArgumentError: says which argument, and what it may be.
    """
    for name in names:
        read_arguments(load_site(name), dict(arguments))


def sound_sites() -> dict[str, Site]:
    """The sites that can be loaded."""
    return _loaded()[0]


def broken_sites() -> list[str]:
    """Says what is wrong with each site that cannot be loaded, and with the folders of sites."""
    return [*folder_problems(), *_loaded()[1]]


def _loaded() -> tuple[dict[str, Site], list[str]]:
    sound, broken = {}, []
    for name in site_names():
        try:
            sound[name] = load_site(name)
        except BrokenSite as error:
            broken.append(str(error))
    return sound, broken


def site_hosts() -> list[str]:
    """The host of each site's home page."""
    homes = (urlsplit(site.home).hostname for site in sound_sites().values())
    return [host for host in homes if host]


def list_titles(name: str) -> dict[str, str]:
    """What a site calls its lists, by their names; nothing of one that cannot be loaded."""
    site = sound_sites().get(name)
    return {source.name: source.title for source in site.sources} if site is not None else {}


def lists_of_sites() -> list[dict[str, Any]]:
    """Every list of every site that can be loaded, as plain values, with where the site stands."""
    known = places()
    return [
        {
            "site": site.key,
            "title": site.title,
            "home": site.home,
            "form": known[site.key].form,
            "stands": "package" if known[site.key].shipped else str(known[site.key].path),
            "section": source.name,
            "section_title": source.title,
            "default": source.default,
        }
        for site in sound_sites().values()
        for source in site.sources
    ]
