"""The class from which Sina's desktop and mobile pages inherit: identity, times, wall, summary.

Times stand in up to four places and are hours apart: the article was published when the desk
created it (`create_at`, the same minute as the visible time), `published_time` is when it went
live, `update_at` when it was changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar

from crawler.exceptions import NotCollectable, PageError, PageGone
from crawler.pages.base import ArticlePage, field, unique
from crawler.pages.blocks import Blocks
from crawler.pages.html import Element, find, is_cut_off, parse, text_of
from crawler.pages.landmarks import Landmarks, landmarks
from crawler.pages.shells import where_it_leads
from crawler.pages.summaries import own_summary
from crawler.pages.times import ParsedTime, date_of_url
from crawler.pages.titles import without_site
from crawler.sites.sina import parts
from crawler.sites.sina.urls import SITE, identify, key_of_comos
from crawler.urls import ArticleUrl
from crawler.urls.parts import web_address
from pipelines.items import Flag, Times

_PLAYER = ".//video | .//iframe | .//embed | .//object"
_LAST_DECORATED = 2013
"""Year after which no page has what `without_decoration` takes out: looking for it takes long."""
_FAR_APART = timedelta(days=2)


class SinaPage(ArticlePage):
    """Base of Sina's pages; subclasses name the ids and classes under which things stand."""

    SITE: ClassVar[str] = SITE
    SITE_NAMES: ClassVar[frozenset[str]] = parts.SITE_NAMES
    VERSION: ClassVar[int] = 1
    NAMES: ClassVar[frozenset[str]] = frozenset()
    """Ids and classes that the fields ask for."""
    TAGS: ClassVar[tuple[str, ...]] = ("div", "p", "span", "h1")
    TITLE: ClassVar[tuple[str, ...]] = ()
    BODY: ClassVar[tuple[str, ...]] = ()

    @cached_property
    def marks(self) -> Landmarks:
        """The elements and meta tags that the fields are read from."""
        return landmarks(self.root, self.NAMES, self.TAGS)

    @cached_property
    def root(self) -> Element | None:
        day = date_of_url(self.page_url)
        is_old = day is None or day.year <= _LAST_DECORATED
        if is_old and self.response.body.find(b"wapdump") >= 0:
            return parse(parts.without_decoration(self.html))
        return super().root

    def refuse(self) -> None:
        super().refuse()
        address = web_address(self.page_url)
        host = address.host if address else ""
        name = text_of(next(self.root.iter("title"), None)) if self.root is not None else ""
        shell = "passport.weibo.com" in self.html and self.marks.first(*self.BODY) is None
        if "Sina Visitor System" in name or shell or host.split(".")[0] in {"passport", "login"}:
            raise PageError("wall", f"{self.page_url} asks for a login or a cookie: try later")
        if "页面没有找到" in name or ("404" in name and not self.title):
            raise PageGone("not_found", name)
        if not self.sorted_lines.body:
            self._refuse_shell(host)
        if is_cut_off(self.html):
            raise PageError("truncated", f"{len(self.html):,} characters, and no </body>")

    def _refuse_shell(self, host: str) -> None:
        """Raise what fits a page that has no text and says where its reader is to go."""
        own = identify(self.page_url)
        if self.root is not None and isinstance(own, ArticleUrl):
            why = where_it_leads(self.root, own, self.page_url, identify)
            if why is not None:
                raise why
        if host.startswith("video.") or find(self.marks.first(*self.BODY), _PLAYER) is not None:
            raise NotCollectable("video", "a player and no text")

    @cached_property
    def identity(self) -> ArticleUrl:
        """The article of the URL; where the URL names none, of the page's own docid."""
        found = identify(self.page_url)
        if isinstance(found, ArticleUrl):
            return found
        key = self._docid
        if key is None:
            raise PageError("no_key", f"{self.page_url}: no docid in the URL or on the page")
        stated = identify(self.marks.meta("og:url"))
        url = stated.url if isinstance(stated, ArticleUrl) and stated.key == key else self.page_url
        return ArticleUrl(site=SITE, key=key, url=url)

    @cached_property
    def _docid(self) -> str | None:
        """The docid that the page states: meta `publishid`, or its variables."""
        stated = self.marks.meta("publishid") or parts.page_variables(self.html).get("newsid", "")
        return key_of_comos(stated if stated.startswith("comos") else f"comos:{stated}")

    @cached_property
    def blocks(self) -> Blocks:
        return parts.body_blocks(self.marks.first(*self.BODY), self.base_url)

    @property
    def flags(self) -> list[Flag]:
        doubts: list[Flag] = []
        if self._title_node is None:
            doubts.append("title_from_meta")
        if self._docid is not None and self._docid != self.identity.key:
            doubts.append("other_docid")
        day = date_of_url(self.identity.url)
        moment = self.published_time
        if day and moment and abs(moment.moment.date() - day) > _FAR_APART:
            doubts.append("date_unlike_url")
        return unique([*super().flags, *doubts])

    # Times

    @cached_property
    def printed_time(self) -> str:
        """The time beside the title, as printed."""
        raise NotImplementedError

    @cached_property
    def _times(self) -> Times:
        meta = self.marks.meta
        return Times(
            visible=self.printed_time or None,
            created=meta("weibo: article:create_at") or None,
            live=meta("article:published_time") or None,
            updated=meta("weibo: article:update_at") or None,
            zone=self.ZONE,
        )

    @cached_property
    def published_time(self) -> ParsedTime | None:
        """When it was created, or the visible time, or when it went live; what is least in doubt
        first: a full date with its clock, read without a reference."""
        printed = (self._times.created, self._times.visible, self._times.live)
        found = []
        for time in map(self._time_if_known, printed):
            if time is not None:
                if not time.flags:
                    return time
                found.append(time)
        return min(found, key=lambda time: len(time.flags), default=None)

    def _time_if_known(self, text: str | None) -> ParsedTime | None:
        """A time, or None where it counts from the moment of the visit and that is not known."""
        try:
            return self.read_time(text)
        except PageError:
            return None

    # Fields

    @cached_property
    def _title_node(self) -> Element | None:
        nodes = (node for name in self.TITLE for node in self.marks.all(name))
        return next((node for node in nodes if text_of(node)), None)

    @cached_property
    def _title(self) -> str:
        stated = without_site(self.marks.meta("og:title"), parts.TITLE_ENDS)
        return text_of(self._title_node) or stated

    @field
    def title(self) -> str:
        return self._title

    @field
    def updated_at(self) -> datetime | None:
        time = self._time_if_known(self._times.updated)
        return time.moment if time else None

    @field
    def times(self) -> Times:
        return self._times

    @field
    def summary(self) -> str | None:
        body = [*self.sorted_lines.body, self._title, self.sorted_lines.original_title or ""]
        return own_summary(self.marks.meta("description"), body)
