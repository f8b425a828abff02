"""HEAD: what GET would say of itself, without saying it."""

from __future__ import annotations

from attrs import define
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _Said(Exception):
    """Raised when the headers are sent: what follows them is nobody's, however long it is."""


@define(frozen=True)
class Heads:
    """An ASGI application in front of another, which answers HEAD as that one answers GET."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                raise _Said

        try:
            await self.app({**scope, "method": "GET"}, receive, send_head)
        except _Said:
            return None
