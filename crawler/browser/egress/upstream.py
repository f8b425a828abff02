"""Lets the browser out through the operator's proxy, where the site has one."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import proxy_bypass

from attrs import define
from scrapy.crawler import Crawler

from crawler.browser.egress.connections import Connections, DirectConnections, first_of
from crawler.browser.egress.streams import HEAD_SECONDS, Stream, for_one_answer
from crawler.downloads.proxies import proxies_for
from crawler.network.resolver import CheckedResolver
from crawler.site import site_of
from pipelines.config import load_settings

DEFAULT_PORTS = {"http": 80, "https": 443}
_log = logging.getLogger(__name__)


@define
class ProxiedConnections:
    """Tunnels for https, plain requests for http; hosts in `no_proxy` are reached directly.

    proxies: their URLs by scheme, with user and password, which appear in no log.
    """

    resolver: CheckedResolver
    proxies: Mapping[str, str]

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        proxy = self._proxy_of(host, tunnel=tunnel)
        if proxy is None:
            return await DirectConnections(self.resolver).open(host, port, tunnel=tunnel)
        await self.resolver.judge_behind_proxy(host)
        stream = await first_of([proxy.hostname or ""], _port_of(proxy))
        if tunnel:
            try:
                await _dig(stream, f"{host}:{port}", proxy)
            except BaseException:
                stream.close()
                raise
        return stream

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        proxy = self._proxy_of(host, tunnel=False)
        if proxy is None:
            return for_one_answer(head, path)
        line, _, headers = for_one_answer(head, f"http://{host}:{port}{path}").partition(b"\r\n")
        return line + b"\r\n" + _credentials(proxy) + headers

    def _proxy_of(self, host: str, *, tunnel: bool) -> SplitResult | None:
        url = self.proxies.get("https" if tunnel else "http")
        if url is None or proxy_bypass(host):
            return None
        return urlsplit(url if "://" in url else f"http://{url}")


def connections_for(crawler: Crawler, resolver: CheckedResolver) -> Connections:
    """Lets a crawl's browser out as the crawl itself goes (setting BROWSER_CONNECTIONS)."""
    site = site_of(crawler.spider)
    proxies = proxies_for(site, load_settings()) if site else {}
    return ProxiedConnections(resolver, proxies) if proxies else DirectConnections(resolver)


async def _dig(stream: Stream, target: str, proxy: SplitResult) -> None:
    """Has the proxy open a tunnel.

    Raises:
        OSError: it does not. Its answer is logged, since only the operator can mend a proxy that
            is away or wants another password.
    """
    stream.writer.write(
        f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n".encode() + _credentials(proxy) + b"\r\n"
    )
    async with asyncio.timeout(HEAD_SECONDS):
        try:
            head = await stream.reader.readuntil(b"\r\n\r\n")
        except (EOFError, asyncio.LimitOverrunError) as error:
            raise OSError(f"the proxy gave no answer to CONNECT {target}: {error}") from error
    line = head.partition(b"\r\n")[0].decode("latin-1")[:100]
    words = line.split(" ")
    if len(words) < 2 or not words[1].startswith("2"):
        _log.warning("The proxy %s answers %r to CONNECT %s", proxy.hostname, line, target)
        raise OSError(f"the proxy answers {line!r} to CONNECT {target}")


def _port_of(proxy: SplitResult) -> int:
    return proxy.port or DEFAULT_PORTS.get(proxy.scheme, 80)


def _credentials(proxy: SplitResult) -> bytes:
    if proxy.username is None:
        return b""
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return b"Proxy-Authorization: Basic " + base64.b64encode(pair.encode()) + b"\r\n"
