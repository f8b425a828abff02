"""Unpacks answers strictly: half a gzip stream is an error, never half an article.

Scrapy's own middleware hands out as much as it could unpack of a damaged stream. What the header
says is a claim: `Content-Encoding: utf-8` packs nothing, gzip may come unannounced, and a plain
page or text is read though the header calls it gzip.
"""

from __future__ import annotations

import codecs
import re
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
_ASKED = frozenset({"gzip", "x-gzip", "deflate"})
_UNASKED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}+(?:<[!?a-zA-Z]|[\[{]\s{0,200}+[\"\[{\]}0-9])")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_CHARSETS = ("utf-8", "gb18030")
_HEAD = 4096
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
        said = b",".join(response.headers.getlist("Content-Encoding"))
        body = unpacked_body(response.body, said, self.limit, response.url)
        if body is response.body and "Content-Encoding" not in response.headers:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        return response.replace(cls=kind, headers=headers, body=body)


def unpacked_body(body: bytes, said: bytes, limit: int, url: str) -> bytes:
    """Undoes all packing of a body. said: its Content-Encoding.

    Raises:
        BadEncoding: unknown, damaged or cut off.
        TooLarge: more than `limit` bytes come out.
    """
    if not body:
        return body
    named = _layers(said)
    if len(named) > _MOST_LAYERS:
        raise BadEncoding(f"{url} is packed {len(named)} times: {', '.join(named)}")
    for layer in reversed(named):
        if not _is_plain(body) and not (layer in _ASKED and _is_text(body)):
            body = unpack(body, layer, limit, url)
    for _ in range(_MOST_LAYERS - len(named)):
        if body.startswith(_GZIP_MAGIC):
            body = unpack(body, "gzip", limit, url)
        elif _begins_as_zlib(body):
            body = _unpacked_unless_damaged(body, limit, url)
    return body


def _unpacked_unless_damaged(body: bytes, limit: int, url: str) -> bytes:
    """What nothing calls packed is taken as it is if it is no whole stream."""
    try:
        return unpack(body, "deflate", limit, url)
    except BadEncoding:
        return body


def _layers(said: bytes) -> list[str]:
    """The ways in which a body is said to be packed, without words that say nothing of it."""
    named = said.decode("latin-1").lower().split(",")
    words = (word.partition(";")[0].strip("\"' \t") for word in named)
    return [word for word in words if word in _ASKED | _UNASKED]


def _is_plain(body: bytes) -> bool:
    """Whether a body is text as it stands: no packed one begins like a page or like JSON."""
    return _TEXT.match(body) is not None


def _is_text(body: bytes) -> bool:
    """Whether a body without markup is text: no packed one goes long without control bytes."""
    head = body[:_HEAD]
    if body.startswith(_GZIP_MAGIC) or _begins_as_zlib(body) or _CONTROL.search(head):
        return False
    for charset in _CHARSETS:
        try:
            codecs.getincrementaldecoder(charset)().decode(head)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _begins_as_zlib(body: bytes) -> bool:
    """Whether zlib's two bytes begin it: the way, the window, and a sum that 31 divides."""
    return len(body) > 2 and body[0] == 0x78 and int.from_bytes(body[:2], "big") % 31 == 0


def unpack(data: bytes, layer: str, limit: int, url: str = "") -> bytes:
    """Undoes one Content-Encoding; gzip and deflate are told apart by how they begin.

    Raises:
        BadEncoding: unknown, damaged or cut off.
        TooLarge: more than `limit` bytes come out.
    """
    if layer not in _ASKED and not data.startswith(_GZIP_MAGIC):
        raise BadEncoding(f"{url} is packed with {layer}, which was not asked for")
    try:
        if data.startswith(_GZIP_MAGIC):
            return _inflate(data, _GZIP, limit, url)
        return _deflated(data, limit, url)
    except zlib.error as error:
        raise BadEncoding(f"{url}: damaged {layer}: {error}") from error


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
