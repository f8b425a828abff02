"""A list of articles as JSON (or JSONP): one answer, or page after page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

from attrs import define, field
from scrapy import Request
from scrapy.http import Response

from crawler.exceptions import SourceError
from crawler.pages.html import decode, visible
from crawler.pages.times import ParsedTime, parse_time
from crawler.sources.base import MAX_ENTRIES, Link, Source, SourcePage
from crawler.sources.html import number_of
from crawler.urls.parts import join_url

MAX_BYTES = 4_000_000
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_COMMENTS = re.compile(r"(?:\s*(?:/\*.*?\*/|//[^\n]*\n))*+", re.DOTALL)
_CALL = re.compile(r"\s*(?:try\s*\{\s*)?[A-Za-z_$][\w$.]*\s*\(\s*")
_CALL_END = re.compile(r"\s*\)\s*;?\s*(?:\}\s*catch\s*\(\s*\w*\s*\)\s*\{[^{}]*\}\s*;?\s*)?\Z")


@define(kw_only=True)
class JsonItems(Source):
    """Entries of a JSON array.

    url: the address, with `{page}` in it if there are more pages. items: the way to the array.
    link, headline, time, comments: names in an entry; of `link` the first that is filled counts.
    Times are unix seconds (also as strings) or as printed.
    """

    url: str
    items: tuple[str, ...]
    link: tuple[str, ...] = ("url",)
    headline: str = "title"
    time: str | None = None
    comments: str | None = None
    headers: Mapping[str, str] = field(factory=dict)
    zone: str = "Asia/Shanghai"

    NO_ADDRESS: ClassVar[str] = "no link"

    def first_request(self) -> Request:
        return self._request(1)

    def page_request(self, number: int) -> Request | None:
        return self._request(number) if "{page}" in self.url else None

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        data = json_of(response)
        self.check(data, response.url)
        entries = self._entries(data, response.url)
        listing = SourcePage(found=[])
        first_rank = (page - 1) * len(entries) + 1
        for rank, entry in enumerate(entries[:MAX_ENTRIES], start=first_rank):
            self._read_entry(entry, rank, response.url, now, listing)
        if len(entries) > MAX_ENTRIES:
            listing.problems.append(f"{len(entries) - MAX_ENTRIES} entries over {MAX_ENTRIES}")
        if entries and "{page}" in self.url:
            listing.next_request = self._request(page + 1)
        return listing

    def check(self, data: object, url: str) -> None:
        """Raise `SourceError` if the answer itself says that it is none."""

    def address_of(self, entry: Mapping[str, object]) -> str | None:
        """Where an entry's article stands; relative to the list's address."""
        values = (entry.get(name) for name in self.link)
        return next((v.strip() for v in values if isinstance(v, str) and v.strip()), None)

    def _request(self, page: int) -> Request:
        return Request(self.url.replace("{page}", str(page)), headers=dict(self.headers))

    def _entries(self, data: object, url: str) -> list[object]:
        for name in self.items:
            data = data.get(name) if isinstance(data, dict) else None
        if not isinstance(data, list):
            raise SourceError(f"{url} holds no list {'.'.join(self.items)}: has the API changed?")
        return data

    def _read_entry(
        self, entry: object, rank: int, base: str, now: datetime, listing: SourcePage
    ) -> None:
        if not isinstance(entry, dict):
            listing.problems.append(f"entry {rank}: {type(entry).__name__} instead of an object")
            return
        title = entry.get(self.headline)
        title = visible(title)[:500] if isinstance(title, str) else None
        address = self.address_of(entry)
        if address is None:
            listing.problems.append(f"entry {rank}: {self.NO_ADDRESS} ({title!r})")
            return
        printed = entry.get(self.time) if self.time else None
        time = time_of(printed, now, self.zone)
        if printed and time is None:
            listing.problems.append(f"entry {rank}: unreadable time {str(printed)[:40]!r}")
        found = Link(
            url=join_url(base, address) or address,  # judged by the site's URL rules
            rank=rank,
            title=title or None,
            published_at=time.moment if time and not time.date_only else None,
            comment_count=_count(entry.get(self.comments)) if self.comments else None,
        )
        listing.found.append(found)


def json_of(response: Response) -> object:
    """The JSON of an answer, also out of `callback(...)` and `try{callback(...)}catch(e){}`.

    Raises:
        SourceError: too large, HTML, nested too deeply or no JSON at all.
    """
    if len(response.body) > MAX_BYTES:
        raise SourceError(f"{response.url} answered {len(response.body)} bytes of JSON")
    text = _COMMENTS.sub("", decode(response.body), count=1).strip()
    if text.startswith("<"):
        raise SourceError(f"{response.url} answered HTML instead of JSON: {visible(text[:80])!r}")
    call = _CALL.match(text)
    try:
        if call is None:
            return json.loads(text)
        data, end = json.JSONDecoder().raw_decode(text, call.end())
    except RecursionError:
        raise SourceError(f"{response.url} answered JSON that is nested too deeply") from None
    except ValueError as error:
        raise SourceError(f"{response.url} answered no JSON: {error}") from error
    if not _CALL_END.match(text, end):
        raise SourceError(f"{response.url} answered JSONP that goes on after the call")
    return data


def time_of(printed: object, now: datetime, zone: str) -> ParsedTime | None:
    """Unix seconds or a printed time; None for what is neither."""
    if isinstance(printed, bool) or not isinstance(printed, str | int | float):
        return None
    text = str(printed).strip()
    if text.isascii() and text.isdigit() and len(text) >= len("100000000"):
        try:
            moment = datetime.fromtimestamp(int(text), UTC)
        except (ValueError, OverflowError, OSError):
            return None
        return ParsedTime(moment=moment) if _EARLIEST < moment < _LATEST else None
    return parse_time(text, reference=now, zone=zone)


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return number_of(str(value))
