"""Downloads from the public internet only, within bounds of time and size.

Each host is looked up once, the answer is judged, and the connection goes to the very address
that was judged, because Twisted has no resolver of its own here. Redirects and robots.txt are
requests like any other, so each hop is judged. TLS still names and verifies the host.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
)
from twisted.web.iweb import IResponse
from zope.interface import implementer

from crawler.network.exceptions import ForbiddenAddress, ForbiddenAnswer, HeadersTooLarge
from crawler.network.resolver import KEPT_NAMES, CheckedResolver, system_lookup
from pipelines.counting import counters

if TYPE_CHECKING:
    from twisted.web._newclient import Request as TxRequest

MOST_HEADER_BYTES = 64 * 1024
"""Of one answer. Scrapy has no bound of its own but the time-out, in which gigabytes can come."""


class _Receiver(Protocol):
    """The methods of Twisted's IResolutionReceiver."""

    def resolutionBegan(self, resolution: object) -> None: ...  # noqa: N802 - Twisted's names
    def addressResolved(self, address: object) -> None: ...  # noqa: N802
    def resolutionComplete(self) -> None: ...  # noqa: N802


@implementer(IHostResolution)
class _Answered:
    """A look-up that is over as soon as it begins."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Does nothing: the look-up is over."""


@implementer(IHostnameResolver)
class PinnedResolver:
    """Twisted's resolver; answers what it was told and looks nothing up (TWISTED_DNS_RESOLVER)."""

    def __init__(self, reactor: ReactorBase) -> None:
        self._reactor = reactor
        self._pins: dict[str, Sequence[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        return cls(reactor)

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)  # type: ignore[arg-type]

    def pin(self, host: str, addresses: Sequence[str]) -> None:
        """Lets connections to `host` go to these: the next one, and its repetition by Twisted."""
        if len(self._pins) >= KEPT_NAMES:
            self._pins.clear()
        self._pins[host.lower()] = addresses

    def resolveHostName(  # noqa: N802 - Twisted's names
        self,
        resolutionReceiver: _Receiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: object = None,  # noqa: N803
        transportSemantics: object = None,  # noqa: N803
    ) -> _Answered:
        answered = _Answered(hostName)
        resolutionReceiver.resolutionBegan(answered)
        for address in self._pins.get(hostName.lower(), ()):
            kind = IPv6Address if ":" in address else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", address, portNumber))
        resolutionReceiver.resolutionComplete()
        return answered


class _BoundedParser(_LenientHTTPClientParser):
    """Gives up on an answer whose headers do not end."""

    _header_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self._header_bytes += len(line) + 1
        if self._header_bytes > MOST_HEADER_BYTES:
            raise HeadersTooLarge(f"more than {MOST_HEADER_BYTES} bytes of headers came")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        self._parser.__class__ = _BoundedParser  # as Scrapy does: Twisted names its parser itself
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: N802 - Twisted's name
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class GuardedHandler(HTTP11DownloadHandler):
    """Download handler for http and https; needs `PinnedResolver` on the reactor.

    Behind a proxy the target is judged by its spelling and, if this machine can look it up, by its
    addresses. The proxy itself may be anywhere, since the operator chose it.
    """

    @staticmethod
    async def lookup(host: str) -> Sequence[str]:
        """Looks a name up; a test puts another name server here."""
        return await system_lookup(host)

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        resolver = getattr(reactor, "nameResolver", None)
        if not isinstance(resolver, PinnedResolver):
            raise TypeError("GuardedHandler needs TWISTED_DNS_RESOLVER to be PinnedResolver")
        self._resolver = resolver
        self._pool._factory = _BoundedFactory  # noqa: SLF001 - as Scrapy does, there is no other way
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._checked = CheckedResolver(
            loopback=crawler.settings.getbool("NEWSDESK_ALLOW_LOOPBACK"), lookup=self.lookup
        )

    async def download_request(self, request: Request) -> Response:
        """Returns the answer; DOWNLOAD_TIMEOUT counts from the look-up to the last byte."""
        seconds = float(request.meta.get("download_timeout") or self._seconds)
        try:
            async with asyncio.timeout(seconds):
                host, addresses = await self._destination(request)
                # Nothing else runs between this and the connection's own look-up.
                self._resolver.pin(host, addresses)
                return await super().download_request(request)
        except (ForbiddenAddress, ForbiddenAnswer):
            counters.REFUSED_ADDRESS.add(self._crawler.stats)
            raise
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url} took longer than {seconds:g} s") from error

    async def _destination(self, request: Request) -> tuple[str, Sequence[str]]:
        """Returns the host to connect to and its addresses."""
        target = urlparse_cached(request).hostname or ""
        proxy = request.meta.get("proxy")
        if not proxy:
            return target, await self._checked.allowed(target)
        await self._checked.judge_behind_proxy(target)
        host = urlsplit(proxy).hostname or ""
        return host, await self._checked.addresses(host)
