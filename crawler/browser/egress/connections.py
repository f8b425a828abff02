"""Where the browser's proxy gets its connections: from the internet, or from a test's servers."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from crawler.browser.egress.streams import Stream, for_one_answer, join
from crawler.network.resolver import CheckedResolver

CONNECT_SECONDS = 10.0
HEAD_SECONDS = 10.0
HTTPS = 443


class Connections(Protocol):
    """Opens connections to hosts that are allowed by name. own_tls: it vouches for no host."""

    own_tls: bool

    async def start(self) -> None:
        """Before the first connection."""

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        """A connection. tunnel: for https, of which nobody in between sees more.

        Raises:
            Refused: the host's address may not be reached.
            CannotResolveHostError, OSError, TimeoutError: it cannot be reached.
        """

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        """The head of a plain request, as the other end of a connection wants it."""

    async def close(self) -> None:
        """After the last connection."""


@define
class DirectConnections:
    """The real one: names are looked up and judged as for plain requests."""

    names: CheckedResolver
    own_tls: bool = False

    async def start(self) -> None:
        """Nothing to prepare."""

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        return await first_of(await self.names.allowed(host), port)

    def head(self, head: bytes, host: str, port: int, path: str) -> bytes:
        return for_one_answer(head, path)

    async def close(self) -> None:
        """Nothing to clear away."""


@define
class Loopback:
    """For tests: the servers on this machine that NEWSDESK_RESOLVE names, for https, too.

    targets: as `crawler.downloads.loopback.read_targets` gives them.
    """

    targets: Mapping[str, str]
    own_tls: bool = True
    _tls: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(factory=set)

    async def start(self) -> None:
        """Listen for what the browser takes for https."""
        context = await asyncio.to_thread(_own_certificate)
        self._tls = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=context)

    async def open(self, host: str, port: int, *, tunnel: bool) -> Stream:
        target = self._target(host)
        if port == HTTPS and self._tls is not None:
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
            raise OSError(f"{host} is not in NEWSDESK_RESOLVE")
        return target

    async def _connect(self, target: str) -> Stream:
        host, _, port = target.rpartition(":")
        return await first_of([host.strip("[]")], int(port))

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(Stream(reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, client: Stream) -> None:
        """Pass one https request on as http."""
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


async def first_of(addresses: Sequence[str], port: int) -> Stream:
    """A connection to the first address that answers."""
    trouble: Exception = OSError("the name has no address")
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return Stream(*await asyncio.open_connection(address, port))
        except (OSError, TimeoutError) as error:
            trouble = error
    raise trouble


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
