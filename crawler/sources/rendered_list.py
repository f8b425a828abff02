"""Walks lists that scripts fill: more entries come by a click or by scrolling.

The page stays open in the browser while its list is walked. Each step is a request of its own, so
pace, retries, memory and the end of the walk are the same as for any other list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define, evolve

from crawler.exceptions import SourceError
from crawler.network.rendering import RENDERED, RENDERING, Rendered, Rendering
from crawler.sources.base import Source, SourcePage, request
from crawler.sources.json_items import NO_CURSOR, JsonItems
from crawler.sources.learning import Learnt, learn
from crawler.sources.list_page import ListPage

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


@define(kw_only=True)
class RenderedList(ListPage):
    """A `ListPage` whose entries come by script.

    url: without `{page}`. more: CSS selector of the button that brings more; None: the list grows
    when the page is scrolled to its end. hosts: others that the page needs (its scripts, its
    API); the site's own are allowed anyway, all others are refused. ask_directly: go on by plain
    requests as soon as it is learnt how the page itself asks for more.
    """

    kind: ClassVar[str] = "rendered"
    selectors: ClassVar[tuple[str, ...]] = (*ListPage.selectors, "more")
    rendered: ClassVar[bool] = True

    more: str | None = None
    hosts: tuple[str, ...] = ()
    ask_directly: bool = True

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        """Reads what the latest step has brought: entries that no earlier one had shown."""
        listing = super().read(response, 1, now)
        wanted: Rendering = response.meta.get(RENDERING) or self._rendering()
        given: Rendered = response.meta.get(RENDERED) or Rendered()
        new = [found for found in listing.found if found.url not in wanted.shown]
        shown = wanted.shown | {found.url for found in listing.found}
        listing.found = [
            evolve(found, rank=rank) for rank, found in enumerate(new, start=len(wanted.shown) + 1)
        ]
        step = evolve(wanted, step=page + 1, shown=shown)
        listing.next_request = self._step(step) if given.more and new else None
        if self.ask_directly:
            learnt = learn(given.calls, listing.found, response.url, now, self.zone)
            self._go_on_directly(listing, learnt, page)
        return listing

    def _go_on_directly(self, listing: SourcePage, learnt: Learnt | None, page: int) -> None:
        if learnt is not None and listing.next_request is not None:
            listing.reader = LearntList.of(self, learnt, page, listing.next_request)
            listing.next_request = listing.reader.first_request()

    def _request(self, page: int) -> Request:
        return self._step(self._rendering())

    def _step(self, rendering: Rendering) -> Request:
        return request(self.url, meta={RENDERING: rendering})

    def _rendering(self) -> Rendering:
        return Rendering(
            ready=self.entry,
            hosts=self.hosts,
            walk=self.name,
            more=self.more,
            listen=self.ask_directly,
        )


@define(kw_only=True)
class LearntList(JsonItems):
    """The rest of a rendered list, by plain requests.

    latest: number of the page that the browser showed last. taught_by: the rendered list.
    more_in_browser: its request for the next step. The browser goes on if the first answer holds
    nothing, or if one of them cannot be had or read.
    """

    learnt: Learnt
    latest: int
    taught_by: RenderedList
    more_in_browser: Request

    @classmethod
    def of(
        cls, source: RenderedList, learnt: Learnt, latest: int, more_in_browser: Request
    ) -> LearntList:
        """Returns the list with which `source` goes on after page `latest`."""
        return cls(
            name=source.name,
            title=source.title,
            max_pages=source.max_pages,
            zone=source.zone,
            url=learnt.address,
            items=learnt.form.items,
            link=(learnt.form.link,),
            headline=learnt.form.headline,
            time=learnt.form.time,
            headers=learnt.headers,
            learnt=learnt,
            latest=latest,
            taught_by=source,
            more_in_browser=more_in_browser,
        )

    def __attrs_post_init__(self) -> None:
        """Nothing is to be checked: the address is the page's own, whatever stands in it."""

    def first_request(self) -> Request:
        return self._request(self.latest + 1)

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        listing = super().read(response, page, now)
        if page == self.latest + 1 and not listing.found:
            raise SourceError(f"{response.url} answers that there is nothing, the page had more")
        return listing

    def other_way(self, page: int) -> tuple[Source, Request]:
        wanted: Rendering = self.more_in_browser.meta[RENDERING]
        # Nothing is learnt once more: direct requests are not answered.
        step = evolve(wanted, step=page, listen=False)
        source = evolve(self.taught_by, ask_directly=False)
        return source, self.more_in_browser.replace(meta={RENDERING: step})

    def _read_entry(
        self, entry: object, rank: int, base: str, now: datetime, listing: SourcePage
    ) -> None:
        """Joins addresses with that of the page, on which they were meant to stand."""
        super()._read_entry(entry, rank, self.more_in_browser.url, now, listing)

    def _request(self, page: int, cursor: Mapping[str, object] = NO_CURSOR) -> Request:
        number = self.learnt.number + self.learnt.stride * (page - self.latest)
        url = f"{self.learnt.before}{number}{self.learnt.after}"
        return request(url, headers=dict(self.headers))
