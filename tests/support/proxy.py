"""An HTTP proxy on loopback: answers for any host itself, tunnels to one port, wants a password."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from attrs import define, field

from tests.support.faults import OK

PAGE = b"<html><body><a href='/a'>x</a></body></html>"
ANSWER = OK + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE) + PAGE


@define
class Proxy:
    """asked: first lines of requests, in order. tunnel_port: where every CONNECT leads."""

    user: str
    password: str
    tunnel_port: int = 0
    asked: list[str] = field(factory=list)
    turned_away: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            line = head.partition("\r\n")[0]
            key = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            if f"Proxy-Authorization: Basic {key}".lower() not in head.lower():
                self.turned_away += 1
                writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            elif line.startswith("CONNECT "):
                self.asked.append(line)
                await self._tunnel(reader, writer)
            else:
                self.asked.append(line)
                writer.write(ANSWER)
            await writer.drain()
        writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.tunnel_port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with suppress(ConnectionError):
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            target.close()

        await asyncio.gather(copy(reader, back), copy(there, writer))


@asynccontextmanager
async def proxying(proxy: Proxy) -> AsyncIterator[int]:
    """The proxy on a free loopback port, which is given, while the block runs."""
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(proxy.handle(reader, writer)))

    listening = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
