"""A list of articles as JSON (or JSONP): one answer, or page after page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

from attrs import define, field
from scrapy import Request
from scrapy.http import Response

from crawler.exceptions import SourceError
from crawler.pages.html import decode, visible
from crawler.pages.times import ParsedTime, is_plausible
from crawler.sources import tolerant_json
from crawler.sources.base import MAX_ENTRIES, Link, Source, SourcePage
from crawler.sources.html import number_of, printed_time
from crawler.sources.wrapped_json import unwrapped
from crawler.urls.parts import join_url

MAX_BYTES = 4_000_000
_STAMP = re.compile(r"(?P<whole>[0-9]{13}|[0-9]{9,10})(?:\.[0-9]{0,9})?")


@define(kw_only=True)
class JsonItems(Source):
    """Entries of a JSON array.

    url: the address, with `{page}` in it if there are more pages. items: the way to the array.
    link, headline, time, comments: names in an entry; of `link` the first that is filled counts.
    Times are unix seconds (also as strings) or as printed.
    """

    kind: ClassVar[str] = "json"

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
        data, slips = read_json(response)
        self.check(data, response.url)
        entries = self._entries(data, response.url)
        mended = ", ".join(f"{number} x {slip}" for slip, number in slips.items())
        listing = SourcePage(found=[], problems=[f"mended JSON: {mended}"] if slips else [])
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
            kind = "nothing" if entry is None else type(entry).__name__
            listing.problems.append(f"entry {rank}: {kind} instead of an object")
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
    """The data of `read_json`."""
    return read_json(response)[0]


def read_json(response: Response) -> tuple[object, Mapping[str, int]]:
    """The JSON of an answer and what had to be mended in it, by kind.

    Also out of what `wrapped_json` knows: `callback(...)`, `var name = ...;`.

    Raises:
        SourceError: too large, HTML, nested too deeply or no JSON at all.
    """
    if len(response.body) > MAX_BYTES:
        raise SourceError(f"{response.url} answered {len(response.body)} bytes of JSON")
    try:
        text, remarks = unwrapped(decode(response.body))
    except ValueError as error:
        raise SourceError(f"{response.url} answered {error}") from None
    if text.startswith("<"):
        raise SourceError(f"{response.url} answered HTML instead of JSON: {visible(text[:80])!r}")
    try:
        data, slips = tolerant_json.loads(text)
        if isinstance(data, str) and data[:1] in ("[", "{"):  # a program's text: JSON.parse('...')
            data, more = tolerant_json.loads(data)
            slips += more
    except RecursionError:
        raise SourceError(f"{response.url} answered JSON that is nested too deeply") from None
    except ValueError as error:
        raise SourceError(f"{response.url} answered no JSON: {error}") from error
    return data, slips + Counter({"text around it": remarks})


def time_of(printed: object, now: datetime, zone: str) -> ParsedTime | None:
    """Unix seconds (or milliseconds) or a printed time; None for what is neither.

    Nor is one at which nothing can have been published by `now`.
    """
    if isinstance(printed, bool) or not isinstance(printed, str | int | float):
        return None
    text = str(printed).strip()
    stamp = _STAMP.fullmatch(text)
    if stamp is None:
        return printed_time(text, now, zone)
    moment = datetime.fromtimestamp(int(stamp["whole"][:10]), UTC)
    return ParsedTime(moment=moment) if is_plausible(moment, now) else None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return number_of(str(value))
