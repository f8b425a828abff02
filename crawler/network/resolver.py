"""Looking up hosts and judging the answers, so that a connection goes where it was looked up.

An attacker's name server gives a public address to whoever checks and 127.0.0.1 to whoever
connects. Here one answer is judged, and the same answer is connected to (`middlewares.guarded`).
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
"""Of one name; a hostile answer could hold hundreds."""

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""A host name -> its addresses, as the system gives them.

Raises:
    OSError: there is no such name, or no name server answers.
"""


async def system_lookup(host: str) -> Sequence[str]:
    """The system's own resolver: /etc/hosts and name servers, IPv4 and IPv6."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


class CheckedResolver:
    """Answers of a look-up, kept for a minute. loopback: this machine may be reached, too."""

    def __init__(self, *, loopback: bool, lookup: Lookup = system_lookup) -> None:
        self._loopback = loopback
        self._lookup = lookup
        self._kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        self._unknown: set[str] = set()

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Where a host is, whether that may be reached or not.

        Raises:
            CannotResolveHostError: nobody knows.
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
        """Where a host is, if all its addresses may be reached.

        One that may not is enough to refuse: a name with a public and a private address is how
        the check is got round.

        Raises:
            ForbiddenAddress: the host is spelt as an address that may not be reached.
            ForbiddenAnswer: the name leads to such an address.
            CannotResolveHostError: nobody knows where it leads.
        """
        self.judge_spelling(host)
        found = await self.addresses(host)
        for address in found:
            why = why_not_address(address, loopback=self._loopback)
            if why:
                raise ForbiddenAnswer(f"{host} leads to an address that is not asked: {why}")
        return found

    async def judge_behind_proxy(self, host: str) -> None:
        """As `allowed`, but a name that this machine cannot look up is left to the proxy."""
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
        """Raise `ForbiddenAddress` if a host needs no look-up to be refused."""
        why = why_not(host, loopback=self._loopback)
        if why:
            raise ForbiddenAddress(f"{host[:100]} is not asked: {why}")

    def _keep(self, host: str, found: tuple[str, ...]) -> None:
        if len(self._kept) >= KEPT_NAMES:
            self._kept.clear()
        self._kept[host] = (time.monotonic() + KEPT_SECONDS, found)
