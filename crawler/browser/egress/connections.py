"""Opens the connections that the browser's proxy was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from attrs import define

from crawler.browser.egress.streams import Stream, for_one_answer
from crawler.network.resolver import CheckedResolver

CONNECT_SECONDS = 10.0


class Connections(Protocol):
    """Opens connections to hosts whose names are allowed."""

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        """Opens a connection. tunnel: for https, of which nobody in between sees more.

        Raises:
            Refused: the host's address may not be reached.
            CannotResolveHostError, OSError, TimeoutError: it cannot be reached.
        """

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        """Rewrites the head of a plain request as the other end of its connection wants it."""


@define
class DirectConnections:
    """Connects to the addresses that the resolver has judged."""

    resolver: CheckedResolver

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        return await first_of(await self.resolver.allowed(host), port)

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        return for_one_answer(head, path)


async def first_of(addresses: Sequence[str], port: int) -> Stream:
    """Connects to the first address that answers."""
    trouble: Exception = OSError("the name has no address")
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return Stream(*await asyncio.open_connection(address, port))
        except (OSError, TimeoutError) as error:
            trouble = error
    raise trouble
