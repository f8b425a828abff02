"""Crawls in which servers of this machine answer for the hosts of real URLs.

NEWSDESK_TEST_HOSTS holds a JSON object from host names (or "*" for all others) to addresses on
loopback, {"www.guancha.cn": "127.0.0.1:8000"}. Hosts that are not named do not resolve, so such a
crawl reaches nothing but this machine. The settings are in `loopback_settings`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import ssl
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response

from crawler.browser.egress.connections import first_of
from crawler.browser.egress.streams import HEAD_SECONDS, Stream, for_one_answer, join
from crawler.network.resolver import CheckedResolver

VARIABLE = "NEWSDESK_TEST_HOSTS"
CRAWLER = (sys.executable, "-P", "-m", "tests.support.loopback_crawl")
"""In place of `schedules.jobs.runner.CRAWLER`."""
HTTPS = 443


class LoopbackHandler(HTTP11DownloadHandler):
    """Download handler for http, and https as http, over the servers of NEWSDESK_TEST_HOSTS."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._targets = read_targets(os.environ[VARIABLE])

    async def download_request(self, request: Request) -> Response:
        address = urlsplit(request.url)
        target = self._targets.get(address.hostname or "", self._targets.get("*"))
        if target is None:
            raise CannotResolveHostError(f"{address.hostname} is not in {VARIABLE}")
        headers = request.headers.copy()
        headers["Host"] = address.netloc
        meta = {name: value for name, value in request.meta.items() if name != "proxy"}
        local = address._replace(scheme="http", netloc=target, fragment="").geturl()
        response = await super().download_request(
            request.replace(url=local, headers=headers, meta=meta)
        )
        return response.replace(url=request.url)


@define
class LoopbackConnections:
    """Lets the browser reach these servers, by https, too: with a certificate of its own."""

    targets: Mapping[str, str]
    _tls: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(factory=set)

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        target = self._target(host)
        if port == HTTPS:
            if self._tls is None:
                context = await asyncio.to_thread(_own_certificate)
                self._tls = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=context)
            target = f"127.0.0.1:{self._tls.sockets[0].getsockname()[1]}"
        return await self._connect(target)

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        return for_one_answer(head, path)

    async def close(self) -> None:
        if self._tls is not None:
            self._tls.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _target(self, host: str) -> str:
        target = self.targets.get(host, self.targets.get("*"))
        if target is None:
            raise OSError(f"{host} is not in {VARIABLE}")
        return target

    async def _connect(self, target: str) -> Stream:
        host, _, port = target.rpartition(":")
        return await first_of([host.strip("[]")], int(port))

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(Stream(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, client: Stream) -> None:
        """Passes one https request on as http."""
        try:
            with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
                async with asyncio.timeout(HEAD_SECONDS):
                    head = await client.reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                hosts = [h for h in head.splitlines() if h.lower().startswith(b"host:")]
                host = hosts[0].partition(b":")[2].strip().decode("latin-1") if hosts else ""
                server = await self._connect(self._target(host.partition(":")[0]))
                try:
                    server.writer.write(for_one_answer(head, path))
                    await join(client, server)
                finally:
                    server.close()
        finally:
            client.close()


def connections_for(crawler: Crawler, resolver: CheckedResolver) -> LoopbackConnections:
    """For the setting BROWSER_CONNECTIONS."""
    connections = LoopbackConnections(read_targets(os.environ[VARIABLE]))
    # The signal holds its receivers weakly; the proxy holds the connections.
    crawler.signals.connect(connections.close, signals.engine_stopped)
    return connections


def read_targets(text: str) -> Mapping[str, str]:
    """Host names and the loopback addresses ("127.0.0.1:8000") that stand in for them.

    Raises:
        ValueError: no JSON object of strings, or an address that is not on loopback.
    """
    targets = json.loads(text)
    if not isinstance(targets, dict):
        raise ValueError(f"{VARIABLE}={text!r} is no JSON object")  # noqa: TRY004
    for host, target in targets.items():
        address = urlsplit(f"http://{target}")
        if not ipaddress.ip_address(address.hostname or "").is_loopback or address.port is None:
            raise ValueError(f"{VARIABLE}: {host}: {target!r} is no loopback address:port")
    return targets


def _own_certificate() -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "newsdesk.invalid")])
    moment = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:  # the ssl module reads files only
        path = Path(folder) / "certificate.pem"
        path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(path)
    return context
