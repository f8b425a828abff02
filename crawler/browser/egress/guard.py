"""Decides which hosts the browser may ask."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from attrs import define, field

from crawler.network.exceptions import OffSite, Refused
from crawler.network.resolver import CheckedResolver
from crawler.urls.parts import is_in_domain


@define(kw_only=True, eq=False)
class Guard:
    """Allows the hosts of the site's domains, and `hosts`, which its declaration names."""

    domains: tuple[str, ...]
    resolver: CheckedResolver
    hosts: set[str] = field(factory=set)

    def judge(self, host: str) -> None:
        """Raises `Refused` for a host that may not be asked."""
        self.resolver.judge_spelling(host)
        host = host.rstrip(".").lower()
        own = any(is_in_domain(host, domain) for domain in self.domains)
        if not own and host not in self.hosts:
            raise OffSite(f"a page asked for {host[:100]}, which its site does not declare")

    def allows(self, url: str) -> bool:
        """Whether the host of a URL may be asked."""
        with suppress(ValueError, Refused):
            self.judge(urlsplit(url).hostname or "")
            return True
        return False
