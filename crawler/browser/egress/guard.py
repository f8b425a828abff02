"""Which hosts the browser may ask."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from attrs import define, field

from crawler.network.exceptions import OffSite, Refused
from crawler.network.resolver import CheckedResolver


@define(kw_only=True, eq=False)
class Guard:
    """Lets through the site's own hosts, and those that its declaration names."""

    domains: tuple[str, ...]
    names: CheckedResolver
    hosts: set[str] = field(factory=set)

    def judge(self, host: str) -> None:
        """Raise `Refused` for any other."""
        self.names.judge_spelling(host)
        host = host.rstrip(".").lower()
        mine = any(host == name or host.endswith(f".{name}") for name in self.domains)
        if not mine and host not in self.hosts:
            raise OffSite(f"a page asked for {host[:100]}, which its site does not declare")

    def allows(self, url: str) -> bool:
        """Whether a page's request will come through."""
        with suppress(ValueError, Refused):
            self.judge(urlsplit(url).hostname or "")
            return True
        return False
