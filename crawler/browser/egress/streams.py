"""One end of a connection, and passing data on between two of them."""

from __future__ import annotations

import asyncio
import re

from attrs import define

IDLE_SECONDS = 60.0
HEAD_SECONDS = 10.0
"""Until the head of a request, or of a proxy's answer, has come."""
CONNECTION_BYTES = 32 * 1024 * 1024
"""Each way; no page needs more."""
BLOCK = 64 * 1024
# Headers that concern one connection alone.
_HOP_HEADERS = re.compile(rb"(?im)^(?:proxy-[^:\r\n]*|connection|keep-alive|te|upgrade):[^\n]*\n")


@define(frozen=True)
class Stream:
    """One end of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def close(self) -> None:
        """Hangs up without waiting until all was sent."""
        if not self.writer.is_closing():
            self.writer.close()


def for_one_answer(head: bytes, path: str) -> bytes:
    """Rewrites a request's head so that the server answers once and hangs up.

    So every request comes by a connection of its own and is judged by itself.
    """
    line, _, headers = head.partition(b"\r\n")
    words = line.split(b" ")
    first = b" ".join((words[0], path.encode("latin-1"), words[-1]))
    return first + b"\r\nConnection: close\r\n" + _HOP_HEADERS.sub(b"", headers)


async def join(one: Stream, other: Stream) -> None:
    """Passes data on both ways until one end has hung up."""
    ways = [
        asyncio.ensure_future(_pass(one.reader, other.writer)),
        asyncio.ensure_future(_pass(other.reader, one.writer)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    left = CONNECTION_BYTES
    while left > 0:
        async with asyncio.timeout(IDLE_SECONDS):
            block = await reader.read(BLOCK)
            if not block:
                return
            writer.write(block)
            await writer.drain()
        left -= len(block)
