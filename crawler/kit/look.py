"""What is asked of a site to get to know it: a few dozen pages, stage after stage.

Pure: it is told of pages and says which addresses come next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from urllib.parse import urljoin, urlsplit

from attrs import define, field

from crawler.kit.links.addresses import Anchor, Cluster, anchors_of, clusters, is_on, list_links
from crawler.kit.links.ways import (
    USUAL_FEEDS,
    USUAL_SITEMAPS,
    feeds_of,
    json_of,
    next_page,
    sitemaps_of,
)
from crawler.kit.page import Page
from crawler.urls.generic import normalise

MOST_REQUESTS = 40
"""Those for robots.txt files are not counted: they are asked for anyway."""
ARTICLES = 20
_LISTS = 6
_FEEDS = 2
_JSON = 2
_NEXT_PAGES = 3
_OTHER_ARTICLES = 4
_ALSO_LIKELY = 0.3
"""Share of the best score from which on addresses of another shape are looked at, too."""


@define(kw_only=True)
class Look:
    """One look at a site. pages: by the address that was asked for. asked: addresses
    without their scheme."""

    start: str
    domain: str
    pages: dict[str, Page] = field(factory=dict)
    asked: list[str] = field(factory=list)
    _stage: int = 0

    def add(self, asked: str, page: Page) -> None:
        """Takes a page that came."""
        self.pages[asked] = page

    def next_addresses(self) -> list[str]:
        """What to ask for when nothing is under way; nothing when all is seen."""
        stages = (self._entrance, self._ways, self._articles)
        while self._stage < len(stages):
            wanted = list(self._new(stages[self._stage]()))
            self._stage += 1
            if wanted:
                return wanted
        return []

    def _new(self, urls: Iterable[str]) -> Iterator[str]:
        for url in urls:
            if len(self.asked) >= MOST_REQUESTS:
                return
            name = url.partition("://")[2].rstrip("/")
            if name not in self.asked and is_on(url, self.domain):
                self.asked.append(name)
                yield url

    def _entrance(self) -> Iterator[str]:
        yield self.start
        yield urljoin(self.start, "/robots.txt")
        if urlsplit(self.start).path not in {"", "/"}:
            yield urljoin(self.start, "/")

    def _ways(self) -> Iterator[str]:
        """Feeds and sitemaps, named or usual, and what may be lists."""
        shown = list(self.pages.values())
        feeds = [feed for page in shown for feed in feeds_of(page)]
        yield from islice(dict.fromkeys(feeds), _FEEDS)
        if not feeds:
            yield from (urljoin(self.start, path) for path in USUAL_FEEDS[:1])
        yield from [url for page in shown for url in json_of(page)][:_JSON]
        named = [url for page in shown if page.is_robots for url in sitemaps_of(page.text)]
        yield from (named or [urljoin(self.start, USUAL_SITEMAPS[0])])[:1]
        patterns = [cluster.pattern() for cluster in self.clusters()[:1]]
        yield from list_links(self._anchors(), self.domain, patterns)[:_LISTS]

    def _articles(self) -> Iterator[str]:
        """Articles of all lists in turn, some of a second shape, and the lists' next pages."""
        found = self.clusters()
        if not found:
            return
        pattern = found[0].pattern()
        lists = [page for page in self.pages.values() if page.root is not None]
        following = (next_page(page) for page in lists if page.url != self.start)
        yield from islice((url for url in following if url), _NEXT_PAGES)
        rows = [[a.url for a in anchors_of(page) if pattern.matches(a.url)] for page in lists]
        mixed = chain.from_iterable(zip_longest(*rows))
        clean = dict.fromkeys(normalise(url) for url in mixed if url)
        yield from islice(clean, ARTICLES)
        for other in found[1:3]:
            if other.score >= _ALSO_LIKELY * found[0].score:
                yield from islice(other.texts, _OTHER_ARTICLES)

    def clusters(self) -> list[Cluster]:
        """The addresses seen so far by shape, the likeliest articles first."""
        return clusters(self._anchors(), self.domain)

    def _anchors(self) -> Sequence[Anchor]:
        return [anchor for page in self.pages.values() for anchor in anchors_of(page)]
