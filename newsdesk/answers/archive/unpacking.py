"""Unpacks an archived answer as a crawl does. It takes Scrapy, so it is loaded where a page is."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy import Request
from scrapy.http import Headers, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.archive.members import LARGEST
from crawler.middlewares.decompression import DecompressionMiddleware
from crawler.network.exceptions import Refused
from newsdesk.exceptions import NotArchived

_LOOKED_AT = 1024
"""Bytes in which no text has a zero: what has no type is taken for text by its first bytes."""


def unpacked(
    url: str, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes
) -> tuple[bytes, str | None]:
    """Returns the body, and its text; None if it is none.

    Raises:
        NotArchived: it cannot be unpacked.
    """
    named = Headers()
    for name, value in headers:
        named.appendlist(name, value)
    kind = responsetypes.from_args(headers=named, url=url, body=body)
    packed = kind(url=url, status=status, headers=named, body=body)
    try:
        response = DecompressionMiddleware(LARGEST).process_response(Request(url), packed)
    except Refused as error:
        raise NotArchived(f"{url} cannot be unpacked: {error}") from error
    is_text = isinstance(response, TextResponse) and b"\0" not in response.body[:_LOOKED_AT]
    return response.body, response.text if is_text else None


def title_in(text: str) -> str | None:
    """Returns the title of a page, in one line, if it has one."""
    if "<" not in text[:2000]:
        return None
    found = TextResponse("about:blank", body=text, encoding="utf-8").css("title::text").get()
    return " ".join((found or "").split()) or None
