"""A web server on loopback that plays the sites and writes down who asked for what, and when."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web
from attrs import define, field

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@define(kw_only=True)
class Hit:
    """A request as the server saw it. at_once: requests under way then.

    at, answered: seconds, monotonic. A busy machine notes `at` late, so that what follows seems
    to come early; nothing that waits for the answer can come early after `answered`.
    """

    url: str
    host: str
    at: float
    at_once: int
    headers: Mapping[str, str]
    answered: float = math.inf


@define
class SiteServer:
    """Answers by host and path with query ("www.guancha.cn/list_1.shtml"), else `fallback`: 404.

    hold: by host, seconds that an answer takes, so that requests at the same time can be seen.
    """

    pages: dict[str, Handler] = field(factory=dict)
    hits: list[Hit] = field(factory=list)
    hold: dict[str, float] = field(factory=dict)
    fallback: Handler | None = None
    address: str = ""
    _active: int = 0

    def page(
        self,
        url: str,
        body: str | bytes = b"",
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Answer `url` with this."""
        data = body.encode("utf-8", errors="surrogatepass") if isinstance(body, str) else body
        named = {"Content-Type": content_type, **(headers or {})}

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(body=data, status=status, headers=named)

        self.pages[url] = answer
        return self

    def asked(self, part: str = "") -> list[str]:
        """The URLs asked for, in order, that hold `part`."""
        return [hit.url for hit in self.hits if part in hit.url]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Write the request down and answer it."""
        self._active += 1
        url = f"{request.host}{request.raw_path}"
        hit = Hit(
            url=url,
            host=request.host,
            at=time.monotonic(),
            at_once=self._active,
            headers=dict(request.headers),
        )
        self.hits.append(hit)
        try:
            await asyncio.sleep(self.hold.get(request.host, 0.0))
            handler = self.pages.get(url, self.fallback)
            if handler is None:
                return web.Response(status=404, text="not here")
            return await handler(request)
        finally:
            self._active -= 1
            hit.answered = time.monotonic()


@asynccontextmanager
async def running(server: SiteServer) -> AsyncIterator[SiteServer]:
    """The server on a free loopback port while the block runs."""
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.address = f"{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()


def cut_off(body: bytes) -> Handler:
    """An answer that promises more than it gives before it hangs up."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        response.content_length = len(body) + 1000
        await response.prepare(request)
        await response.write(body)
        if request.transport is not None:
            request.transport.close()
        return response

    return answer
