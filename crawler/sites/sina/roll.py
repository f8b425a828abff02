"""Sina's roll: one API for the newest articles of each channel."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from crawler.exceptions import SourceError
from crawler.sources.json_items import JsonItems

ADDRESS = "https://feed.mix.sina.com.cn/api/roll/get"
PAGE_SIZE = 50
"""The most that one answer holds; asking for more gives no more."""
REFERER = "https://news.sina.com.cn/"
"""Without it the API answers 403."""


def _address(roll: Roll) -> str:
    return f"{ADDRESS}?pageid={roll.pageid}&lid={roll.lid}&k=&num={PAGE_SIZE}&page={{page}}"


@define(kw_only=True)
class Roll(JsonItems):
    """A channel of the roll; pageid and lid are Sina's numbers for it."""

    pageid: int
    lid: int
    url: str = field(init=False)
    items: tuple[str, ...] = ("result", "data")
    link: tuple[str, ...] = ("url", "wapurl")
    time: str | None = "ctime"
    comments: str | None = "comment_total"
    headers: Mapping[str, str] = field(factory=lambda: {"Referer": REFERER})

    @url.default
    def _url(self) -> str:
        return _address(self)

    def check(self, data: object, url: str) -> None:
        result = data.get("result") if isinstance(data, dict) else None
        status = result.get("status") if isinstance(result, dict) else None
        if not isinstance(status, dict):
            raise SourceError(f"{url} answered without result.status: has the API changed?")
        code = status.get("code")
        if str(code) != "0":
            message = str(status.get("msg"))[:100]
            raise SourceError(
                f"{url} refuses with status {code!r} ({message}): does the channel "
                f"pageid={self.pageid} lid={self.lid} still exist?"
            )
