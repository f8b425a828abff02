"""The browser's way out: what may pass goes to the very address that was judged, all else ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from attrs import define, field

from crawler.browser.egress.connections import DirectConnections
from crawler.browser.egress.guard import Guard
from crawler.browser.egress.proxy import GuardProxy
from crawler.browser.egress.streams import Stream
from crawler.network.exceptions import Refused
from crawler.network.resolver import CheckedResolver
from tests.support.server import SiteServer, running


@define
class Lookups:
    """A name server that answers as it was told, one answer after the other."""

    answers: dict[str, list[Sequence[str]]]
    asked: list[str] = field(factory=list)

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answers = self.answers.get(host, [[]])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@define
class Reached(DirectConnections):
    """The internet, in which every connection ends at a server of the test. reached: where to."""

    port: int = 0
    reached: list[tuple[str, int]] = field(factory=list)

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        address = (await self.resolver.allowed(host))[0]
        self.reached.append((address, port))
        return Stream(*await asyncio.open_connection("127.0.0.1", self.port))


@asynccontextmanager
async def proxy(
    lookups: Lookups, port: int, *, hosts: Sequence[str] = ()
) -> AsyncIterator[tuple[GuardProxy, Reached, list[Refused]]]:
    resolver = CheckedResolver(loopback=False, lookup=lookups)
    refused: list[Refused] = []
    connections = Reached(resolver, port=port)
    made = GuardProxy(
        judge=Guard(domains=("news.example",), resolver=resolver, hosts=set(hosts)).judge,
        connections=connections,
        on_refused=refused.append,
    )
    await made.start()
    try:
        yield made, connections, refused
    finally:
        await made.close()


async def say(made: GuardProxy, words: str) -> str:
    """What the proxy, or the server behind it, answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", made.port)
    writer.write(words.encode("latin-1") + b"\r\n\r\n")
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer.decode("utf-8", errors="replace")


async def test_a_declared_host_is_reached_at_the_address_that_was_judged() -> None:
    site = SiteServer().page("www.news.example/list?page=1", "entries")
    # Rebinding: whoever asks a second time is led to this machine.
    lookups = Lookups({"www.news.example": [["203.0.114.7"], ["127.0.0.1"]]})
    async with running(site), proxy(lookups, int(site.address.rpartition(":")[2])) as made:
        answer = await say(
            made[0],
            "GET http://www.news.example/list?page=1 HTTP/1.1\r\nHost: www.news.example\r\n"
            "Proxy-Connection: keep-alive\r\nConnection: keep-alive\r\nX-Token: t",
        )
    assert answer.endswith("entries")
    assert made[1].reached == [("203.0.114.7", 80)]
    assert lookups.asked == ["www.news.example"], "looked up once, and that answer was used"
    headers = {name.lower(): value for name, value in site.hits[0].headers.items()}
    assert headers["x-token"] == "t"
    assert headers["connection"] == "close"
    assert "proxy-connection" not in headers


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("GET http://127.0.0.1/secret", "forbidden_address"),
        ("GET http://2130706433/secret", "forbidden_address"),
        ("GET http://[::ffff:127.0.0.1]/secret", "forbidden_address"),
        ("GET http://localhost/secret", "forbidden_address"),
        ("GET http://169.254.169.254/latest/meta-data", "forbidden_address"),
        ("CONNECT 127.0.0.1:443", "forbidden_address"),
        ("CONNECT [::1]:443", "forbidden_address"),
        ("GET http://inside.news.example/", "forbidden_answer"),
        ("CONNECT inside.news.example:443", "forbidden_answer"),
        ("GET http://both.news.example/", "forbidden_answer"),
        ("GET http://ads.example/track.js", "off_site"),
        ("CONNECT clients2.google.com:443", "off_site"),
        ("GET http://news.example.evil.example/", "off_site"),
        ("GET http://203.0.114.7/", "off_site"),
        ("CONNECT www.news.example:80", None),  # a WebSocket's tunnel
        ("GET ftp://www.news.example/", None),
        ("GET /list", None),
        ("GET http://user:password@www.news.example/", None),
        ("GET http://www.news.example:99999/", None),
        ("GET http://www.news.example:22/", "bad_url"),
        ("CONNECT www.news.example:6379", "bad_url"),
    ],
)
async def test_all_else_is_refused(target: str, reason: str | None) -> None:
    lookups = Lookups(
        {
            "www.news.example": [["203.0.114.7"]],
            "inside.news.example": [["10.0.0.1"]],
            "both.news.example": [["203.0.114.7", "192.168.1.1"]],
        }
    )
    secret = SiteServer()
    async with running(secret), proxy(lookups, int(secret.address.rpartition(":")[2])) as made:
        answer = await say(made[0], f"{target} HTTP/1.1\r\nHost: www.news.example")
    assert answer.startswith("HTTP/1.1 403 ")
    assert made[1].reached == []
    assert secret.hits == []
    assert [error.reason for error in made[2]] == ([reason] if reason else [])


async def test_a_host_that_a_list_declares_may_be_asked() -> None:
    site = SiteServer().page("api.cdn.example/rows", "[]")
    lookups = Lookups({"api.cdn.example": [["203.0.114.9"]]})
    port_of = int
    async with (
        running(site),
        proxy(lookups, port_of(site.address.rpartition(":")[2]), hosts=["api.cdn.example"]) as made,
    ):
        words = "GET http://api.cdn.example/rows HTTP/1.1\r\nHost: api.cdn.example"
        assert (await say(made[0], words)).endswith("[]")


async def test_a_name_that_nobody_knows_is_no_refusal() -> None:
    async with proxy(Lookups({}), 1) as made:
        answer = await say(made[0], "GET http://gone.news.example/ HTTP/1.1\r\nHost: x")
    assert answer.startswith("HTTP/1.1 502 ")
    assert made[2] == []


@pytest.mark.parametrize("words", ["", "GET", "\x00\x01\x02", "GET http://www.news.example/"])
async def test_nonsense_is_hung_up_on(words: str) -> None:
    async with proxy(Lookups({}), 1) as made:
        assert await say(made[0], words) == ""
