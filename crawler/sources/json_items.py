"""A list of articles as JSON (or JSONP): one answer, or page after page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from attrs import define, evolve, field

from crawler.exceptions import SourceError
from crawler.sources.base import MAX_ENTRIES, Link, Source, SourcePage
from crawler.sources.html import number_of, plain_title
from crawler.sources.json.answers import mended, read_json, time_of
from crawler.sources.json.asking import Asking, address_in
from crawler.sources.json.paths import (
    Way,
    as_written,
    entries_at,
    text_at,
    value_at,
)
from crawler.sources.paging import Pages
from crawler.urls.parts import join_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

NO_CURSOR: Mapping[str, object] = MappingProxyType({})
_MESSAGES = ("msg", "message", "desc", "error", "errmsg")


@define(kw_only=True)
class JsonItems(Source):
    """Entries of a JSON array.

    What is asked: url, first, number_from, page_size: as of `Pages`. body, form: sent by POST,
    as JSON or as a form; they have the same places. cursor: places whose values stand in the
    answer before, by name: `{id}` with `id="data.list.-1.id"` (`:ms` behind it sends a time as
    milliseconds); cursor_start: what stands there for the first page.

    What is read: `crawler.sources.json.paths` says how a value is named. expect: values without
    which an answer is a refusal: `{"code": "0"}`. items: the way to the array; `*` joins several.
    only: values of the entries that count. link: of its names, the first that is filled counts;
    `https://{host}/article/{aid}` makes the address of fields. headline, time, comments: names in
    an entry. inner: the way to an array of links within an entry, which then stand for it; their
    names are inner_link, inner_headline. ends: what is true on the last page. Times are unix
    seconds or milliseconds (also as strings), as printed, or as time_format (`strptime`) says.
    """

    kind: ClassVar[str] = "json"

    url: str
    items: Way
    first: str | None = None
    number_from: int = 1
    page_size: int = 0
    body: Mapping[str, object] = field(factory=dict)
    form: Mapping[str, str] = field(factory=dict)
    cursor: Mapping[str, str] = field(factory=dict)
    cursor_start: Mapping[str, object] = field(factory=dict)
    expect: Mapping[str, object] = field(factory=dict)
    ends: str | None = None
    only: Mapping[str, object] = field(factory=dict)
    link: tuple[str, ...] = ("url",)
    headline: str = "title"
    time: str | None = None
    time_format: str | None = None
    comments: str | None = None
    inner: str | None = None
    inner_link: tuple[str, ...] = ("url",)
    inner_headline: str = "title"
    headers: Mapping[str, str] = field(factory=dict)
    zone: str = "Asia/Shanghai"

    NO_ADDRESS: ClassVar[str] = "no link"

    def __attrs_post_init__(self) -> None:
        try:
            self._asking.check()
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from None

    def first_request(self) -> Request:
        return self._request(1, self.cursor_start)

    def page_request(self, number: int) -> Request | None:
        return self._request(number) if self._asking.goes_by_number else None

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        data, slips = self.data_in(response, page)
        self.check(data, response.url)
        entries = self._entries(data, response.url)
        listing = SourcePage(found=[], problems=mended(slips))
        first_rank = (page - 1) * len(entries) + 1
        for rank, entry in enumerate(entries[:MAX_ENTRIES], start=first_rank):
            if entry != {} and self._counts(entry):
                self._read_entry(entry, rank, response.url, now, listing)
        if len(entries) > MAX_ENTRIES:
            listing.problems.append(f"{len(entries) - MAX_ENTRIES} entries over {MAX_ENTRIES}")
        if entries and not (self.ends and value_at(data, self.ends)):
            listing.next_request = self._next(data, response, page, now)
        return listing

    def data_in(self, response: Response, page: int) -> tuple[object, Mapping[str, int]]:
        """The data of the answer for a page and what had to be mended in it.

        Raises:
            SourceError: it holds none.
        """
        return read_json(response)

    def check(self, data: object, url: str) -> None:
        """Raise `SourceError` if the answer itself says that it is none."""
        for way, wanted in self.expect.items():
            allowed = wanted if isinstance(wanted, tuple | list) else (wanted,)
            value = value_at(data, way)
            if str(value).lower() not in {str(each).lower() for each in allowed}:
                message = next(filter(None, (text_at(data, name) for name in _MESSAGES)), "")
                raise SourceError(
                    f"{url} refuses: {way} is {str(value)[:40]!r}, not {wanted!r} ({message[:100]})"
                )

    def address_of(self, entry: Mapping[str, object]) -> str | None:
        """Where an entry's article stands; relative to the list's address."""
        return _first_address(entry, self.link)

    @property
    def _asking(self) -> Asking:
        pages = Pages(
            url=self.url,
            first=self.first,
            number_from=self.number_from,
            page_size=self.page_size,
        )
        return Asking(
            pages=pages, headers=self.headers, body=self.body, form=self.form, cursor=self.cursor
        )

    def _request(self, page: int, cursor: Mapping[str, object] = NO_CURSOR) -> Request:
        return self._asking.request(page, cursor)

    def _next(self, data: object, response: Response, page: int, now: datetime) -> Request | None:
        if not self.cursor:
            return self.page_request(page + 1)
        cursor = self._asking.cursor_in(data, now, self.zone)
        if cursor is None:
            return None
        following = self._request(page + 1, cursor)
        asked = response.request.body if response.request is not None else b""
        is_same = (following.url, following.body) == (response.url, asked)
        return None if is_same else following

    def _entries(self, data: object, url: str) -> list[object]:
        entries = entries_at(data, self.items)
        if entries is None:
            way = as_written(self.items)
            raise SourceError(f"{url} holds no list {way}: has the API changed?")
        return entries

    def _counts(self, entry: object) -> bool:
        return all(
            str(value_at(entry, way)).lower() == str(wanted).lower()
            for way, wanted in self.only.items()
        )

    def _read_entry(
        self, entry: object, rank: int, base: str, now: datetime, listing: SourcePage
    ) -> None:
        if not isinstance(entry, dict):
            kind = "nothing" if entry is None else type(entry).__name__
            listing.problems.append(f"entry {rank}: {kind} instead of an object")
            return
        title = value_at(entry, self.headline)
        title = plain_title(title) if isinstance(title, str) else None
        printed = value_at(entry, self.time) if self.time else None
        time = time_of(printed, now, self.zone, self.time_format)
        if printed and time is None:
            listing.problems.append(f"entry {rank}: unreadable time {str(printed)[:40]!r}")
        found = Link(
            url="",
            rank=rank,
            title=title or None,
            published_at=time.moment if time and not time.date_only else None,
            comment_count=_count(value_at(entry, self.comments)) if self.comments else None,
        )
        inner = entries_at(entry, self.inner) if self.inner else None
        if inner:
            self._read_inner(inner, found, base, listing)
            return
        address = self.address_of(entry)
        if address is None:
            listing.problems.append(f"entry {rank}: {self.NO_ADDRESS} ({title!r})")
            return
        found.url = join_url(base, address) or address  # judged by the site's URL rules
        listing.found.append(found)

    def _read_inner(self, inner: list[object], outer: Link, base: str, listing: SourcePage) -> None:
        for each in inner[:MAX_ENTRIES]:
            address = _first_address(each, self.inner_link)
            if address is None:
                continue  # a label between the links: "全文", "专题 |"
            title = plain_title(text_at(each, self.inner_headline)) or outer.title
            listing.found.append(evolve(outer, url=join_url(base, address) or address, title=title))


def _first_address(entry: object, names: tuple[str, ...]) -> str | None:
    for name in names:
        if "{" in name:
            address = address_in(entry, name)
        else:
            value = value_at(entry, name)
            address = value.strip() if isinstance(value, str) else None
        if address:
            return address
    return None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return number_of(str(value))
