"""The only way out for the browser: a proxy on loopback that judges every connection.

Playwright's request interception does not see redirects, preconnects, workers or what Chromium
asks for itself, and a name may resolve to another address between a check and its use. Here
Chromium resolves nothing: it hands names to the proxy, which resolves and judges them and connects
to the very address that it has judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import define, field
from scrapy.exceptions import CannotResolveHostError

from crawler.browser.egress.connections import Connections
from crawler.browser.egress.streams import HEAD_SECONDS, Stream, join
from crawler.network.exceptions import BadAddress, Refused

HEAD_BYTES = 64 * 1024
CONNECTIONS = 64
"""Served at the same time; others wait."""
KEPT_REFUSALS = 200


@define(kw_only=True)
class GuardProxy:
    """Serves CONNECT and http.

    judge: raises `Refused` for a host and port that may not be asked. on_refused: is called for
    each request that was refused. refused: the latest refused hosts, and why.
    """

    judge: Callable[[str, int], None]
    connections: Connections
    on_refused: Callable[[Refused], None]
    port: int = 0
    refused: dict[str, Refused] = field(factory=dict)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(factory=set)
    _room: asyncio.Semaphore = field(factory=lambda: asyncio.Semaphore(CONNECTIONS))

    async def start(self) -> None:
        """Listens on a free port of loopback."""
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, limit=HEAD_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stops listening and cuts all open connections."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(Stream(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Stream) -> None:
        try:
            async with self._room:
                # A browser may hang up in the middle, or say nothing; that harms nobody.
                with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
                    await self._answer(client)
        finally:
            client.close()

    async def _answer(self, client: Stream) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await client.reader.readuntil(b"\r\n\r\n")
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(words) != 3:
            return
        method, target, _version = words
        try:
            host, port, path = _destination(method, target)
            server = await self._open(host, port, tunnel=path is None)
        except Refused as error:
            await _refuse(client, b"403 Forbidden", str(error))
            return
        except (CannotResolveHostError, OSError, TimeoutError) as error:
            await _refuse(client, b"502 Bad Gateway", f"{type(error).__name__}: {error}")
            return
        try:
            if path is None:
                client.writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.writer.write(self.connections.head(head, host, port, path))
            await join(client, server)
        finally:
            server.close()

    async def _open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        try:
            self.judge(host, port)
            return await self.connections.open(host, port, tunnel=tunnel)
        except Refused as error:
            if len(self.refused) >= KEPT_REFUSALS:
                del self.refused[next(iter(self.refused))]
            self.refused[host] = error
            self.on_refused(error)
            raise


def _destination(method: str, target: str) -> tuple[str, int, str | None]:
    """Returns the host and port of a request, and for http the path.

    A tunnel is for https; one to port 80 is for a WebSocket, which no page needs.
    """
    tunnel = method == "CONNECT"
    try:
        address = urlsplit(f"https://{target}" if tunnel else target)
        port = address.port or (443 if tunnel else 80)
    except ValueError as error:
        raise BadAddress(f"{target[:200]!r}: {error}") from None
    host = address.hostname
    scheme = "https" if tunnel else "http"
    if address.scheme != scheme or not host or "@" in address.netloc or (tunnel and port == 80):
        raise BadAddress(f"{target[:200]!r} is no web page's address")
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return host, port, None if tunnel else path


async def _refuse(client: Stream, status: bytes, why: str) -> None:
    body = why.encode()
    client.writer.write(
        b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n%s" % (status, len(body), body)
    )
    await client.writer.drain()
