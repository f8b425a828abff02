"""Tells whole answers from those that came only in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response


def is_cut_off(response: Response) -> bool:
    """Whether an answer is only part of a page: a range, or cut off with its connection."""
    return is_part(response.status, response.body, cut="partial" in response.flags)


def is_part(status: int, body: bytes, *, cut: bool) -> bool:
    """Whether a body is only part of a page. cut: the connection ended before the answer did."""
    return status == 206 or (cut and b"</html" not in body[-4096:].lower())
