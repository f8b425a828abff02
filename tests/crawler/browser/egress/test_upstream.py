"""The browser's way out through an operator's proxy that wants a password."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from crawler.browser.egress.guard import Guard
from crawler.browser.egress.proxy import GuardProxy
from crawler.browser.egress.upstream import ProxiedConnections
from crawler.network.exceptions import Refused
from crawler.network.resolver import CheckedResolver
from tests.support.proxy import PAGE, Proxy, proxying
from tests.support.server import SiteServer, running

HOST = "news.example"


async def unknown(host: str) -> Sequence[str]:
    raise OSError(f"{host}: a name that only the proxy knows")


async def inside(host: str) -> Sequence[str]:
    return ["10.0.0.7"]


@asynccontextmanager
async def way_through(
    theirs: Proxy, *, resolver: CheckedResolver | None = None
) -> AsyncIterator[tuple[GuardProxy, list[Refused]]]:
    refused: list[Refused] = []
    resolver = resolver or CheckedResolver(loopback=False, lookup=unknown)
    async with proxying(theirs) as port:
        url = f"http://desk:s3cret@127.0.0.1:{port}"
        made = GuardProxy(
            judge=Guard(domains=(HOST,), resolver=resolver).judge,
            connections=ProxiedConnections(resolver, {"http": url, "https": url}),
            on_refused=refused.append,
        )
        await made.start()
        try:
            yield made, refused
        finally:
            await made.close()


async def say(made: GuardProxy, *words: str) -> str:
    """What comes back when these are said one after the other."""
    reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
    answer = b""
    for each in words[:-1]:
        writer.write(each.encode() + b"\r\n\r\n")
        answer += await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    writer.write(words[-1].encode() + b"\r\n\r\n")
    answer += await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer.decode()


async def test_https_goes_through_a_tunnel() -> None:
    site = SiteServer().page(f"{HOST}/a", "behind the proxy")
    async with running(site):
        theirs = Proxy("desk", "s3cret", tunnel_port=int(site.address.rpartition(":")[2]))
        async with way_through(theirs) as (made, _refused):
            request = f"GET /a HTTP/1.1\r\nHost: {HOST}\r\nConnection: close"
            answer = await say(made, f"CONNECT {HOST}:443 HTTP/1.1", request)
    assert answer.endswith("behind the proxy")
    assert theirs.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


async def test_http_is_asked_of_the_proxy_itself() -> None:
    theirs = Proxy("desk", "s3cret")
    async with way_through(theirs) as (made, _refused):
        answer = await say(made, f"GET http://{HOST}/a?b=1 HTTP/1.1\r\nHost: {HOST}")
    assert answer.endswith(PAGE.decode())
    assert theirs.asked == [f"GET http://{HOST}:80/a?b=1 HTTP/1.1"]


async def test_a_wrong_password_is_said_without_the_password(
    caplog: pytest.LogCaptureFixture,
) -> None:
    theirs = Proxy("desk", "another")
    async with way_through(theirs) as (made, refused):
        answer = await say(made, f"CONNECT {HOST}:443 HTTP/1.1")
    assert answer.startswith("HTTP/1.1 502 ")
    assert "the proxy answers 'HTTP/1.1 407 No'" in answer
    assert "answers 'HTTP/1.1 407 No' to CONNECT news.example:443" in caplog.text
    assert "s3cret" not in answer + caplog.text
    assert (refused, theirs.turned_away) == ([], 1)


async def test_the_target_is_judged_all_the_same() -> None:
    theirs = Proxy("desk", "s3cret")
    async with way_through(theirs, resolver=CheckedResolver(loopback=False, lookup=inside)) as (
        made,
        refused,
    ):
        answer = await say(made, f"CONNECT {HOST}:443 HTTP/1.1")
        other = await say(made, "CONNECT other.example:443 HTTP/1.1")
    assert answer.startswith("HTTP/1.1 403 ")
    assert other.startswith("HTTP/1.1 403 ")
    assert [each.reason for each in refused] == ["forbidden_answer", "off_site"]
    assert theirs.asked == []


async def test_hosts_in_no_proxy_are_reached_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", HOST)
    theirs = Proxy("desk", "s3cret")
    async with way_through(theirs) as (made, _refused):
        answer = await say(made, f"CONNECT {HOST}:443 HTTP/1.1")
    assert "a name that only the proxy knows" in answer
    assert theirs.asked == []
