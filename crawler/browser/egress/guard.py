"""Decides which hosts the browser may ask."""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import define, field

from crawler.network.exceptions import BadAddress, OffSite, Refused
from crawler.network.resolver import CheckedResolver
from crawler.site import WEB_PORTS
from crawler.urls.parts import is_in_domain


@define(kw_only=True, eq=False)
class Guard:
    """Allows the hosts of the site's domains, and `hosts`, which its declaration names, at its
    ports."""

    domains: tuple[str, ...]
    resolver: CheckedResolver
    hosts: set[str] = field(factory=set)
    ports: Container[int] = WEB_PORTS

    def judge(self, host: str, port: int) -> None:
        """Raises `Refused` for a host, or a port of it, that may not be asked."""
        self.resolver.judge_spelling(host)
        host = host.rstrip(".").lower()
        own = any(is_in_domain(host, domain) for domain in self.domains)
        if not own and host not in self.hosts:
            raise OffSite(f"a page asked for {host[:100]}, which its site does not declare")

        if port not in self.ports:
            raise BadAddress(f"a page asked for port {port} of {host[:100]}")

    def allows(self, url: str) -> bool:
        """Whether a URL may be asked for."""
        with suppress(Refused):
            self.judge_url(url)
            return True
        return False

    def judge_url(self, url: str) -> None:
        """Raises `Refused` for a URL that may not be asked for."""
        try:
            address = urlsplit(url)
            port = address.port
        except ValueError as error:
            raise BadAddress(f"{url[:200]!r}: {error}") from None
        secure = address.scheme in {"https", "wss"}
        self.judge(address.hostname or "", port or (443 if secure else 80))
