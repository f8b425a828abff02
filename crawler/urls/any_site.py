"""Which article a URL is, whatever its site."""

from __future__ import annotations

from crawler.urls import Identity, generic, guancha, sina
from crawler.urls.parts import web_address

_RULES = tuple((domain, rules.identify) for rules in (guancha, sina) for domain in rules.DOMAINS)


def identify_any(url: str) -> Identity:
    """Identify by the rules of the URL's own site, by `crawler.urls.generic` for all others."""
    address = web_address(url)
    host = address.host.partition(":")[0] if address else ""
    for domain, identify in _RULES:
        if host == domain or host.endswith("." + domain):
            return identify(url)
    return generic.identify(url)
