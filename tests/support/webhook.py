"""A webhook on loopback that keeps what arrives at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from attrs import define, field


@define
class Webhook:
    """messages: {title, message, type} as apprise's json:// sends them. status: its answer.

    lets_go: no answer comes until it is set. asked: how many messages have reached it.
    """

    messages: list[dict[str, Any]] = field(factory=list)
    lets_go: asyncio.Event = field(factory=asyncio.Event)
    asked: int = 0
    status: int = 200
    url: str = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked += 1
        await self.lets_go.wait()
        if self.status == 200:
            self.messages.append(await request.json())
        return web.Response(status=self.status)


@asynccontextmanager
async def listening() -> AsyncIterator[Webhook]:
    """A webhook for as long as the block lasts."""
    hook = Webhook()
    hook.lets_go.set()
    runner = web.ServerRunner(web.Server(hook.answer), shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    hook.url = f"json://user:opensesame@{host}:{port}/alerts"
    try:
        yield hook
    finally:
        await runner.cleanup()
