"""Which article a URL is, whatever its site."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from types import ModuleType

from crawler.exceptions import BrokenSite
from crawler.site_places.loading import load_module
from crawler.site_places.places import URLS, SitePlace, places
from crawler.urls import Identity, generic
from crawler.urls.parts import is_in_domain, web_address

logger = logging.getLogger(__name__)

_WITHOUT_SCHEME = re.compile(
    r"(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?::[0-9]{1,5})?(?:[/?#]|\Z)", re.IGNORECASE
)


def identify_any(url: str) -> Identity:
    """Identify by the rules of the URL's own site, by `crawler.urls.generic` for all others.

    An address may lack its scheme, as people type it: www.guancha.cn/politics/….
    """
    url = url.strip()
    if _WITHOUT_SCHEME.match(url):
        url = f"https://{url}"
    address = web_address(url)
    host = address.host.partition(":")[0] if address else ""
    for domains, identify in _rules():
        if any(is_in_domain(host, domain) for domain in domains):
            return identify(url)
    return generic.identify(url)


@cache
def _rules() -> tuple[tuple[tuple[str, ...], Callable[[str], Identity]], ...]:
    modules = (_rules_of(place) for place in places().values())
    return tuple((module.DOMAINS, module.identify) for module in modules if module is not None)


def _rules_of(place: SitePlace) -> ModuleType | None:
    """The module with a site's rules; None for a broken site, which is logged."""
    name = place.name if place.form == "TOML" else f"{place.name}.{URLS}"
    try:
        return load_module(place, name)
    except BrokenSite as broken:
        logger.warning("%s", broken)
        return None
