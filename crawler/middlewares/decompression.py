"""Unpacks answers strictly: half a gzip stream is an error, never half an article.

Scrapy's own middleware hands out as much as it could unpack of a damaged stream.
"""

from __future__ import annotations

import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from crawler.network.exceptions import BadEncoding, TooLarge

ACCEPTED = b"gzip, deflate"
_GZIP, _ZLIB, _RAW = 31, 15, -15
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_LAYERS = 2
_MOST_MEMBERS = 100
"""Of a gzip file. Servers send one; a hundred thousand empty ones would keep us busy."""


class DecompressionMiddleware:
    """Asks for gzip or deflate and unpacks it, up to `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        layers = [
            layer for layer in map(str.strip, named.split(",")) if layer not in {"", "identity"}
        ]
        if not layers or not response.body:
            return response
        if len(layers) > _MOST_LAYERS:
            raise BadEncoding(f"{response.url} is packed {len(layers)} times: {named}")
        body = response.body
        for layer in reversed(layers):
            body = unpack(body, layer, self.limit, response.url)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)


def unpack(data: bytes, layer: str, limit: int, url: str = "") -> bytes:
    """Undoes one Content-Encoding.

    Raises:
        BadEncoding: unknown, damaged or cut off.
        TooLarge: more than `limit` bytes come out.
    """
    try:
        if layer in {"gzip", "x-gzip"}:
            return _inflate(data, _GZIP, limit, url)
        if layer == "deflate":
            return _deflated(data, limit, url)
    except zlib.error as error:
        raise BadEncoding(f"{url}: damaged {layer}: {error}") from error
    raise BadEncoding(f"{url} is packed with {layer}, which was not asked for")


def _deflated(data: bytes, limit: int, url: str) -> bytes:
    """Inflates with or without zlib's header, which many servers leave out."""
    try:
        return _inflate(data, _ZLIB, limit, url)
    except zlib.error:
        return _inflate(data, _RAW, limit, url)


def _inflate(data: bytes, window: int, limit: int, url: str) -> bytes:
    """Inflates one stream, or the members of a gzip file one after another."""
    unpacked = b""
    for _ in range(_MOST_MEMBERS):
        stream = zlib.decompressobj(window)
        unpacked += stream.decompress(data, limit - len(unpacked) + 1)
        if len(unpacked) > limit:
            raise TooLarge(f"{url} unpacks to more than {limit} bytes")
        if not stream.eof:
            raise BadEncoding(f"{url} is cut off after {len(unpacked)} unpacked bytes")
        data = stream.unused_data
        if window != _GZIP or not data.startswith(_GZIP_MAGIC):
            return unpacked
    raise BadEncoding(f"{url} consists of more than {_MOST_MEMBERS} gzip members")
