"""Which article a URL is, whatever its site."""

from __future__ import annotations

from collections.abc import Callable

from crawler.urls import Identity, generic, guancha, sina
from crawler.urls.parts import web_address

_RULES: tuple[tuple[tuple[str, ...], Callable[[str], Identity]], ...] = (
    (guancha.DOMAINS, guancha.identify),
    (sina.DOMAINS, sina.identify),
)


def identify_any(url: str) -> Identity:
    """Identify by the rules of the URL's own site, by `crawler.urls.generic` for all others."""
    address = web_address(url)
    host = address.host.partition(":")[0] if address else ""
    for domains, identify in _RULES:
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            return identify(url)
    return generic.identify(url)
