"""Looks hosts up and judges the answers.

An attacker's name server gives a public address to whoever checks and 127.0.0.1 to whoever
connects. Therefore the answer that was judged is the one that is connected to
(`crawler.downloads.guarded`).
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence

from scrapy.exceptions import CannotResolveHostError

from crawler.network.addresses import literal, why_not, why_not_address
from crawler.network.exceptions import ForbiddenAddress, ForbiddenAnswer

LOOKUP_SECONDS = 10.0
KEPT_SECONDS = 60.0
KEPT_NAMES = 500
MOST_ADDRESSES = 16
"""Addresses of one name that are used; a hostile answer could hold hundreds."""

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""Looks up the addresses of a host name.

Raises:
    OSError: there is no such name, or no name server answers.
"""


async def system_lookup(host: str) -> Sequence[str]:
    """Asks the system's resolver: /etc/hosts and name servers, IPv4 and IPv6."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


class CheckedResolver:
    """Keeps answers for a minute. loopback: this machine may be reached, too."""

    def __init__(self, *, loopback: bool, lookup: Lookup = system_lookup) -> None:
        self._loopback = loopback
        self._lookup = lookup
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._unknown: set[str] = set()

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Returns a host's addresses, whether they may be reached or not.

        Raises:
            CannotResolveHostError: it has none, or nobody knows them.
        """
        written = literal(host)
        if written is not None:
            return (str(written),)
        host = host.lower()
        until, found = self._kept.get(host, (0.0, ()))
        if time.monotonic() < until:
            return found
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = tuple(await self._lookup(host))[:MOST_ADDRESSES]
        except (TimeoutError, OSError, UnicodeError) as error:
            raise CannotResolveHostError(f"{host}: {error}") from error
        if not found:
            raise CannotResolveHostError(f"{host} has no address")
        self._keep(host, found)
        return found

    async def allowed(self, host: str) -> tuple[str, ...]:
        """Returns a host's addresses if all of them may be reached.

        One that may not is enough to refuse the host: attackers give a name a public and a
        private address to get round such checks.

        Raises:
            ForbiddenAddress: the host is spelt as an address that may not be reached.
            ForbiddenAnswer: the name leads to such an address.
            CannotResolveHostError: it has no address, or nobody knows it.
        """
        self.judge_spelling(host)
        found = await self.addresses(host)
        for address in found:
            try:
                why = why_not_address(address, loopback=self._loopback)
            except ValueError:
                raise CannotResolveHostError(f"{host}: {address[:100]!r} is no address") from None
            if why:
                raise ForbiddenAnswer(f"{host} leads to an address that is not asked: {why}")
        return found

    async def judge_behind_proxy(self, host: str) -> None:
        """Does as `allowed`, but leaves a name that this machine cannot look up to the proxy."""
        self.judge_spelling(host)
        if host in self._unknown:
            return
        try:
            await self.allowed(host)
        except CannotResolveHostError:
            if len(self._unknown) >= KEPT_NAMES:
                self._unknown.clear()
            self._unknown.add(host)

    def judge_spelling(self, host: str) -> None:
        """Raises `ForbiddenAddress` if a host needs no look-up to be refused."""
        why = why_not(host, loopback=self._loopback)
        if why:
            raise ForbiddenAddress(f"{host[:100]} is not asked: {why}")

    def _keep(self, host: str, found: tuple[str, ...]) -> None:
        if len(self._kept) >= KEPT_NAMES:
            self._kept.clear()
        self._kept[host] = (time.monotonic() + KEPT_SECONDS, found)
